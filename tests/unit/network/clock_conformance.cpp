#include <optional>
#include <string>
#include <vector>

#include "engine/runtime/signal.h"
#include "engine/runtime/task_group.h"
#include "tests/unit/network/network_conformance.h"

// What the clock, the ready queue and the random source of every world do.

namespace glasspost {
namespace {

Task<void> wait_and_log(Timer& timer, Instant moment, std::string name, std::vector<std::string>& log) {
  const Ok waited = co_await timer.wait_until(moment);
  log.push_back(name + (waited ? "" : " aborted"));
}

Task<void> wait_for_signal(Signal& signal, Instant moment, std::optional<Signal::Woken>& into) {
  into = co_await signal.wait_until(moment);
}

TEST_P(NetworkConformance, TimersFireInTheOrderOfTheirMoments) {
  HostServices host = world_->client();
  const Instant begin = host.clock.now();
  const auto late = host.clock.make_timer("late");
  const auto early = host.clock.make_timer("early");
  const auto past = host.clock.make_timer("past");
  std::vector<std::string> log;
  TaskGroup tasks;
  tasks.spawn(wait_and_log(*late, begin + Duration::milliseconds(60), "late", log));
  tasks.spawn(wait_and_log(*early, begin + Duration::milliseconds(20), "early", log));
  tasks.spawn(wait_and_log(*past, begin - Duration::seconds(1), "past", log));
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
  EXPECT_EQ(log, (std::vector<std::string>{"past", "early", "late"}));
  EXPECT_GE(host.clock.now(), begin + Duration::milliseconds(60));
}

TEST_P(NetworkConformance, ACancelledTimerAbortsItsWaitAndServesAgain) {
  HostServices host = world_->client();
  const auto timer = host.clock.make_timer("test");
  std::vector<std::string> log;
  TaskGroup tasks;
  timer->cancel();
  tasks.spawn(wait_and_log(*timer, Instant::never(), "first", log));
  timer->cancel();
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
  tasks.spawn(wait_and_log(*timer, soon(host), "second", log));
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
  EXPECT_EQ(log, (std::vector<std::string>{"first aborted", "second"}));
}

TEST_P(NetworkConformance, ASignalKeepsANotificationForTheNextWaiter) {
  HostServices host = world_->client();
  Signal signal(host.clock, "test");
  std::optional<Signal::Woken> woken;
  TaskGroup tasks;
  signal.notify();
  tasks.spawn(wait_for_signal(signal, Instant::never(), woken));
  ASSERT_TRUE(run_until([&] { return woken.has_value(); }));
  EXPECT_EQ(woken, Signal::Woken::kNotified);

  woken.reset();
  tasks.spawn(wait_for_signal(signal, soon(host), woken));
  ASSERT_TRUE(run_until([&] { return woken.has_value(); }));
  EXPECT_EQ(woken, Signal::Woken::kTime);

  woken.reset();
  tasks.spawn(wait_for_signal(signal, Instant::never(), woken));
  EXPECT_FALSE(woken);
  signal.notify();
  ASSERT_TRUE(run_until([&] { return woken.has_value(); }));
  EXPECT_EQ(woken, Signal::Woken::kNotified);

  woken.reset();
  tasks.spawn(wait_for_signal(signal, Instant::never(), woken));
  signal.close();
  ASSERT_TRUE(run_until([&] { return woken.has_value(); }));
  EXPECT_EQ(woken, Signal::Woken::kAborted);
}

TEST_P(NetworkConformance, EachRandomStreamIsANewOne) {
  RandomSource& random = world_->client().random;
  RandomStream first = random.stream("queue id");
  RandomStream second = random.stream("queue id");
  RandomStream other = random.stream("boundary");
  const std::uint64_t draw = first.next();
  EXPECT_NE(draw, second.next());
  EXPECT_NE(draw, other.next());
}

}  // namespace
}  // namespace glasspost
