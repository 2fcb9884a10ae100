#include "engine/protocol/imap/response.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::imap {
namespace {

std::string string_of(std::string_view bytes) {
  std::string out;
  append_string(out, bytes);
  return out;
}
std::string astring_of(std::string_view bytes) {
  std::string out;
  append_astring(out, bytes);
  return out;
}

TEST(FieldCase, A23_StringsAreEscapedOrLiterals) {
  EXPECT_EQ(string_of("\""), R"("\"")");
  EXPECT_EQ(string_of("a\\b"), R"("a\\b")");
  EXPECT_EQ(string_of(""), R"("")");
  EXPECT_EQ(string_of("a\r\nb"), "{4}\r\na\r\nb");
  EXPECT_EQ(string_of("\xed\x95\x9c"), "{3}\r\n\xed\x95\x9c");
  EXPECT_EQ(string_of(std::string(5'000, 'x')).substr(0, 8), "{5000}\r\n");
}

TEST(ImapResponse, AtomsWhereTheyCanBe) {
  EXPECT_EQ(astring_of("INBOX"), "INBOX");
  EXPECT_EQ(astring_of("a b"), "\"a b\"");
  EXPECT_EQ(astring_of("nil"), "\"nil\"");
  EXPECT_EQ(astring_of(""), "\"\"");
  std::string out;
  append_mailbox(out, "한글");
  EXPECT_EQ(out, "&1VyuAA-");
}

TEST(ImapResponse, InternalDates) {
  std::string out;
  append_internal_date(out, Instant{1'772'442'000'000'000'000});
  EXPECT_EQ(out, "\"02-Mar-2026 09:00:00 +0000\"");
  EXPECT_EQ(parse_internal_date("02-Mar-2026 18:00:00 +0900"), Instant{1'772'442'000'000'000'000});
  EXPECT_EQ(parse_internal_date(" 2-mar-2026 01:30:00 -0730"), Instant{1'772'442'000'000'000'000});
  for (const char* text :
       {"", "2026-03-02", "02-Mar-2026", "02-Mar-2026 25:00:00 +0000", "31-Apr-2026 00:00:00 +0000",
        "02-Mar-2026 18:00:00 0900", "02-Mar-2026 18:00:00 +0900 ", "02-Mar-9999 00:00:00 +0000"}) {
    EXPECT_FALSE(parse_internal_date(text).has_value()) << text;
  }
}

TEST(ImapResponse, Days) {
  EXPECT_EQ(parse_day("1-Jan-1970"), 0);
  EXPECT_EQ(parse_day("31-Dec-1969"), -1);
  EXPECT_EQ(parse_day("29-Feb-2024"), 19782);
  EXPECT_FALSE(parse_day("29-Feb-2023").has_value());
  EXPECT_EQ(day_of(Instant{0}, -60), -1);
  EXPECT_EQ(day_of(Instant{0}, 600), 0);
}

}  // namespace
}  // namespace glasspost::imap
