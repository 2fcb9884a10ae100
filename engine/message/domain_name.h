#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::message {

/// The domain with every U-label as A-label, in lower case: the form for DNS and for servers without
/// SMTPUTF8. Address literals are returned as they are. Error: kInvalidInput (not a domain name of RFC 5890).
[[nodiscard]] Result<std::string> to_a_labels(std::string_view domain);
/// The domain with every A-label as U-label, for people; what cannot be converted stays.
[[nodiscard]] std::string to_u_labels(std::string_view domain);
/// ASCII-case-insensitive, A-label and U-label alike, a final dot ignored.
[[nodiscard]] bool same_domain(std::string_view a, std::string_view b);

}  // namespace glasspost::message
