#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/net/io_world.h"
#include "engine/runtime/executor.h"
#include "engine/runtime/task_group.h"

namespace glasspost::net {
namespace {

Task<void> run_job(BlockingExecutor& executor, int number, std::vector<int>& ran, std::vector<int>& ended,
                   std::vector<std::thread::id>& threads) {
  std::vector<int>* order = &ran;
  std::vector<std::thread::id>* where = &threads;
  const std::function<void()> job = [order, where, number] {
    order->push_back(number);
    where->push_back(std::this_thread::get_id());
  };
  co_await executor.run(job);
  ended.push_back(number);
}

Task<void> run_and_forget(BlockingExecutor& executor, std::function<void()> job) {
  co_await executor.run(std::move(job));
}

TEST(DiskThread, RunsJobsInOrderOnAThreadOfItsOwn) {
  IoWorld world({});
  std::vector<int> ran;
  std::vector<int> ended;
  std::vector<std::thread::id> threads;
  TaskGroup tasks;
  {
    DiskThread disk(world);
    for (int i = 0; i < 100; ++i)
      tasks.spawn(run_job(disk, i, ran, ended, threads));
    EXPECT_TRUE(ended.empty()) << "nothing ends before the world runs";
    ASSERT_TRUE(world.run_until([&] { return tasks.empty(); }, Duration::seconds(20)));
  }
  ASSERT_EQ(ran.size(), 100u);
  EXPECT_EQ(ran, ended);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
  for (const std::thread::id& thread : threads)
    EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(DiskThread, JobsThatNobodyWaitsForStillRun) {
  IoWorld world({});
  bool second_ran = false;
  std::promise<void> go;
  {
    DiskThread disk(world);
    std::future<void> gate = go.get_future();
    TaskGroup doomed;
    doomed.spawn(run_and_forget(disk, [&gate] { gate.wait(); }));
    doomed.spawn(run_and_forget(disk, [&second_ran] { second_ran = true; }));
    EXPECT_EQ(doomed.size(), 2u);
    go.set_value();
  }
  EXPECT_TRUE(second_ran);
  bool called = false;
  world.post_from_any_thread([&] { called = true; });
  EXPECT_TRUE(world.run_until([&] { return called; }, Duration::seconds(10)));
}

TEST(InlineExecutor, RunsAtOnce) {
  InlineExecutor executor;
  std::vector<int> ran;
  std::vector<int> ended;
  std::vector<std::thread::id> threads;
  TaskGroup tasks;
  tasks.spawn(run_job(executor, 1, ran, ended, threads));
  EXPECT_TRUE(tasks.empty());
  EXPECT_EQ(ended, std::vector<int>{1});
  EXPECT_EQ(threads, std::vector<std::thread::id>{std::this_thread::get_id()});
}

}  // namespace
}  // namespace glasspost::net
