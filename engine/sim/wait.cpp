#include "engine/sim/wait.h"

#include <algorithm>

#include "engine/sim/world.h"

namespace glasspost::sim {

Wait::Wait(Incarnation& incarnation, Wait*& place, std::string_view purpose, ConnectionId connection)
    : incarnation_(incarnation),
      place_(&place),
      purpose_(purpose),
      connection_(connection),
      saved_(incarnation.world_.scheduler().cause()) {
  // At most one operation of a kind is pending on an object.
  GLASSPOST_ASSERT(place == nullptr);
  place = this;
  previous_ = incarnation.last_wait_;
  (previous_ != nullptr ? previous_->next_ : incarnation.first_wait_) = this;
  incarnation.last_wait_ = this;
}

Wait::~Wait() {
  (previous_ != nullptr ? previous_->next_ : incarnation_.first_wait_) = next_;
  (next_ != nullptr ? next_->previous_ : incarnation_.last_wait_) = previous_;
  if (!woken_) {
    *place_ = nullptr;
    incarnation_.world_.cancel(event_);
  } else if (waiter_) {
    incarnation_.world_.forget_ready(waiter_);
  }
}

void Wait::set_deadline(Instant host_moment) {
  deadline_ = host_moment;
  rearm();
}

void Wait::rearm() {
  if (woken_) return;
  incarnation_.world_.cancel(event_);
  event_ = {};
  if (deadline_ == Instant::never()) return;
  const Instant moment = deadline_ - incarnation_.host().clock_skew();
  event_ = incarnation_.world_.at(moment, [this] { expire(); });
}

void Wait::expire() {
  event_ = {};
  World& world = incarnation_.world_;
  const TimerNotice notice{incarnation_.host().id(), purpose_, deadline_, connection_};
  const Cause fired = world.tap().timer_fired({world.now(), saved_}, notice);
  const CauseScope scope(world.scheduler(), fired);
  wake(Outcome::kTimedOut);
}

void Wait::wake(Outcome outcome) {
  if (woken_) return;
  woken_ = true;
  outcome_ = outcome;
  *place_ = nullptr;
  incarnation_.world_.cancel(event_);
  event_ = {};
  if (!waiter_) return;
  Scheduler& scheduler = incarnation_.world_.scheduler();
  scheduler.resume_later(waiter_, scheduler.cause().value != 0 ? scheduler.cause() : saved_);
}

void Wait::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
}

}  // namespace glasspost::sim
