#pragma once

#include <string>
#include <string_view>

namespace glasspost::crypto {

/// The 32 lower-case hex digits that answer a CRAM-MD5 challenge (both not in base64): the client sends
/// "user SPACE digest". // RFC 2195 2
[[nodiscard]] std::string cram_md5_digest(std::string_view password, std::string_view challenge);

}  // namespace glasspost::crypto
