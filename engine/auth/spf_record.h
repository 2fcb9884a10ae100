#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/spf.h"
#include "engine/base/ip_address.h"
#include "engine/base/result.h"

namespace glasspost::auth {

/// RFC 7208 5
enum class SpfMechanism : std::uint8_t { kAll, kInclude, kA, kMx, kPtr, kIp4, kIp6, kExists };

/// Where a term stands in the record's text.
struct SpfPlace {
  std::size_t offset = 0;
  std::size_t length = 0;
  friend bool operator==(const SpfPlace&, const SpfPlace&) = default;
};

struct SpfDirective {
  SpfResult result = SpfResult::kPass;  ///< what a match means: its qualifier // RFC 7208 4.6.2
  SpfMechanism mechanism = SpfMechanism::kAll;
  std::string domain;        ///< the domain-spec with its macros; empty: the domain that is being checked
  IpAddress network;         ///< ip4, ip6
  unsigned v4_prefix = 32;   ///< a, mx, ip4
  unsigned v6_prefix = 128;  ///< a, mx, ip6
  SpfPlace place;
};

struct SpfModifier {
  std::string value;  ///< with its macros
  SpfPlace place;
};

struct SpfRecord {
  std::vector<SpfDirective> directives;
  std::optional<SpfModifier> redirect;
  std::optional<SpfModifier> exp;
};

/// True for a text whose version section is exactly v=spf1, case ignored. // RFC 7208 4.5
[[nodiscard]] bool is_spf_record(std::string_view text);

/// Reads a record for which is_spf_record() holds. Errors: kInvalidInput with the offset of the term that
/// breaks the grammar. // RFC 7208 12
[[nodiscard]] Result<SpfRecord> parse_spf_record(std::string_view text);

/// True if the text is a domain-spec: a macro-string that ends in a top label or a macro. // RFC 7208 7.1
[[nodiscard]] bool is_domain_spec(std::string_view text);

}  // namespace glasspost::auth
