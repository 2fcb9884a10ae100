#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace glasspost::message {

/// A date of a Date or Received field.
struct DateTime {
  Instant instant;
  int offset_minutes = 0;    ///< local time minus UTC
  bool offset_known = true;  ///< false for -0000 and for zones that RFC 5322 4.3 says to take as -0000

  friend bool operator==(const DateTime&, const DateTime&) = default;
};

/// Reads a date-time with comments, folding and the obsolete forms (two-digit years, zone names), and month
/// numbers. Of a Received value it reads what follows the last semicolon. A wrong day of the week is let
/// pass. Error: kInvalidInput with offset. // RFC 5322 3.3, 4.3
[[nodiscard]] Result<DateTime> parse_date_time(std::string_view value);
/// "Mon, 02 Mar 2026 18:00:00 +0900" // RFC 5322 3.3
[[nodiscard]] std::string format_date_time(Instant instant, int offset_minutes);

}  // namespace glasspost::message
