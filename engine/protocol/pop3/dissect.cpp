#include "engine/protocol/pop3/dissect.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/protocol/pop3/response.h"

namespace glasspost::pop3 {
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
  void skip(std::size_t length) { at_ += std::min(length, rest().size()); }
  void label_word(LabelKind kind) {
    skip_spaces();
    label(kind, std::min(rest().find_first_of(" \t"), rest().size()));
  }
  // A word of digits, or something else where digits should be.
  void label_number() {
    skip_spaces();
    const std::string_view word = rest().substr(0, rest().find_first_of(" \t"));
    label(std::all_of(word.begin(), word.end(), is_digit) ? LabelKind::kNumber : LabelKind::kUnknown,
          word.size());
  }
  // Everything that is left, without the white space at its end.
  void label_rest(LabelKind kind) {
    skip_spaces();
    const std::size_t last = rest().find_last_not_of(" \t");
    label(kind, last == std::string_view::npos ? 0 : last + 1);
  }
  std::vector<Label> take() { return std::move(labels_); }

 private:
  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<Label> labels_;
};

}  // namespace

std::string_view to_string(LabelKind kind) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "verb", "argument", "number",    "credential", "status", "response-code",
      "text", "keyword",  "unique-id", "end",        "unknown"};
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
  switch (verb) {
    case Verb::kUser:
      at.label_rest(LabelKind::kArgument);
      break;
    case Verb::kPass:
      at.skip(1);
      at.label(LabelKind::kCredential, at.rest().size());
      break;
    case Verb::kApop:
    case Verb::kAuth:
      at.label_word(LabelKind::kArgument);
      at.label_rest(LabelKind::kCredential);
      break;
    case Verb::kList:
    case Verb::kUidl:
    case Verb::kRetr:
    case Verb::kDele:
      at.label_number();
      break;
    case Verb::kTop:
      at.label_number();
      at.label_number();
      break;
    default:
      break;
  }
  at.label_rest(LabelKind::kUnknown);
  return at.take();
}

std::vector<Label> dissect_auth_line(std::string_view line) {
  Labeller at(line);
  at.label_rest(LabelKind::kCredential);
  return at.take();
}

std::vector<Label> dissect_response_line(std::string_view line, Verb verb) {
  Labeller at(line);
  const Result<Response> response = parse_response(line);
  if (!response) {
    at.label_rest(LabelKind::kUnknown);
    return at.take();
  }
  if (response->status == Status::kChallenge) {
    at.label(LabelKind::kStatus, 1);
    at.label_rest(LabelKind::kCredential);
    return at.take();
  }
  at.label(LabelKind::kStatus, response->positive() ? 3 : 4);
  at.skip_spaces();
  if (response->code != ResponseCode::kNone) at.label(LabelKind::kResponseCode, at.rest().find(']') + 1);
  // A listing of one message, and STAT's two numbers, stand on the first line. // RFC 1939 5
  const bool numbers = verb == Verb::kStat || verb == Verb::kList || verb == Verb::kUidl;
  at.skip_spaces();
  if (response->positive() && numbers && !at.rest().empty() && is_digit(at.rest().front())) {
    at.label_number();
    if (verb == Verb::kUidl) {
      at.label_word(LabelKind::kUniqueId);
    } else {
      at.label_number();
    }
  }
  at.label_rest(LabelKind::kText);
  return at.take();
}

std::vector<Label> dissect_listing_line(std::string_view line, Verb verb) {
  Labeller at(line);
  if (line == ".") {
    at.label(LabelKind::kEnd, 1);
    return at.take();
  }
  switch (verb) {
    case Verb::kList:
      at.label_number();
      at.label_number();
      break;
    case Verb::kUidl:
      at.label_number();
      at.label_word(LabelKind::kUniqueId);
      break;
    case Verb::kCapa:
      at.label_word(LabelKind::kKeyword);
      at.label_rest(LabelKind::kArgument);
      break;
    default:
      at.label_rest(LabelKind::kText);
      break;
  }
  at.label_rest(LabelKind::kUnknown);
  return at.take();
}

bool is_multi_line(Verb verb, bool with_argument) {
  switch (verb) {
    case Verb::kRetr:
    case Verb::kTop:
    case Verb::kCapa:
      return true;
    case Verb::kList:
    case Verb::kUidl:
      return !with_argument;
    default:
      return false;
  }
}

}  // namespace glasspost::pop3
