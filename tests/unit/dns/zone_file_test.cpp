#include "engine/protocol/dns/zone_file.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::dns {
namespace {

Name name(std::string_view text) {
  return *Name::parse(text);
}

// "owner ttl type data" a line.
std::string dump(const Zone& zone) {
  std::string out;
  for (const Record& record : zone.records()) {
    out += record.owner.to_string() + " " + std::to_string(record.ttl) + " " + to_string(record.type) + " " +
           to_string(record.data) + "\n";
  }
  return out;
}

TEST(ZoneFile, ReadsEverythingThatItSaysItDoes) {
  const auto zone = parse_zone_file(R"(; a comment
$ORIGIN alpha.example.
$TTL 1h30m
@   IN 600 SOA ns.alpha.example. host\.master (
        2026030201 ; serial
        2h 15m 2w
        5m )
    NS  ns
mx1 300 IN A 192.0.2.1
    AAAA 2001:db8::1
@   MX  10 mx1
    TXT "v=spf1 " "mx; not a comment" bare \059x "q\"\032uote"
_smtp._tcp SRV 0 5 25 mx1
*   CNAME @
$ORIGIN deep.alpha.example.
a   IN A 192.0.2.2
b.alpha.example. 0 TYPE52 \# 4 0301 00ff
)",
                                    name("alpha.example"));
  ASSERT_TRUE(zone) << zone.error().line << ":" << zone.error().column << " " << zone.error().message;
  EXPECT_EQ(
      dump(*zone),
      "alpha.example 5400 NS ns.alpha.example\n"
      "alpha.example 600 SOA ns.alpha.example host\\.master.alpha.example 2026030201 7200 900 1209600 300\n"
      "alpha.example 5400 MX 10 mx1.alpha.example\n"
      "alpha.example 5400 TXT \"v=spf1 \" \"mx; not a comment\" \"bare\" \";x\" \"q\\\" uote\"\n"
      "*.alpha.example 5400 CNAME alpha.example\n"
      "_smtp._tcp.alpha.example 5400 SRV 0 5 25 mx1.alpha.example\n"
      "b.alpha.example 0 TLSA \\# 4 030100ff\n"
      "a.deep.alpha.example 5400 A 192.0.2.2\n"
      "mx1.alpha.example 300 A 192.0.2.1\n"
      "mx1.alpha.example 5400 AAAA 2001:db8::1\n");
}

TEST(ZoneFile, AFewRecordsAreAZone) {
  const auto zone = parse_zone_file("@ TXT \"v=spf1 -all\"", name("alpha.example"));
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->soa().primary, name("ns.alpha.example"));
  EXPECT_EQ(zone->records().size(), 2u);
  EXPECT_TRUE(parse_zone_file("", name("alpha.example")));
  EXPECT_TRUE(parse_zone_file("", Name()));
}

struct Wrong {
  const char* text;
  std::uint32_t line;
  std::uint32_t column;
};

TEST(ZoneFile, ErrorsHaveTheirPlace) {
  const Wrong cases[] = {
      {"@ A 192.0.2.300", 1, 5},
      {"@ A 2001:db8::1", 1, 5},
      {"@ A", 1, 3},
      {"@ A 192.0.2.1 192.0.2.2", 1, 15},
      {"\n  A 192.0.2.1", 2, 3},
      {"@ MX ten mx1", 1, 6},
      {"@ MX 65536 mx1", 1, 6},
      {"@ WHAT x", 1, 3},
      {"@ IN", 1, 3},
      {"@ CH TXT x", 1, 3},
      {"@ TXT \"open\n", 1, 7},
      {"@ TXT (\"a\"\n\"b\"", 1, 7},
      {"@ TXT a )", 1, 9},
      {"@ TXT ((a))", 1, 8},
      {"$INCLUDE other", 1, 1},
      {"$TTL soon", 1, 6},
      {"$ORIGIN", 1, 1},
      {"a..b A 192.0.2.1", 1, 1},
      {"x.beta.example. A 192.0.2.1", 1, 1},
      {"x SOA ns host 1 2 3 4 5", 1, 1},
      {"@ SOA ns host 1 2 3 4 5\n@ SOA ns host 1 2 3 4 5", 2, 1},
      {"@ SOA ns host 1 2 3 4 soon", 1, 23},
      {"x A 192.0.2.1\nx CNAME y", 2, 1},
      {"@ TYPE52 hello", 1, 3},
      {"@ TYPE52 \\# 3 00", 1, 13},
      {"@ TXT \\", 1, 7},
      {"@ TXT \\25", 1, 7},
  };
  for (const Wrong& c : cases) {
    const auto zone = parse_zone_file(c.text, name("alpha.example"));
    ASSERT_FALSE(zone) << c.text;
    EXPECT_EQ(zone.error().line, c.line) << c.text << ": " << zone.error().message;
    EXPECT_EQ(zone.error().column, c.column) << c.text << ": " << zone.error().message;
    EXPECT_FALSE(zone.error().message.empty());
  }
}

TEST(ZoneFile, EveryTruncationGivesAZoneOrAPlace) {
  const std::string text =
      "$TTL 5m\n@ SOA ns host ( 1 2 3\n 4 5 )\n x\\.y TXT \"a\\\"b\" c\nmx A 192.0.2.1 ; end\n z SRV 1 2 3 "
      "@\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto zone = parse_zone_file(std::string_view(text).substr(0, size), name("alpha.example"));
    if (!zone) {
      EXPECT_GE(zone.error().line, 1u);
      EXPECT_GE(zone.error().column, 1u);
    }
  }
}

}  // namespace
}  // namespace glasspost::dns
