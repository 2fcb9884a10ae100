#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost {

/// Why the code that is running runs: a number that the tap gives to an event of the trace, opaque to
/// everyone else. 0: from outside.
struct Cause {
  std::uint64_t value = 0;
  friend constexpr bool operator==(const Cause&, const Cause&) = default;
};

/// The ready queue of one world. Everything of a world runs on one thread; another thread hands in results
/// through the world's own door, never through this interface.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Resumes `frame` after what runs now has suspended, at the same moment of the clock and in the order of
  /// the calls, with `cause` as the current cause.
  virtual void resume_later(std::coroutine_handle<> frame, Cause cause) = 0;

  [[nodiscard]] Cause cause() const { return cause_; }
  void set_cause(Cause cause) { cause_ = cause; }

 private:
  Cause cause_;
};

/// Sets the current cause for a scope and puts the old one back.
class CauseScope {
 public:
  CauseScope(Scheduler& scheduler, Cause cause) : scheduler_(scheduler), saved_(scheduler.cause()) {
    scheduler.set_cause(cause);
  }
  ~CauseScope() { scheduler_.set_cause(saved_); }
  CauseScope(const CauseScope&) = delete;
  CauseScope& operator=(const CauseScope&) = delete;

 private:
  Scheduler& scheduler_;
  Cause saved_;
};

/// A value that arrives once, and the one coroutine that waits for it: the adapter between callbacks and
/// coroutines. Whoever completes it must be sure that it still exists; the waiter is resumed through the
/// ready queue, with the completer's cause, or with its own cause of before the wait where the completer has
/// none (a disk thread).
template <class T>
class Completion {
 public:
  explicit Completion(Scheduler& scheduler) : scheduler_(scheduler) {}
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  [[nodiscard]] bool completed() const { return value_.has_value(); }
  [[nodiscard]] bool awaited() const { return static_cast<bool>(waiter_); }

  void complete(T value) {
    GLASSPOST_ASSERT(!value_.has_value());
    value_.emplace(std::move(value));
    if (!waiter_) return;
    const Cause now = scheduler_.cause();
    scheduler_.resume_later(waiter_, now.value != 0 ? now : saved_);
  }

  bool await_ready() const noexcept { return value_.has_value(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    saved_ = scheduler_.cause();
  }
  T await_resume() {
    waiter_ = nullptr;
    return std::move(*value_);
  }

 private:
  Scheduler& scheduler_;
  std::optional<T> value_;
  std::coroutine_handle<> waiter_;
  Cause saved_;
};

}  // namespace glasspost
