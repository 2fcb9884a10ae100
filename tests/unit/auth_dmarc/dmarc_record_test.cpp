#include "engine/auth/dmarc_record.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

Result<DmarcRecord> parse(std::string_view text, DmarcProfile profile = DmarcProfile::kRfc9989) {
  return parse_dmarc_record(text, profile);
}

TEST(DmarcRecord, TheVersionIsExactAndFirst) {  // RFC 9989 4.7
  for (const char* good : {"v=DMARC1", "v=DMARC1;", "v = DMARC1 ; p=none", "V=DMARC1;p=none", " v=DMARC1"})
    EXPECT_TRUE(is_dmarc_record(good)) << good;
  for (const char* bad :
       {"", "v=", "v=dmarc1", "v=DMARC12", "v=DMARC1 p=none", "p=none; v=DMARC1", "v=spf1", "DMARC1"})
    EXPECT_FALSE(is_dmarc_record(bad)) << bad;
}

TEST(DmarcRecord, ReadsEveryTagWithItsPlace) {
  const std::string text =
      "v=DMARC1; sp=Quarantine; np=none;P = REJECT ; psd=n; t=y; adkim=S; aspf=s; fo=1:d; x=y;"
      " rua=mailto:a@x.example , https://x.example/r!10m,bad; ruf=mailto:b@x.example;";
  const Result<DmarcRecord> record = parse(text);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->p, DmarcPolicy::kReject);
  EXPECT_EQ(record->sp, DmarcPolicy::kQuarantine);
  EXPECT_EQ(record->np, DmarcPolicy::kNone);
  EXPECT_EQ(record->psd, DmarcPsd::kNo);
  EXPECT_TRUE(record->testing);
  EXPECT_EQ(record->adkim, DmarcAlignment::kStrict);
  EXPECT_EQ(record->aspf, DmarcAlignment::kStrict);
  EXPECT_EQ(record->fo, "1:d");
  ASSERT_EQ(record->rua.size(), 2u);
  EXPECT_EQ(record->rua[1].uri, "https://x.example/r");
  EXPECT_EQ(record->rua[1].max_size, 10u << 20);
  EXPECT_EQ(record->ruf.size(), 1u);
  EXPECT_EQ(text.substr(record->p_place.offset, record->p_place.length), "P = REJECT");
  ASSERT_EQ(record->ignored.size(), 2u);
  EXPECT_EQ(text.substr(record->ignored[0].place.offset, record->ignored[0].place.length), "x=y");
  EXPECT_EQ(record->ignored[1].tag, "rua");
}

TEST(DmarcRecord, AnErrorCostsOnlyItsTag) {  // RFC 9989 4.7, 4.8
  const Result<DmarcRecord> record =
      parse("v=DMARC1; p=reject; adkim=x; psd=maybe; t=1; fo=0:1; junk; =; pct=50; ri=x;;");
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->p, DmarcPolicy::kReject);
  EXPECT_EQ(record->adkim, DmarcAlignment::kRelaxed);
  EXPECT_EQ(record->psd, DmarcPsd::kUnknown);
  EXPECT_FALSE(record->testing);
  EXPECT_EQ(record->fo, "0");
  EXPECT_EQ(record->pct, 100u);
}

TEST(DmarcRecord, ABadPolicyNeedsAReportAddress) {  // RFC 9989 4.10.1
  for (const char* policy : {"", "p=bad; ", "p=; ", "p=reject; sp=bad; ", "p=reject; np=; ", "p=n; "}) {
    const std::string head = "v=DMARC1; " + std::string(policy);
    EXPECT_FALSE(parse(head)) << policy;
    EXPECT_FALSE(parse(head + "rua=nobody")) << policy;
    const Result<DmarcRecord> record = parse(head + "rua=mailto:a@x.example");
    ASSERT_TRUE(record) << policy;
    EXPECT_TRUE(record->policy_replaced);
    EXPECT_EQ(record->p, DmarcPolicy::kNone);
    EXPECT_FALSE(record->sp || record->np);
  }
}

TEST(DmarcRecord, ATagTwiceSpoilsTheRecord) {
  const Result<DmarcRecord> record = parse("v=DMARC1; p=none; P=reject");
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().offset, 18u);
  EXPECT_FALSE(parse("v=DMARC1; p=none; v=DMARC1"));
}

TEST(DmarcRecord, TheOldRulesAreStricter) {  // RFC 7489 6.3, 6.4
  const Result<DmarcRecord> good =
      parse("v=DMARC1; p=none; pct=25; ri=3600; rf=afrf:x; fo=0:1; np=reject", DmarcProfile::kRfc7489);
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->pct, 25u);
  EXPECT_EQ(good->ri, 3'600u);
  EXPECT_FALSE(good->np);
  for (const char* bad :
       {"v=DMARC1; sp=none; p=none", "v=DMARC1; p=none; pct=101", "v=DMARC1; p=none; junk",
        "v=DMARC1; p=none; adkim=x", "v=DMARC1; p=none;; aspf=r", "v=DMARC1; p=none; ri=4294967296",
        "v=DMARC1; p=none; rf=other", "v=DMARC1; p=none; rua=mailto:a@x.example!1x"})
    EXPECT_FALSE(parse(bad, DmarcProfile::kRfc7489)) << bad;
}

TEST(DmarcRecord, EveryTruncationAndAThousandTagsEnd) {
  std::string text = "v=DMARC1; p=reject; rua=mailto:a@x.example!10m, mailto:b%20@x.example; fo=d:s; psd=y";
  for (const DmarcProfile profile : {DmarcProfile::kRfc9989, DmarcProfile::kRfc7489}) {
    for (std::size_t size = 8; size <= text.size(); ++size) {
      const Result<DmarcRecord> record = parse(text.substr(0, size), profile);
      if (!record) {
        EXPECT_LE(record.error().offset.value_or(0), size);
      }
    }
  }
  for (int i = 0; i < 20'000; ++i)
    text += "; x" + std::to_string(i) + "=1";
  const Result<DmarcRecord> record = parse(text);
  ASSERT_TRUE(record);
  EXPECT_LE(record->ignored.size(), 50u);
}

}  // namespace
}  // namespace glasspost::auth
