#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/time.h"
#include "engine/observe/explanation.h"

namespace glasspost::agent {

/// When a deferred recipient is tried again. // RFC 5321 4.5.4.1
struct RetrySchedule {
  /// The wait before the 2nd, 3rd, ... attempt; the last one repeats. Empty: 4 hours.
  std::vector<Duration> waits = {Duration::minutes(5), Duration::minutes(15), Duration::minutes(30),
                                 Duration::hours(1),   Duration::hours(2),    Duration::hours(4)};
  Duration give_up_after = Duration::days(5);  ///< counted from acceptance
};

struct RetryDecision {
  bool give_up = false;
  Instant next_attempt;
  Explanation explanation;
};

/// Decides after the `attempts`-th attempt (from 1) was deferred at `now`. The attempt that would come after
/// the end of the message's life is made at its end, so that nothing is given up untried.
[[nodiscard]] RetryDecision decide_retry(const RetrySchedule& schedule, Instant accepted,
                                         std::uint32_t attempts, Instant now);

}  // namespace glasspost::agent
