#include "engine/sim/event_queue.h"

#include <array>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace glasspost::sim {
namespace {

TEST(EventQueue, RunsByTimeAndThenInTheOrderOfPushing) {
  EventQueue queue;
  std::string log;
  queue.push(Instant{20}, [&] { log += 'c'; });
  queue.push(Instant{10}, [&] { log += 'a'; });
  queue.push(Instant{20}, [&] { log += 'd'; });
  queue.push(Instant{10}, [&] { log += 'b'; });
  EXPECT_EQ(queue.size(), 4u);
  EXPECT_EQ(queue.next_time(), Instant{10});
  while (!queue.empty())
    queue.run_next();
  EXPECT_EQ(log, "abcd");
}

TEST(EventQueue, ACallbackMayPushAtItsOwnTime) {
  EventQueue queue;
  std::string log;
  queue.push(Instant{1}, [&] {
    log += 'a';
    queue.push(Instant{1}, [&] { log += 'c'; });
  });
  queue.push(Instant{1}, [&] { log += 'b'; });
  while (!queue.empty())
    queue.run_next();
  EXPECT_EQ(log, "abc");
}

TEST(EventQueue, ACancelledEventNeverRunsAndItsTimeIsForgotten) {
  EventQueue queue;
  bool ran = false;
  const EventId id = queue.push(Instant{1}, [&] { ran = true; });
  queue.push(Instant{2}, [] {});
  EXPECT_TRUE(queue.cancel(id));
  EXPECT_FALSE(queue.cancel(id));
  EXPECT_FALSE(queue.cancel({}));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.next_time(), Instant{2});
  queue.run_next();
  EXPECT_FALSE(ran);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, ARunningEventCannotBeCancelledNorItsSuccessorInTheSameSlot) {
  EventQueue queue;
  EventId own;
  bool cancelled = true;
  int ran = 0;
  own = queue.push(Instant{1}, [&] { cancelled = queue.cancel(own); });
  queue.run_next();
  EXPECT_FALSE(cancelled);
  queue.push(Instant{2}, [&] { ++ran; });
  EXPECT_FALSE(queue.cancel(own)) << "the id names the event, not the slot";
  queue.run_next();
  EXPECT_EQ(ran, 1);
}

struct CountsItself {
  explicit CountsItself(int& count) : living(&count) { ++*living; }
  CountsItself(const CountsItself& other) : living(other.living) { ++*living; }
  ~CountsItself() { --*living; }
  int* living;
};

struct Callback {
  CountsItself counts;
  int* ran;
  void operator()() const { ++*ran; }
};
struct LargeCallback : Callback {
  std::array<char, 500> more{};
};

TEST(EventQueue, CallbacksOfEverySizeAreDestroyedOnceRunCancelledOrLeft) {
  int living = 0;
  int ran = 0;
  {
    EventQueue queue;
    const CountsItself counts(living);
    const Callback small{counts, &ran};
    const LargeCallback large{{counts, &ran}};
    queue.push(Instant{1}, small);
    queue.push(Instant{2}, large);
    queue.run_next();
    queue.run_next();
    EXPECT_EQ(living, 3);
    const EventId small_one = queue.push(Instant{3}, small);
    const EventId large_one = queue.push(Instant{4}, large);
    EXPECT_EQ(living, 5);
    queue.cancel(small_one);
    queue.cancel(large_one);
    EXPECT_EQ(living, 3);
    queue.push(Instant{5}, small);
    queue.push(Instant{6}, large);
  }
  EXPECT_EQ(living, 0);
  EXPECT_EQ(ran, 2);
}

// Against a model that is too simple to be wrong.
TEST(EventQueue, BehavesAsASortedMapUnderRandomPushesAndCancellations) {
  EventQueue queue;
  RandomStream random(3, "test", "queue");
  std::map<std::pair<std::int64_t, int>, EventId> model;
  std::vector<int> ran;
  int next = 0;
  std::int64_t now = 0;
  for (int step = 0; step < 200'000; ++step) {
    const std::uint64_t what = random.below(10);
    if (what < 5 || model.empty()) {
      const std::int64_t at = now + static_cast<std::int64_t>(random.below(50));
      const int name = next++;
      model[{at, name}] = queue.push(Instant{at}, [&ran, name] { ran.push_back(name); });
    } else if (what < 8) {
      auto victim = model.lower_bound({now + static_cast<std::int64_t>(random.below(50)), 0});
      if (victim == model.end()) continue;
      EXPECT_TRUE(queue.cancel(victim->second));
      model.erase(victim);
    } else {
      const auto first = model.begin();
      now = first->first.first;
      ASSERT_EQ(queue.next_time(), Instant{now});
      queue.run_next();
      ASSERT_EQ(ran.back(), first->first.second);
      model.erase(first);
    }
    ASSERT_EQ(queue.size(), model.size());
  }
}

TEST(EventQueue, HoldsAHundredThousandInOrder) {
  EventQueue queue;
  RandomStream random(4, "test", "hold");
  std::int64_t now = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t left = 300'000;
  struct Hold {
    EventQueue& queue;
    RandomStream& random;
    std::int64_t& now;
    std::uint64_t& out_of_order;
    std::uint64_t& left;
    std::int64_t at;
    void operator()() const {
      if (at < now) ++out_of_order;
      now = at;
      if (left == 0) return;
      --left;
      const std::int64_t later = at + static_cast<std::int64_t>(random.below(1'000'000));
      queue.push(Instant{later}, Hold{queue, random, now, out_of_order, left, later});
    }
  };
  for (int i = 0; i < 100'000; ++i) {
    const auto at = static_cast<std::int64_t>(random.below(1'000'000));
    queue.push(Instant{at}, Hold{queue, random, now, out_of_order, left, at});
  }
  std::uint64_t ran = 0;
  for (; !queue.empty(); ++ran)
    queue.run_next();
  EXPECT_EQ(ran, 400'000u);
  EXPECT_EQ(out_of_order, 0u);
}

}  // namespace
}  // namespace glasspost::sim
