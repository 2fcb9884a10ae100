#include "engine/protocol/imap/list_pattern.h"

#include <vector>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

// The name as a set of states: which prefixes of the pattern could have led here. Linear in the name for each
// character of the pattern, whatever the stars.
std::vector<bool> reachable(std::string_view pattern, std::string_view name, char separator) {
  std::vector<bool> now(pattern.size() + 1, false);
  const auto settle = [&](std::vector<bool>& states) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (states[i] && (pattern[i] == '*' || pattern[i] == '%')) states[i + 1] = true;
    }
  };
  now[0] = true;
  settle(now);
  for (const char c : name) {
    std::vector<bool> next(pattern.size() + 1, false);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!now[i]) continue;
      if (pattern[i] == '*' || (pattern[i] == '%' && c != separator)) {
        next[i] = true;
      } else if (pattern[i] == c) {
        next[i + 1] = true;
      }
    }
    settle(next);
    now = std::move(next);
  }
  return now;
}

std::string upper_inbox(std::string_view text, char separator) {
  constexpr std::string_view kInbox = "INBOX";
  std::string out(text);
  const bool whole_level =
      text.size() == kInbox.size() || (text.size() > kInbox.size() && text[5] == separator);
  if (whole_level && istarts_with(text, kInbox)) out.replace(0, kInbox.size(), kInbox);
  return out;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view name, char separator) {
  const std::string wanted = upper_inbox(pattern, separator);
  if (reachable(wanted, name, separator).back()) return true;
  // "inb%" finds INBOX too. // RFC 3501 5.1
  if (name != "INBOX") return false;
  return reachable(to_upper(pattern), name, separator).back();
}

bool could_match_below(std::string_view pattern, std::string_view name, char separator) {
  const std::vector<bool> states =
      reachable(upper_inbox(pattern, separator), std::string(name) + separator, separator);
  for (const bool state : states) {
    if (state) return true;
  }
  return false;
}

}  // namespace glasspost::imap
