#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/message/mime.h"
#include "engine/protocol/imap/command.h"

namespace glasspost::imap {

/// The bytes that BODY[section] names; none where the message has no such part: NIL. // RFC 3501 6.4.5
[[nodiscard]] std::optional<std::string> section_text(std::string_view message, const message::MimeTree& tree,
                                                      const Section& section);
/// Whether the section can be told without the parts of the message being known.
[[nodiscard]] bool needs_structure(const Section& section);
/// That for sections that need no structure: the whole message, its header, its text.
[[nodiscard]] std::string plain_section_text(std::string_view message, const Section& section);
/// The octets that a partial asks for; empty beyond the end.
[[nodiscard]] std::string_view part_of(std::string_view text, const Partial& partial);

}  // namespace glasspost::imap
