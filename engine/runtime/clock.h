#pragma once

#include <memory>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/task.h"

namespace glasspost {

/// One wait at a time. Destroying a timer cancels nothing: no wait may be pending then.
class Timer {
 public:
  virtual ~Timer() = default;
  /// Ends with kOk when the moment has come (at once, if it has passed). Errors: kAborted after cancel() or
  /// when the host goes down.
  virtual Task<Ok> wait_until(Instant moment) = 0;
  /// A pending wait completes with kAborted. Without one: nothing happens.
  virtual void cancel() = 0;
};

/// The host's clock. In a virtual world a host's clock may be skewed against the world's; timers count on the
/// host's.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  /// `purpose` names the timer in the trace ("queue retry"); it must be a string literal.
  virtual std::unique_ptr<Timer> make_timer(std::string_view purpose) = 0;
};

}  // namespace glasspost
