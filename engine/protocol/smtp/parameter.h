#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::smtp {

enum class BodyType : std::uint8_t { kUnspecified, k7Bit, k8BitMime, kBinaryMime };

/// One `keyword[=value]` after a path, as written. // RFC 5321 4.1.2
struct EsmtpParameter {
  std::string keyword;  ///< upper case
  std::optional<std::string> value;
  friend bool operator==(const EsmtpParameter&, const EsmtpParameter&) = default;
};

/// What a MAIL command said beside its path.
struct MailParameters {
  std::optional<std::uint64_t> size;  ///< octets announced // RFC 1870 6
  BodyType body = BodyType::kUnspecified;
  bool smtputf8 = false;            ///< RFC 6531 3.4
  std::optional<std::string> auth;  ///< decoded from xtext; "<>" as it stands // RFC 4954 5
  std::vector<EsmtpParameter> all;  ///< every parameter in the order given, these included
  friend bool operator==(const MailParameters&, const MailParameters&) = default;
};

/// What a RCPT command said beside its path.
struct RecipientParameters {
  std::vector<EsmtpParameter> all;
  friend bool operator==(const RecipientParameters&, const RecipientParameters&) = default;
};

/// Checks a parameter's value against the grammar of the extension that defines it, for every keyword in the
/// registry that goes with MAIL or RCPT, supported here or not. Errors: kInvalidInput (bad value),
/// kUnsupported (no such keyword for this command).
Ok check_parameter(const EsmtpParameter& parameter, bool of_mail);

/// xtext: `+` and two upper-case hex digits stand for an octet. // RFC 3461 4
[[nodiscard]] Result<std::string> decode_xtext(std::string_view text);
[[nodiscard]] std::string encode_xtext(std::string_view text);

}  // namespace glasspost::smtp
