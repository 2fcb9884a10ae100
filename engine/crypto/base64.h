#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::crypto {

/// RFC 4648 4, with padding, on one line.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// Only what base64_encode could have written: the alphabet, right padding, zero spare bits, no white space.
/// Error: kInvalidInput with the offset of the first byte that is wrong. For SASL and keys.
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);
/// What can be read of it: bytes outside the alphabet are skipped, missing padding and spare bits do not
/// matter, `=` ends it. For MIME bodies (RFC 2045 6.8) and folded DNS or header values.
[[nodiscard]] std::string base64_decode_tolerant(std::string_view text);

}  // namespace glasspost::crypto
