#include "engine/protocol/imap/dissect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace dissect_detail {

/// Goes through a line from left to right and labels it.
class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) { find_literal(); }

  [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }
  [[nodiscard]] bool done() const { return at_ >= line_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }
  void skip_spaces() {
    while (!done() && line_[at_] == ' ')
      ++at_;
  }
  void skip(std::size_t count) { at_ = std::min(at_ + count, line_.size()); }
  std::string_view label(LabelKind kind, std::size_t length) {
    const std::string_view text = rest().substr(0, length);
    if (!text.empty()) labels_.push_back({kind, at_, text.size()});
    at_ += text.size();
    return text;
  }
  std::string_view label_word(LabelKind kind) {
    skip_spaces();
    return label(kind, std::min(rest().find(' '), rest().size()));
  }
  void label_rest(LabelKind kind) {
    skip_spaces();
    const std::size_t last = rest().find_last_not_of(" \t");
    if (last != std::string_view::npos) label(kind, last + 1);
    at_ = line_.size();
  }

  /// The length of the next value: an atom with its brackets, a quoted string, a list with all that is in it.
  /// `depth`: how many parentheses are open; what is left open at the end of the line stays in it.
  [[nodiscard]] std::size_t value(std::size_t& depth) const {
    std::size_t i = 0;
    bool quoted = false;
    bool bracket = false;
    const std::string_view text = rest();
    for (; i < text.size(); ++i) {
      const char c = text[i];
      if (quoted) {
        if (c == '\\') {
          ++i;
        } else if (c == '"') {
          quoted = false;
        }
        continue;
      }
      if (bracket && c != '"') {
        bracket = c != ']';
        continue;
      }
      if (c == '"') {
        quoted = true;
      } else if (c == '[') {
        bracket = true;
      } else if (c == '(') {
        if (depth == 0 && i > 0) break;
        ++depth;
      } else if (c == ')') {
        if (depth == 0) break;
        if (--depth == 0) return i + 1;
      } else if (c == ' ' && depth == 0) {
        break;
      }
    }
    return std::min(i, text.size());
  }

  /// Takes the announcement of a literal away from the line's end, until the end is reached.
  [[nodiscard]] const std::optional<LiteralAnnounced>& literal() const { return literal_; }
  void hide_literal() {
    if (literal_) line_ = whole_.substr(0, literal_at_);
  }
  void label_literal() {
    if (!literal_) return;
    line_ = whole_;
    at_ = literal_at_;
    label(LabelKind::kLiteral, whole_.size());
  }
  std::vector<Label> take() { return std::move(labels_); }

 private:
  // "{5}", "{5+}", "~{5}" at the end. // RFC 3501 9, RFC 7888 8, RFC 3516 4.4
  void find_literal() {
    whole_ = line_;
    if (!line_.ends_with('}')) return;
    std::size_t end = line_.size() - 1;
    LiteralAnnounced found;
    if (end > 0 && line_[end - 1] == '+') {
      found.synchronizing = false;
      --end;
    }
    std::size_t at = end;
    while (at > 0 && is_digit(line_[at - 1]) && end - at < 20)
      --at;
    if (at == end || at == 0 || line_[at - 1] != '{') return;
    constexpr std::uint64_t kMost = 0xffff'ffff'ffff;
    for (std::size_t i = at; i < end; ++i)
      found.size = std::min(kMost, found.size * 10 + static_cast<std::uint64_t>(line_[i] - '0'));
    literal_at_ = at - 1;
    if (literal_at_ > 0 && line_[literal_at_ - 1] == '~') --literal_at_;
    literal_ = found;
  }

  std::string_view line_;   ///< what is gone through
  std::string_view whole_;  ///< with the announcement
  std::size_t at_ = 0;
  std::size_t literal_at_ = 0;
  std::optional<LiteralAnnounced> literal_;
  std::vector<Label> labels_;
};

}  // namespace dissect_detail

using dissect_detail::Scanner;

namespace {

bool is_atom(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return c > 0x20 && c < 0x7f && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
  });
}

bool is_number(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
}

std::uint32_t number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits)
    value = std::min<std::uint64_t>(0xffff'ffff, value * 10 + static_cast<std::uint64_t>(c - '0'));
  return static_cast<std::uint32_t>(value);
}

bool is_status(std::string_view name) {
  return name == "OK" || name == "NO" || name == "BAD" || name == "PREAUTH" || name == "BYE";
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whose first argument is a mailbox, and whose is a set of messages. // RFC 3501 6.3, 6.4
constexpr std::array<std::string_view, 9> kOfMailbox = {
    "SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "STATUS", "APPEND"};
constexpr std::array<std::string_view, 5> kOfMessages = {"FETCH", "STORE", "COPY", "MOVE", "EXPUNGE"};

// Items of FETCH whose value is a message, or the header that tells which one it is.
bool is_message(std::string_view item) {
  return item == "RFC822" || item == "RFC822.HEADER" || item == "BODY[]" || item == "BODY[]<0>" ||
         item.starts_with("BODY[HEADER]") || item.starts_with("BODY[HEADER.FIELDS ");
}

}  // namespace

std::string_view to_string(LabelKind kind) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "tag",     "untagged", "continuation",  "verb",          "mailbox", "numbers", "argument", "credential",
      "literal", "status",   "response-code", "response-name", "keyword", "text",    "unknown"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<Label> CommandDissector::begin(std::string_view line) {
  *this = {};
  Scanner at(line);
  at.hide_literal();
  const std::string_view tag = line.substr(0, line.find(' '));
  if (!is_atom(tag) || tag.size() == line.size() || tag.find('+') != std::string_view::npos) {
    unknown(at);
    return at.take();
  }
  tag_ = at.label(LabelKind::kTag, tag.size());
  at.skip_spaces();
  std::size_t length = std::min(at.rest().find(' '), at.rest().size());
  std::string verb = to_upper(at.rest().substr(0, length));
  if (verb == "UID") {
    const std::size_t second = at.rest().find_first_not_of(' ', length);
    if (second != std::string_view::npos) {
      const std::string_view word = at.rest().substr(second, at.rest().find(' ', second) - second);
      by_uid_ = true;
      verb = to_upper(word);
      length = second + word.size();
    }
  }
  if (!is_atom(verb)) {
    unknown(at);
    return at.take();
  }
  verb_ = verb;
  at.label(LabelKind::kVerb, length);
  arguments_at_ = at.at();
  arguments(at);
  return at.take();
}

// What makes no sense may announce a literal all the same.
void CommandDissector::unknown(Scanner& at) {
  at.label_rest(LabelKind::kUnknown);
  literal_ = at.literal();
  at.label_literal();
}

std::vector<Label> CommandDissector::go_on(std::string_view line) {
  literal_.reset();
  Scanner at(line);
  at.hide_literal();
  if (depth_ == 0) ++argument_;
  arguments(at);
  return at.take();
}

LabelKind CommandDissector::kind_of_argument() const {
  if (verb_ == "LOGIN") return argument_ == 0 ? LabelKind::kArgument : LabelKind::kCredential;
  if (verb_ == "AUTHENTICATE") return argument_ == 0 ? LabelKind::kArgument : LabelKind::kCredential;
  if (verb_ == "ENABLE") return LabelKind::kKeyword;
  if (argument_ == 0 && is_one_of(verb_, kOfMailbox)) return LabelKind::kMailbox;
  if (argument_ == 0 && is_one_of(verb_, kOfMessages)) return LabelKind::kNumbers;
  const bool names_target = verb_ == "RENAME" || verb_ == "COPY" || verb_ == "MOVE";
  return argument_ == 1 && names_target ? LabelKind::kMailbox : LabelKind::kArgument;
}

// Up to the end of the line, or the announcement of a literal.
void CommandDissector::arguments(Scanner& at) {
  for (at.skip_spaces(); !at.done(); at.skip_spaces()) {
    const LabelKind kind = kind_of_argument();
    const std::size_t length = at.value(depth_);
    if (length == 0) {  // a parenthesis that nothing has opened
      at.label(LabelKind::kUnknown, 1);
      continue;
    }
    at.label(kind, length);
    if (depth_ == 0) ++argument_;
  }
  literal_ = at.literal();
  if (!literal_) return;
  if (kind_of_argument() == LabelKind::kCredential) literal_->use = LiteralAnnounced::Use::kSecret;
  if (verb_ == "APPEND" && argument_ > 0 && depth_ == 0) literal_->use = LiteralAnnounced::Use::kMessage;
  at.label_literal();
}

std::vector<Label> ResponseDissector::begin(std::string_view line) {
  *this = {};
  Scanner at(line);
  if (line.starts_with('+')) {  // RFC 3501 7.5
    tag_ = name_ = "+";
    at.label(LabelKind::kContinuation, 1);
    at.label_rest(LabelKind::kText);
    return at.take();
  }
  const std::string_view tag = line.substr(0, line.find(' '));
  const bool untagged = tag == "*";
  if (!untagged && !is_atom(tag)) {
    at.label_rest(LabelKind::kUnknown);
    return at.take();
  }
  at.label(untagged ? LabelKind::kUntagged : LabelKind::kTag, tag.size());
  at.skip_spaces();
  std::string_view word = at.rest().substr(0, at.rest().find(' '));
  if (untagged && is_number(word)) {
    number_ = number_of(at.label(LabelKind::kNumbers, word.size()));
    at.skip_spaces();
    word = at.rest().substr(0, at.rest().find(' '));
  }
  const std::string name = to_upper(word);
  if (!is_atom(name) || (!untagged && !is_status(name))) {
    at.label_rest(LabelKind::kUnknown);
    return at.take();
  }
  tag_ = tag;
  name_ = name;
  if (is_status(name_)) {
    status(at);
    return at.take();
  }
  at.label(LabelKind::kResponseName, name_.size());
  at.hide_literal();
  at.skip_spaces();
  if (name_ == "FETCH" && at.rest().starts_with('(')) {
    at.skip(1);
    in_items_ = true;
    items(at);
  } else {
    values(at);
  }
  return at.take();
}

std::vector<Label> ResponseDissector::go_on(std::string_view line) {
  literal_.reset();
  Scanner at(line);
  at.hide_literal();
  if (in_items_) {
    if (depth_ == 0) item_.clear();
    items(at);
  } else {
    if (depth_ == 0) ++value_;
    values(at);
  }
  return at.take();
}

// What follows is for people: a brace at its end announces nothing. // RFC 3501 7.1
void ResponseDissector::status(Scanner& at) {
  at.label(LabelKind::kStatus, name_.size());
  at.skip_spaces();
  if (at.rest().starts_with('[')) {
    const std::size_t end = std::min(at.rest().find(']'), at.rest().size() - 1);
    const std::string_view code = at.label(LabelKind::kResponseCode, end + 1).substr(1);
    code_ = to_upper(code.substr(0, code.find_first_of(" ]")));
  }
  at.label_rest(LabelKind::kText);
}

void ResponseDissector::values(Scanner& at) {
  for (at.skip_spaces(); !at.done(); at.skip_spaces()) {
    if (name_ == "SEARCH") return at.label_rest(LabelKind::kNumbers);
    const std::size_t length = at.value(depth_);
    if (length == 0) {
      at.label(LabelKind::kUnknown, 1);
      continue;
    }
    LabelKind kind = LabelKind::kArgument;
    if (name_ == "CAPABILITY" || name_ == "ENABLED") kind = LabelKind::kKeyword;
    if (name_ == "STATUS" && value_ == 0) kind = LabelKind::kMailbox;
    if ((name_ == "LIST" || name_ == "LSUB") && value_ == 2) kind = LabelKind::kMailbox;
    at.label(kind, length);
    if (depth_ == 0) ++value_;
  }
  literal_ = at.literal();
  at.label_literal();
}

// Names and values in turn, up to the closing parenthesis. // RFC 3501 7.4.2
void ResponseDissector::items(Scanner& at) {
  for (at.skip_spaces(); !at.done(); at.skip_spaces()) {
    const std::size_t length = at.value(depth_);
    if (length == 0) {
      in_items_ = false;
      at.skip(1);
      return at.label_rest(LabelKind::kUnknown);
    }
    if (item_.empty()) {
      item_ = to_upper(at.label(depth_ == 0 ? LabelKind::kKeyword : LabelKind::kUnknown, length));
    } else {
      at.label(LabelKind::kArgument, length);
      if (depth_ == 0) item_.clear();
    }
  }
  literal_ = at.literal();
  if (!literal_) return;
  if (depth_ == 0 && is_message(item_)) literal_->use = LiteralAnnounced::Use::kMessage;
  at.label_literal();
}

}  // namespace glasspost::imap
