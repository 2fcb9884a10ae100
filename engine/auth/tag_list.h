#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/protocol/dns/name.h"

namespace glasspost::auth {

// The syntax that DKIM's signatures and keys (and ARC's fields) share. // RFC 6376 3.2

/// Where something stands in the text that was read.
struct TextPlace {
  std::size_t offset = 0;
  std::size_t length = 0;
  friend bool operator==(const TextPlace&, const TextPlace&) = default;
};

/// Views into the text; `value` is without the white space around it (folding inside stays).
struct Tag {
  std::string_view name;
  std::string_view value;
  TextPlace place;               ///< from the name to the end of the value
  std::size_t value_offset = 0;  ///< of `value`
  std::size_t after_equals = 0;  ///< of the byte after "="
  std::size_t end = 0;           ///< of the ";" that ends the tag, or of the text's end
};

/// Tags of one list; more are an error.
inline constexpr std::size_t kMaxTags = 200;

struct TagList {
  std::vector<Tag> tags;
  [[nodiscard]] const Tag* find(std::string_view name) const;
};

/// Names are case-sensitive, and a name twice spoils the list. Bytes above ASCII are read in values, as
/// internationalised mail has them (RFC 8616 5). Error: kInvalidInput with the offset. // RFC 6376 3.2
[[nodiscard]] Result<TagList> parse_tag_list(std::string_view text);

/// White space of a tag list: SP, TAB, and the CR and LF of folds.
[[nodiscard]] constexpr bool is_fws(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
[[nodiscard]] std::string_view trim_fws(std::string_view text);
[[nodiscard]] std::string without_fws(std::string_view text);
/// The colon-separated members of a value, each trimmed.
[[nodiscard]] std::vector<std::string_view> colon_list(std::string_view value);
/// Up to `max_digits` decimal digits that fit 64 bits.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text, std::size_t max_digits);
/// Base64 with folding white space anywhere; a byte outside the alphabet, or nothing, gives nullopt.
[[nodiscard]] std::optional<std::string> decode_folded_base64(std::string_view text);

/// Labels of letters, digits, hyphens, underscores or non-ASCII between dots, at least `min_labels`.
[[nodiscard]] bool is_label_sequence(std::string_view text, std::size_t min_labels);
/// The name in A-labels, for the DNS; nothing if it cannot be one. A final dot is allowed. // RFC 8616 5
[[nodiscard]] std::optional<dns::Name> to_dns_name(std::string_view domain);

}  // namespace glasspost::auth
