#include "engine/protocol/smtp/dissect.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace glasspost::smtp {
namespace {

// Labels a line from left to right.
class Labeller {
 public:
  explicit Labeller(std::string_view line) : line_(line) {}

  [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }
  void label(LabelKind kind, std::size_t length) {
    length = std::min(length, rest().size());
    if (length > 0) labels_.push_back({kind, at_, length});
    at_ += length;
  }
  void skip_spaces() { at_ += std::min(rest().find_first_not_of(" \t"), rest().size()); }
  // Up to the next space, or all.
  [[nodiscard]] std::size_t word() const { return std::min(rest().find_first_of(" \t"), rest().size()); }
  // Everything that is left, without the white space at its end.
  void label_rest(LabelKind kind) {
    const std::size_t last = rest().find_last_not_of(" \t");
    label(kind, last == std::string_view::npos ? 0 : last + 1);
  }
  std::vector<Label> take() { return std::move(labels_); }

 private:
  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<Label> labels_;
};

void label_envelope(Labeller& at, bool is_mail) {
  const std::string_view clause = is_mail ? "FROM" : "TO";
  const std::size_t colon = at.rest().find(':');
  if (!istarts_with(at.rest(), clause) || colon == std::string_view::npos)
    return at.label_rest(LabelKind::kUnknown);
  at.label(LabelKind::kClause, colon + 1);
  at.skip_spaces();
  PathSyntax kind;
  kind.allow_missing_brackets = true;
  const auto path = parse_path_prefix(at.rest(), kind);
  at.label(path ? LabelKind::kPath : LabelKind::kUnknown, path ? path->length : at.word());
  at.skip_spaces();
  while (!at.rest().empty()) {
    at.label(LabelKind::kParameter, at.word());
    at.skip_spaces();
  }
}

}  // namespace

std::string_view to_string(LabelKind kind) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "verb", "argument",  "clause",        "path",    "parameter", "credential",
      "code", "separator", "enhanced-code", "keyword", "text",      "unknown"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<Label> dissect_command_line(std::string_view line) {
  Labeller at(line);
  std::size_t length = 0;
  const Verb verb = parse_verb(line, &length);
  if (verb == Verb::kUnknown) {
    at.label_rest(LabelKind::kUnknown);
    return at.take();
  }
  at.label(LabelKind::kVerb, length);
  at.skip_spaces();
  if (verb == Verb::kMail || verb == Verb::kRcpt) {
    label_envelope(at, verb == Verb::kMail);
  } else if (verb == Verb::kAuth) {
    at.label(LabelKind::kArgument, at.word());
    at.skip_spaces();
    at.label_rest(LabelKind::kCredential);
  } else {
    at.label_rest(LabelKind::kArgument);
  }
  return at.take();
}

std::vector<Label> dissect_auth_line(std::string_view line) {
  Labeller at(line);
  at.label_rest(LabelKind::kCredential);
  return at.take();
}

std::vector<Label> dissect_reply_line(std::string_view line, bool to_ehlo, bool first) {
  Labeller at(line);
  const bool code = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3, is_digit) &&
                    (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  if (!code) {
    at.label_rest(LabelKind::kUnknown);
    return at.take();
  }
  at.label(LabelKind::kCode, 3);
  at.label(LabelKind::kSeparator, 1);
  std::size_t length = 0;
  if (EnhancedStatusCode::parse_prefix(at.rest(), &length)) {
    at.label(LabelKind::kEnhancedCode, length);
    at.skip_spaces();
  }
  if (to_ehlo && !first) {
    at.label(LabelKind::kKeyword, std::min(at.rest().find_first_of(" ="), at.rest().size()));
    at.skip_spaces();
    at.label_rest(LabelKind::kArgument);
  } else {
    at.label_rest(LabelKind::kText);
  }
  return at.take();
}

}  // namespace glasspost::smtp
