#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/protocol/imap/command.h"

namespace glasspost::imap {

/// A command that a client sends, without its tag: text, in which some strings may have to be literals.
class ClientCommand {
 public:
  struct Piece {
    std::string bytes;
    bool literal = false;
  };

  /// `verb` is a literal: "UID FETCH".
  explicit ClientCommand(std::string_view verb) : verb_(verb) { text(verb); }

  ClientCommand& text(std::string_view text);
  /// " " and the string: an atom, quoted, or a literal. // RFC 3501 4.3
  ClientCommand& astring(std::string_view bytes);
  /// " " and a mailbox's name, given in UTF-8.
  ClientCommand& mailbox(std::string_view utf8);
  /// " (\\Seen $Forwarded)".
  ClientCommand& flags(const FlagList& flags);
  /// " \"02-Mar-2026 09:00:00 +0000\"".
  ClientCommand& date(Instant instant);
  /// " " and a literal, whatever the bytes.
  ClientCommand& literal(std::string bytes);

  [[nodiscard]] std::string_view verb() const { return verb_; }
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::string_view verb_;
  std::vector<Piece> pieces_;
};

/// How literals may be sent. // RFC 7888
enum class LiteralMode : std::uint8_t {
  kSynchronizing,  ///< each waits for the server's "+"
  kMinus,          ///< LITERAL-: those of at most 4,096 octets do not
  kPlus,           ///< LITERAL+: none does
};

/// The command's bytes, CRLF included, cut where the server must first say "+".
[[nodiscard]] std::vector<std::string> encode_command(std::string_view tag, const ClientCommand& command,
                                                      LiteralMode mode);
/// " \\Seen" for each, in parentheses.
[[nodiscard]] std::string format_flags(const FlagList& flags);

}  // namespace glasspost::imap
