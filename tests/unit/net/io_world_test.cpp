#include "engine/net/io_world.h"

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/task_group.h"

namespace glasspost::net {
namespace {

Task<void> log_turns(Scheduler& scheduler, std::string name, std::vector<std::string>& log) {
  for (int i = 0; i < 3; ++i) {
    log.push_back(name + std::to_string(i));
    Completion<bool> turn(scheduler);
    turn.complete(true);
    co_await turn;
  }
}

Task<void> wait_and_log(Completion<bool>& go, Scheduler& scheduler, std::string name,
                        std::vector<std::string>& log) {
  co_await go;
  log.push_back(name + " because " + std::to_string(scheduler.cause().value));
}

TEST(IoWorld, TheReadyQueueKeepsOrderAndCauses) {
  IoWorld world({});
  std::vector<std::string> log;
  Completion<bool> first(world.scheduler());
  Completion<bool> second(world.scheduler());
  Completion<bool> third(world.scheduler());
  TaskGroup tasks;
  {
    const CauseScope scope(world.scheduler(), Cause{4});
    tasks.spawn(wait_and_log(first, world.scheduler(), "a", log));
    tasks.spawn(wait_and_log(second, world.scheduler(), "b", log));
    tasks.spawn(wait_and_log(third, world.scheduler(), "c", log));
  }
  second.complete(true);
  {
    const CauseScope scope(world.scheduler(), Cause{9});
    third.complete(true);
  }
  first.complete(true);
  EXPECT_TRUE(log.empty());
  ASSERT_TRUE(world.run_until([&] { return tasks.empty(); }, Duration::seconds(10)));
  EXPECT_EQ(log, (std::vector<std::string>{"b because 4", "c because 9", "a because 4"}));
  EXPECT_EQ(world.scheduler().cause(), Cause{});
}

TEST(IoWorld, CallbacksOfOtherThreadsRunOnTheWorldsInOrder) {
  IoWorld world({});
  const std::thread::id here = std::this_thread::get_id();
  std::vector<int> log;
  bool all_here = true;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) {
      world.post_from_any_thread([&, i] {
        all_here = all_here && std::this_thread::get_id() == here;
        log.push_back(i);
      });
    }
    world.post_from_any_thread([&] { world.stop(); });
  });
  world.run();
  other.join();
  ASSERT_EQ(log.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(log[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(all_here);
}

TEST(IoWorld, RunUntilGivesUpAndRunsAgain) {
  IoWorld world({});
  EXPECT_FALSE(world.run_until([] { return false; }, Duration::milliseconds(5)));
  bool called = false;
  world.post_from_any_thread([&] { called = true; });
  EXPECT_TRUE(world.run_until([&] { return called; }, Duration::seconds(10)));
  world.post_from_any_thread([&] { world.stop(); });
  EXPECT_FALSE(world.run_until([] { return false; }, Duration::seconds(10)));
  called = false;
  world.post_from_any_thread([&] { called = true; });
  EXPECT_TRUE(world.run_until([&] { return called; }, Duration::seconds(10)));
}

TEST(IoWorld, TerminationSignalsArriveBetweenEvents) {
  IoWorld world({});
  std::vector<int> got;
  world.on_termination_signal([&](int signal) { got.push_back(signal); });
  ASSERT_EQ(std::raise(SIGTERM), 0);
  ASSERT_TRUE(world.run_until([&] { return got.size() == 1; }, Duration::seconds(10)));
  ASSERT_EQ(std::raise(SIGINT), 0);
  ASSERT_TRUE(world.run_until([&] { return got.size() == 2; }, Duration::seconds(10)));
  EXPECT_EQ(got, (std::vector<int>{SIGTERM, SIGINT}));
  EXPECT_EQ(std::raise(SIGPIPE), 0) << "a broken pipe must not end the process";
}

TEST(IoWorld, ManyTasksTakeTurns) {
  IoWorld world({});
  std::vector<std::string> log;
  TaskGroup tasks;
  tasks.spawn(log_turns(world.scheduler(), "a", log));
  tasks.spawn(log_turns(world.scheduler(), "b", log));
  ASSERT_TRUE(world.run_until([&] { return tasks.empty(); }, Duration::seconds(10)));
  EXPECT_EQ(log.size(), 6u);
}

TEST(IoWorld, AHostNeedsAnAddressThatNobodyElseHas) {
  IoWorld world({});
  EXPECT_EQ(world.add_host({HostId{1}, {}, false}).error().code, ErrorCode::kInvalidInput);
  ASSERT_TRUE(world.add_host({HostId{1}, {IpAddress::parse("192.0.2.1").value()}, false}).has_value());
  EXPECT_EQ(world.add_host({HostId{2}, {IpAddress::parse("192.0.2.1").value()}, false}).error().code,
            ErrorCode::kConflict);
}

}  // namespace
}  // namespace glasspost::net
