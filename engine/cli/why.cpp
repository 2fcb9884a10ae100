#include "engine/cli/why.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/json_text.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"
#include "engine/dissect/why.h"
#include "engine/trace/event_text.h"
#include "engine/trace/payload.h"

namespace glasspost::cli {
namespace {

using dissect::causes_of;
using dissect::explanation_of;

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostShown = 40;

void put(std::string& out, std::size_t indent, std::string_view text, std::size_t width) {
  const std::size_t room = width > indent + 20 ? width - indent - 2 : 20;
  bool first = true;
  for (const std::string& piece : wrapped(text, room)) {
    out += std::string(first ? indent : indent + 2, ' ') + piece + "\n";
    first = false;
  }
}

std::string_view source_name(RangeSource source) {
  switch (source) {
    case RangeSource::kDnsRecord:
      return "dns-record";
    case RangeSource::kMessage:
      return "message";
    case RangeSource::kCommandLine:
      return "command-line";
  }
  return "";
}

Json to_json(const Explanation& step, Language language) {
  Json out = {{"rule", step.rule},
              {"key", step.words.key},
              {"words", render(step.words, language)},
              {"outcome", step.outcome}};
  for (const Argument& input : step.inputs)
    out["inputs"][input.name] = input.text;
  for (const ByteRange& range : step.ranges) {
    out["ranges"].push_back({{"source", source_name(range.source)},
                             {"of", range.of},
                             {"offset", range.offset},
                             {"length", range.length}});
  }
  for (const LookUp& look_up : step.look_ups) {
    out["look_ups"].push_back({{"name", look_up.name},
                               {"type", look_up.type},
                               {"answer", look_up.answer},
                               {"took_ns", look_up.took.ns},
                               {"from_cache", look_up.from_cache}});
  }
  for (const Explanation& child : step.children)
    out["steps"].push_back(to_json(child, language));
  return out;
}

class Why {
 public:
  explicit Why(const View& view)
      : view_(view),
        words_(view.language),
        names_(view.trace.project(view.last)),
        epoch_(view.trace.epoch()) {}

  std::string text(const std::vector<trace::Event>& events) {
    std::string out;
    for (const trace::Event& event : events) {
      if (!out.empty()) out += "\n";
      add_event(out, event);
    }
    return out;
  }
  std::string json(const std::vector<trace::Event>& events) {
    Json out = Json::array();
    for (const trace::Event& event : events) {
      Json entry = {{"seq", event.seq()}, {"event", trace::event_text(event, epoch_, names_)}};
      if (const auto explanation = explanation_of(event))
        entry["explanation"] = to_json(*explanation, view_.language);
      entry["causes"] = Json::array();
      for (const trace::Event& cause : causes_of(view_.trace, event)) {
        entry["causes"].push_back(
            {{"seq", cause.seq()}, {"event", trace::event_text(cause, epoch_, names_)}});
      }
      out.push_back(std::move(entry));
    }
    return json_text(out);
  }

 private:
  /// Without the blobs: a decision's explanation is told as a tree.
  [[nodiscard]] std::string short_event(const trace::EventView& event) const {
    std::string out = fmt::format("#{} {} {}", event.seq(), short_time(event.time(), epoch_),
                                  names_.host_name(event.host()));
    if (event.connection()) out += fmt::format(" c{}", event.connection().value);
    const trace::KindInfo* info = event.info();
    out += info != nullptr ? fmt::format(" {}", info->name)
                           : fmt::format(" kind {}", static_cast<unsigned>(event.kind()));
    for (std::size_t i = 0; info != nullptr && i < info->columns.size(); ++i) {
      const trace::Column& column = info->columns[i];
      if (column.type == trace::ColumnType::kBlob) continue;
      out +=
          fmt::format(" {}={}", column.name, fitted(trace::column_text(event, column, epoch_, names_), 60));
    }
    return out;
  }

  void add_event(std::string& out, const trace::Event& event) {
    put(out, 0, short_event(event), view_.width);
    if (const auto explanation = explanation_of(event))
      out += explanation_text(*explanation, view_.language, view_.width, 2);
    out += words_("cli.why-because") + ":\n";
    const std::vector<trace::Event> causes = causes_of(view_.trace, event);
    std::size_t told = 0;
    for (const trace::Event& cause : causes) {
      if (dissect::only_carries(cause.kind())) continue;
      if (++told > kMostShown) break;
      put(out, 2, short_event(cause), view_.width);
    }
    const std::uint64_t last_cause = causes.empty() ? event.cause() : causes.back().cause();
    if (last_cause == 0 && told <= kMostShown) put(out, 2, words_("cli.why-outside"), view_.width);
  }

  const View& view_;
  Speaker words_;
  trace::Projection names_;
  Instant epoch_;
};

std::optional<std::uint64_t> event_number(std::string_view id) {
  if (!id.empty() && id.front() == '#') id.remove_prefix(1);
  if (id.empty() || id.size() > 18) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : id) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

}  // namespace

std::string explanation_text(const Explanation& explanation, Language language, std::size_t width,
                             std::size_t indent) {
  const Speaker words(language);
  std::string out;
  std::string head = render(explanation.words, language);
  if (!explanation.outcome.empty()) head = fmt::format("[{}] {}", explanation.outcome, head);
  if (!explanation.rule.empty()) head += fmt::format("  ({})", explanation.rule);
  put(out, indent, head, width);
  std::vector<std::string> inputs;
  for (const Argument& input : explanation.inputs)
    inputs.push_back(fmt::format("{} = {}", input.name, printable(input.text)));
  if (!inputs.empty()) put(out, indent + 4, fmt::format("{}", fmt::join(inputs, ", ")), width);
  for (const LookUp& look_up : explanation.look_ups) {
    put(out, indent + 4,
        fmt::format("{}: {} {} -> {} ({}{})", words("cli.why-look-up"), look_up.type, look_up.name,
                    printable(look_up.answer), to_string(look_up.took),
                    look_up.from_cache ? words("cli.ladder-from-cache") : ""),
        width);
  }
  for (const Explanation& child : explanation.children)
    out += explanation_text(child, language, width, indent + 2);
  return out;
}

std::string explanation_json(const Explanation& explanation, Language language) {
  return json_line(to_json(explanation, language));
}

Result<std::string> why(const View& view, std::string_view id) {
  std::vector<trace::Event> events;
  if (const auto number = event_number(id)) {
    auto event = *number <= view.last ? view.trace.event(*number) : std::nullopt;
    if (event) events.push_back(std::move(*event));
  }
  if (events.empty() && !id.empty()) {
    view.trace.for_each(1, view.last, [&](const trace::EventView& event) {
      if (event.kind() != trace::Kind::kDecision || event.message() != id) return;
      if (auto owned = view.trace.event(event.seq())) events.push_back(std::move(*owned));
    });
  }
  if (events.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no event and no decided message `{}` at that moment", printable(id)));
  }
  Why made(view);
  return view.json ? made.json(events) : made.text(events);
}

}  // namespace glasspost::cli
