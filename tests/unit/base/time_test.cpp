#include "engine/base/time.h"

#include <gtest/gtest.h>

namespace glasspost {
namespace {

TEST(Time, CivilTimeRoundTripsOverFourCenturies) {
  for (std::int64_t day = -80000; day < 80000; day += 13) {
    const Instant instant{(day * 86400 + 3723) * 1'000'000'000};
    const CivilTime civil = to_civil(instant);
    EXPECT_EQ(from_civil(civil), instant);
    EXPECT_EQ(civil.weekday, static_cast<int>(((day % 7) + 11) % 7));
  }
}

TEST(Time, WritesTheDateOfMessages) {
  EXPECT_EQ(to_rfc5322(Instant{0}), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(to_rfc5322(*parse_rfc3339("2024-02-29T23:59:59Z")), "Thu, 29 Feb 2024 23:59:59 +0000");
}

TEST(Time, MomentsRoundTrip) {
  for (const char* text :
       {"2026-03-02T09:00:00Z", "2026-03-02T09:00:00.25Z", "1969-12-31T23:59:59.999999999Z"}) {
    const auto moment = parse_rfc3339(text);
    ASSERT_TRUE(moment) << text;
    EXPECT_EQ(to_rfc3339(*moment), text);
  }
}

TEST(Time, RefusesMomentsThatDoNotExist) {
  for (const char* text :
       {"2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", ""}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Time, DurationsRoundTripInTheirShortestExactForm) {
  for (const char* text :
       {"0s", "20ms", "1.5s", "5d", "3h", "90s", "250us", "1ns", "1.000000001s", "2.5ms"}) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(parse_duration(to_string(*duration)), duration) << text << " " << to_string(*duration);
  }
  EXPECT_EQ(to_string(Duration::milliseconds(1500)), "1.5s");
  EXPECT_EQ(to_string(Duration::seconds(90)), "90s");
  EXPECT_EQ(parse_duration("0.5d"), Duration::hours(12));
}

TEST(Time, RefusesDurationsWithoutUnitOrTooLarge) {
  for (const char* text : {"", "5", "s", "5 s", "-1s", "1.5", "99999999999d", "1.0000000001s", "5S"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace glasspost
