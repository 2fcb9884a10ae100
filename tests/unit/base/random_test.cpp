#include "engine/base/random.h"

#include <gtest/gtest.h>

namespace glasspost {
namespace {

TEST(RandomStream, IsTheSameEverywhereAndForEver) {
  RandomStream stream(7, "mx.beta.example", "queue id");
  EXPECT_EQ(stream.next(), RandomStream(7, "mx.beta.example", "queue id").next());
  // Recorded once: a change here changes every trace that exists.
  RandomStream golden(1, "host", "purpose", 3);
  EXPECT_EQ(golden.next(), 0x15B60AA1971CDD73u);
}

TEST(RandomStream, KeysSeparateStreams) {
  const std::uint64_t base = RandomStream(7, "a", "b", 0).next();
  EXPECT_NE(RandomStream(8, "a", "b", 0).next(), base);
  EXPECT_NE(RandomStream(7, "b", "b", 0).next(), base);
  EXPECT_NE(RandomStream(7, "a", "a", 0).next(), base);
  EXPECT_NE(RandomStream(7, "a", "b", 1).next(), base);
}

TEST(RandomStream, BelowIsUniformEnough) {
  RandomStream stream(1, "h", "p");
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i)
    ++counts[stream.below(6)];
  for (const int count : counts)
    EXPECT_NEAR(count, 10000, 500);
}

}  // namespace
}  // namespace glasspost
