#include <algorithm>

#include "engine/sim/tcp.h"
#include "engine/sim/world.h"

// Retransmission. // RFC 6298
//
// A running timer whose due time moves later keeps its event, which looks again when it comes: one event a
// round trip at most, not one a segment.

namespace glasspost::sim {

void Tcp::set_timer_event(End& end) {
  if (end.timer && end.timer_event_at <= end.timer_due) return;
  world_.cancel(end.timer);
  end.timer_event_at = end.timer_due;
  end.timer = world_.at(end.timer_due, [this, &end] { timer_fired(end); });
}

void Tcp::start_timer(End& end) {
  if (end.timer_due != Instant::never() || end.over()) return;
  restart_timer(end);
}

void Tcp::restart_timer(End& end) {
  end.timer_due = world_.now() + end.rto;
  set_timer_event(end);
}

void Tcp::stop_timer(End& end) {
  world_.cancel(end.timer);
  end.timer = {};
  end.timer_due = Instant::never();
}

void Tcp::timer_fired(End& end) {
  end.timer = {};
  if (world_.now() < end.timer_due) {
    set_timer_event(end);
    return;
  }
  end.timer_due = Instant::never();
  const bool in_flight = end.send_next != end.unacknowledged;
  if (!in_flight && end.out.end() + 1 == end.send_next) return;

  const CauseScope scope(world_.scheduler(), end.loss_cause.value != 0 ? end.loss_cause : end.sent_cause);
  const std::uint32_t most = end.state == End::State::kEstablished ? kRepetitions : kSynRepetitions;
  if (end.repetitions >= most) {
    Connection& connection = *end.connection;
    fail_end(end, ErrorCode::kTimedOut, end.peer().local.to_string() + " does not answer",
             ResetReason::kTimedOut);
    free_if_over(connection);
    return;
  }
  ++end.repetitions;
  end.rto = std::min(end.rto * 2, kGreatestTimeout);  // RFC 6298 5.5
  if (in_flight) {
    end.recovery = end.send_next;
    end.duplicate_acks = 0;
    retransmit(end);
  } else {
    probe(end);
  }
  start_timer(end);
}

// RFC 9293 3.8.6.1: asks for the window with a segment that must be acknowledged because it is old.
void Tcp::probe(End& end) {
  send(end, end.unacknowledged - 1, 0, {.ack = true, .retransmission = true}, world_.scheduler().cause());
}

void Tcp::retransmit(End& end) {
  end.timed_sequence = 0;  // RFC 6298 3: a repeated segment gives no sample
  const Cause cause = end.loss_cause.value != 0 ? end.loss_cause : world_.scheduler().cause();
  Flags flags{.ack = true, .retransmission = true};
  if (end.unacknowledged == 0) {
    flags.syn = true;
    flags.ack = end.state == End::State::kSynReceived;
    send(end, 0, 0, flags, cause);
    return;
  }
  const std::uint64_t bytes_end = std::min(end.out.end() + 1, end.send_next);
  const std::uint64_t left = bytes_end > end.unacknowledged ? bytes_end - end.unacknowledged : 0;
  const std::uint64_t length = std::min<std::uint64_t>(left, end.maximum_segment());
  flags.fin = end.fin_sent && end.unacknowledged + length == end.out.end() + 1;
  flags.psh = length != 0 && length == left;
  send(end, end.unacknowledged, static_cast<std::uint16_t>(length), flags, cause);
}

void Tcp::measure(End& end, Duration rtt) {
  const Duration sample = std::max(rtt, Duration::nanoseconds(1));
  if (end.smoothed_rtt.ns == 0) {
    end.smoothed_rtt = sample;
    end.rtt_variation = sample / 2;
    return;
  }
  const Duration off = sample > end.smoothed_rtt ? sample - end.smoothed_rtt : end.smoothed_rtt - sample;
  end.rtt_variation = (end.rtt_variation * 3 + off) / 4;
  end.smoothed_rtt = (end.smoothed_rtt * 7 + sample) / 8;
}

void Tcp::reset_timeout(End& end) {
  end.repetitions = 0;
  if (end.unacknowledged == end.send_next) end.loss_cause = {};
  if (end.smoothed_rtt.ns == 0) {
    end.rto = kFirstTimeout;
    return;
  }
  end.rto = std::clamp(end.smoothed_rtt + end.rtt_variation * 4, kLeastTimeout, kGreatestTimeout);
}

}  // namespace glasspost::sim
