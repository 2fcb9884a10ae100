#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"

namespace glasspost::net {

/// How the scenario's addresses and ports stand on this machine's loopback network, both ways.
///
/// Every scenario address, IPv4 or IPv6, has one address in 127.0.0.0/8 of its own (127.0.1.1 and up, in the
/// order they were added), so each host keeps its own port 25 and a peer's address tells who it is. Ports
/// below 1024 are moved up by the offset; the others, ephemeral ports among them, stay as they are.
class AddressMap {
 public:
  /// `outside`: the address that clients from elsewhere (127.0.0.1) seem to come from; without one, their
  /// own.
  /// `loopback_network`: N of the addresses 127.N.1.1 and up, so that worlds side by side do not meet.
  explicit AddressMap(std::uint16_t port_offset = 0, std::optional<IpAddress> outside = std::nullopt,
                      std::uint8_t loopback_network = 0);

  /// Gives `scenario` its loopback address. Errors: kConflict (added before), kTooLarge (more than 60,000),
  /// kInvalidInput (a loopback or unspecified address).
  Result<IpAddress> add(const IpAddress& scenario);

  [[nodiscard]] std::uint16_t port_offset() const { return port_offset_; }
  /// The loopback address; none if it was not added.
  [[nodiscard]] std::optional<IpAddress> real_address(const IpAddress& scenario) const;
  [[nodiscard]] std::uint16_t real_port(std::uint16_t scenario) const;
  [[nodiscard]] std::optional<Endpoint> real(const Endpoint& scenario) const;

  /// Who a peer is: a mapped address becomes the scenario's; 127.0.0.1 the outside address, if there is one;
  /// any other is itself, with its port unchanged.
  [[nodiscard]] Endpoint scenario(const Endpoint& real) const;
  /// True for a loopback address that stands for a scenario's.
  [[nodiscard]] bool is_ours(const IpAddress& real) const { return to_scenario_.contains(real); }
  /// A scenario port cannot be used if another one's real port stands there (2025 beside 25 at offset 2000).
  [[nodiscard]] bool usable(std::uint16_t scenario_port) const;

 private:
  std::uint16_t port_offset_ = 0;
  std::uint8_t loopback_network_ = 0;
  std::optional<IpAddress> outside_;
  std::map<IpAddress, IpAddress> to_real_;
  std::map<IpAddress, IpAddress> to_scenario_;
};

}  // namespace glasspost::net
