#include "engine/message/date_time.h"

#include <gtest/gtest.h>

namespace glasspost::message {
namespace {

std::string utc(std::string_view text) {
  const auto date = parse_date_time(text);
  return date ? to_rfc3339(date->instant) : "error: " + to_string(date.error());
}

TEST(DateTime, ReadsTheFormsOfTheStandard) {
  EXPECT_EQ(utc("Fri, 21 Nov 1997 09:55:06 -0600"), "1997-11-21T15:55:06Z");
  EXPECT_EQ(utc("21 Nov 1997 09:55 +0900"), "1997-11-21T00:55:00Z");
  EXPECT_EQ(utc("Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland (nested) Time)"),
            "1969-02-14T03:02:00Z");
  EXPECT_EQ(utc("21 Nov 97 09:55:06 GMT"), "1997-11-21T09:55:06Z");
  EXPECT_EQ(utc("1 Jan 49 00:00:00 EST"), "2049-01-01T05:00:00Z");
  EXPECT_EQ(utc("1 Jan 103 00:00:00 PDT"), "2003-01-01T07:00:00Z");
  EXPECT_EQ(utc("31 Dec 2016 23:59:60 +0000"), "2017-01-01T00:00:00Z");
  EXPECT_EQ(utc("29 Feb 2024 00:00:00 +0000"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(utc("from a by b; Mon, 02 Mar 2026 18:00:00 +0900 (KST)"), "2026-03-02T09:00:00Z");
  EXPECT_EQ(utc("Mon Mar  2 09:00:00 2026"), "2026-03-02T09:00:00Z");
  EXPECT_EQ(utc("Mon Mar  2 09:00:00 EST 2026"), "2026-03-02T14:00:00Z");
  EXPECT_EQ(utc("02 Apr 2020 07:53:55.516 +0000"), "2020-04-02T07:53:55Z");
}

TEST(DateTime, SaysWhetherTheZoneIsKnown) {
  EXPECT_TRUE(parse_date_time("1 Jan 2026 00:00 +0000")->offset_known);
  EXPECT_FALSE(parse_date_time("1 Jan 2026 00:00 -0000")->offset_known);
  EXPECT_FALSE(parse_date_time("1 Jan 2026 00:00 A")->offset_known);
  EXPECT_EQ(parse_date_time("1 Jan 2026 00:00 A")->offset_minutes, 0);
  EXPECT_EQ(parse_date_time("1 Jan 2026 00:00 +0530")->offset_minutes, 330);
  EXPECT_EQ(parse_date_time("1 Jan 2026 00:00 -0330")->offset_minutes, -210);
}

TEST(DateTime, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "today", "30 Feb 2026 00:00 +0000", "29 Feb 2025 00:00 +0000", "0 Jan 2026 00:00 +0000",
        "1 Zzz 2026 00:00 +0000", "1 13 2026 00:00 +0000", "1 Jan 2026", "1 Jan 2026 24:00 +0000",
        "1 Jan 2026 00:60 +0000", "1 Jan 2026 0000 +0000", "1 Jan 2026 00:00:61 +0000",
        "1 Jan 2026 00:00 +00", "1 Jan 2026 00:00 +0099", "1 Jan 1899 00:00 +0000", "1 Jan 99999 00:00 +0000",
        "1 Jan 2026 00:00 (open +0000", "999 Jan 2026 00:00 +0000", "1 Jan 2026 00:00 0900"}) {
    EXPECT_FALSE(parse_date_time(text)) << text;
  }
  EXPECT_EQ(parse_date_time("1 Zzz 2026 00:00 +0000").error().offset, 2U);
}

TEST(DateTime, WhatIsWrittenIsReadBack) {
  for (std::int64_t day = -25000; day < 100000; day += 331) {
    for (const int offset : {0, 540, -210, 825, -720}) {
      const Instant instant{(day * 86400 + 3723) * 1'000'000'000};
      const std::string text = format_date_time(instant, offset);
      const auto read = parse_date_time(text);
      ASSERT_TRUE(read) << text;
      EXPECT_EQ(*read, (DateTime{instant, offset, true})) << text;
    }
  }
  EXPECT_EQ(format_date_time(*parse_rfc3339("2026-03-02T09:00:00Z"), 540), "Mon, 02 Mar 2026 18:00:00 +0900");
  EXPECT_EQ(format_date_time(Instant{0}, 0), to_rfc5322(Instant{0}));
}

}  // namespace
}  // namespace glasspost::message
