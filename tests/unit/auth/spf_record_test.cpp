#include "engine/auth/spf_record.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

TEST(SpfRecord, TheVersionSectionIsExact) {
  for (const char* good : {"v=spf1", "v=spf1 -all", "V=SPF1 -all", "v=spf1 "})
    EXPECT_TRUE(is_spf_record(good)) << good;
  for (const char* bad :
       {"", "v=spf10 -all", "v=spf1-all", "v=spf1\t-all", " v=spf1", "v=spf2 -all", "v=spf"})
    EXPECT_FALSE(is_spf_record(bad)) << bad;
}

TEST(SpfRecord, ReadsEveryMechanismWithItsPlace) {
  const std::string text =
      "v=spf1 a a:b.example/24//64 mx/8 mx:c.example//32 ?ptr:d.example ip4:192.0.2.0/24 ~ip6:2001:db8::/32  "
      "+include:%{d2}.e.example exists:%{i}.f.example redirect=g.example exp=h.example other=x%%y -ALL ";
  const Result<SpfRecord> record = parse_spf_record(text);
  ASSERT_TRUE(record) << record.error().message;
  ASSERT_EQ(record->directives.size(), 10u);
  EXPECT_EQ(record->directives[0].domain, "");
  EXPECT_EQ(record->directives[1].domain, "b.example");
  EXPECT_EQ(record->directives[1].v4_prefix, 24u);
  EXPECT_EQ(record->directives[1].v6_prefix, 64u);
  EXPECT_EQ(record->directives[2].v4_prefix, 8u);
  EXPECT_EQ(record->directives[3].v6_prefix, 32u);
  EXPECT_EQ(record->directives[3].v4_prefix, 32u);
  EXPECT_EQ(record->directives[4].result, SpfResult::kNeutral);
  EXPECT_EQ(record->directives[5].network, *IpAddress::parse("192.0.2.0"));
  EXPECT_EQ(record->directives[6].result, SpfResult::kSoftFail);
  EXPECT_EQ(record->directives[7].domain, "%{d2}.e.example");
  EXPECT_EQ(record->directives[9].mechanism, SpfMechanism::kAll);
  EXPECT_EQ(record->directives[9].result, SpfResult::kFail);
  EXPECT_EQ(record->redirect->value, "g.example");
  EXPECT_EQ(record->exp->value, "h.example");
  for (const SpfDirective& directive : record->directives) {
    const std::string term = text.substr(directive.place.offset, directive.place.length);
    EXPECT_EQ(term.find(' '), std::string::npos);
    EXPECT_EQ(text[directive.place.offset - 1], ' ');
  }
}

TEST(SpfRecord, RefusesWhatTheGrammarDoesNotHave) {
  for (const char* bad : {"all:x",
                          "all/8",
                          "-",
                          "+-all",
                          "a:",
                          "a/",
                          "a/33",
                          "a/08",
                          "a//129",
                          "a/24/64",
                          "a:onelabel",
                          "a:b.example:25",
                          "a:b.123",
                          "a:b.-x",
                          "a:b.x-",
                          "mx:%{x}.example",
                          "mx:%{d.example",
                          "mx:%{d0}.example",
                          "mx:%{c}.example",
                          "mx:%a.example",
                          "mx:b.example%",
                          "include",
                          "include:",
                          "include:b.example/24",
                          "exists",
                          "ip4",
                          "ip4:",
                          "ip4:192.0.2",
                          "ip4:192.0.2.1/",
                          "ip4:192.0.2.1/33",
                          "ip4:192.0.2.1//24",
                          "ip4:2001:db8::1",
                          "ip6:192.0.2.1",
                          "ip6:2001:db8::1/129",
                          "ptr/24",
                          "redirect=",
                          "redirect=a",
                          "redirect=a.example redirect=b.example",
                          "exp=a.example exp=a.example",
                          "exp=%{r}.example",
                          "1up=x",
                          "=x",
                          "other=%x",
                          "nonsense",
                          "a\tmx",
                          "\xC3\xA4"}) {
    const std::string text = std::string("v=spf1 ~all ") + bad;
    const Result<SpfRecord> record = parse_spf_record(text);
    ASSERT_FALSE(record) << bad;
    EXPECT_GE(record.error().offset, 12u) << bad;
    EXPECT_LT(record.error().offset, text.size()) << bad;
  }
}

TEST(SpfRecord, EveryTruncationGivesARecordOrAPlace) {
  const std::string text = "v=spf1 a:%{d2r.-}.x.example/24//64 ip6:2001:db8::/32 exp=%{ir}.h.example ?all";
  for (std::size_t size = 6; size <= text.size(); ++size) {
    const Result<SpfRecord> record = parse_spf_record(std::string_view(text).substr(0, size));
    if (record) continue;
    EXPECT_LT(*record.error().offset, size);
  }
}

}  // namespace
}  // namespace glasspost::auth
