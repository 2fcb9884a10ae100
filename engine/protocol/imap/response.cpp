#include "engine/protocol/imap/response.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/base/text.h"
#include "engine/protocol/imap/cursor.h"
#include "engine/protocol/imap/modified_utf7.h"

namespace glasspost::imap {

namespace {

// Longer strings go as literals: some clients read quoted strings into small buffers.
constexpr std::size_t kLongestQuoted = 4096;
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// One or two digits, or `exactly` so many.
bool take_digits(std::string_view& text, std::size_t least, std::size_t most, int& out) {
  std::size_t count = 0;
  out = 0;
  while (count < text.size() && count < most && is_digit(text[count])) {
    out = out * 10 + (text[count] - '0');
    ++count;
  }
  if (count < least) return false;
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Instants reach from 1678 to 2262.
constexpr int kFirstYear = 1700;
constexpr int kLastYear = 2200;

bool take_date(std::string_view& text, CivilTime& out) {
  if (!take_digits(text, 1, 2, out.day) || !take(text, '-')) return false;
  const auto month = std::find_if(kMonths.begin(), kMonths.end(),
                                  [&](std::string_view name) { return iequals(name, text.substr(0, 3)); });
  if (month == kMonths.end()) return false;
  text.remove_prefix(3);
  out.month = static_cast<int>(month - kMonths.begin()) + 1;
  if (!take(text, '-') || !take_digits(text, 4, 4, out.year)) return false;
  return out.year >= kFirstYear && out.year <= kLastYear && out.day >= 1 &&
         out.day <= days_in_month(out.year, out.month);
}

bool take_time(std::string_view& text, CivilTime& out) {
  if (!take_digits(text, 2, 2, out.hour) || !take(text, ':')) return false;
  if (!take_digits(text, 2, 2, out.minute) || !take(text, ':')) return false;
  return take_digits(text, 2, 2, out.second) && out.hour < 24 && out.minute < 60 && out.second < 61;
}

}  // namespace

void append_literal(std::string& out, std::string_view bytes) {
  out += '{';
  out += std::to_string(bytes.size());
  out += "}\r\n";
  out += bytes;
}

void append_string(std::string& out, std::string_view bytes) {
  const bool fits = bytes.size() <= kLongestQuoted && std::all_of(bytes.begin(), bytes.end(), [](char c) {
                      return c > 0 && c != '\r' && c != '\n';
                    });
  if (!fits) {
    append_literal(out, bytes);
    return;
  }
  out += '"';
  for (const char c : bytes) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_nstring(std::string& out, const std::optional<std::string>& bytes) {
  if (bytes) {
    append_string(out, *bytes);
  } else {
    out += "NIL";
  }
}

void append_astring(std::string& out, std::string_view bytes) {
  // NIL as an atom would be taken for nothing.
  const bool atom =
      !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), is_astring_char) && !iequals(bytes, "NIL");
  if (atom) {
    out += bytes;
  } else {
    append_string(out, bytes);
  }
}

void append_mailbox(std::string& out, std::string_view utf8) {
  append_astring(out, encode_modified_utf7(utf8));
}

void append_internal_date(std::string& out, Instant instant) {
  const CivilTime civil = to_civil(instant);
  std::array<char, 40> text{};
  const std::string_view month = kMonths[static_cast<std::size_t>(civil.month - 1)];
  std::snprintf(text.data(), text.size(), "\"%02d-%.3s-%04d %02d:%02d:%02d +0000\"", civil.day, month.data(),
                civil.year, civil.hour, civil.minute, civil.second);
  out += text.data();
}

std::optional<Instant> parse_internal_date(std::string_view text) {
  CivilTime civil;
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (!take_date(text, civil) || !take(text, ' ') || !take_time(text, civil) || !take(text, ' ')) {
    return std::nullopt;
  }
  const bool behind = !text.empty() && text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, 2, 2, hours) || !take_digits(text, 2, 2, minutes) || !text.empty())
    return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  const Duration offset = Duration::minutes(hours * 60 + minutes);
  const Instant local = from_civil(civil);
  return behind ? local + offset : local - offset;
}

std::optional<std::int64_t> parse_day(std::string_view text) {
  CivilTime civil;
  if (!take_date(text, civil) || !text.empty()) return std::nullopt;
  return day_of(from_civil(civil));
}

std::int64_t day_of(Instant instant, int offset_minutes) {
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t seconds = instant.unix_seconds() + std::int64_t{60} * offset_minutes;
  return seconds >= 0 ? seconds / kDay : -((-seconds + kDay - 1) / kDay);
}

}  // namespace glasspost::imap
