#include "engine/agent/mta/retry.h"

#include <algorithm>

namespace glasspost::agent {

RetryDecision decide_retry(const RetrySchedule& schedule, Instant accepted, std::uint32_t attempts,
                           Instant now) {
  const Instant end = accepted + schedule.give_up_after;
  RetryDecision decision;
  Explanation& why = decision.explanation;
  why.rule = "RFC 5321 4.5.4.1";
  why.inputs = {Argument::of_number("attempts", attempts), Argument::of_instant("accepted", accepted)};
  if (now >= end) {
    decision.give_up = true;
    why.outcome = "give up";
    why.words = {"retry.expired", {Argument::of_duration("life", schedule.give_up_after)}};
    return decision;
  }
  Duration wait = Duration::hours(4);
  if (!schedule.waits.empty()) {
    const std::size_t step = attempts == 0 ? 0 : attempts - 1;
    wait = schedule.waits[std::min(step, schedule.waits.size() - 1)];
  }
  decision.next_attempt = std::min(now + wait, end);
  why.outcome = "retry";
  why.words = {
      "retry.later",
      {Argument::of_number("attempts", attempts), Argument::of_duration("wait", decision.next_attempt - now),
       Argument::of_instant("next", decision.next_attempt)}};
  return decision;
}

}  // namespace glasspost::agent
