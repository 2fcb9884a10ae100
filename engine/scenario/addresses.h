#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "engine/base/ip_address.h"

namespace glasspost::scenario {

/// Hands out the documentation addresses (RFC 5737, RFC 3849) so that they can be read: domain n gets network
/// n, and the last number says what a host is (25 mail, 53 names, 101 the first device). The same wishes in
/// the same order give the same addresses.
class AddressPlan {
 public:
  /// The network of hosts that belong to no domain.
  static constexpr std::size_t kCommon = static_cast<std::size_t>(-1);
  struct Wish {
    std::size_t network = kCommon;  ///< the domain's position
    unsigned first = 1;             ///< the wished last number; the next free one is taken
  };

  /// Takes an address out of the plan. A problem in words, or empty.
  std::string reserve(const IpAddress& address);
  /// Nothing if all 762 IPv4 addresses are taken.
  std::optional<IpAddress> next_v4(Wish wish);
  std::optional<IpAddress> next_v6(Wish wish);

 private:
  std::set<IpAddress> taken_;
};

/// True for 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 and 2001:db8::/32.
[[nodiscard]] bool is_documentation_address(const IpAddress& address);
/// "25.2.0.192.in-addr.arpa", or the 32 nibbles under ip6.arpa. // RFC 1035 3.5, RFC 3596 2.5
[[nodiscard]] std::string reverse_name(const IpAddress& address);

}  // namespace glasspost::scenario
