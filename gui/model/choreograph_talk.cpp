// What is said on connections: capsules, exchanges, beads, envelopes.

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "gui/model/choreographer.h"

namespace glasspost::gui {
namespace {

using dissect::LineKind;

constexpr std::uint64_t kMostHeader = 16 * 1024;

// What stands between < and >, or the first word.
std::string path_in(std::string_view argument) {
  const std::size_t open = argument.find('<');
  const std::size_t close = argument.find('>', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return std::string(argument.substr(open + 1, close - open - 1));
}

std::string first_words(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < count && at != std::string_view::npos; ++i) {
    at = text.find(' ', at == 0 ? 0 : at + 1);
  }
  return std::string(text.substr(0, std::min(at, std::size_t{14})));
}

bool shown(const dissect::Line& line) {
  if (line.kind == LineKind::kTls) return false;
  // What IMAP says unasked, and its go-ahead, come with the tagged reply.
  const bool untagged = line.code == 0 && (line.text.starts_with("* ") || line.text.starts_with("+ "));
  if (line.kind == LineKind::kReply && untagged && line.answers != "(connect)") return false;
  return line.kind != LineKind::kReply || line.last_of_reply;
}

Mover mover_of(const Talk& talk, const dissect::Dialogue& dialogue, const dissect::Line& line) {
  Mover mover;
  const bool up = line.direction == trace::Direction::kToServer;
  mover.from = up ? talk.client : talk.server;
  mover.to = up ? talk.server : talk.client;
  mover.connection = talk.connection;
  mover.line = static_cast<std::uint32_t>(&line - dialogue.lines.data());
  mover.seq = line.seq;
  mover.secure = line.layer == trace::Layer::kPlain;
  mover.kind = up ? MoverKind::kCommand : MoverKind::kReply;
  mover.tone = up ? Tone::kClient : Tone::kServer;
  if (line.kind == LineKind::kContent) {
    mover.kind = MoverKind::kContent;
    mover.detail = line.subject;
  } else if (line.kind == LineKind::kReply && line.code > 0) {
    mover.tone = tone_of_code(line.code);
    mover.label = std::to_string(line.code);
  } else if (line.kind == LineKind::kAuthData) {
    mover.label = "***";
  } else if (!line.verb.empty()) {
    mover.label = line.verb;
  } else {
    mover.label = first_words(line.text, 1);
    // IMAP: the word after the tag.
    const std::size_t space = line.text.find(' ');
    if (!up && dialogue.protocol == "imap" && space != std::string::npos) {
      mover.label = first_words(std::string_view(line.text).substr(space + 1), 1);
      if (mover.label == "OK") mover.tone = Tone::kGood;
      if (mover.label == "NO" || mover.label == "BAD") mover.tone = Tone::kBad;
    }
    if (!up && mover.label == "-ERR") mover.tone = Tone::kBad;
    if (!up && mover.label == "+OK") mover.tone = Tone::kGood;
  }
  return mover;
}

}  // namespace

void Choreographer::stream(const trace::EventView& event) {
  const auto bytes = *event.as<trace::payload::StreamBytes>();
  const Key key{event.connection().value, bytes.direction};
  if (bytes.layer == trace::Layer::kWire) {
    for (InFlight& flight : flights_[key]) {
      if (flight.bound) continue;
      flight.need = bytes.offset + bytes.length;
      flight.bound = true;
    }
  }
  std::vector<const dissect::Line*> lines = dialogues_.completed_by(event);
  std::erase_if(lines, [](const dissect::Line* line) { return !shown(*line); });
  Talk& talk = talk_of(event.connection());
  if (lines.empty()) {
    place(event);
    return;
  }
  for (const dissect::Line* line : lines)
    caption_line(event, talk, *line);
  depart(event, talk, lines);
  if (bytes.layer == trace::Layer::kWire && !flights_[key].empty()) {
    flights_[key].back().need = bytes.offset + bytes.length;
    flights_[key].back().bound = true;
  }
}

void Choreographer::depart(const trace::EventView& event, Talk& talk,
                           const std::vector<const dissect::Line*>& lines) {
  const dissect::Dialogue* dialogue = dialogues_.find(event.connection());
  const bool up = lines.front()->direction == trace::Direction::kToServer;
  const HostId from = up ? talk.client : talk.server;
  const LineTempo tempo = line_tempo(talk);
  ScreenTime begin = place(event, std::max(ready(from), talk.established == kNotYet ? 0 : talk.established));
  InFlight flight;
  for (const dissect::Line* line : lines) {
    Mover mover = mover_of(talk, *dialogue, *line);
    const bool content = mover.kind == MoverKind::kContent;
    begin = explain(talk, *line, begin);
    mover.begin = begin;
    mover.end = begin + (content ? tempo_.content : tempo.flight);
    mover.gone = mover.end + (content ? tempo_.content_rest : tempo.rest);
    begin = mover.gone;
    const auto index = static_cast<std::uint32_t>(out_.movers.size());
    flight.movers.push_back(index);
    pair_up(talk, index, *line);
    out_.movers.push_back(std::move(mover));
  }
  if (virtual_) {
    flights_[{event.connection().value, lines.front()->direction}].push_back(std::move(flight));
  } else {
    arrive(talk, lines.front()->direction, out_.movers[flight.movers.back()].end, flight.movers);
  }
}

void Choreographer::arrive(Talk& talk, trace::Direction direction, ScreenTime at,
                           const std::vector<std::uint32_t>& movers) {
  const LineTempo tempo = line_tempo(talk);
  const HostId to = direction == trace::Direction::kToServer ? talk.server : talk.client;
  const dissect::Dialogue* dialogue = dialogues_.find(talk.connection);
  Mover& last = out_.movers[movers.back()];
  last.end = std::max(last.end, at);
  last.gone = last.end + (last.kind == MoverKind::kContent ? tempo_.content_rest : tempo.rest);
  for (const std::uint32_t index : movers) {
    const Mover& mover = out_.movers[index];
    note_envelope(talk, mover.end, dialogue->lines[mover.line]);
    if (direction == trace::Direction::kToClient && !talk.retrieval) out_.exchange_stops.push_back(mover.end);
  }
  keep_busy(to, last.gone);
  last_arrival_[talk.connection.value] = last.gone;
}

void Choreographer::pair_up(Talk& talk, std::uint32_t mover, const dissect::Line& line) {
  const auto index = static_cast<std::int32_t>(mover);
  if (line.direction == trace::Direction::kToServer) {
    talk.exchanges.push_back({index, -1, 0});
    return;
  }
  for (std::size_t i = talk.exchanges.size(); i-- > 0;) {
    // The oldest that waits; looked for from behind, as all before it are complete.
    if (talk.exchanges[i].reply >= 0 || i == 0) {
      const std::size_t open = talk.exchanges[i].reply >= 0 ? i + 1 : i;
      if (open < talk.exchanges.size()) {
        talk.exchanges[open].reply = index;
        return;
      }
      break;
    }
  }
  talk.exchanges.push_back({-1, index, 0});
}

void Choreographer::note_envelope(Talk& talk, ScreenTime at, const dissect::Line& line) {
  const auto bead = [&](Bead which) {
    ScreenTime& mine = talk.beads[static_cast<std::size_t>(which)];
    if (mine == kNotYet) mine = at;
  };
  const auto next = [&]() -> EnvelopeState& {
    EnvelopeState state = talk.envelopes.empty() ? EnvelopeState{} : talk.envelopes.back();
    state.begin = at;
    talk.envelopes.push_back(std::move(state));
    return talk.envelopes.back();
  };
  if (line.kind == LineKind::kContent) {
    bead(Bead::kData);
    EnvelopeState& state = next();
    note_letter(state, talk, line);
    return;
  }
  if (line.verb == "EHLO" || line.verb == "HELO") {
    bead(Bead::kHello);
  } else if (line.verb == "MAIL") {
    bead(Bead::kFrom);
    EnvelopeState& state = next();
    state = EnvelopeState{at, path_in(line.argument), {}, false, {}, {}, {}};
    if (state.mail_from.empty()) state.mail_from = "<>";
  } else if (line.verb == "RCPT") {
    bead(Bead::kTo);
    next().rcpt_to.push_back(path_in(line.argument));
  } else if (line.verb == "DATA" || line.verb == "BDAT") {
    bead(Bead::kData);
  } else if (line.verb == "QUIT") {
    bead(Bead::kBye);
  }
}

void Choreographer::note_letter(EnvelopeState& state, const Talk& talk, const dissect::Line& line) const {
  state.letter = true;
  state.subject = line.subject;
  const std::string bytes = logs_.read(trace_, talk.connection, line.direction, line.layer, line.offset,
                                       std::min(line.length, kMostHeader));
  const message::Header header = message::parse_header(bytes);
  state.from = header.value("From").value_or("");
  state.to = header.value("To").value_or("");
}

}  // namespace glasspost::gui
