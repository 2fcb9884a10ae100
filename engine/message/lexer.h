#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glasspost::message {

// Lexical pieces that structured header fields share. // RFC 5322 3.2

[[nodiscard]] bool is_atext(char c);
/// RFC 2045 5.1 token
[[nodiscard]] bool is_token_char(char c);
/// White space of a structured value: SP, TAB, and CR and LF of folds.
[[nodiscard]] bool is_lwsp(char c);

struct Lexeme {
  std::string text;     ///< content: unquoted, folds removed
  std::size_t end = 0;  ///< just after it
  bool closed = true;   ///< false: the input ended inside
};

/// The quoted string whose opening quote is at `begin`. // RFC 5322 3.2.4
[[nodiscard]] Lexeme read_quoted_string(std::string_view text, std::size_t begin);
/// The comment whose opening parenthesis is at `begin`, however deep it nests; inner parentheses stay in the
/// content. White space runs that hold a fold become one space. // RFC 5322 3.2.2
[[nodiscard]] Lexeme read_comment(std::string_view text, std::size_t begin);
/// Skips white space and comments.
[[nodiscard]] std::size_t skip_cfws(std::string_view text, std::size_t begin);
/// The value without comments (outside quoted strings) and without white space at its ends.
[[nodiscard]] std::string without_comments(std::string_view text);

}  // namespace glasspost::message
