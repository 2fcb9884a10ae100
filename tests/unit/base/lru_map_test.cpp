#include "engine/base/lru_map.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost {
namespace {

TEST(LruMap, ForgetsTheLongestUnusedFirst) {
  LruMap<int, std::string> map(10);
  map.put(1, "one", 4);
  map.put(2, "two", 4);
  ASSERT_NE(map.find(1), nullptr);  // used
  map.put(3, "three", 4);
  EXPECT_EQ(map.find(2), nullptr);
  EXPECT_EQ(*map.find(1), "one");
  EXPECT_EQ(*map.find(3), "three");
  EXPECT_EQ(map.cost(), 8u);
}

TEST(LruMap, ReplacesErasesAndRefusesWhatIsTooLarge) {
  LruMap<int, std::string> map(10);
  map.put(1, "a", 3);
  map.put(1, "b", 5);
  EXPECT_EQ(*map.find(1), "b");
  EXPECT_EQ(map.cost(), 5u);
  map.put(2, "huge", 11);
  EXPECT_EQ(map.find(2), nullptr);
  EXPECT_EQ(map.size(), 1u);
  map.erase(1);
  map.erase(1);
  EXPECT_EQ(map.size(), 0u);
  EXPECT_EQ(map.cost(), 0u);
}

TEST(LruMap, ErasesARangeOfKeys) {
  LruMap<int, int> map(100);
  for (int i = 0; i < 10; ++i)
    map.put(i, i, 1);
  map.erase_range(3, 6);
  EXPECT_EQ(map.size(), 6u);
  EXPECT_EQ(map.find(3), nullptr);
  EXPECT_EQ(map.find(6), nullptr);
  EXPECT_NE(map.find(7), nullptr);
}

TEST(LruMap, AValueMayGrowOutOfIt) {
  LruMap<int, int> map(10);
  map.put(1, 1, 2);
  map.put(2, 2, 2);
  map.add_cost(2, 7);
  EXPECT_EQ(map.find(1), nullptr);
  EXPECT_NE(map.find(2), nullptr);
  map.add_cost(2, 7);
  EXPECT_EQ(map.find(2), nullptr);
  EXPECT_EQ(map.cost(), 0u);
}

}  // namespace
}  // namespace glasspost
