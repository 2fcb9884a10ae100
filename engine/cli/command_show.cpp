#include <cstdio>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/cli/biography.h"
#include "engine/cli/commands.h"
#include "engine/cli/events.h"
#include "engine/cli/ladder.h"
#include "engine/cli/state.h"
#include "engine/cli/transcript.h"
#include "engine/cli/why.h"
#include "engine/trace/file.h"

namespace glasspost::cli {
namespace {

/// The last event that has happened at the moment that `--at` names. Error: kInvalidInput.
Result<std::uint64_t> cursor(const trace::Trace& trace, const std::string& at) {
  if (at.empty()) return trace.last_seq();
  const std::string_view digits = at.front() == '#' ? std::string_view(at).substr(1) : std::string_view();
  if (!digits.empty() && digits.size() < 19 &&
      digits.find_first_not_of("0123456789") == std::string_view::npos) {
    std::uint64_t seq = 0;
    for (const char c : digits)
      seq = seq * 10 + static_cast<std::uint64_t>(c - '0');
    return std::min(seq, trace.last_seq());
  }
  const auto moment =
      parse_duration(at.front() == '+' ? std::string_view(at).substr(1) : std::string_view(at));
  if (!moment)
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("--at wants a time with its unit, such as 1.2s, or an event, such as #120, not `{}`",
                    escaped(at)));
  return trace.seq_at(trace.epoch() + *moment);
}

Result<std::string> shown(const ShowCommand& command, const View& view) {
  if (command.events) return events(view);
  if (command.transcript) return transcript(view, ConnectionId{*command.transcript});
  if (!command.message.empty()) return biography(view, command.message);
  if (!command.why.empty()) return why(view, command.why);
  if (command.mailboxes) return mailboxes(view);
  if (command.queues) return queues(view);
  if (!command.query.empty()) return matching_events(view, command.query);
  const Ladder ladder = build_ladder(view.trace, view.last, view.language);
  return view.json ? ladder_json(ladder) : ladder_text(ladder, view.width);
}

}  // namespace

int show_command(const ShowCommand& command) {
  const auto trace = trace::open_trace(command.trace);
  if (!trace) {
    std::fprintf(stderr, "glasspost show: %s\n", to_string(trace.error()).c_str());
    return kBadInput;
  }
  const auto last = cursor(*trace, command.at);
  if (!last) {
    std::fprintf(stderr, "glasspost show: %s\n", last.error().message.c_str());
    return kBadInput;
  }
  const View view{*trace, *last, command.language, command.json, command.width};
  const Result<std::string> text = shown(command, view);
  if (!text) {
    std::fprintf(stderr, "glasspost show: %s\n", to_string(text.error()).c_str());
    if (!command.query.empty() && text.error().offset) {
      std::fprintf(stderr, "  %s\n  %s^\n", command.query.c_str(),
                   std::string(*text.error().offset, ' ').c_str());
    }
    return kBadInput;
  }
  std::fwrite(text->data(), 1, text->size(), stdout);
  if (trace->error()) {
    std::fprintf(stderr, "glasspost show: %s\n", to_string(*trace->error()).c_str());
    return kBadInput;
  }
  return kGood;
}

}  // namespace glasspost::cli
