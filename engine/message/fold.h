#pragma once

#include <string>
#include <string_view>

namespace glasspost::message {

/// "Name: value\r\n", folded at white space of the value so that lines keep to 78 octets where they can and
/// to 998 where a single word allows it. No byte is changed but for CRLFs inserted before white space, and
/// bare CR, LF and NUL in `value`, which become spaces (nobody can smuggle a field in). // RFC
/// 5322 2.1.1, 2.2.3
[[nodiscard]] std::string fold_field(std::string_view name, std::string_view value);

}  // namespace glasspost::message
