#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/protocol/smtp/leniency.h"
#include "engine/protocol/smtp/parameter.h"
#include "engine/protocol/smtp/path.h"
#include "engine/protocol/smtp/reply.h"

namespace glasspost::smtp {

/// Every verb that the codec knows; which ones a server takes is the machine's affair.
enum class Verb : std::uint8_t {
  kEhlo,
  kHelo,
  kMail,
  kRcpt,
  kData,
  kRset,
  kNoop,
  kVrfy,
  kExpn,
  kHelp,
  kQuit,
  kStartTls,  ///< RFC 3207
  kAuth,      ///< RFC 4954
  kBdat,      ///< RFC 3030
  kLhlo,      ///< RFC 2033
  kEtrn,      ///< RFC 1985
  kAtrn,      ///< RFC 2645
  kBurl,      ///< RFC 4468
  kUnknown,
};
inline constexpr std::size_t kVerbCount = 19;

/// "EHLO", ...; "unknown".
[[nodiscard]] std::string_view to_string(Verb verb);

/// A tolerated deviation: the switch's name (a literal) and what was seen.
struct LeniencyUse {
  std::string_view name;
  std::string detail;
};

/// One well-formed command.
struct Command {
  Verb verb = Verb::kUnknown;
  /// HELO, EHLO, LHLO: the name. VRFY, EXPN, NOOP, HELP, ETRN, ATRN, BURL, BDAT: what follows the verb. AUTH:
  /// the mechanism, upper case. Otherwise empty.
  std::string argument;
  std::optional<std::string> initial_response;  ///< AUTH: base64 as it stands; "=" is an empty response
  ReversePath reverse_path;                     ///< MAIL
  MailParameters mail_parameters;               ///< MAIL
  ForwardPath forward_path;                     ///< RCPT
  RecipientParameters recipient_parameters;     ///< RCPT
  bool had_source_route = false;                ///< it was ignored // RFC 5321 4.1.1.3
  std::vector<LeniencyUse> leniencies;
};

/// Why a line is no command, and the reply to say so.
struct CommandError {
  Verb verb = Verb::kUnknown;
  Reply reply;
  std::size_t offset = 0;  ///< in the line
};

struct CommandSyntax {
  Leniencies leniencies;
  bool allow_utf8 = true;  ///< in paths and arguments // RFC 6531 3.3
};

/// Octets of a command line, CRLF included: 512, and what SIZE (26), BODY (17), SMTPUTF8 (10) and AUTH= (500)
/// add to MAIL. // RFC 5321 4.5.3.1.4, RFC 1870 3, RFC 6152 2, RFC 6531 3.1, RFC 4954 3
inline constexpr std::size_t kMaxCommandLine = 512 + 26 + 17 + 10 + 500;
/// The same for AUTH and for a client's responses in its exchange. // RFC 4954 4
inline constexpr std::size_t kMaxAuthLine = 12288 + 2;

/// Reads one line without its CRLF. White space at its end is ignored. // RFC 5321 4.1.1
tl::expected<Command, CommandError> parse_command(std::string_view line, const CommandSyntax& syntax);

/// The verb that a line begins with.
[[nodiscard]] Verb parse_verb(std::string_view line, std::size_t* length = nullptr);

// The lines that a client sends, CRLF included. Paths and names must be well-formed.
[[nodiscard]] std::string encode_mail(const ReversePath& path, const std::vector<EsmtpParameter>& parameters);
[[nodiscard]] std::string encode_rcpt(const ForwardPath& path, const std::vector<EsmtpParameter>& parameters);

}  // namespace glasspost::smtp
