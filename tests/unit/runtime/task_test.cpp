#include "engine/runtime/task.h"

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/scheduler.h"
#include "engine/runtime/task_group.h"

namespace glasspost {
namespace {

class QueueScheduler final : public Scheduler {
 public:
  void resume_later(std::coroutine_handle<> frame, Cause cause) override { ready_.push_back({frame, cause}); }
  void run() {
    while (!ready_.empty()) {
      const auto [frame, cause] = ready_.front();
      ready_.pop_front();
      set_cause(cause);
      frame.resume();
      set_cause({});
    }
  }

 private:
  std::deque<std::pair<std::coroutine_handle<>, Cause>> ready_;
};

Task<int> immediate(int value) {
  co_return value;
}

Task<void> add_many(long& sum, int count) {
  for (int i = 0; i < count; ++i) {
    const int value = co_await immediate(1);
    sum += value;
  }
}

TEST(Task, AMillionImmediateChildrenUseNoStack) {
  long sum = 0;
  TaskGroup group;
  group.spawn(add_many(sum, 1'000'000));
  EXPECT_EQ(sum, 1'000'000);
  EXPECT_TRUE(group.empty());
}

Task<int> wait_for(Completion<int>& completion) {
  const int value = co_await completion;
  co_return value + 1;
}

Task<void> wait_and_log(Completion<int>& completion, Scheduler& scheduler, std::vector<std::string>& log) {
  const int value = co_await wait_for(completion);
  log.push_back(std::to_string(value) + " because " + std::to_string(scheduler.cause().value));
}

TEST(Task, ACompletionResumesItsWaiterWithTheCompletersCause) {
  QueueScheduler scheduler;
  Completion<int> completion(scheduler);
  std::vector<std::string> log;
  TaskGroup group;
  group.spawn(wait_and_log(completion, scheduler, log));
  EXPECT_EQ(group.size(), 1u);
  {
    const CauseScope scope(scheduler, Cause{9});
    completion.complete(41);
  }
  EXPECT_TRUE(log.empty()) << "the waiter runs only after the completer has suspended";
  scheduler.run();
  EXPECT_EQ(log, std::vector<std::string>{"42 because 9"});
  EXPECT_TRUE(group.empty());
}

TEST(Task, WithoutACauseTheWaitersOwnIsRestored) {
  QueueScheduler scheduler;
  Completion<int> completion(scheduler);
  std::vector<std::string> log;
  TaskGroup group;
  {
    const CauseScope scope(scheduler, Cause{5});
    group.spawn(wait_and_log(completion, scheduler, log));
  }
  completion.complete(1);
  scheduler.run();
  EXPECT_EQ(log, std::vector<std::string>{"2 because 5"});
}

struct Flag {
  explicit Flag(bool& flag) : raised(flag) {}
  ~Flag() { raised = true; }
  bool& raised;
};

Task<void> hold(Completion<int>& completion, bool& destroyed) {
  const Flag flag(destroyed);
  co_await completion;
}

TEST(TaskGroup, DestroysWhatIsLeft) {
  QueueScheduler scheduler;
  Completion<int> completion(scheduler);
  bool destroyed = false;
  {
    TaskGroup group;
    group.spawn(hold(completion, destroyed));
    EXPECT_FALSE(destroyed);
  }
  EXPECT_TRUE(destroyed);
}

}  // namespace
}  // namespace glasspost
