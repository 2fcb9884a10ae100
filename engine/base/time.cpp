#include "engine/base/time.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Days since 1970-01-01 of a proleptic Gregorian date, by counting in 400-year eras that begin on 1 March.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
// From the largest down; "ms" must be tried before "m" and "s" when reading, which the exact match below
// does.
constexpr std::array<Unit, 7> kUnits{{{"d", 86400 * kSecond},
                                      {"h", 3600 * kSecond},
                                      {"m", 60 * kSecond},
                                      {"s", kSecond},
                                      {"ms", 1'000'000},
                                      {"us", 1'000},
                                      {"ns", 1}}};

}  // namespace

CivilTime to_civil(Instant instant) {
  const std::int64_t seconds =
      instant.ns >= 0 ? instant.ns / kSecond : -((-instant.ns + kSecond - 1) / kSecond);
  std::int64_t days = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400);
  const std::int64_t rest = seconds - days * 86400;
  CivilTime civil;
  civil.weekday = static_cast<int>(((days % 7) + 11) % 7);
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  civil.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  civil.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  civil.year = static_cast<int>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
  civil.hour = static_cast<int>(rest / 3600);
  civil.minute = static_cast<int>(rest / 60 % 60);
  civil.second = static_cast<int>(rest % 60);
  return civil;
}

Instant from_civil(const CivilTime& civil) {
  const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
  return {(days * 86400 + civil.hour * 3600 + civil.minute * 60 + civil.second) * kSecond};
}

std::string to_rfc5322(Instant instant) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime t = to_civil(instant);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[static_cast<std::size_t>(t.weekday)],
                     t.day, kMonths[static_cast<std::size_t>(t.month - 1)], t.year, t.hour, t.minute,
                     t.second);
}

std::string to_rfc3339(Instant instant) {
  const CivilTime t = to_civil(instant);
  const std::int64_t fraction = ((instant.ns % kSecond) + kSecond) % kSecond;
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second);
  if (fraction != 0) {
    std::string digits = fmt::format("{:09}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "Z";
}

Result<Duration> parse_duration(std::string_view text) {
  std::size_t i = 0;
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  std::int64_t scale = 1;
  std::size_t digits = 0;
  for (; i < text.size() && is_digit(text[i]); ++i, ++digits) {
    if (whole > 9'000'000'000'000'000) return fail_at(ErrorCode::kTooLarge, i, "the duration is too large");
    whole = whole * 10 + (text[i] - '0');
  }
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && is_digit(text[i]); ++i, ++digits) {
      if (scale >= kSecond)
        return fail_at(ErrorCode::kInvalidInput, i, "more than nine digits after the point");
      fraction = fraction * 10 + (text[i] - '0');
      scale *= 10;
    }
  }
  if (digits == 0)
    return fail_at(ErrorCode::kInvalidInput, 0,
                   "a duration is a number with a unit, such as 20ms, 1.5s or 5d");
  const std::string_view unit = text.substr(i);
  for (const Unit& candidate : kUnits) {
    if (candidate.name != unit) continue;
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(whole, candidate.ns, &ns))
      return fail_at(ErrorCode::kTooLarge, 0, "the duration is too large");
    // Split so that no product passes 64 bits: fraction < scale <= 10^9.
    ns += candidate.ns / scale * fraction + candidate.ns % scale * fraction / scale;
    return Duration{ns};
  }
  return fail_at(ErrorCode::kInvalidInput, i, "the unit of a duration is one of ns, us, ms, s, m, h, d");
}

std::string to_string(Duration duration) {
  if (duration.ns == 0) return "0s";
  if (duration.ns < 0) return "-" + to_string(Duration{-duration.ns});
  for (const Unit& unit : kUnits) {
    if (duration.ns < unit.ns) continue;
    if (duration.ns % unit.ns == 0) return fmt::format("{}{}", duration.ns / unit.ns, unit.name);
    if (unit.ns > kSecond) continue;
    // A fraction is exact in decimal for units of a second and below.
    std::string digits = fmt::format("{:0{}}", duration.ns % unit.ns, fmt::formatted_size("{}", unit.ns) - 1);
    digits.erase(digits.find_last_not_of('0') + 1);
    return fmt::format("{}.{}{}", duration.ns / unit.ns, digits, unit.name);
  }
  return fmt::format("{}ns", duration.ns);
}

Result<Instant> parse_rfc3339(std::string_view text) {
  CivilTime t;
  std::size_t at = 0;
  const auto number = [&](std::size_t width, int& out) {
    if (text.size() < at + width) return false;
    for (std::size_t i = at; i < at + width; ++i) {
      if (!is_digit(text[i])) return false;
    }
    std::from_chars(text.data() + at, text.data() + at + width, out);
    at += width;
    return true;
  };
  const auto literal = [&](char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  };
  const bool shape = number(4, t.year) && literal('-') && number(2, t.month) && literal('-') &&
                     number(2, t.day) && literal('T') && number(2, t.hour) && literal(':') &&
                     number(2, t.minute) && literal(':') && number(2, t.second);
  if (!shape) return fail_at(ErrorCode::kInvalidInput, at, "a moment is written like 2026-03-02T09:00:00Z");
  const bool in_range = t.month >= 1 && t.month <= 12 && t.day >= 1 && t.day <= 31 && t.hour < 24 &&
                        t.minute < 60 && t.second < 60;
  const Instant base = from_civil(t);
  if (!in_range || to_civil(base).day != t.day)
    return fail_at(ErrorCode::kInvalidInput, 0, "no such date or time of day");
  if (t.year < 1700 || t.year > 2200)
    return fail_at(ErrorCode::kTooLarge, 0, "the year must be between 1700 and 2200");
  std::int64_t fraction = 0;
  if (literal('.')) {
    std::int64_t unit = kSecond;
    const std::size_t first = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      unit /= 10;
      if (unit == 0) return fail_at(ErrorCode::kInvalidInput, at, "more than nine digits after the point");
      fraction += unit * (text[at] - '0');
    }
    if (at == first) return fail_at(ErrorCode::kInvalidInput, at, "a digit is missing after the point");
  }
  if (!literal('Z') || at != text.size())
    return fail_at(ErrorCode::kInvalidInput, at, "a moment ends in Z (UTC)");
  return Instant{base.ns + fraction};
}

}  // namespace glasspost
