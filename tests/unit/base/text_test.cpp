#include "engine/base/text.h"

#include <gtest/gtest.h>

namespace glasspost {
namespace {

TEST(Text, KnowsWellFormedUtf8) {
  EXPECT_TRUE(is_utf8("plain 한글 😀"));
  for (const char* text : {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE0\x80\x80",
                           "\xF4\x90\x80\x80", "\xEA\xB0"}) {
    EXPECT_FALSE(is_utf8(text)) << escaped(text);
  }
}

TEST(Text, EscapedShowsEveryByteWithoutControlCharacters) {
  EXPECT_EQ(escaped(std::string_view("a\r\n\t\"\\\0\x7F", 8)), "a\\r\\n\\t\\\"\\\\\\x00\\x7F");
  EXPECT_EQ(escaped("한\xFF"), "한\\xFF");
  EXPECT_EQ(escaped("\xC2\x85"), "\\xC2\\x85");
  EXPECT_EQ(escaped("한", false), "\\xED\\x95\\x9C");
}

TEST(Text, ComparesWithoutTheLocale) {
  EXPECT_TRUE(iequals("MAIL from", "mail FROM"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_TRUE(istarts_with("RCPT TO:<x>", "rcpt to:"));
  EXPECT_TRUE(iends_with("x.Example", ".example"));
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(trim_wsp(" \t a b\t"), "a b");
}

}  // namespace
}  // namespace glasspost
