#include "engine/cli/transcript.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/json_text.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"
#include "engine/dissect/meaning.h"
#include "engine/trace/byte_logs.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostContentLines = 200;
constexpr std::size_t kWordsColumn = 62;

class Transcript {
 public:
  Transcript(const View& view, const dissect::Dialogue& dialogue)
      : view_(view),
        dialogue_(dialogue),
        words_(view.language),
        world_(view.trace.project(view.last)),
        epoch_(view.trace.epoch()) {
    logs_.update(view.trace);
  }

  std::string text() {
    const trace::ConnectionView* connection = world_.connections().find(dialogue_.connection);
    if (connection != nullptr) {
      out_ = words_("cli.transcript-title", {{"number", std::to_string(dialogue_.connection.value)},
                                             {"client", world_.host_name(connection->client().host)},
                                             {"client_endpoint", connection->client().endpoint},
                                             {"server", world_.host_name(connection->server().host)},
                                             {"server_endpoint", connection->server().endpoint}}) +
             "\n";
    }
    std::optional<dissect::Phase> phase;
    for (const dissect::Line& line : dialogue_.lines) {
      if (line.seq > view_.last) break;
      // Pipelined commands run ahead of the replies to those before them.
      const bool behind = line.kind == dissect::LineKind::kReply && phase && line.phase < *phase;
      if (phase != line.phase && !behind) {
        phase = line.phase;
        out_ +=
            fmt::format("\n-- {} --\n", words_(fmt::format("cli.phase-{}", dissect::to_string(line.phase))));
      }
      add(line);
    }
    return std::move(out_);
  }

  std::string json() {
    Json lines = Json::array();
    for (const dissect::Line& line : dialogue_.lines) {
      if (line.seq > view_.last) break;
      Json entry = {{"seq", line.seq},
                    {"time_ns", (line.time - epoch_).ns},
                    {"kind", dissect::to_string(line.kind)},
                    {"phase", dissect::to_string(line.phase)},
                    {"from", line.direction == trace::Direction::kToServer ? "client" : "server"},
                    {"offset", line.offset},
                    {"length", line.length},
                    {"text", line.kind == dissect::LineKind::kContent ? content(line) : line.text}};
      if (!line.verb.empty()) entry["verb"] = line.verb;
      if (line.code != 0) entry["code"] = line.code;
      if (!line.enhanced.empty()) entry["enhanced"] = line.enhanced;
      if (!line.answers.empty()) entry["answers"] = line.answers;
      if (line.transaction != 0) entry["transaction"] = line.transaction;
      if (!line.tag.empty()) entry["tag"] = line.tag;
      if (!line.response.empty()) entry["response"] = line.response;
      if (!line.response_code.empty()) entry["response_code"] = line.response_code;
      if (line.number) entry["number"] = *line.number;
      lines.push_back(std::move(entry));
    }
    return json_text<Json>(
        {{"connection", dialogue_.connection.value}, {"protocol", dialogue_.protocol}, {"lines", lines}});
  }

 private:
  [[nodiscard]] std::string content(const dissect::Line& line) const {
    return logs_.read(view_.trace, dialogue_.connection, line.direction, line.layer, line.offset,
                      line.length);
  }

  void add(const dissect::Line& line) {
    const bool from_client = line.direction == trace::Direction::kToServer;
    const std::string_view side = from_client ? "C: " : "    S: ";
    const std::string time = padded(short_time(line.time, epoch_), 11);
    if (line.kind == dissect::LineKind::kContent) {
      bool first = true;
      std::size_t shown = 0;
      const std::string bytes = content(line);
      std::vector<std::string_view> pieces = split(bytes, '\n');
      if (!pieces.empty() && pieces.back().empty()) pieces.pop_back();
      for (std::string_view piece : pieces) {
        if (++shown > kMostContentLines) break;
        if (!piece.empty() && piece.back() == '\r') piece.remove_suffix(1);
        dissect::Meaning meaning;
        if (first) meaning = dissect::meaning_of_content(dialogue_);
        if (shown == pieces.size()) meaning = dissect::meaning_of_end(dialogue_);
        add_line(first ? time : padded("", 11), side, printable(piece), meaning);
        first = false;
      }
      if (pieces.size() > kMostContentLines) {
        out_ +=
            padded("", 11) + std::string(side) + "[" +
            words_("cli.transcript-more", {{"count", std::to_string(pieces.size() - kMostContentLines)}}) +
            "]\n";
      }
      return;
    }
    const std::string_view text =
        line.text.empty() && line.secret ? std::string_view("***") : std::string_view(line.text);
    add_line(time, side, printable(text), dissect::meaning_of(dialogue_, line));
  }
  void add_line(const std::string& time, std::string_view side, const std::string& text,
                const dissect::Meaning& said) {
    std::string line = time + std::string(side) + text;
    if (!said.empty()) {
      const std::string meaning = render(said.words, view_.language);
      const std::size_t used = display_width(line);
      if (used + 2 <= kWordsColumn && kWordsColumn + 2 + display_width(meaning) <= view_.width) {
        line = padded(line, kWordsColumn) + "# " + meaning;
      } else {
        out_ += line + "\n";
        line = padded("", 15) + "# " + meaning;
      }
    }
    out_ += line + "\n";
  }

  const View& view_;
  const dissect::Dialogue& dialogue_;
  Speaker words_;
  trace::Projection world_;
  Instant epoch_;
  trace::ByteLogs logs_;
  std::string out_;
};

}  // namespace

Result<std::string> transcript(const View& view, ConnectionId connection) {
  dissect::Dialogues dialogues;
  dialogues.update(view.trace);
  const dissect::Dialogue* dialogue = dialogues.find(connection);
  if (dialogue == nullptr) {
    std::vector<std::uint32_t> known;
    for (const ConnectionId id : dialogues.connections())
      known.push_back(id.value);
    if (known.size() > 20) known.resize(20);
    return fail(ErrorCode::kNotFound, fmt::format("there is no connection {}; connections: {}",
                                                  connection.value, fmt::join(known, ", ")));
  }
  Transcript made(view, *dialogue);
  return view.json ? made.json() : made.text();
}

}  // namespace glasspost::cli
