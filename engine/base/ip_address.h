#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost {

/// An IPv4 or IPv6 address: 4 or 16 bytes in network order. A default-made one is 0.0.0.0.
class IpAddress {
 public:
  IpAddress() = default;
  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(std::array<std::uint8_t, 16> bytes);
  /// Reads "192.0.2.1" or "2001:db8::1" (no zone, no brackets, no leading zeros in IPv4). // RFC 4291 2.2
  static Result<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return !is_v6_; }
  [[nodiscard]] bool is_v6() const { return is_v6_; }
  /// 4 or 16: how many of `bytes()` count.
  [[nodiscard]] std::size_t size() const { return is_v6_ ? 16 : 4; }
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// 127.0.0.0/8 or ::1.
  [[nodiscard]] bool is_loopback() const;
  /// True for 0.0.0.0 and ::.
  [[nodiscard]] bool is_unspecified() const;
  /// An IPv4 address that arrived as ::ffff:a.b.c.d is given back as IPv4; any other is unchanged.
  [[nodiscard]] IpAddress unmapped() const;
  /// True if both are of one family and agree in the first `prefix` bits (0-32 or 0-128).
  [[nodiscard]] bool in_network(const IpAddress& network, unsigned prefix) const;
  /// The text of RFC 5952: lower case, the longest run of zeros shortened.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  bool is_v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};
};

/// An address with a port.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  /// "192.0.2.1:25" or "[2001:db8::1]:25".
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace glasspost
