#include <algorithm>
#include <utility>

#include "engine/net/world_state.h"

namespace glasspost::net {
namespace {

/// Shared with the handlers that Asio holds.
struct TimerState : std::enable_shared_from_this<TimerState> {
  TimerState(WorldState& its_world, HostId its_host, std::string_view its_purpose)
      : world(its_world), host(its_host), purpose(its_purpose), timer(its_world.io) {}

  void arm() {
    if (moment == Instant::never()) return;
    expire_near(timer, moment, world.wall.now());
    timer.async_wait([self = shared_from_this()](const ErrorNumber& error) {
      if (!error && self->waiting != nullptr) self->look();
    });
  }

  void look() {
    if (world.wall.now() < moment) {
      arm();
      return;
    }
    const Occasion occasion{world.wall.now(), cause};
    const Cause fired = host ? world.tap->timer_fired(occasion, {host, purpose, moment, {}}) : cause;
    const CauseScope scope(world.scheduler, fired);
    complete(waiting, {});
  }

  WorldState& world;
  HostId host;
  std::string_view purpose;
  asio::steady_timer timer;
  Instant moment = Instant::never();
  Cause cause;
  Waiting waiting = nullptr;
};

class IoTimer final : public Timer {
 public:
  explicit IoTimer(std::shared_ptr<TimerState> state) : state_(std::move(state)) {}
  ~IoTimer() override { state_->timer.cancel(); }

  Task<Ok> wait_until(Instant moment) override {
    TimerState& state = *state_;
    if (moment <= state.world.wall.now()) co_return Ok();
    Wait wait(state.world.scheduler, state.waiting);
    state.moment = moment;
    state.cause = state.world.occasion().cause;
    // The world's own timers belong to no host's software: nobody watches them.
    if (state.host) {
      state.cause =
          state.world.tap->timer_set(state.world.occasion(), {state.host, state.purpose, moment, {}});
    }
    state.arm();
    Completion<Outcome>& done = wait.outcome();
    const Outcome outcome = co_await done;
    if (outcome.error) co_return fail(ErrorCode::kAborted, "the timer was cancelled");
    co_return Ok();
  }

  void cancel() override {
    if (state_->waiting == nullptr) return;
    state_->timer.cancel();
    complete(state_->waiting, {asio::error::operation_aborted, 0});
  }

 private:
  std::shared_ptr<TimerState> state_;
};

}  // namespace

void expire_near(asio::steady_timer& timer, Instant moment, Instant now) {
  constexpr Duration kLongest = Duration::minutes(5);
  const Duration left =
      std::clamp(moment == Instant::never() ? kLongest : moment - now, Duration{}, kLongest);
  timer.expires_after(std::chrono::nanoseconds(left.ns));
}

Instant IoClock::now() const {
  return world_.wall.now();
}

std::unique_ptr<Timer> IoClock::make_timer(std::string_view purpose) {
  return std::make_unique<IoTimer>(std::make_shared<TimerState>(world_, host_, purpose));
}

}  // namespace glasspost::net
