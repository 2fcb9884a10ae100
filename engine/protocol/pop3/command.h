#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::pop3 {

/// Every keyword that the codec knows; which ones a server takes is the machine's affair. // RFC 1939 5-7
enum class Verb : std::uint8_t {
  kUser,
  kPass,
  kApop,
  kAuth,  ///< RFC 5034
  kCapa,  ///< RFC 2449 5
  kStls,  ///< RFC 2595 4
  kStat,
  kList,
  kUidl,
  kRetr,
  kTop,
  kDele,
  kNoop,
  kRset,
  kQuit,
  kUnknown,
};
inline constexpr std::size_t kVerbCount = 16;

/// "USER", ...; "unknown".
[[nodiscard]] std::string_view to_string(Verb verb);

/// One well-formed command.
struct Command {
  Verb verb = Verb::kUnknown;
  /// USER, APOP: the name. PASS: the password, spaces included. AUTH: the mechanism, upper case.
  std::string argument;
  std::string digest;                           ///< APOP: 32 hexadecimal digits, lower case
  std::optional<std::string> initial_response;  ///< AUTH: base64 as it stands; "=" is an empty response
  /// RETR, DELE, TOP; LIST and UIDL where it was given. A number too large for any maildrop is the largest
  /// that fits.
  std::optional<std::uint32_t> message;
  std::uint32_t lines = 0;  ///< TOP: of the body

  friend bool operator==(const Command&, const Command&) = default;
};

/// Why a line is no command.
struct CommandError {
  Verb verb = Verb::kUnknown;
  std::string text;        ///< for the response: printable ASCII
  std::size_t offset = 0;  ///< in the line
};

/// Octets of a command line, CRLF included: at least 255 (RFC 2449 4); more, because passwords may be long.
inline constexpr std::size_t kMaxCommandLine = 512;
/// The same for AUTH and for a client's responses in its exchange. // RFC 4422 3, as SMTP's RFC 4954 4
inline constexpr std::size_t kMaxAuthLine = 12288 + 2;

/// Reads one line without its CRLF. Keywords go without regard to case; arguments stand behind one space or
/// more, and spaces at the end do not count, except in PASS. // RFC 1939 3, 7
tl::expected<Command, CommandError> parse_command(std::string_view line);

/// The keyword that a line begins with.
[[nodiscard]] Verb parse_verb(std::string_view line, std::size_t* length = nullptr);

/// The line that a client sends, CRLF included. The arguments must hold neither CR, LF nor NUL.
[[nodiscard]] std::string encode_command(const Command& command);

}  // namespace glasspost::pop3
