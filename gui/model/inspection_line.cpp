#include <algorithm>

#include <fmt/format.h>

#include "engine/dissect/meaning.h"
#include "engine/dissect/printable.h"
#include "engine/trace/payload.h"
#include "gui/model/inspection_parts.h"

namespace glasspost::gui {

namespace payload = trace::payload;
using dissect::Line;
using dissect::LineKind;

namespace {

// How far from a line its change of state is looked for.
constexpr std::uint64_t kNear = 512;

/// The piece of a line's text that a label names.
std::string_view part_of(const Line& line, const dissect::Label& label) {
  const std::string_view text = line.text;
  return label.offset < text.size() ? text.substr(label.offset, label.length) : std::string_view();
}

std::string server_machine(const dissect::Dialogue& dialogue) {
  return dialogue.protocol.empty() ? std::string() : dialogue.protocol + "-server";
}

}  // namespace

void Inspector::line(ConnectionId connection, std::uint32_t number) {
  const dissect::Dialogue* dialogue = in_.digest.dialogues().find(connection);
  if (dialogue == nullptr || number >= dialogue->lines.size()) {
    out_.title = words_("explore.nothing");
    return;
  }
  const Line& line = dialogue->lines[number];
  const auto event = in_.trace.event(line.seq != 0 ? line.seq : line.first_seq);
  if (event) place(*event);
  switch (line.kind) {
    case LineKind::kCommand:
      command(*dialogue, number);
      break;
    case LineKind::kReply:
      reply(*dialogue, number);
      break;
    case LineKind::kContent: {
      out_.title = words_("explore.letter");
      out_.mood = Mood::kClient;
      const dissect::Meaning meaning = dissect::meaning_of_content(*dialogue);
      if (!meaning.empty()) say(render(meaning.words, in_.language), std::string(meaning.rule));
      say(words_("explore.letter-claims"), "RFC 5321 3.3", true);
      fact("explore.subject", line.subject);
      fact("explore.message-id", line.message_id, {}, true);
      fact("explore.size", words_("explore.bytes", {{"count", std::to_string(line.length)}}));
      counterpart(*dialogue, number);
      received_chain(dissect::bytes_of(in_.trace, connection, line));
      break;
    }
    case LineKind::kTls:
      out_.title = words_("explore.tls-records");
      out_.mood = Mood::kCipher;
      say(words_("explore.tls-meaning"), "RFC 8446 5");
      fact("explore.size", words_("explore.bytes", {{"count", std::to_string(line.length)}}));
      break;
    case LineKind::kAuthData:
    case LineKind::kLiteral:
    case LineKind::kOther: {
      out_.title = words_(line.kind == LineKind::kAuthData ? "explore.auth-data" : "explore.said");
      const dissect::Meaning meaning = dissect::meaning_of(*dialogue, line);
      if (!meaning.empty()) say(render(meaning.words, in_.language), std::string(meaning.rule));
      fact("explore.line", line.secret && line.text.empty() ? "***" : line.text, {}, true);
      break;
    }
  }
  state_after(*dialogue, line);
  if (event) causes(*event);
}

void Inspector::command(const dissect::Dialogue& dialogue, std::uint32_t number) {
  const Line& line = dialogue.lines[number];
  out_.title = line.verb.empty() ? words_("explore.said") : line.verb;
  out_.badge = words_("explore.client-says");
  out_.mood = Mood::kClient;
  const dissect::Meaning meaning = dissect::meaning_of(dialogue, line);
  if (!meaning.empty()) say(render(meaning.words, in_.language), std::string(meaning.rule));
  labels(line);
  counterpart(dialogue, number);
  needs(line, server_machine(dialogue));
}

void Inspector::reply(const dissect::Dialogue& dialogue, std::uint32_t number) {
  const Line& line = dialogue.lines[number];
  out_.title = line.code != 0 ? std::to_string(line.code) : words_("explore.server-says");
  if (!line.enhanced.empty()) out_.title += " " + line.enhanced;
  out_.badge = words_("explore.server-says");
  out_.mood = line.code != 0 ? mood_of_code(line.code) : Mood::kServer;
  const dissect::Meaning meaning = dissect::meaning_of(dialogue, line);
  if (!meaning.empty()) say(render(meaning.words, in_.language), std::string(meaning.rule));
  // All lines of the reply.
  std::uint32_t first = number;
  while (first > 0 && dialogue.lines[first - 1].kind == LineKind::kReply &&
         !dialogue.lines[first - 1].last_of_reply)
    --first;
  for (std::uint32_t i = first; i <= number; ++i)
    labels(dialogue.lines[i]);
  counterpart(dialogue, number);
}

void Inspector::labels(const Line& line) {
  for (const dissect::Label& label : line.labels) {
    if (label.kind == dissect::LabelKind::kSeparator || label.length == 0) continue;
    const std::string key = fmt::format("label.{}", dissect::to_string(label.kind));
    const bool secret = label.kind == dissect::LabelKind::kSecret;
    fact(key, secret ? "***" : std::string(part_of(line, label)), {}, true);
  }
}

/// Of a command its reply, of a reply its command.
void Inspector::counterpart(const dissect::Dialogue& dialogue, std::uint32_t number) {
  const Line& line = dialogue.lines[number];
  const bool of_reply = line.kind == LineKind::kReply;
  // The n-th command of a verb is answered by the n-th reply to it.
  const std::string verb = line.kind == LineKind::kContent ? "(content)"
                           : of_reply                      ? line.answers
                                                           : line.verb;
  if (verb.empty() || verb == "(connect)") return;
  const auto names = [&](const Line& other) {
    if (other.kind == LineKind::kReply) return other.last_of_reply && other.answers == verb;
    return verb == "(content)" ? other.kind == LineKind::kContent
                               : other.kind == LineKind::kCommand && other.verb == verb;
  };
  std::size_t nth = 0;
  for (std::uint32_t i = 0; i <= number; ++i)
    nth += dialogue.lines[i].kind == line.kind && names(dialogue.lines[i]) ? 1 : 0;
  for (std::uint32_t i = 0; i < dialogue.lines.size(); ++i) {
    const Line& other = dialogue.lines[i];
    const bool meant = (other.kind == LineKind::kReply) != of_reply && names(other);
    if (!meant || --nth != 0) continue;
    std::string text = other.kind == LineKind::kContent ? words_("explore.letter") : other.text;
    const Mood mood = other.kind == LineKind::kReply ? mood_of_code(other.code) : Mood::kClient;
    return fact(of_reply ? "explore.answers" : "explore.answered-by", std::move(text),
                LineSelected{dialogue.connection, i}, true, mood);
  }
  if (!of_reply) fact("explore.answered-by", words_("explore.no-reply"), {}, false, Mood::kWait);
}

void Inspector::needs(const Line& line, std::string_view machine) {
  const auto diagram = dissect::state_diagram(machine);
  if (!diagram) return;
  std::string states;
  for (const dissect::StateDiagram::Arrow& arrow : diagram->arrows) {
    if (arrow.trigger != line.verb) continue;
    const std::string name = state_name(machine, diagram->states[arrow.from]);
    if (states.find(name) != std::string::npos) continue;
    if (!states.empty()) states += ", ";
    states += name;
  }
  if (!states.empty()) fact("explore.needs", states);
}

std::string Inspector::state_name(std::string_view machine, std::string_view state) const {
  const std::string key = dissect::state_key(machine, state);
  return in_catalogue(key) ? words_(key) : std::string(state);
}

void Inspector::diagram(std::string_view machine, std::string_view state, std::string_view from,
                        std::string id) {
  auto table = dissect::state_diagram(machine);
  if (!table) return;
  InspectedDiagram part;
  part.id = std::move(id);
  const bool server = machine.ends_with("-server");
  part.words = words_(server ? "explore.server-states" : "explore.client-states");
  for (const std::string_view name : table->states)
    part.names.push_back(state_name(machine, name));
  part.place = table->find(state);
  if (!from.empty()) part.from = table->find(from);
  part.diagram = std::move(*table);
  out_.parts.emplace_back(std::move(part));
}

/// What the line changed: the server's state before and after.
void Inspector::state_after(const dissect::Dialogue& dialogue, const Line& line) {
  const std::string machine = server_machine(dialogue);
  if (machine.empty() || !line.complete) return;
  std::string from;
  std::string to;
  std::uint64_t changed = 0;
  const std::string code = line.code != 0 ? std::to_string(line.code) : std::string();
  // A command is taken in after it was sent, a reply is told after the state has changed.
  const bool reply = line.kind == LineKind::kReply;
  const std::uint64_t first = reply ? (line.seq > kNear ? line.seq - kNear : 1) : line.seq;
  const std::uint64_t last = reply ? line.seq : line.seq + kNear;
  in_.trace.for_each(first, last, [&](const trace::EventView& event) {
    if (event.connection() != dialogue.connection) return true;
    const auto change = event.as<payload::StateChanged>();
    if (!change || change->machine != machine) return true;
    const bool mine = change->trigger == line.verb || (reply && change->trigger == line.answers) ||
                      (!code.empty() && change->trigger == code) ||
                      (line.kind == LineKind::kContent && change->trigger == "end of data");
    if (!mine) return true;
    from = change->from;
    to = change->to;
    changed = event.seq();
    return reply;  // of a command the first that follows, of a reply the last before
  });
  if (changed != 0) {
    fact("explore.changed", state_name(machine, from) + " → " + state_name(machine, to),
         EventSelected{changed});
    return diagram(machine, to, from, "server-states");
  }
  const trace::Projection then = in_.trace.project(line.seq);
  const trace::ConnectionView* connection = then.connections().find(dialogue.connection);
  if (connection != nullptr && connection->server().machine == machine)
    diagram(machine, connection->server().state, {}, "server-states");
}

void Inspector::bytes(const BytesSelected& selected) {
  const dissect::Dialogue* dialogue = in_.digest.dialogues().find(selected.connection);
  if (dialogue == nullptr) {
    out_.title = words_("explore.nothing");
    return;
  }
  for (std::uint32_t i = 0; i < dialogue->lines.size(); ++i) {
    const Line& line = dialogue->lines[i];
    const bool holds = line.direction == selected.direction && line.layer == selected.layer &&
                       selected.offset >= line.offset && selected.offset < line.offset + line.length;
    if (!holds) continue;
    this->line(selected.connection, i);
    InspectedBytes shown;
    shown.name = words_("explore.looked-at");
    const std::string all = dissect::bytes_of(in_.trace, selected.connection, line);
    const std::size_t from = std::min<std::size_t>(selected.offset - line.offset, all.size());
    shown.text =
        dissect::printable(std::string_view(all).substr(from, std::min<std::uint64_t>(selected.length, 400)));
    out_.parts.insert(out_.parts.begin(), std::move(shown));
    return;
  }
  out_.title = words_("explore.nothing");
}

}  // namespace glasspost::gui
