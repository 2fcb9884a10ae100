#include "engine/runtime/signal.h"

namespace glasspost {

Task<Signal::Woken> Signal::wait_until(Instant moment) {
  if (closed_) co_return Woken::kAborted;
  if (!notified_) {
    const Ok waited = co_await timer_->wait_until(moment);
    if (closed_) co_return Woken::kAborted;
    if (!notified_) co_return waited.has_value() ? Woken::kTime : Woken::kAborted;
  }
  notified_ = false;
  co_return Woken::kNotified;
}

void Signal::notify() {
  notified_ = true;
  timer_->cancel();
}

void Signal::close() {
  closed_ = true;
  timer_->cancel();
}

}  // namespace glasspost
