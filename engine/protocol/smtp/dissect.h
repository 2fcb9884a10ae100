#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/protocol/smtp/command.h"

namespace glasspost::smtp {

/// What a range of octets of one line is.
enum class LabelKind : std::uint8_t {
  kVerb,
  kArgument,    ///< a host name, a mechanism, free text
  kClause,      ///< "FROM:" or "TO:"
  kPath,        ///< with its angle brackets
  kParameter,   ///< keyword and value
  kCredential,  ///< base64 of a SASL exchange: secret
  kCode,        ///< a reply's three digits
  kSeparator,   ///< the space or hyphen after the code
  kEnhancedCode,
  kKeyword,  ///< an extension's name in the reply to EHLO
  kText,
  kUnknown,  ///< what makes no sense there
};
/// A stable lower-case name ("verb", "enhanced-code").
[[nodiscard]] std::string_view to_string(LabelKind kind);

struct Label {
  LabelKind kind = LabelKind::kUnknown;
  std::size_t offset = 0;  ///< in the line
  std::size_t length = 0;
  friend bool operator==(const Label&, const Label&) = default;
};

/// Labels for one command line without its CRLF: in order, without overlap, spaces left out. Total.
[[nodiscard]] std::vector<Label> dissect_command_line(std::string_view line);
/// The same for a client's line inside a SASL exchange.
[[nodiscard]] std::vector<Label> dissect_auth_line(std::string_view line);
/// The same for one line of a reply. `to_ehlo`: it answers EHLO; `first`: it is the reply's first line.
[[nodiscard]] std::vector<Label> dissect_reply_line(std::string_view line, bool to_ehlo = false,
                                                    bool first = true);

}  // namespace glasspost::smtp
