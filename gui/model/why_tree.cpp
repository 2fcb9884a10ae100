#include "gui/model/why_tree.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/why.h"
#include "engine/trace/payload.h"

namespace glasspost::gui {

namespace payload = trace::payload;

namespace {

// How far before a decision its answers are looked for.
constexpr std::uint64_t kWindow = 16'384;
constexpr std::size_t kMostQuote = 600;
constexpr std::size_t kMostNodes = 4096;

std::string_view without_dot(std::string_view name) {
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// The answers' records, cut at "; " outside of quotes.
std::vector<std::string_view> records_of(std::string_view answer) {
  std::vector<std::string_view> records;
  std::size_t from = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (answer[i] == '\\') {
      ++i;
    } else if (answer[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && answer.substr(i).starts_with("; ")) {
      records.push_back(answer.substr(from, i - from));
      from = i + 2;
    }
  }
  records.push_back(answer.substr(from));
  return records;
}

struct Answer {
  std::uint64_t seq = 0;
  std::string text;
};

class WhyBuilder {
 public:
  WhyBuilder(const trace::Trace& trace, const dissect::Dialogues& dialogues, const trace::EventView& decision)
      : trace_(trace), dialogues_(dialogues), decision_(decision) {}

  std::vector<WhyNode> build() {
    const auto explanation = dissect::explanation_of(decision_);
    if (explanation) add(*explanation, 0, std::to_string(decision_.seq()));
    return std::move(nodes_);
  }

 private:
  void add(const Explanation& step, std::uint32_t depth, const std::string& id) {
    if (nodes_.size() >= kMostNodes) return;
    WhyNode node;
    node.kind = WhyKind::kStep;
    node.depth = depth;
    node.id = id;
    node.parent = !step.children.empty() || !step.look_ups.empty() || !step.ranges.empty();
    node.words = step.words;
    node.outcome = step.outcome;
    node.rule = step.rule;
    node.inputs = step.inputs;
    nodes_.push_back(std::move(node));
    std::size_t number = 0;
    for (const LookUp& look_up : step.look_ups)
      add_look_up(look_up, depth + 1, fmt::format("{}.{}", id, number++));
    for (const ByteRange& range : step.ranges)
      add_bytes(range, step, depth + 1, fmt::format("{}.{}", id, number++));
    for (const Explanation& child : step.children)
      add(child, depth + 1, fmt::format("{}.{}", id, number++));
  }

  void add_look_up(const LookUp& look_up, std::uint32_t depth, std::string id) {
    WhyNode node;
    node.kind = WhyKind::kLookUp;
    node.depth = depth;
    node.id = std::move(id);
    node.look_up = look_up;
    if (const auto answer = answer_to(look_up.name, look_up.type)) {
      node.seq = answer->seq;
      node.jump = EventSelected{answer->seq};
    }
    nodes_.push_back(std::move(node));
  }

  void add_bytes(const ByteRange& range, const Explanation& step, std::uint32_t depth, std::string id) {
    WhyNode node;
    node.kind = WhyKind::kBytes;
    node.depth = depth;
    node.id = std::move(id);
    node.of = range.of;
    switch (range.source) {
      case RangeSource::kDnsRecord:
        quote_record(range, step, node);
        break;
      case RangeSource::kMessage:
        quote_message(range, node);
        break;
      case RangeSource::kCommandLine:
        quote_command(range, node);
        break;
    }
    if (!node.text.empty()) nodes_.push_back(std::move(node));
  }

  /// The latest answer to that question at the decision's host.
  [[nodiscard]] std::optional<Answer> answer_to(std::string_view name, std::string_view type) const {
    std::optional<Answer> found;
    const std::uint64_t first = decision_.seq() > kWindow ? decision_.seq() - kWindow : 1;
    trace_.for_each(first, decision_.seq(), [&](const trace::EventView& event) {
      if (event.kind() != trace::Kind::kDnsAnswered || event.host() != decision_.host()) return;
      const auto answered = *event.as<payload::DnsAnswered>();
      if (iequals(without_dot(answered.name), without_dot(name)) && iequals(answered.type, type))
        found = Answer{event.seq(), std::string(answered.answer)};
    });
    return found;
  }

  void quote_record(const ByteRange& range, const Explanation& step, WhyNode& node) const {
    const std::size_t blank = range.of.rfind(' ');
    if (blank == std::string::npos) return;
    const auto answer = answer_to(std::string_view(range.of).substr(0, blank), range.of.substr(blank + 1));
    std::string answered = answer ? answer->text : std::string();
    if (!answer) {
      for (const LookUp& look_up : step.look_ups)
        answered = look_up.answer;
    }
    // Of several records the one that the check read: the others are not about mail.
    for (const std::string_view record : records_of(answered)) {
      std::string text = record_text(record);
      if (range.offset + range.length > text.size()) continue;
      const bool versioned = text.starts_with("v=");
      if (node.text.empty() || (versioned && !node.text.starts_with("v="))) node.text = std::move(text);
    }
    if (node.text.empty()) return;
    mark(node, range.offset, range.length);
    if (!answer) return;
    node.seq = answer->seq;
    node.jump = EventSelected{answer->seq};
  }

  /// The last line of that kind that the client said before the decision.
  [[nodiscard]] const dissect::Line* said_before(dissect::LineKind kind) const {
    const dissect::Dialogue* dialogue = dialogues_.find(decision_.connection());
    const dissect::Line* found = nullptr;
    if (dialogue == nullptr) return found;
    for (const dissect::Line& line : dialogue->lines) {
      if (line.seq > decision_.seq()) break;
      if (line.kind == kind && line.direction == trace::Direction::kToServer) found = &line;
    }
    return found;
  }

  void quote_message(const ByteRange& range, WhyNode& node) const {
    const dissect::Line* line = said_before(dissect::LineKind::kContent);
    if (line == nullptr) return;
    const std::string content = dissect::bytes_of(trace_, decision_.connection(), *line);
    // On the wire a dot at the beginning of a line is doubled. // RFC 5321 4.5.2
    std::size_t at = 0;
    std::uint64_t place = 0;
    std::size_t begin = content.size();
    for (bool line_begins = true; at < content.size() && place < range.offset + range.length; ++at) {
      if (place == range.offset && begin == content.size()) begin = at;
      if (!(line_begins && content[at] == '.')) ++place;
      line_begins = content[at] == '\n';
    }
    if (begin >= content.size() && range.length > 0) return;
    const std::size_t length = at - std::min(begin, at);
    node.text = content.substr(begin, std::min(length, kMostQuote));
    mark(node, 0, node.text.size());
    node.seq = line->seq;
    node.jump =
        BytesSelected{decision_.connection(), line->direction, line->layer, line->offset + begin, length};
  }

  void quote_command(const ByteRange& range, WhyNode& node) const {
    const dissect::Line* line = said_before(dissect::LineKind::kCommand);
    if (line == nullptr) return;
    node.text = line->text;
    mark(node, range.offset, range.length);
    node.seq = line->seq;
    node.jump = BytesSelected{decision_.connection(), line->direction, line->layer,
                              line->offset + range.offset, range.length};
  }

  static void mark(WhyNode& node, std::uint64_t offset, std::uint64_t length) {
    if (node.text.size() > kMostQuote && offset > kMostQuote / 2) {
      const std::size_t cut = offset - kMostQuote / 4;
      node.text.erase(0, cut);
      offset -= cut;
    }
    if (node.text.size() > kMostQuote) node.text.resize(kMostQuote);
    node.mark = std::min<std::size_t>(offset, node.text.size());
    node.mark_length = std::min<std::size_t>(length, node.text.size() - node.mark);
  }

  const trace::Trace& trace_;
  const dissect::Dialogues& dialogues_;
  const trace::EventView& decision_;
  std::vector<WhyNode> nodes_;
};

}  // namespace

std::string record_text(std::string_view presentation) {
  if (!presentation.starts_with('"')) return std::string(presentation);
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < presentation.size(); ++i) {
    const char c = presentation[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\\' && i + 3 < presentation.size() && is_digit(presentation[i + 1]) &&
               is_digit(presentation[i + 2]) && is_digit(presentation[i + 3])) {
      const int value =
          (presentation[i + 1] - '0') * 100 + (presentation[i + 2] - '0') * 10 + (presentation[i + 3] - '0');
      text += static_cast<char>(value & 0xff);
      i += 3;
    } else if (c == '\\' && i + 1 < presentation.size()) {
      text += presentation[++i];
    } else if (quoted) {
      text += c;
    }
  }
  return text;
}

std::vector<WhyNode> why_tree(const trace::Trace& trace, const dissect::Dialogues& dialogues,
                              const trace::EventView& decision) {
  return WhyBuilder(trace, dialogues, decision).build();
}

std::vector<std::uint64_t> told_causes(const trace::Trace& trace, const trace::EventView& event,
                                       std::size_t most) {
  std::vector<std::uint64_t> told;
  for (const trace::Event& cause : dissect::causes_of(trace, event)) {
    if (dissect::only_carries(cause.kind())) continue;
    told.push_back(cause.seq());
    if (told.size() >= most) break;
  }
  return told;
}

}  // namespace glasspost::gui
