#include "engine/base/ip_address.h"

#include <gtest/gtest.h>

namespace glasspost {
namespace {

TEST(IpAddress, WritesTheShortFormOfRfc5952) {
  const std::pair<const char*, const char*> cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"::ffff:192.0.2.1", "::ffff:c000:201"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
  };
  for (const auto& [in, out] : cases) {
    const auto address = IpAddress::parse(in);
    ASSERT_TRUE(address) << in;
    EXPECT_EQ(address->to_string(), out);
    EXPECT_EQ(IpAddress::parse(address->to_string()), address);
  }
}

TEST(IpAddress, RefusesWhatIsNotAnAddress) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", ":",
                           ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                           "12345::", "g::", "1:2:3:4:5:6:7:8::", "::1.2.3", "1:", "::1:", "1.2.3.4::"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, NetworksAreComparedBitByBit) {
  const auto network = *IpAddress::parse("192.0.2.128");
  EXPECT_TRUE(IpAddress::parse("192.0.2.200")->in_network(network, 25));
  EXPECT_FALSE(IpAddress::parse("192.0.2.127")->in_network(network, 25));
  EXPECT_TRUE(IpAddress::parse("8.8.8.8")->in_network(network, 0));
  EXPECT_FALSE(IpAddress::parse("::1")->in_network(network, 0));
  EXPECT_FALSE(IpAddress::parse("192.0.2.128")->in_network(network, 33));
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1")->unmapped(), *IpAddress::parse("192.0.2.1"));
}

}  // namespace
}  // namespace glasspost
