#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost {

/// A length of time in nanoseconds (about ±292 years).
struct Duration {
  std::int64_t ns = 0;

  static constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
  static constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
  static constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }
  static constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
  static constexpr Duration hours(std::int64_t n) { return seconds(n * 3600); }
  static constexpr Duration days(std::int64_t n) { return seconds(n * 86400); }

  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ns * n}; }
  friend constexpr Duration operator/(Duration a, std::int64_t n) { return {a.ns / n}; }
};

/// A point in time: nanoseconds since the Unix epoch (UTC, no leap seconds). In a virtual world it is the
/// scenario's `start:` plus the simulated time that has passed.
struct Instant {
  std::int64_t ns = 0;

  static constexpr Instant never() { return {std::numeric_limits<std::int64_t>::max()}; }
  [[nodiscard]] constexpr std::int64_t unix_seconds() const {
    return ns >= 0 ? ns / 1'000'000'000 : -((-ns + 999'999'999) / 1'000'000'000);
  }

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant a, Duration b) {
    if (a == never()) return a;
    return {a.ns + b.ns};
  }
  friend constexpr Instant operator-(Instant a, Duration b) { return {a.ns - b.ns}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.ns - b.ns}; }
};

/// Calendar date and time of day in UTC.
struct CivilTime {
  int year = 1970;
  int month = 1;  ///< 1-12
  int day = 1;    ///< 1-31
  int hour = 0;
  int minute = 0;
  int second = 0;   ///< 0-59
  int weekday = 4;  ///< 0 is Sunday
};

[[nodiscard]] CivilTime to_civil(Instant instant);
/// The instant of a civil time in UTC; fields out of range carry over (day 0 is the last of the month
/// before).
[[nodiscard]] Instant from_civil(const CivilTime& civil);

/// "Mon, 02 Mar 2026 09:00:00 +0000", for Date and Received fields. // RFC 5322 3.3
[[nodiscard]] std::string to_rfc5322(Instant instant);
/// "2026-03-02T09:00:00Z", with a fraction only where it is not zero. // RFC 3339 5.6
[[nodiscard]] std::string to_rfc3339(Instant instant);
/// "1.5s", "20ms", "3h", "5d": a number with a unit (ns, us, ms, s, m, h, d), as scenarios write it. Error:
/// kInvalidInput.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// The shortest exact form that parse_duration reads back ("1.5s", "20ms", "0s").
[[nodiscard]] std::string to_string(Duration duration);
/// "2026-03-02T09:00:00Z" with an optional fraction; only Z as zone. Error: kInvalidInput with offset.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);

}  // namespace glasspost
