#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/random.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"

namespace glasspost::agent {

/// A host that takes a domain's mail.
struct RouteTarget {
  std::string host;  ///< a name, or an address literal with brackets
  std::uint16_t preference = 0;

  friend bool operator==(const RouteTarget&, const RouteTarget&) = default;
};

enum class RouteKind : std::uint8_t {
  kTargets,      ///< try `targets` in order
  kUnroutable,   ///< `reply` says why, for good
  kUndetermined  ///< the DNS gave no answer: `reply`, later again
};

struct Route {
  RouteKind kind = RouteKind::kUndetermined;
  std::vector<RouteTarget> targets;
  std::string reply;  ///< "556 5.1.10 ..."
  Explanation explanation;
};

/// Decides where a domain's mail goes, from the answer to its MX question. Names in `own_names` are this
/// host; targets of equal preference are shuffled. // RFC 5321 5.1, RFC 7505
[[nodiscard]] Route route_by_mx(std::string_view domain, const dns::Answer& mx,
                                const std::vector<std::string>& own_names, RandomStream& shuffle);

/// A domain that is an address literal ("[192.0.2.1]") is its own target. // RFC 5321 4.1.3
[[nodiscard]] Route route_by_literal(std::string_view literal);

/// The address in "[192.0.2.1]" or "[IPv6:2001:db8::1]"; an error for anything else.
[[nodiscard]] Result<IpAddress> literal_address(std::string_view literal);

/// As an explanation shows a look-up.
[[nodiscard]] LookUp look_up_of(const dns::Answer& answer);

}  // namespace glasspost::agent
