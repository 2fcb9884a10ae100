#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::imap {

/// A mailbox name as it crosses the wire (printable ASCII; "&" begins base64 of UTF-16, "&-" is "&" itself)
/// in UTF-8. Strict: no base64 for what is printable ASCII, right padding, whole characters, no two encoded
/// stretches side by side, so that each name has one form only. Error: kInvalidInput with offset.
/// // RFC 3501 5.1.3
[[nodiscard]] Result<std::string> decode_modified_utf7(std::string_view wire);
/// The wire's form of well-formed UTF-8; ill-formed bytes become U+FFFD. // RFC 3501 5.1.3
[[nodiscard]] std::string encode_modified_utf7(std::string_view utf8);

}  // namespace glasspost::imap
