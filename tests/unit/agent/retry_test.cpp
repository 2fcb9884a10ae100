#include "engine/agent/mta/retry.h"

#include <gtest/gtest.h>

namespace glasspost::agent {
namespace {

TEST(Retry, FollowsTheScheduleAndRepeatsItsLastWait) {
  RetrySchedule schedule;
  schedule.waits = {Duration::minutes(5), Duration::minutes(15)};
  schedule.give_up_after = Duration::days(5);
  const Instant accepted{0};
  const Instant now = accepted + Duration::hours(1);
  EXPECT_EQ(decide_retry(schedule, accepted, 1, now).next_attempt, now + Duration::minutes(5));
  EXPECT_EQ(decide_retry(schedule, accepted, 2, now).next_attempt, now + Duration::minutes(15));
  EXPECT_EQ(decide_retry(schedule, accepted, 99, now).next_attempt, now + Duration::minutes(15));
  schedule.waits.clear();
  EXPECT_EQ(decide_retry(schedule, accepted, 1, now).next_attempt, now + Duration::hours(4));
}

TEST(Retry, TriesOnceMoreAtTheEndOfLifeAndThenGivesUp) {
  RetrySchedule schedule;
  const Instant accepted{0};
  const Instant end = accepted + schedule.give_up_after;
  const RetryDecision last = decide_retry(schedule, accepted, 30, end - Duration::minutes(1));
  EXPECT_FALSE(last.give_up);
  EXPECT_EQ(last.next_attempt, end);
  EXPECT_TRUE(decide_retry(schedule, accepted, 31, end).give_up);
  EXPECT_EQ(decide_retry(schedule, accepted, 31, end).explanation.words.key, "retry.expired");
}

}  // namespace
}  // namespace glasspost::agent
