#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/protocol/pop3/command.h"

namespace glasspost::pop3 {

/// What a range of octets of one line is.
enum class LabelKind : std::uint8_t {
  kVerb,
  kArgument,      ///< a user's name, a mechanism
  kNumber,        ///< a message number, or a count
  kCredential,    ///< a password, a digest, base64 of a SASL exchange: secret
  kStatus,        ///< "+OK", "-ERR", "+"
  kResponseCode,  ///< with its brackets
  kText,
  kKeyword,   ///< a capability's name
  kUniqueId,  ///< in a line of UIDL's listing
  kEnd,       ///< the lone dot
  kUnknown,   ///< what makes no sense there
};
/// A stable lower-case name ("verb", "response-code").
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
/// The same for a response's first line, which answers `verb` (kUnknown: the greeting).
[[nodiscard]] std::vector<Label> dissect_response_line(std::string_view line, Verb verb);
/// The same for a further line of a multi-line response to LIST, UIDL or CAPA. The lines of a message (RETR,
/// TOP) are text.
[[nodiscard]] std::vector<Label> dissect_listing_line(std::string_view line, Verb verb);

/// True where a positive response to this command goes over several lines and a lone dot ends it.
[[nodiscard]] bool is_multi_line(Verb verb, bool with_argument);

}  // namespace glasspost::pop3
