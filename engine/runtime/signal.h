#pragma once

#include <memory>
#include <string_view>

#include "engine/runtime/clock.h"

namespace glasspost {

/// Wakes one waiting coroutine: "something has changed, look again". A notification that arrives while nobody
/// waits is kept (once), so that none is lost between looking and waiting.
class Signal {
 public:
  /// `purpose` as in Clock::make_timer.
  Signal(Clock& clock, std::string_view purpose) : timer_(clock.make_timer(purpose)) {}

  enum class Woken { kNotified, kTime, kAborted };

  /// Waits for notify() or for the moment, whichever comes first. kAborted: the signal was closed or the host
  /// went down.
  Task<Woken> wait_until(Instant moment);
  Task<Woken> wait() { return wait_until(Instant::never()); }
  void notify();
  /// Every present and later wait ends with kAborted.
  void close();

 private:
  std::unique_ptr<Timer> timer_;
  bool notified_ = false;
  bool closed_ = false;
};

}  // namespace glasspost
