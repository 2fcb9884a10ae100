#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glasspost {

// Character classes and case folding of protocol text: ASCII only, never the locale's.

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
[[nodiscard]] constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
[[nodiscard]] constexpr bool is_alpha(char c) {
  return is_upper(c) || is_lower(c);
}
[[nodiscard]] constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}
[[nodiscard]] constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
[[nodiscard]] constexpr bool is_wsp(char c) {
  return c == ' ' || c == '\t';
}
/// A byte of 0x80 and above.
[[nodiscard]] constexpr bool is_non_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
[[nodiscard]] constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}
[[nodiscard]] constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 32) : c;
}
/// 0-15. The character must be a hex digit.
[[nodiscard]] constexpr int hex_value(char c) {
  return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10;
}

[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
[[nodiscard]] bool istarts_with(std::string_view text, std::string_view prefix);
[[nodiscard]] bool iends_with(std::string_view text, std::string_view suffix);
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim_wsp(std::string_view text);
/// Pieces between separators; an empty text is one empty piece. The views point into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& pieces, std::string_view separator);
/// True if every byte sequence is well-formed UTF-8 (no surrogates, no overlong forms). // RFC 3629 3
[[nodiscard]] bool is_utf8(std::string_view text);
/// Printable ASCII, with `\r`, `\n`, `\t`, `\\`, `\"` and `\xHH` for the rest; UTF-8 stays if `keep_utf8` and
/// it is well-formed. For events, diagnostics and transcripts: the result never holds a control character.
[[nodiscard]] std::string escaped(std::string_view bytes, bool keep_utf8 = true);

}  // namespace glasspost
