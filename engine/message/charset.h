#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glasspost::message {

/// Text that was brought to UTF-8.
struct DecodedText {
  std::string text;           ///< always well-formed UTF-8
  bool charset_known = true;  ///< false: the bytes were taken as UTF-8 or else Windows-1252
  bool damaged = false;       ///< some bytes did not fit and became U+FFFD
};

/// Bytes in `charset` (a MIME name in any case; a language suffix `*en` is ignored) as UTF-8. Only charsets
/// of a fixed list are converted, so that no message reaches an exotic converter. Korean names (euc-kr,
/// ks_c_5601-1987, ksc5601, ...) mean CP949, which contains them; iso-8859-1 means Windows-1252 likewise.
[[nodiscard]] DecodedText decode_charset(std::string_view bytes, std::string_view charset);
/// Whether decode_charset converts that charset.
[[nodiscard]] bool is_known_charset(std::string_view charset);
/// UTF-8 with every ill-formed byte replaced by U+FFFD.
[[nodiscard]] std::string repair_utf8(std::string_view text);
[[nodiscard]] bool is_ascii(std::string_view text);

}  // namespace glasspost::message
