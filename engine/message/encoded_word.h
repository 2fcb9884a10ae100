#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glasspost::message {

/// An unstructured value (Subject, Comments, ...) for people: unfolded, encoded words decoded, UTF-8. White
/// space around a fold becomes one space, white space between encoded words goes. Adjacent words of one
/// charset are joined as bytes before the charset is decoded. Kind to words inside words and to folds inside
/// words. Total, linear time. // RFC 2047 6
[[nodiscard]] std::string decode_unstructured(std::string_view value);
/// The same without unfolding: for phrases and parameters that have been unquoted.
[[nodiscard]] std::string decode_encoded_words(std::string_view text);

/// An unstructured value, ASCII alone: as it is if it is ASCII and cannot be mistaken for an encoded word,
/// else with encoded words where they are needed, so that fold_field can keep every line that holds one to 76
/// octets. `name_length` is the field name's, for the first line's room. Characters are never split; control
/// characters become spaces. // RFC 2047 2, 5 (1)
[[nodiscard]] std::string encode_unstructured(std::string_view utf8, std::size_t name_length);
/// Encoded words for a word of a phrase, joined by a space; every character outside letters, digits and !*+-/
/// is encoded, so separators of the surrounding syntax stay literal. // RFC 2047 5 (3)
[[nodiscard]] std::string encode_phrase(std::string_view utf8);

}  // namespace glasspost::message
