#include "engine/auth/spf_record.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/auth/spf_macro.h"
#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

constexpr std::string_view kVersion = "v=spf1";

constexpr std::array<std::pair<std::string_view, SpfMechanism>, 8> kMechanisms{{
    {"all", SpfMechanism::kAll},
    {"include", SpfMechanism::kInclude},
    {"a", SpfMechanism::kA},
    {"mx", SpfMechanism::kMx},
    {"ptr", SpfMechanism::kPtr},
    {"ip4", SpfMechanism::kIp4},
    {"ip6", SpfMechanism::kIp6},
    {"exists", SpfMechanism::kExists},
}};

std::optional<SpfResult> qualifier(char c) {
  switch (c) {
    case '+':
      return SpfResult::kPass;
    case '-':
      return SpfResult::kFail;
    case '~':
      return SpfResult::kSoftFail;
    case '?':
      return SpfResult::kNeutral;
    default:
      return std::nullopt;
  }
}

bool is_name_char(char c) {
  return is_alnum(c) || c == '-' || c == '_' || c == '.';
}

// RFC 7208 7.1: not all digits, no hyphen at either end.
bool is_top_label(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  if (!std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; })) return false;
  return !std::all_of(label.begin(), label.end(), is_digit);
}

// A prefix length without leading zeros, up to `max`. // RFC 7208 5.6
std::optional<unsigned> prefix_length(std::string_view digits, unsigned max) {
  if (digits.empty() || digits.size() > 3 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  unsigned value = 0;
  for (const char c : digits)
    value = value * 10 + static_cast<unsigned>(c - '0');
  if (value > max) return std::nullopt;
  return value;
}

// The digits behind the last slash, and what stands before; nothing if the text does not end so.
std::optional<std::string_view> trailing_digits(std::string_view text, std::string_view slashes) {
  std::size_t start = text.size();
  while (start > 0 && is_digit(text[start - 1]))
    --start;
  if (start == text.size() || !text.substr(0, start).ends_with(slashes)) return std::nullopt;
  return text.substr(start);
}

tl::unexpected<Error> wrong(const SpfPlace& place, std::string message) {
  return fail_at(ErrorCode::kInvalidInput, place.offset, std::move(message));
}

std::string shown(std::string_view term) {
  return escaped(term.substr(0, 80));
}

// [ip4-cidr-length] ["/" ip6-cidr-length] at the end of `text`, taken off. // RFC 7208 5.3
bool take_prefixes(std::string_view& text, SpfDirective& directive) {
  if (const auto digits = trailing_digits(text, "//")) {
    const auto prefix = prefix_length(*digits, 128);
    if (!prefix) return false;
    directive.v6_prefix = *prefix;
    text.remove_suffix(digits->size() + 2);
  }
  if (const auto digits = trailing_digits(text, "/")) {
    const auto prefix = prefix_length(*digits, 32);
    if (!prefix) return false;
    directive.v4_prefix = *prefix;
    text.remove_suffix(digits->size() + 1);
  }
  return true;
}

bool read_network(std::string_view text, SpfDirective& directive) {
  const bool v6 = directive.mechanism == SpfMechanism::kIp6;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto prefix = prefix_length(text.substr(slash + 1), v6 ? 128 : 32);
    if (!prefix) return false;
    (v6 ? directive.v6_prefix : directive.v4_prefix) = *prefix;
    text = text.substr(0, slash);
  }
  const Result<IpAddress> network = IpAddress::parse(text);
  if (!network || network->is_v6() != v6) return false;
  directive.network = *network;
  return true;
}

// What follows the mechanism's name: nothing, ":domain-spec", prefix lengths.
Result<SpfDirective> read_arguments(SpfDirective directive, std::string_view term, std::string_view rest) {
  const bool colon = rest.starts_with(':');
  switch (directive.mechanism) {
    case SpfMechanism::kAll:
      if (!rest.empty()) return wrong(directive.place, "all takes nothing: " + shown(term));
      return directive;
    case SpfMechanism::kIp4:
    case SpfMechanism::kIp6:
      if (!colon || !read_network(rest.substr(1), directive))
        return wrong(directive.place, "not an address or network: " + shown(term));
      return directive;
    case SpfMechanism::kA:
    case SpfMechanism::kMx:
      if (!take_prefixes(rest, directive))
        return wrong(directive.place, "not a prefix length: " + shown(term));
      break;
    case SpfMechanism::kInclude:
    case SpfMechanism::kExists:
      if (!colon) return wrong(directive.place, "a domain is missing: " + shown(term));
      break;
    case SpfMechanism::kPtr:
      break;
  }
  if (rest.empty()) return directive;
  if (!rest.starts_with(':') || !is_domain_spec(rest.substr(1)))
    return wrong(directive.place, "not a domain: " + shown(term));
  directive.domain = std::string(rest.substr(1));
  return directive;
}

Result<SpfDirective> read_directive(std::string_view term, SpfPlace place) {
  SpfDirective directive;
  directive.place = place;
  std::string_view rest = term;
  if (const auto result = qualifier(rest.front())) {
    directive.result = *result;
    rest.remove_prefix(1);
  }
  const std::size_t end = std::min(rest.find_first_of(":/"), rest.size());
  const std::string_view name = rest.substr(0, end);
  for (const auto& [known, mechanism] : kMechanisms) {
    if (!iequals(known, name)) continue;
    directive.mechanism = mechanism;
    return read_arguments(std::move(directive), term, rest.substr(end));
  }
  return wrong(place, "not a mechanism of SPF: " + shown(term));
}

// The "=" of a modifier; npos if the term is none.
std::size_t modifier_sign(std::string_view term) {
  if (!is_alpha(term.front())) return std::string_view::npos;
  std::size_t at = 1;
  while (at < term.size() && is_name_char(term[at]))
    ++at;
  return at < term.size() && term[at] == '=' ? at : std::string_view::npos;
}

Ok read_modifier(std::string_view term, std::size_t sign, SpfPlace place, SpfRecord& record) {
  const std::string_view name = term.substr(0, sign);
  const std::string_view value = term.substr(sign + 1);
  const bool redirect = iequals(name, "redirect");
  if (!redirect && !iequals(name, "exp")) {
    // RFC 7208 6: an unknown modifier is ignored, but must be well-formed.
    if (is_macro_string(value, SpfMacroPlace::kExplanation)) return {};
    return wrong(place, "a modifier with a malformed macro: " + shown(term));
  }
  std::optional<SpfModifier>& modifier = redirect ? record.redirect : record.exp;
  if (modifier) return wrong(place, std::string(redirect ? "redirect" : "exp") + " stands twice");
  if (!is_domain_spec(value)) return wrong(place, "not a domain: " + shown(term));
  modifier = SpfModifier{std::string(value), place};
  return {};
}

}  // namespace

bool is_spf_record(std::string_view text) {
  return istarts_with(text, kVersion) && (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

bool is_domain_spec(std::string_view text) {
  if (text.empty() || !is_macro_string(text, SpfMacroPlace::kDomainSpec)) return false;
  // Ends in a macro? Every other % of a well-formed text is %%, %_ or %-.
  if (text.ends_with('}')) {
    const std::size_t open = text.rfind("%{");
    if (open != std::string_view::npos && text.find('}', open) == text.size() - 1) return true;
  }
  if (text.ends_with("%%") || text.ends_with("%_") || text.ends_with("%-")) return true;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && is_top_label(text.substr(dot + 1));
}

Result<SpfRecord> parse_spf_record(std::string_view text) {
  SpfRecord record;
  std::size_t at = kVersion.size();
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view term = text.substr(at, end - at);
    const SpfPlace place{at, term.size()};
    const std::size_t sign = modifier_sign(term);
    if (sign != std::string_view::npos) {
      if (Ok ok = read_modifier(term, sign, place, record); !ok) return fail(std::move(ok.error()));
    } else {
      Result<SpfDirective> directive = read_directive(term, place);
      if (!directive) return fail(directive.error());
      record.directives.push_back(std::move(*directive));
    }
    at = end;
  }
  return record;
}

}  // namespace glasspost::auth
