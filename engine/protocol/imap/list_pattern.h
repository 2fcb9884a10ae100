#pragma once

#include <string>
#include <string_view>

namespace glasspost::imap {

/// Whether a mailbox name matches a pattern of LIST: "*" stands for anything, "%" for anything without the
/// hierarchy separator. INBOX is compared without regard to case. Time is at most pattern times name.
/// // RFC 3501 6.3.8
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view name, char separator = '/');
/// Whether some name below `name` could match: then `name` is worth a look. Never says no wrongly.
[[nodiscard]] bool could_match_below(std::string_view pattern, std::string_view name, char separator = '/');

}  // namespace glasspost::imap
