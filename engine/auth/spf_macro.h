#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"

namespace glasspost::auth {

/// What macros stand for. // RFC 7208 7.2
struct SpfMacroValues {
  std::string sender;          ///< s; its parts are l and o
  std::string domain;          ///< d: the domain that is being checked
  IpAddress client;            ///< i, c, v
  std::string validated_name;  ///< p: "unknown" where there is none
  std::string helo;            ///< h
  std::string receiver;        ///< r, in explanations only; empty gives "unknown"
  Instant now;                 ///< t, in explanations only
};

enum class SpfMacroPlace { kDomainSpec, kExplanation };

/// True if every macro of the text is well-formed and allowed there, and every other character visible ASCII
/// (in an explanation also a space). // RFC 7208 7.1, 6.2
[[nodiscard]] bool is_macro_string(std::string_view text, SpfMacroPlace place);

/// True if the text needs the validated name, which costs look-ups.
[[nodiscard]] bool uses_validated_name(std::string_view text);

/// Expands a text for which is_macro_string() holds. // RFC 7208 7.3
[[nodiscard]] std::string expand_macros(std::string_view text, const SpfMacroValues& values);

/// An expanded domain-spec without a final dot, cut from the left to at most 253 characters.
/// // RFC 7208 7.3
[[nodiscard]] std::string expand_domain(std::string_view text, const SpfMacroValues& values);

/// The part before and after the last @; without one all is domain and the local part is postmaster.
/// // RFC 7208 4.3
struct SenderParts {
  std::string local_part;
  std::string domain;
};
[[nodiscard]] SenderParts split_sender(std::string_view sender);

}  // namespace glasspost::auth
