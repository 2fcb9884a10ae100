#include "engine/protocol/dns/name.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost::dns {
namespace {

Name name(std::string_view text) {
  return *Name::parse(text);
}

TEST(Name, ReadsAndWritesPresentationForm) {
  EXPECT_EQ(name("Mail.Alpha.example").to_string(), "Mail.Alpha.example");
  EXPECT_EQ(name("alpha.example.").to_string(), "alpha.example");
  EXPECT_EQ(name(".").to_string(), ".");
  EXPECT_TRUE(name(".").is_root());
  EXPECT_EQ(name("a\\.b.example").labels()[0], "a.b");
  EXPECT_EQ(name("a\\.b.example").to_string(), "a\\.b.example");
  EXPECT_EQ(name("\\000\\255\\032x").to_string(), "\\000\\255\\032x");
}

TEST(Name, RefusesWhatBreaksTheLimits) {
  const std::string label63(63, 'a');
  EXPECT_TRUE(Name::parse(label63));
  EXPECT_FALSE(Name::parse(label63 + "a"));
  const std::string three = label63 + "." + label63 + "." + label63 + ".";
  EXPECT_EQ(name(three + std::string(61, 'b')).wire_size(), 255u);
  EXPECT_FALSE(Name::parse(three + std::string(62, 'b')));
  for (const char* bad : {"", "..", ".a", "a..b", "a\\", "a\\1", "a\\256", "a\\12x"})
    EXPECT_FALSE(Name::parse(bad)) << bad;
  EXPECT_EQ(Name::parse("ab..c").error().offset, 3u);
  EXPECT_FALSE(Name::from_labels({"a", ""}));
  EXPECT_FALSE(name("a.example").child(std::string(64, 'x')));
}

TEST(Name, CompareIgnoresCaseOfAsciiOnly) {
  EXPECT_EQ(name("ALPHA.example"), name("alpha.EXAMPLE"));
  EXPECT_NE(name("\\195\\132.example"), name("\\195\\164.example"));
  EXPECT_TRUE(name("a.B.example").is_within(name("b.EXAMPLE")));
  EXPECT_FALSE(name("ab.example").is_within(name("b.example")));
  EXPECT_TRUE(name("x").is_within(Name()));
  EXPECT_EQ(name("a.b.c").parent(), name("b.c"));
  EXPECT_EQ(Name().parent(), Name());
  EXPECT_EQ(name("a.b.c").suffix(1), name("c"));
  EXPECT_EQ(name("a.b.c").suffix(9), name("a.b.c"));
}

TEST(Name, CanonicalOrderIsThatOfRfc4034) {
  // The list of RFC 4034 6.1.
  const std::vector<std::string> order{"example",         "a.example",      "yljkjljk.a.example",
                                       "Z.a.example",     "zABC.a.EXAMPLE", "z.example",
                                       "\\001.z.example", "*.z.example",    "\\200.z.example"};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t k = 0; k < order.size(); ++k)
      EXPECT_EQ(name(order[i]) < name(order[k]), i < k) << order[i] << " and " << order[k];
  }
}

TEST(Name, ReverseNames) {
  EXPECT_EQ(reverse_name(*IpAddress::parse("192.0.2.1")).to_string(), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*IpAddress::parse("2001:db8::cb01")).to_string(),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace glasspost::dns
