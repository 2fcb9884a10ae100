#pragma once

#include <string>
#include <string_view>

namespace glasspost::dissect {

/// Bytes as text that cannot disturb whoever shows it: control characters and what is not UTF-8 as `\xHH`.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace glasspost::dissect
