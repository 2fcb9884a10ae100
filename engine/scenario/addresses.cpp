#include "engine/scenario/addresses.h"

#include <fmt/format.h>

namespace glasspost::scenario {
namespace {

constexpr std::array<std::array<std::uint8_t, 3>, 3> kNetworks = {
    {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}}};

IpAddress v4(std::size_t network, unsigned last) {
  const auto& prefix = kNetworks[network];
  return IpAddress::v4({prefix[0], prefix[1], prefix[2], static_cast<std::uint8_t>(last)});
}

/// 2001:db8:NETWORK::LAST, the last number's decimal digits read as hex digits, so that it looks the same.
IpAddress v6(std::size_t network, unsigned last) {
  unsigned shown = 0;
  for (unsigned digits = last, shift = 0; digits != 0; digits /= 10, shift += 4)
    shown |= (digits % 10) << shift;
  const std::size_t group = network == AddressPlan::kCommon ? 0xffff : network + 1;
  std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
  bytes[4] = static_cast<std::uint8_t>(group >> 8);
  bytes[5] = static_cast<std::uint8_t>(group);
  bytes[14] = static_cast<std::uint8_t>(shown >> 8);
  bytes[15] = static_cast<std::uint8_t>(shown);
  return IpAddress::v6(bytes);
}

}  // namespace

bool is_documentation_address(const IpAddress& address) {
  if (address.is_v6()) {
    const auto& bytes = address.bytes();
    return bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8;
  }
  for (std::size_t network = 0; network < kNetworks.size(); ++network) {
    if (address.in_network(v4(network, 0), 24)) return true;
  }
  return false;
}

std::string AddressPlan::reserve(const IpAddress& address) {
  if (!is_documentation_address(address)) {
    return fmt::format("{} is not from 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32",
                       address.to_string());
  }
  if (address.is_v4() && (address.bytes()[3] == 0 || address.bytes()[3] == 255)) {
    return fmt::format("{} is not a host's address", address.to_string());
  }
  if (!taken_.insert(address).second) return fmt::format("{} is taken by another host", address.to_string());
  return {};
}

std::optional<IpAddress> AddressPlan::next_v4(Wish wish) {
  const std::size_t home = wish.network == kCommon ? 2 : wish.network % kNetworks.size();
  for (std::size_t turn = 0; turn < kNetworks.size(); ++turn) {
    const std::size_t network = (home + turn) % kNetworks.size();
    for (unsigned step = 0; step < 254; ++step) {
      const IpAddress address = v4(network, (wish.first - 1 + step) % 254 + 1);
      if (taken_.insert(address).second) return address;
    }
  }
  return std::nullopt;
}

std::optional<IpAddress> AddressPlan::next_v6(Wish wish) {
  for (unsigned step = 0; step < 9000; ++step) {
    const IpAddress address = v6(wish.network, (wish.first - 1 + step) % 9000 + 1);
    if (taken_.insert(address).second) return address;
  }
  return std::nullopt;
}

std::string reverse_name(const IpAddress& address) {
  std::string out;
  const auto& bytes = address.bytes();
  if (address.is_v4()) return fmt::format("{}.{}.{}.{}.in-addr.arpa", bytes[3], bytes[2], bytes[1], bytes[0]);
  for (std::size_t i = 16; i > 0; --i)
    out += fmt::format("{:x}.{:x}.", bytes[i - 1] & 15, bytes[i - 1] >> 4);
  return out + "ip6.arpa";
}

}  // namespace glasspost::scenario
