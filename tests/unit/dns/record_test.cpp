#include "engine/protocol/dns/record.h"

#include <gtest/gtest.h>

#include "engine/protocol/dns/resolver.h"

namespace glasspost::dns {
namespace {

TEST(Record, TypesHaveNames) {
  EXPECT_EQ(to_string(RecordType::kMx), "MX");
  EXPECT_EQ(to_string(static_cast<RecordType>(257)), "TYPE257");
  EXPECT_EQ(parse_record_type("txt"), RecordType::kTxt);
  EXPECT_EQ(parse_record_type("TYPE52"), RecordType::kTlsa);
  EXPECT_EQ(parse_record_type("TYPE65536"), std::nullopt);
  EXPECT_EQ(parse_record_type("TYPE"), std::nullopt);
  EXPECT_EQ(parse_record_type("WHAT"), std::nullopt);
}

TEST(Record, PresentationFormOfData) {
  const Name host = *Name::parse("mx1.beta.example");
  EXPECT_EQ(to_string(make_mx(host, 10, host, 60).data), "10 mx1.beta.example");
  EXPECT_EQ(to_string(make_address(host, *IpAddress::parse("2001:db8::1"), 60).data), "2001:db8::1");
  EXPECT_EQ(to_string(make_txt(host, "v=spf1 \"x\"\\\x01", 60).data), "\"v=spf1 \\\"x\\\"\\\\\\001\"");
  EXPECT_EQ(to_string(RecordData(OpaqueData{"\x03\xFF"})), "\\# 2 03ff");
  EXPECT_EQ(to_string(RecordData(SrvData{1, 2, 25, host})), "1 2 25 mx1.beta.example");
}

TEST(Record, LongTextIsCutIntoStrings) {
  const Record record = make_txt(Name(), std::string(600, 'x'), 60);
  const auto& text = std::get<TxtData>(record.data);
  ASSERT_EQ(text.strings.size(), 3u);
  EXPECT_EQ(text.strings[0].size(), 255u);
  EXPECT_EQ(text.strings[2].size(), 90u);
  EXPECT_EQ(text.joined(), std::string(600, 'x'));
  EXPECT_EQ(std::get<TxtData>(make_txt(Name(), "", 60).data).strings, std::vector<std::string>{""});
}

TEST(Record, DataMustFitItsType) {
  EXPECT_FALSE(data_fits(RecordType::kA, AddressData{*IpAddress::parse("2001:db8::1")}));
  EXPECT_TRUE(data_fits(RecordType::kAaaa, AddressData{*IpAddress::parse("2001:db8::1")}));
  EXPECT_FALSE(data_fits(RecordType::kMx, NameData{}));
  EXPECT_FALSE(data_fits(RecordType::kTxt, TxtData{}));
  EXPECT_FALSE(data_fits(RecordType::kTxt, TxtData{{std::string(256, 'x')}}));
  EXPECT_TRUE(data_fits(RecordType::kTlsa, OpaqueData{"x"}));
}

TEST(Answer, SummaryIsTheDataOrTheStatus) {
  Answer answer;
  answer.status = AnswerStatus::kNxDomain;
  EXPECT_EQ(answer.summary(), "NXDOMAIN");
  answer.status = AnswerStatus::kFound;
  answer.records = {make_mx(Name(), 10, *Name::parse("a.example"), 1),
                    make_mx(Name(), 20, *Name::parse("b.example"), 1)};
  EXPECT_EQ(answer.summary(), "10 a.example; 20 b.example");
}

}  // namespace
}  // namespace glasspost::dns
