#include "engine/net/address_map.h"

#include <algorithm>

namespace glasspost::net {
namespace {

constexpr std::size_t kMostAddresses = 60'000;
constexpr std::size_t kPerBlock = 254;           // 127.N.B.1 to 127.N.B.254
constexpr std::uint16_t kFirstUnmoved = 1024;    // where ports that anybody may bind begin
constexpr std::uint16_t kLargestOffset = 64512;  // 1023 + this is 65535

const IpAddress kLocalhost = IpAddress::v4({127, 0, 0, 1});

}  // namespace

AddressMap::AddressMap(std::uint16_t port_offset, std::optional<IpAddress> outside,
                       std::uint8_t loopback_network)
    : port_offset_(std::min(port_offset, kLargestOffset)),
      loopback_network_(loopback_network),
      outside_(outside) {}

Result<IpAddress> AddressMap::add(const IpAddress& scenario) {
  if (scenario.is_loopback() || scenario.is_unspecified()) {
    return fail(ErrorCode::kInvalidInput, scenario.to_string() + " cannot be a host's address");
  }
  if (to_real_.contains(scenario)) {
    return fail(ErrorCode::kConflict, scenario.to_string() + " is another host's address");
  }
  const std::size_t n = to_real_.size();
  if (n >= kMostAddresses) return fail(ErrorCode::kTooLarge, "more than 60,000 addresses");
  const IpAddress real = IpAddress::v4({127, loopback_network_, static_cast<std::uint8_t>(1 + n / kPerBlock),
                                        static_cast<std::uint8_t>(1 + n % kPerBlock)});
  to_real_.emplace(scenario, real);
  to_scenario_.emplace(real, scenario);
  return real;
}

std::optional<IpAddress> AddressMap::real_address(const IpAddress& scenario) const {
  const auto found = to_real_.find(scenario);
  if (found == to_real_.end()) return std::nullopt;
  return found->second;
}

std::uint16_t AddressMap::real_port(std::uint16_t scenario) const {
  if (scenario == 0 || scenario >= kFirstUnmoved) return scenario;
  return static_cast<std::uint16_t>(scenario + port_offset_);
}

std::optional<Endpoint> AddressMap::real(const Endpoint& scenario) const {
  const std::optional<IpAddress> address = real_address(scenario.address);
  if (!address) return std::nullopt;
  return Endpoint{*address, real_port(scenario.port)};
}

Endpoint AddressMap::scenario(const Endpoint& real) const {
  const auto found = to_scenario_.find(real.address);
  if (found == to_scenario_.end()) {
    if (outside_ && real.address == kLocalhost) return {*outside_, real.port};
    return real;
  }
  Endpoint result{found->second, real.port};
  if (real.port > port_offset_ && real.port < port_offset_ + kFirstUnmoved) {
    result.port = static_cast<std::uint16_t>(real.port - port_offset_);
  }
  return result;
}

bool AddressMap::usable(std::uint16_t scenario_port) const {
  if (scenario_port < kFirstUnmoved) return true;
  return scenario_port >= port_offset_ + kFirstUnmoved || scenario_port <= port_offset_;
}

}  // namespace glasspost::net
