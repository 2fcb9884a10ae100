#include "engine/cli/canvas.h"

#include <gtest/gtest.h>

#include "engine/cli/short_names.h"

namespace glasspost::cli {
namespace {

TEST(Canvas, MeasuresAsATerminalDoes) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("편지"), 4u);
  EXPECT_EQ(display_width("Hi 편지!"), 8u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("\U0001f600"), 2u);
  EXPECT_EQ(display_width("\xff\xc3"), 2u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(Canvas, FitsWithoutCuttingALetter) {
  EXPECT_EQ(fitted("abcdef", 6), "abcdef");
  EXPECT_EQ(fitted("abcdef", 5), "abc..");
  EXPECT_EQ(fitted("첫번째편지", 7), "첫번..");
  EXPECT_EQ(padded("편지", 6), "편지  ");
  for (std::size_t width = 1; width < 20; ++width)
    EXPECT_LE(display_width(fitted("첫 번째 mail 편지입니다", width)), width);
}

TEST(Canvas, WrapsAtBlanksAndElseAnywhere) {
  EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("", 5), (std::vector<std::string>{""}));
  for (std::size_t width = 2; width < 30; ++width) {
    std::string joined;
    for (const std::string& line : wrapped("beta의 server는 그 server가 alpha를 대신해", width)) {
      EXPECT_LE(display_width(line), width);
      joined += line;
    }
    std::erase(joined, ' ');
    EXPECT_EQ(joined, "beta의server는그server가alpha를대신해");
  }
}

TEST(Canvas, LaterWritingCoversAndWideLettersStayWhole) {
  Canvas canvas(10);
  canvas.fill(0, 10, '-');
  canvas.put(2, "편지");
  EXPECT_EQ(canvas.text(), "--편지----");
  canvas.put(3, "x");
  EXPECT_EQ(canvas.text(), "-- x지----");
  canvas.put(9, "편");
  EXPECT_EQ(canvas.text(), "-- x지----");
}

TEST(ShortTime, IsReadableAtEveryScale) {
  const Instant epoch{1'000'000'000'000'000'000};
  EXPECT_EQ(short_time(epoch, epoch), "+0.000s");
  EXPECT_EQ(short_time(epoch + Duration::microseconds(1'040'900), epoch), "+1.040s");
  EXPECT_EQ(short_time(epoch + Duration::minutes(15) + Duration::milliseconds(1200), epoch), "+15:01.200");
  EXPECT_EQ(short_time(epoch + Duration::hours(3), epoch), "+3:00:00.000");
  EXPECT_EQ(short_time(epoch + Duration::days(5), epoch), "+5d 00:00:00");
  EXPECT_EQ(short_time(epoch - Duration::seconds(1), epoch), "-1.000s");
}

}  // namespace
}  // namespace glasspost::cli
