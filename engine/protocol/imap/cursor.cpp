#include "engine/protocol/imap/cursor.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

bool is_list_char(char c) {  // RFC 3501 9
  return is_astring_char(c) || c == '%' || c == '*';
}
bool is_tag_char(char c) {
  return is_astring_char(c) && c != '+';
}
bool is_set_char(char c) {
  return is_digit(c) || c == ':' || c == ',' || c == '*';
}

}  // namespace

bool is_atom_char(char c) {
  return c > 0x20 && c < 0x7f && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
}
bool is_astring_char(char c) {
  return is_atom_char(c) || c == ']';
}

void Cursor::fail(std::string message) {
  fail_at(at_, std::move(message));
}

void Cursor::fail_at(std::size_t offset, std::string message) {
  if (!error_) error_ = Error{ErrorCode::kInvalidInput, std::move(message), offset};
}

bool Cursor::take(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool Cursor::take_text(std::string_view text) {
  if (failed() || !istarts_with(text_.substr(at_), text)) return false;
  at_ += text.size();
  return true;
}

void Cursor::expect(char c) {
  if (take(c)) return;
  fail(c == ' ' ? std::string("a space was expected") : std::string("\"") + c + "\" was expected");
}

void Cursor::end() {
  while (take(' ')) {
  }
  if (!failed() && at_ < text_.size()) fail("the command should have ended here");
}

std::string Cursor::run(bool (*member)(char), std::string_view what) {
  if (failed()) return {};
  const std::size_t begin = at_;
  while (at_ < text_.size() && member(text_[at_]))
    ++at_;
  if (at_ == begin) fail(std::string(what) + " was expected");
  return std::string(text_.substr(begin, at_ - begin));
}

std::string Cursor::tag() {
  constexpr std::size_t kLongestTag = 64;
  std::string tag = run(is_tag_char, "a tag");
  if (tag.size() > kLongestTag) {
    fail_at(0, "a tag has at most 64 characters");
    return {};
  }
  return tag;
}

std::string Cursor::atom(std::string_view what) {
  return run(is_atom_char, what);
}

bool Cursor::at_literal() const {
  return peek() == '{';
}

std::string Cursor::astring(std::string_view what) {
  if (peek() == '"' || at_literal()) return string(what);
  return run(is_astring_char, what);
}

std::string Cursor::string(std::string_view what) {
  if (peek() == '"') return quoted();
  if (!at_literal()) {
    fail(std::string(what) + " was expected");
    return {};
  }
  const std::size_t begin = at_;
  std::string bytes = literal();
  if (bytes.find('\0') != std::string::npos) fail_at(begin, "a string holds no NUL");  // RFC 3501 9 CHAR8
  return failed() ? std::string() : bytes;
}

std::optional<std::string> Cursor::nstring(std::string_view what) {
  if (peek() != '"' && !at_literal() && take_text("NIL")) return std::nullopt;
  return string(what);
}

std::optional<std::string> Cursor::nstring_bytes(std::string_view what) {
  if (at_literal()) return literal();
  return nstring(what);
}

std::string Cursor::list_mailbox() {
  if (peek() == '"' || at_literal()) return string("a mailbox pattern");
  return run(is_list_char, "a mailbox pattern");
}

std::string Cursor::quoted() {
  const std::size_t begin = at_;
  std::string out;
  expect('"');
  while (!failed()) {
    if (at_ >= text_.size()) {
      fail_at(begin, "a quoted string has no end");
      break;
    }
    char c = text_[at_];
    if (c == '"') {
      ++at_;
      return out;
    }
    if (c == '\\') {
      c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (c != '"' && c != '\\') {
        fail("only a quote or a backslash may follow a backslash");
        break;
      }
      ++at_;
    } else if (c == '\0' || c == '\r' || c == '\n') {
      fail("a quoted string is one line of text");
      break;
    }
    out += c;
    ++at_;
  }
  return {};
}

std::string Cursor::literal() {
  const std::size_t begin = at_;
  const std::size_t end = text_.find("}\r\n", at_);
  if (end == std::string_view::npos || next_literal_ >= raw_.literals.size()) {
    fail("a literal was expected");
    return {};
  }
  const std::string_view inside = text_.substr(begin + 1, end - begin - 1);
  const std::string_view size =
      inside.substr(0, inside.size() - (inside.empty() || inside.back() != '+' ? 0 : 1));
  if (size.empty() || !std::all_of(size.begin(), size.end(), is_digit)) {
    fail("a literal was expected");
    return {};
  }
  at_ = end + 3;
  return std::move(raw_.literals[next_literal_++]);
}

std::string Cursor::literal_message() {
  if (!at_literal()) {
    fail("the message as a literal was expected");
    return {};
  }
  const std::size_t begin = at_;
  std::string bytes = literal();
  if (bytes.find('\0') != std::string::npos) fail_at(begin, "a message with NUL would need BINARY");
  return bytes;
}

std::uint64_t Cursor::digits(std::uint64_t most) {
  if (failed()) return 0;
  const std::size_t begin = at_;
  std::uint64_t value = 0;
  while (at_ < text_.size() && is_digit(text_[at_])) {
    const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
    if (value > (most - digit) / 10) {
      fail_at(begin, "the number is too large");
      return 0;
    }
    value = value * 10 + digit;
    ++at_;
  }
  if (at_ == begin) fail("a number was expected");
  return value;
}

std::uint32_t Cursor::number() {
  return static_cast<std::uint32_t>(digits(0xffff'ffff));
}

std::uint32_t Cursor::nonzero_number() {
  const std::size_t begin = at_;
  const std::uint32_t value = number();
  if (value == 0) fail_at(begin, "the number must be above 0");
  return value;
}

std::uint64_t Cursor::number64() {
  return digits(0x7fff'ffff'ffff'ffff);
}

SequenceSet Cursor::sequence_set() {
  const std::size_t begin = at_;
  const std::string text = run(is_set_char, "a set of messages");
  if (failed()) return {};
  Result<SequenceSet> set = parse_sequence_set(text);
  if (set) return std::move(*set);
  fail_at(begin + set.error().offset.value_or(0), set.error().message);
  return {};
}

void Cursor::flag(FlagList& into) {
  const std::size_t begin = at_;
  if (!take('\\')) {
    into.keywords.push_back(atom("a flag"));
    return;
  }
  const std::string name = to_lower(atom("a flag"));
  if (failed()) return;
  if (name == "seen") {
    into.system |= system_flag::kSeen;
  } else if (name == "answered") {
    into.system |= system_flag::kAnswered;
  } else if (name == "flagged") {
    into.system |= system_flag::kFlagged;
  } else if (name == "deleted") {
    into.system |= system_flag::kDeleted;
  } else if (name == "draft") {
    into.system |= system_flag::kDraft;
  } else if (name == "recent") {
    fail_at(begin, "\\Recent cannot be set");  // RFC 3501 2.3.2
  } else {
    fail_at(begin, "there is no such system flag");
  }
}

FlagList Cursor::flag_list() {
  FlagList out;
  expect('(');
  if (take(')')) return out;
  do {
    flag(out);
  } while (take(' '));
  expect(')');
  return out;
}

FlagList Cursor::flags() {
  if (peek() == '(') return flag_list();
  FlagList out;
  do {
    flag(out);
  } while (take(' '));
  return out;
}

}  // namespace glasspost::imap
