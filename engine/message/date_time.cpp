#include "engine/message/date_time.h"

#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/message/lexer.h"

namespace glasspost::message {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::size_t kMaxTokens = 32;
// An Instant reaches from 1677 to 2262; a message has no date before 1900. // RFC 5322 3.3
constexpr int kMinYear = 1900;
constexpr int kMaxYear = 2261;

enum class TokenKind { kNumber, kWord, kSign };

struct Token {
  TokenKind kind = TokenKind::kSign;
  std::string_view text;
  std::size_t offset = 0;
};

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr std::array kZones = {Zone{"UT", 0},     Zone{"UTC", 0},    Zone{"GMT", 0},    Zone{"Z", 0},
                               Zone{"EDT", -240}, Zone{"EST", -300}, Zone{"CDT", -300}, Zone{"CST", -360},
                               Zone{"MDT", -360}, Zone{"MST", -420}, Zone{"PDT", -420}, Zone{"PST", -480}};

/// Tokens outside comments; those before the last semicolon are dropped.
Result<std::vector<Token>> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_lwsp(c)) {
      ++i;
      continue;
    }
    if (c == '(') {
      const Lexeme comment = read_comment(text, i);
      if (!comment.closed) return fail_at(ErrorCode::kInvalidInput, i, "comment in a date is not closed");
      i = comment.end;
      continue;
    }
    if (c == ';') {
      tokens.clear();
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    TokenKind kind = TokenKind::kSign;
    if (is_digit(c)) {
      kind = TokenKind::kNumber;
      while (end < text.size() && is_digit(text[end]))
        ++end;
    } else if (is_alpha(c)) {
      kind = TokenKind::kWord;
      while (end < text.size() && is_alpha(text[end]))
        ++end;
    }
    if (tokens.size() < kMaxTokens) tokens.push_back({kind, text.substr(i, end - i), i});
    i = end;
  }
  return tokens;
}

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(int month, int year) {
  constexpr std::array<int, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kLengths[static_cast<std::size_t>(month - 1)];
}

class DateReader {
 public:
  DateReader(std::vector<Token> tokens, std::size_t end) : tokens_(std::move(tokens)), end_(end) {}

  Result<DateTime> read() {
    skip_day_name();
    DateTime out;
    if (!date() || !time() || !year_and_zone(out)) return fail_at(ErrorCode::kInvalidInput, offset(), what_);
    if (civil_.day < 1 || civil_.day > days_in(civil_.month, civil_.year)) {
      return fail_at(ErrorCode::kInvalidInput, 0, "there is no such day");
    }
    out.instant = from_civil(civil_) - Duration::minutes(out.offset_minutes);
    return out;
  }

 private:
  [[nodiscard]] const Token* peek() const { return next_ < tokens_.size() ? &tokens_[next_] : nullptr; }
  [[nodiscard]] std::size_t offset() const { return peek() != nullptr ? peek()->offset : end_; }
  bool complain(const char* what) {
    what_ = what;
    return false;
  }
  bool sign(std::string_view text) {
    if (peek() == nullptr || peek()->kind != TokenKind::kSign || peek()->text != text) return false;
    ++next_;
    return true;
  }
  std::optional<int> number(std::size_t min_digits, std::size_t max_digits) {
    const Token* token = peek();
    if (token == nullptr || token->kind != TokenKind::kNumber) return std::nullopt;
    if (token->text.size() < min_digits || token->text.size() > max_digits) return std::nullopt;
    int value = 0;
    for (const char c : token->text)
      value = value * 10 + (c - '0');
    ++next_;
    return value;
  }

  void skip_day_name() {
    const Token* token = peek();
    if (token == nullptr || token->kind != TokenKind::kWord) return;
    const std::string_view name = token->text.substr(0, 3);
    for (const std::string_view day : kDays) {
      if (!iequals(day, name)) continue;
      ++next_;
      sign(".");
      sign(",");
      return;
    }
  }

  bool month() {
    const Token* token = peek();
    if (token == nullptr) return complain("month is missing");
    if (token->kind == TokenKind::kWord && token->text.size() >= 3) {
      for (std::size_t i = 0; i < kMonths.size(); ++i) {
        if (!iequals(kMonths[i], token->text.substr(0, 3))) continue;
        civil_.month = static_cast<int>(i) + 1;
        ++next_;
        sign(".");
        return true;
      }
      return complain("there is no such month");
    }
    const auto value = number(1, 2);
    if (!value || *value < 1 || *value > 12) return complain("there is no such month");
    civil_.month = *value;
    return true;
  }

  bool day() {
    const auto value = number(1, 2);
    if (!value) return complain("day of the month is missing");
    civil_.day = *value;
    return true;
  }

  /// RFC 5322 4.3: two digits mean 1950 to 2049, three count from 1900.
  bool year() {
    const std::size_t digits = peek() != nullptr ? peek()->text.size() : 0;
    const auto value = number(2, 9);
    if (!value) return complain("year is missing");
    civil_.year = *value;
    if (digits == 2) civil_.year += *value < 50 ? 2000 : 1900;
    if (digits == 3) civil_.year += 1900;
    year_read_ = true;
    if (civil_.year < kMinYear || civil_.year > kMaxYear) return complain("year is out of range");
    return true;
  }

  bool date() {
    // "Feb 07 10:18:12 2003": the order of C's asctime, seen in Received fields.
    if (peek() != nullptr && peek()->kind == TokenKind::kWord) return month() && day();
    if (!day()) return false;
    sign("-");
    if (!month()) return false;
    sign("-");
    return year();
  }

  /// In asctime's order the year comes last, or the zone does.
  bool year_and_zone(DateTime& out) {
    if (year_read_) return zone(out);
    if (peek() != nullptr && peek()->kind == TokenKind::kWord) return zone(out) && year();
    return year() && zone(out);
  }

  bool time() {
    sign(",");
    const auto hour = number(1, 2);
    if (!hour || *hour > 23 || !(sign(":") || sign("."))) return complain("time of day is missing");
    const auto minute = number(2, 2);
    if (!minute || *minute > 59) return complain("there is no such minute");
    civil_.hour = *hour;
    civil_.minute = *minute;
    civil_.second = 0;
    if (!sign(":") && !sign(".")) return true;
    const auto second = number(2, 2);
    if (!second || *second > 60) return complain("there is no such second");
    if (sign(".")) number(1, 9);  // a fraction, seen in the wild
    civil_.second = *second;      // 60 is a leap second and carries over
    return true;
  }

  bool zone(DateTime& out) {
    const Token* token = peek();
    if (token == nullptr) {
      out.offset_known = false;
      return true;
    }
    if (token->kind == TokenKind::kSign) {
      const bool before = token->text == "-";
      if (!before && token->text != "+") return complain("unexpected character in place of a zone");
      ++next_;
      const auto value = number(4, 4);
      if (!value || *value % 100 > 59) return complain("zone is not four digits");
      out.offset_minutes = *value / 100 * 60 + *value % 100;
      out.offset_known = !before || *value != 0;  // -0000: UTC, nothing said about local time
      if (before) out.offset_minutes = -out.offset_minutes;
      return true;
    }
    if (token->kind == TokenKind::kNumber) return complain("zone has no sign");
    out.offset_known = false;  // military and unknown zones // RFC 5322 4.3
    for (const Zone& known : kZones) {
      if (!iequals(known.name, token->text)) continue;
      out.offset_minutes = known.minutes;
      out.offset_known = true;
    }
    ++next_;
    return true;
  }

  std::vector<Token> tokens_;
  std::size_t end_;
  std::size_t next_ = 0;
  CivilTime civil_;
  bool year_read_ = false;
  const char* what_ = "not a date";
};

}  // namespace

Result<DateTime> parse_date_time(std::string_view value) {
  auto tokens = tokens_of(value);
  if (!tokens) return fail(std::move(tokens.error()));
  return DateReader(std::move(*tokens), value.size()).read();
}

std::string format_date_time(Instant instant, int offset_minutes) {
  const CivilTime local = to_civil(instant + Duration::minutes(offset_minutes));
  const int size = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
                     kDays[static_cast<std::size_t>(local.weekday)], local.day,
                     kMonths[static_cast<std::size_t>(local.month - 1)], local.year, local.hour, local.minute,
                     local.second, offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace glasspost::message
