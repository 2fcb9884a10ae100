#include "engine/scenario/addresses.h"

#include <gtest/gtest.h>

namespace glasspost::scenario {
namespace {

TEST(AddressPlan, GivesReadableAddressesAndNeverTwice) {
  AddressPlan plan;
  EXPECT_EQ(plan.next_v4({0, 25})->to_string(), "192.0.2.25");
  EXPECT_EQ(plan.next_v4({0, 25})->to_string(), "192.0.2.26");
  EXPECT_EQ(plan.next_v4({1, 53})->to_string(), "198.51.100.53");
  EXPECT_EQ(plan.next_v4({3, 25})->to_string(), "192.0.2.27");
  EXPECT_EQ(plan.next_v4({AddressPlan::kCommon, 5})->to_string(), "203.0.113.5");
  EXPECT_EQ(plan.next_v6({0, 101})->to_string(), "2001:db8:1::101");
  EXPECT_EQ(plan.next_v6({AddressPlan::kCommon, 66})->to_string(), "2001:db8:ffff::66");
}

TEST(AddressPlan, UsesAllThreeNetworksThenEnds) {
  AddressPlan plan;
  for (int i = 0; i < 762; ++i)
    ASSERT_TRUE(plan.next_v4({0, 200}).has_value()) << i;
  EXPECT_FALSE(plan.next_v4({0, 200}).has_value());
  EXPECT_TRUE(plan.next_v6({0, 200}).has_value());
}

TEST(AddressPlan, ReservesOnlyFreeDocumentationAddresses) {
  AddressPlan plan;
  EXPECT_EQ(plan.reserve(*IpAddress::parse("192.0.2.25")), "");
  EXPECT_EQ(plan.reserve(*IpAddress::parse("192.0.2.25")), "192.0.2.25 is taken by another host");
  EXPECT_NE(plan.reserve(*IpAddress::parse("10.0.0.1")), "");
  EXPECT_NE(plan.reserve(*IpAddress::parse("192.0.2.255")), "");
  EXPECT_NE(plan.reserve(*IpAddress::parse("2001:db9::1")), "");
  EXPECT_EQ(plan.next_v4({0, 25})->to_string(), "192.0.2.26");
}

TEST(ReverseName, IsTheNameOfThePtrRecord) {
  EXPECT_EQ(reverse_name(*IpAddress::parse("192.0.2.25")), "25.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*IpAddress::parse("2001:db8:1::25")),
            "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace glasspost::scenario
