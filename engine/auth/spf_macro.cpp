#include "engine/auth/spf_macro.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr std::size_t kMaxDomain = 253;

struct Macro {
  char letter = 0;       // as written: upper case asks for escaping
  std::size_t keep = 0;  // right-most parts; 0: all
  bool reverse = false;
  std::string delimiters;
  std::size_t length = 0;  // of the whole expression
};

// Reads "%{...}" at the start of the text.
std::optional<Macro> read_macro(std::string_view text) {
  if (!text.starts_with("%{")) return std::nullopt;
  Macro macro;
  std::size_t at = 2;
  if (at >= text.size()) return std::nullopt;
  macro.letter = text[at++];
  static constexpr std::string_view kLetters = "slodiphcrtv";
  if (kLetters.find(to_lower(macro.letter)) == std::string_view::npos) return std::nullopt;
  bool digits = false;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    digits = true;
    macro.keep = std::min<std::size_t>(macro.keep * 10 + static_cast<std::size_t>(text[at] - '0'), 1'000);
  }
  if (digits && macro.keep == 0) return std::nullopt;  // RFC 7208 7.1: nonzero
  if (at < text.size() && to_lower(text[at]) == 'r') {
    macro.reverse = true;
    ++at;
  }
  for (; at < text.size() && kDelimiters.find(text[at]) != std::string_view::npos; ++at)
    macro.delimiters += text[at];
  if (at >= text.size() || text[at] != '}') return std::nullopt;
  macro.length = at + 1;
  return macro;
}

// %%, %_ and %-.
std::optional<std::string_view> read_escape(std::string_view text) {
  if (text.starts_with("%%")) return "%";
  if (text.starts_with("%_")) return " ";
  if (text.starts_with("%-")) return "%20";
  return std::nullopt;
}

// i: dotted quads, or nibbles with dots (in upper case, as DNS does not care and readers expect).
std::string dotted(const IpAddress& address) {
  if (address.is_v4()) return address.to_string();
  std::string out;
  for (const std::uint8_t byte : address.bytes())
    out += fmt::format("{}{:X}.{:X}", out.empty() ? "" : ".", byte >> 4, byte & 0xF);
  return out;
}

std::string value_of(char letter, const SpfMacroValues& values) {
  switch (to_lower(letter)) {
    case 's':
      return values.sender;
    case 'l':
      return split_sender(values.sender).local_part;
    case 'o':
      return split_sender(values.sender).domain;
    case 'd':
      return values.domain;
    case 'i':
      return dotted(values.client);
    case 'p':
      return values.validated_name;
    case 'v':
      return values.client.is_v4() ? "in-addr" : "ip6";
    case 'h':
      return values.helo;
    case 'c':
      return values.client.to_string();
    case 'r':
      return values.receiver.empty() ? "unknown" : values.receiver;
    case 't':
      return std::to_string(values.now.unix_seconds());
    default:
      GLASSPOST_UNREACHABLE();
  }
}

std::string transformed(const std::string& value, const Macro& macro) {
  if (macro.keep == 0 && !macro.reverse && macro.delimiters.empty()) return value;
  const std::string_view delimiters = macro.delimiters.empty() ? "." : std::string_view(macro.delimiters);
  std::vector<std::string> parts(1);
  for (const char c : value) {
    if (delimiters.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (macro.reverse) std::reverse(parts.begin(), parts.end());
  if (macro.keep > 0 && macro.keep < parts.size())
    parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(macro.keep));
  return join(parts, ".");
}

// RFC 7208 7.3: all but RFC 3986's unreserved characters.
std::string url_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

bool is_macro_string(std::string_view text, SpfMacroPlace place) {
  while (!text.empty()) {
    if (text.front() != '%') {
      const bool space = text.front() == ' ' && place == SpfMacroPlace::kExplanation;
      if (!space && (text.front() < '!' || text.front() > '~')) return false;
      text.remove_prefix(1);
    } else if (read_escape(text)) {
      text.remove_prefix(2);
    } else {
      const std::optional<Macro> macro = read_macro(text);
      if (!macro) return false;
      static constexpr std::string_view kOnlyInExplanations = "crt";  // RFC 7208 7.2
      if (place == SpfMacroPlace::kDomainSpec &&
          kOnlyInExplanations.find(to_lower(macro->letter)) != std::string_view::npos)
        return false;
      text.remove_prefix(macro->length);
    }
  }
  return true;
}

bool uses_validated_name(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const std::optional<Macro> macro = read_macro(text.substr(at));
    if (macro && to_lower(macro->letter) == 'p') return true;
    if (read_escape(text.substr(at))) ++at;
  }
  return false;
}

std::string expand_macros(std::string_view text, const SpfMacroValues& values) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '%') {
      out += text.front();
      text.remove_prefix(1);
    } else if (const auto escape = read_escape(text)) {
      out += *escape;
      text.remove_prefix(2);
    } else {
      const std::optional<Macro> macro = read_macro(text);
      GLASSPOST_ASSERT(macro.has_value());
      const std::string value = transformed(value_of(macro->letter, values), *macro);
      out += is_upper(macro->letter) ? url_escaped(value) : value;
      text.remove_prefix(macro->length);
    }
  }
  return out;
}

std::string expand_domain(std::string_view text, const SpfMacroValues& values) {
  std::string domain = expand_macros(text, values);
  if (domain.ends_with('.')) domain.pop_back();
  if (domain.size() > kMaxDomain) {
    // Whole labels only: what is left begins behind a dot.
    const std::size_t dot = domain.find('.', domain.size() - kMaxDomain - 1);
    if (dot != std::string::npos) domain.erase(0, dot + 1);
  }
  return domain;
}

SenderParts split_sender(std::string_view sender) {
  const std::size_t at = sender.rfind('@');
  if (at == std::string_view::npos) return {"postmaster", std::string(sender)};
  SenderParts parts{std::string(sender.substr(0, at)), std::string(sender.substr(at + 1))};
  if (parts.local_part.empty()) parts.local_part = "postmaster";
  return parts;
}

}  // namespace glasspost::auth
