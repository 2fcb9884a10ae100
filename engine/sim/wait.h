#pragma once

#include <coroutine>
#include <cstdint>
#include <string_view>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/runtime/scheduler.h"
#include "engine/sim/event_queue.h"

namespace glasspost::sim {

class Incarnation;

/// One wait of a coroutine of an incarnation: for bytes, room, a connection, a datagram or a moment. It lives
/// in the waiting coroutine's frame, and whoever may wake it finds it through `place`. The incarnation's end
/// wakes it with kAborted.
class Wait {
 public:
  enum class Outcome : std::uint8_t {
    kNotified,  ///< something changed: look again
    kTimedOut,
    kAborted,
  };

  /// `place` is null and points here from now on until the wait is woken or destroyed.
  Wait(Incarnation& incarnation, Wait*& place, std::string_view purpose, ConnectionId connection = {});
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Wakes with kTimedOut at that moment of the host's clock; never(): not at all.
  void set_deadline(Instant host_moment);
  /// The host's clock was set: counts on the new one.
  void rearm();
  /// Resumes the waiter through the ready queue, once; later wakings do nothing.
  void wake(Outcome outcome);

  bool await_ready() const noexcept { return woken_; }
  void await_suspend(std::coroutine_handle<> waiter);
  Outcome await_resume() {
    waiter_ = nullptr;
    return outcome_;
  }

  /// Why the deadline's expiry and a cause-less waking happen; the cause at construction unless set.
  void set_cause(Cause cause) { saved_ = cause; }
  /// The object that held `place` goes away before the wait does.
  void detach() { place_ = &nowhere_; }
  [[nodiscard]] Wait* next() const { return next_; }

 private:
  void expire();

  Incarnation& incarnation_;
  Wait** place_;
  Wait* nowhere_ = nullptr;
  std::string_view purpose_;
  ConnectionId connection_;
  Wait* previous_ = nullptr;
  Wait* next_ = nullptr;
  Instant deadline_ = Instant::never();
  EventId event_;
  std::coroutine_handle<> waiter_;
  Cause saved_;
  Outcome outcome_ = Outcome::kAborted;
  bool woken_ = false;
};

}  // namespace glasspost::sim
