#include "engine/net/address_map.h"

#include <set>

#include <gtest/gtest.h>

namespace glasspost::net {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

TEST(AddressMap, EveryAddressHasALoopbackAddressOfItsOwn) {
  AddressMap map;
  std::set<IpAddress> real;
  for (int i = 0; i < 600; ++i) {
    const IpAddress scenario =
        IpAddress::v4({10, 1, static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i % 256)});
    const Result<IpAddress> added = map.add(scenario);
    ASSERT_TRUE(added.has_value());
    EXPECT_TRUE(added->is_loopback());
    EXPECT_TRUE(real.insert(*added).second);
    EXPECT_EQ(map.real_address(scenario), *added);
    EXPECT_EQ(map.scenario({*added, 40'000}), (Endpoint{scenario, 40'000}));
    EXPECT_TRUE(map.is_ours(*added));
  }
  EXPECT_TRUE(real.contains(ip("127.0.1.1")));
  EXPECT_TRUE(real.contains(ip("127.0.1.254")));
  EXPECT_TRUE(real.contains(ip("127.0.2.1")));
  EXPECT_FALSE(real.contains(ip("127.0.0.1")));
}

TEST(AddressMap, Ipv6StandsOnIpv4Loopback) {
  AddressMap map(0, std::nullopt, 9);
  EXPECT_EQ(map.add(ip("2001:db8::25")).value(), ip("127.9.1.1"));
  EXPECT_EQ(map.scenario({ip("127.9.1.1"), 5}), (Endpoint{ip("2001:db8::25"), 5}));
}

TEST(AddressMap, PortsBelow1024MoveByTheOffset) {
  AddressMap map(2000);
  const IpAddress mx = ip("192.0.2.25");
  ASSERT_TRUE(map.add(mx).has_value());
  EXPECT_EQ(map.real({mx, 25}), (Endpoint{ip("127.0.1.1"), 2025}));
  EXPECT_EQ(map.real({mx, 8025}), (Endpoint{ip("127.0.1.1"), 8025}));
  EXPECT_EQ(map.scenario({ip("127.0.1.1"), 2025}), (Endpoint{mx, 25}));
  EXPECT_EQ(map.scenario({ip("127.0.1.1"), 3023}), (Endpoint{mx, 1023}));
  EXPECT_EQ(map.scenario({ip("127.0.1.1"), 3024}), (Endpoint{mx, 3024}));
  EXPECT_EQ(map.scenario({ip("127.0.1.1"), 2000}), (Endpoint{mx, 2000}));
  EXPECT_EQ(map.real_port(0), 0);
  EXPECT_TRUE(map.usable(25));
  EXPECT_FALSE(map.usable(2025));
  EXPECT_TRUE(map.usable(2000));
  EXPECT_TRUE(map.usable(3024));
}

TEST(AddressMap, WithoutAnOffsetPortsStay) {
  AddressMap map;
  const IpAddress mx = ip("192.0.2.25");
  ASSERT_TRUE(map.add(mx).has_value());
  for (const int number : {1, 25, 1023, 1024, 2025, 65535}) {
    const auto port = static_cast<std::uint16_t>(number);
    EXPECT_TRUE(map.usable(port));
    EXPECT_EQ(map.scenario(*map.real({mx, port})), (Endpoint{mx, port}));
  }
  EXPECT_EQ(AddressMap(65535).real_port(1023), 65535) << "an offset that is too large is cut";
}

TEST(AddressMap, OutsidersLookAsConfigured) {
  const Endpoint foreign{ip("127.0.0.1"), 40'000};
  EXPECT_EQ(AddressMap().scenario(foreign), foreign);
  EXPECT_EQ(AddressMap(2000, ip("203.0.113.99")).scenario(foreign), (Endpoint{ip("203.0.113.99"), 40'000}));
  const Endpoint elsewhere{ip("127.0.7.7"), 40'000};
  EXPECT_EQ(AddressMap(2000, ip("203.0.113.99")).scenario(elsewhere), elsewhere);
}

TEST(AddressMap, RefusesWhatCannotBeMapped) {
  AddressMap map;
  EXPECT_EQ(map.add(ip("127.0.0.1")).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(map.add(ip("::1")).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(map.add(ip("0.0.0.0")).error().code, ErrorCode::kInvalidInput);
  ASSERT_TRUE(map.add(ip("192.0.2.1")).has_value());
  EXPECT_EQ(map.add(ip("192.0.2.1")).error().code, ErrorCode::kConflict);
  EXPECT_FALSE(map.real_address(ip("192.0.2.2")).has_value());
}

}  // namespace
}  // namespace glasspost::net
