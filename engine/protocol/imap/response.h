#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace glasspost::imap {

// Pieces of responses, appended to what has been said so far. The receiver must be able to read back exactly
// the bytes that were put in. // RFC 3501 4.3, 9

/// A quoted string where that can hold the bytes (ASCII without NUL, CR, LF; quotes and backslashes are
/// escaped), else a literal.
void append_string(std::string& out, std::string_view bytes);
/// NIL for none.
void append_nstring(std::string& out, const std::optional<std::string>& bytes);
/// An atom where that can hold it, else a string.
void append_astring(std::string& out, std::string_view bytes);
/// A mailbox name, given in UTF-8, as modified UTF-7.
void append_mailbox(std::string& out, std::string_view utf8);
/// "{size}" CR LF and the bytes.
void append_literal(std::string& out, std::string_view bytes);
/// " 02-Mar-2026 09:00:00 +0000" in quotes. // RFC 3501 9 date-time
void append_internal_date(std::string& out, Instant instant);

/// "02-Mar-2026 09:00:00 +0900", the day with a leading space or zero. // RFC 3501 9 date-time
[[nodiscard]] std::optional<Instant> parse_internal_date(std::string_view text);
/// "2-Mar-2026": days since 1970-01-01. // RFC 3501 9 date
[[nodiscard]] std::optional<std::int64_t> parse_day(std::string_view text);
/// The day of an instant, in UTC or at an offset.
[[nodiscard]] std::int64_t day_of(Instant instant, int offset_minutes = 0);

}  // namespace glasspost::imap
