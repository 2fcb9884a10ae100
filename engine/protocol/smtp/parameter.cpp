#include "engine/protocol/smtp/parameter.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/base/time.h"

namespace glasspost::smtp {
namespace {

bool all_digits(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max && std::all_of(text.begin(), text.end(), is_digit);
}

bool any_of(std::string_view value, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return iequals(value, word); });
}

bool is_size(std::string_view value) {  // RFC 1870 6: 1*20DIGIT
  return all_digits(value, 20);
}
bool is_body(std::string_view value) {  // RFC 6152 2, RFC 3030 3
  return any_of(value, {"7BIT", "8BITMIME", "BINARYMIME"});
}
bool is_auth(std::string_view value) {  // RFC 4954 5: xtext / "<>"
  return value == "<>" || (!value.empty() && decode_xtext(value).has_value());
}
bool is_by(std::string_view value) {  // RFC 2852 4: by-time ";" by-mode ["T"], by-time of at most 9 digits
  const std::size_t semicolon = value.find(';');
  if (semicolon == std::string_view::npos) return false;
  std::string_view time = value.substr(0, semicolon);
  if (!time.empty() && (time.front() == '-' || time.front() == '+')) time.remove_prefix(1);
  return all_digits(time, 9) && any_of(value.substr(semicolon + 1), {"N", "R", "NT", "RT"});
}
bool is_hold_for(std::string_view value) {  // RFC 4865 3: 1*9DIGIT
  return all_digits(value, 9);
}
bool is_hold_until(std::string_view value) {  // RFC 4865 3: an RFC 3339 date-time; seconds are taken as well
  return all_digits(value, 20) || parse_rfc3339(value).has_value();
}
bool is_ret(std::string_view value) {  // RFC 3461 4.3
  return any_of(value, {"FULL", "HDRS"});
}
bool is_envid(std::string_view value) {  // RFC 3461 4.4: xtext of at most 100 octets
  return !value.empty() && value.size() <= 100 && decode_xtext(value).has_value();
}
bool is_notify(std::string_view value) {  // RFC 3461 4.1
  if (iequals(value, "NEVER")) return true;
  for (const std::string_view word : split(value, ',')) {
    if (!any_of(word, {"SUCCESS", "FAILURE", "DELAY"})) return false;
  }
  return true;
}
bool is_orcpt(std::string_view value) {  // RFC 3461 4.2: addr-type ";" xtext, at most 500 octets
  const std::size_t semicolon = value.find(';');
  return semicolon != std::string_view::npos && semicolon > 0 && semicolon + 1 < value.size() &&
         value.size() <= 500 && decode_xtext(value.substr(semicolon + 1)).has_value();
}
bool is_solicit(std::string_view value) {  // RFC 3865 2.1: Solicitation-keywords
  for (const std::string_view word : split(value, ',')) {
    const auto good = [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':'; };
    if (word.empty() || !is_alpha(word.front()) || !std::all_of(word.begin(), word.end(), good)) return false;
  }
  return value.size() <= 1000;
}
bool is_transid(std::string_view value) {  // RFC 1845 4.1: "<" local ">" of at most 80 octets
  return value.size() > 2 && value.size() <= 80 && value.front() == '<' && value.back() == '>';
}
bool is_mtrk(std::string_view value) {  // RFC 3885 3.1: certifier [ ":" timeout ]
  const std::size_t colon = value.find(':');
  if (value.substr(0, colon).empty()) return false;
  return colon == std::string_view::npos || all_digits(value.substr(colon + 1), 9);
}
bool is_priority(std::string_view value) {  // RFC 6710 4.1: -9 to 9
  if (!value.empty() && value.front() == '-') value.remove_prefix(1);
  return value.size() == 1 && is_digit(value.front());
}
bool has_zone_offset(std::string_view text) {  // "+hh:mm" or "-hh:mm"
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
         all_digits(text.substr(1, 2), 2) && all_digits(text.substr(4, 2), 2);
}
bool is_rrvs(std::string_view value) {  // RFC 7293 3.1: date-time [ ";" ("C" / "R") ]
  const std::size_t semicolon = value.find(';');
  if (semicolon != std::string_view::npos && !any_of(value.substr(semicolon + 1), {"C", "R"})) return false;
  std::string date(value.substr(0, semicolon));
  if (date.size() > 6 && has_zone_offset(std::string_view(date).substr(date.size() - 6))) {
    date = date.substr(0, date.size() - 6) + "Z";
  }
  return parse_rfc3339(date).has_value();
}

enum class Value : std::uint8_t { kNone, kRequired };

struct Known {
  std::string_view keyword;
  bool of_mail;
  Value value;
  bool (*is_valid)(std::string_view);
};

constexpr std::array kKnown = {
    Known{"SIZE", true, Value::kRequired, is_size},
    Known{"BODY", true, Value::kRequired, is_body},
    Known{"SMTPUTF8", true, Value::kNone, nullptr},  // RFC 6531 3.4
    Known{"AUTH", true, Value::kRequired, is_auth},
    Known{"RET", true, Value::kRequired, is_ret},
    Known{"ENVID", true, Value::kRequired, is_envid},
    Known{"BY", true, Value::kRequired, is_by},
    Known{"HOLDFOR", true, Value::kRequired, is_hold_for},
    Known{"HOLDUNTIL", true, Value::kRequired, is_hold_until},
    Known{"SOLICIT", true, Value::kRequired, is_solicit},
    Known{"TRANSID", true, Value::kRequired, is_transid},
    Known{"MTRK", true, Value::kRequired, is_mtrk},
    Known{"MT-PRIORITY", true, Value::kRequired, is_priority},
    Known{"REQUIRETLS", true, Value::kNone, nullptr},  // RFC 8689 3
    Known{"CONPERM", true, Value::kNone, nullptr},     // RFC 4141 3
    Known{"NOTIFY", false, Value::kRequired, is_notify},
    Known{"ORCPT", false, Value::kRequired, is_orcpt},
    Known{"RRVS", false, Value::kRequired, is_rrvs},
    Known{"CONNEG", false, Value::kNone, nullptr},  // RFC 4141 4
};

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_value(std::string_view value) {  // RFC 5321 4.1.2: esmtp-value, and UTF-8 by RFC 6531 3.3
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet > 0x20 && octet != '=' && octet != 0x7f;
  });
}

}  // namespace

Ok check_parameter(const EsmtpParameter& parameter, bool of_mail) {
  const auto known = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) {
    return k.of_mail == of_mail && k.keyword == parameter.keyword;
  });
  if (known == kKnown.end()) return fail(ErrorCode::kUnsupported, "not known here");
  if (known->value == Value::kNone) {
    if (parameter.value) return fail(ErrorCode::kInvalidInput, "takes no value");
    return {};
  }
  if (!parameter.value || !is_value(*parameter.value) || !known->is_valid(*parameter.value)) {
    return fail(ErrorCode::kInvalidInput, "the value is not what its definition allows");
  }
  return {};
}

Result<std::string> decode_xtext(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '+') {
      if (c < '!' || c > '~' || c == '=') return fail_at(ErrorCode::kInvalidInput, i, "not xtext");
      out += c;
      continue;
    }
    const std::string_view hex = text.substr(i + 1, 2);
    if (hex.size() < 2 || kHexDigits.find(hex[0]) == std::string_view::npos ||
        kHexDigits.find(hex[1]) == std::string_view::npos) {
      return fail_at(ErrorCode::kInvalidInput, i, "two upper-case hex digits follow a + in xtext");
    }
    out += static_cast<char>(hex_value(hex[0]) * 16 + hex_value(hex[1]));
    i += 2;
  }
  return out;
}

std::string encode_xtext(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= '!' && c <= '~' && c != '+' && c != '=') {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '+';
    out += kHexDigits[octet >> 4];
    out += kHexDigits[octet & 15];
  }
  return out;
}

}  // namespace glasspost::smtp
