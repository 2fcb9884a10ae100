#include "engine/trace/cow_map.h"

#include <map>

#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace glasspost::trace {
namespace {

TEST(CowMap, DoesWhatAMapDoesAndCopiesStay) {
  CowMap<int, std::uint64_t> map;
  std::map<int, std::uint64_t> model;
  std::vector<std::pair<CowMap<int, std::uint64_t>, std::map<int, std::uint64_t>>> copies;
  RandomStream random(3, "test", "cow");
  for (int i = 0; i < 20000; ++i) {
    const int key = static_cast<int>(random.below(700));
    if (random.below(3) == 0) {
      EXPECT_EQ(map.erase(key), model.erase(key) == 1);
    } else {
      map.edit(key) = model[key] = random.next();
    }
    if (i % 1000 == 0) copies.emplace_back(map, model);
  }
  copies.emplace_back(map, model);
  for (const auto& [copy, expected] : copies) {
    ASSERT_EQ(copy.size(), expected.size());
    auto it = expected.begin();
    copy.for_each([&](int key, std::uint64_t value) {
      ASSERT_EQ(key, it->first);
      ASSERT_EQ(value, it->second);
      ++it;
    });
    for (int key = -1; key <= 700; ++key) {
      const std::uint64_t* found = copy.find(key);
      ASSERT_EQ(found != nullptr, expected.contains(key));
    }
  }
  EXPECT_FALSE(copies.front().first == copies.back().first);
  EXPECT_TRUE(copies.back().first == map);
}

TEST(CowMap, EqualByContentWhateverTheHistory) {
  CowMap<int, int> up;
  CowMap<int, int> down;
  for (int i = 0; i < 500; ++i)
    up.edit(i) = i;
  for (int i = 499; i >= 0; --i)
    down.edit(i) = i;
  EXPECT_TRUE(up == down);
  down.edit(7) = 8;
  EXPECT_FALSE(up == down);
  EXPECT_EQ(up.first_key(), 0);
}

TEST(CowMap, EmptiesAndFillsAgain) {
  CowMap<int, int> map;
  EXPECT_EQ(map.find(1), nullptr);
  EXPECT_FALSE(map.erase(1));
  EXPECT_EQ(map.edit_existing(1), nullptr);
  for (int i = 0; i < 100; ++i)
    map.edit(i) = i;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(map.erase(i));
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.find(1), nullptr);
  map.edit(1) = 5;
  EXPECT_EQ(*map.find(1), 5);
}

}  // namespace
}  // namespace glasspost::trace
