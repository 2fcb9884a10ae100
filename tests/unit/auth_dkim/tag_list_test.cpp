#include "engine/auth/tag_list.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

TEST(TagList, ReadsTagsWithTheirPlaces) {
  const std::string text = " v = 1;\r\n\tb=ab\r\n c= ;h=;x_1=a=b; ";
  const Result<TagList> list = parse_tag_list(text);
  ASSERT_TRUE(list) << list.error().message;
  ASSERT_EQ(list->tags.size(), 4u);
  EXPECT_EQ(list->tags[0].name, "v");
  EXPECT_EQ(list->tags[0].value, "1");
  EXPECT_EQ(list->tags[1].value, "ab\r\n c=");
  EXPECT_EQ(text.substr(list->tags[1].after_equals, list->tags[1].end - list->tags[1].after_equals),
            "ab\r\n c= ");
  EXPECT_EQ(list->tags[2].value, "");
  EXPECT_EQ(list->find("x_1")->value, "a=b");
  EXPECT_EQ(list->find("X_1"), nullptr);  // RFC 6376 3.2: names are case-sensitive
  for (const Tag& tag : list->tags)
    EXPECT_EQ(text.substr(tag.value_offset, tag.value.size()), tag.value);
}

TEST(TagList, SaysWhereItIsBroken) {
  const struct {
    std::string text;
    std::size_t offset;
  } cases[] = {{"", 0},          {";", 0},        {"  ", 1},          {"a=1;;b=2", 4},     {"a=1; =2", 5},
               {"a=1;b", 4},     {"a=1;1b=2", 4}, {"a=1;b=2;a=3", 8}, {"a=1;b=x\x01y", 7}, {"a=1;b.c=1", 4},
               {"a=1;b=\x7F", 6}};
  for (const auto& c : cases) {
    const Result<TagList> list = parse_tag_list(c.text);
    ASSERT_FALSE(list) << c.text;
    EXPECT_EQ(list.error().offset, c.offset) << c.text << ": " << list.error().message;
  }
}

TEST(TagList, AThousandTagsAreRefused) {
  std::string text;
  for (int i = 0; i < 1'000; ++i)
    text += "t" + std::to_string(i) + "=1;";
  EXPECT_FALSE(parse_tag_list(text));
  EXPECT_TRUE(parse_tag_list(std::string_view(text).substr(0, text.find("t200="))));
}

TEST(TagList, NumbersDoNotOverflow) {
  EXPECT_EQ(parse_decimal("18446744073709551615", 20), 18446744073709551615u);
  EXPECT_FALSE(parse_decimal("18446744073709551616", 20));
  EXPECT_FALSE(parse_decimal("0000000000000", 12));
  EXPECT_FALSE(parse_decimal("", 12));
  EXPECT_FALSE(parse_decimal("-1", 12));
  EXPECT_EQ(parse_decimal(std::string(76, '0'), 76), 0u);
}

TEST(TagList, Base64MayBeFoldedButHoldsNoJunk) {
  EXPECT_EQ(decode_folded_base64("aGV\r\n sbG8="), "hello");
  EXPECT_EQ(decode_folded_base64("aGVsbG8"), "hello");
  for (const char* bad : {"", " ", "=", "A", "A\r\n ==", "aGVsb", "aGVs!bG8=", "aGV=sbG8", "\xC3\xA4"})
    EXPECT_FALSE(decode_folded_base64(bad)) << bad;
}

TEST(TagList, NamesForTheDnsAreALabels) {  // RFC 8616 5
  EXPECT_EQ(to_dns_name("B\xC3\xBC"
                        "cher.Example.")
                ->to_string(),
            "xn--bcher-kva.example");
  EXPECT_FALSE(to_dns_name("a..b"));
  EXPECT_FALSE(to_dns_name(""));
  EXPECT_FALSE(to_dns_name(std::string(64, 'a') + ".example"));
}

}  // namespace
}  // namespace glasspost::auth
