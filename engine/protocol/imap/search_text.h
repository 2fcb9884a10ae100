#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/message/header.h"
#include "engine/message/mime.h"

namespace glasspost::imap {

// What SEARCH looks for in a message: texts are compared in UTF-8, encoded words, transfer encodings and
// charsets undone, ASCII letters without regard to case. `wanted` is already folded. // RFC 3501 6.4.4

[[nodiscard]] std::string fold_case(std::string text);
/// Some field of that name holds the text; an empty text: there is such a field.
[[nodiscard]] bool header_holds(const message::Header& header, std::string_view field,
                                std::string_view wanted);
/// The same in two steps, for what is searched again: the values of the fields of a name that holds no
/// addresses.
[[nodiscard]] bool is_address_field(std::string_view field);
[[nodiscard]] std::vector<std::string> folded_values(const message::Header& header, std::string_view field);
[[nodiscard]] bool values_hold(const std::vector<std::string>& values, std::string_view wanted);
[[nodiscard]] bool any_header_holds(const message::Header& header, std::string_view wanted);
/// A text part, or the header of a message inside, holds the text.
[[nodiscard]] bool body_holds(std::string_view message, const message::MimeTree& tree,
                              std::string_view wanted);
/// The day of the Date field as written, its zone disregarded. // RFC 3501 6.4.4 SENTON
[[nodiscard]] std::optional<std::int64_t> sent_day(const message::Header& header);

}  // namespace glasspost::imap
