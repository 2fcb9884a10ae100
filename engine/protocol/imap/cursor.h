#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/protocol/imap/command.h"

namespace glasspost::imap {

/// Reads a raw command from its front. The first failure stays: from then on nothing moves and everything
/// gives an empty value, so a parser looks at failed() where it loops and at its end.
class Cursor {
 public:
  explicit Cursor(RawCommand& raw) : raw_(raw), text_(raw.text) {}

  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  void fail(std::string message);
  void fail_at(std::size_t offset, std::string message);

  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size() || failed(); }
  /// The next character, NUL at the end.
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  /// Takes the character if it comes next.
  bool take(char c);
  /// Takes the text if it comes next, ASCII case ignored.
  bool take_text(std::string_view text);
  void expect(char c);
  void space() { expect(' '); }
  /// The command must be over; spaces at its end are let pass.
  void end();

  // RFC 3501 9; `what` names the thing in the message of a failure.
  std::string tag();
  std::string atom(std::string_view what);
  std::string astring(std::string_view what);
  std::string string(std::string_view what);  ///< quoted or literal
  std::optional<std::string> nstring(std::string_view what);
  /// The same, whose literal may hold NUL: what servers send of messages that came by other ways.
  std::optional<std::string> nstring_bytes(std::string_view what);
  std::string list_mailbox();
  std::uint32_t number();
  std::uint32_t nonzero_number();
  std::uint64_t number64();  ///< below 2^63 // RFC 7162 7
  SequenceSet sequence_set();
  FlagList flag_list();  ///< in parentheses
  FlagList flags();      ///< in parentheses or bare // RFC 3501 9 store-att-flags
  /// The message of APPEND: a literal, which may hold anything but NUL.
  std::string literal_message();

 private:
  std::string run(bool (*member)(char), std::string_view what);
  std::string quoted();
  std::string literal();
  [[nodiscard]] bool at_literal() const;
  void flag(FlagList& into);
  std::uint64_t digits(std::uint64_t most);

  RawCommand& raw_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t next_literal_ = 0;
  std::optional<Error> error_;
};

[[nodiscard]] bool is_atom_char(char c);
[[nodiscard]] bool is_astring_char(char c);

}  // namespace glasspost::imap
