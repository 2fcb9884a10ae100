// The virtual network's own account: connections, segments, datagrams, timers and faults.
#include <string>

#include "engine/tap/state.h"

namespace glasspost::tap {

namespace {

namespace payload = trace::payload;

std::string_view name_of(ResetReason reason) {
  switch (reason) {
    case ResetReason::kAbortedHere:
      return "aborted here";
    case ResetReason::kByPeer:
      return "reset by the peer";
    case ResetReason::kRefused:
      return "refused";
    case ResetReason::kUnreachable:
      return "unreachable";
    case ResetReason::kTimedOut:
      return "timed out";
    case ResetReason::kHostDown:
      return "host down";
  }
  return "?";
}

std::string_view name_of(LossReason reason) {
  switch (reason) {
    case LossReason::kRandom:
      return "random";
    case LossReason::kLinkCut:
      return "link cut";
    case LossReason::kPartitioned:
      return "partitioned";
    case LossReason::kNoRoute:
      return "no route";
    case LossReason::kHostDown:
      return "host down";
    case LossReason::kNoListener:
      return "no listener";
    case LossReason::kQueueFull:
      return "queue full";
    case LossReason::kRule:
      return "rule";
  }
  return "?";
}

trace::Direction direction_of(const SegmentNotice& segment) {
  return segment.from_dialler ? trace::Direction::kToServer : trace::Direction::kToClient;
}

std::string_view flags_of(const SegmentNotice& s) {
  if (s.rst) return s.ack ? "RST,ACK" : "RST";
  if (s.syn) return s.ack ? "SYN,ACK" : "SYN";
  if (s.fin) return s.psh ? "FIN,PSH,ACK" : "FIN,ACK";
  return s.psh ? "PSH,ACK" : "ACK";
}

class WireRecorder final : public WireTap {
 public:
  WireRecorder(const Tap& tap, Tap::State& state, trace::Recorder& recorder)
      : tap_(tap), state_(state), recorder_(recorder) {}

  Cause connection_opened(const Occasion& occasion, const ConnectionOpened& notice) override {
    const std::string from = notice.from.to_string();
    const std::string to = notice.to.to_string();
    ConnectionLog& log = state_.connections.of(notice.connection);
    log.opened = true;
    return record(occasion, notice.dialler, notice.connection,
                  payload::ConnectionOpened{notice.dialler, notice.listener, from, to});
  }

  Cause connection_established(const Occasion& occasion, const ConnectionEnd& end) override {
    state_.connections.of(end.connection).established[end.dialler ? 0 : 1] = true;
    return record(occasion, end.host, end.connection, payload::ConnectionEstablished{!end.dialler});
  }

  Cause connection_closed(const Occasion& occasion, const ConnectionEnd& end) override {
    return record(occasion, end.host, end.connection, payload::ConnectionClosed{!end.dialler, false});
  }

  Cause connection_reset(const Occasion& occasion, const ConnectionEnd& end, ResetReason reason) override {
    if (end.dialler && !state_.connections.of(end.connection).established[0]) {
      return record(occasion, end.host, end.connection, payload::ConnectionFailed{{}, name_of(reason)});
    }
    return record(occasion, end.host, end.connection,
                  payload::ConnectionReset{!end.dialler, name_of(reason)});
  }

  Cause segment_sent(const Occasion& occasion, const SegmentNotice& notice) override {
    if (!state_.options.segments) return occasion.cause;
    payload::SegmentSent sent;
    sent.direction = direction_of(notice);
    sent.segment = notice.number;
    sent.offset = notice.offset;
    sent.length = notice.length;
    sent.acknowledgement = notice.acknowledgement;
    sent.window = notice.window;
    sent.retransmission = notice.retransmission;
    sent.arrives = notice.arrives;
    sent.flags = flags_of(notice);
    return record(occasion, notice.from, notice.connection, sent);
  }

  Cause segment_delivered(const Occasion& occasion, const SegmentNotice& notice) override {
    if (!state_.options.segments) return occasion.cause;
    const trace::Direction direction = direction_of(notice);
    const Cause cause =
        record(occasion, notice.to, notice.connection, payload::SegmentDelivered{direction, notice.number});
    if (notice.length > 0) {
      state_.connections.of(notice.connection)
          .delivered[static_cast<std::size_t>(direction)]
          .add(notice.offset + notice.length, cause.value);
    }
    return cause;
  }

  Cause segment_lost(const Occasion& occasion, const SegmentNotice& notice, LossReason reason) override {
    if (!state_.options.segments) return occasion.cause;
    return record(occasion, notice.from, notice.connection,
                  payload::SegmentLost{direction_of(notice), notice.number, name_of(reason)});
  }

  Cause datagram_sent(const Occasion& occasion, const DatagramNotice& notice) override {
    const std::string source = notice.source.to_string();
    const std::string destination = notice.destination.to_string();
    return record(
        occasion, notice.from, {},
        payload::DatagramSent{notice.number, notice.to, notice.arrives, source, destination, {notice.bytes}});
  }

  Cause datagram_delivered(const Occasion& occasion, const DatagramNotice& notice) override {
    const std::string source = notice.source.to_string();
    const std::string destination = notice.destination.to_string();
    return record(occasion, notice.to, {},
                  payload::DatagramDelivered{notice.from, notice.number, source, destination, {}});
  }

  Cause datagram_lost(const Occasion& occasion, const DatagramNotice& notice, LossReason reason) override {
    return record(occasion, notice.from, {},
                  payload::DatagramLost{notice.number, notice.to, name_of(reason)});
  }

  // A stream sets its deadline anew before nearly every wait: only those that come to pass are told.
  Cause timer_set(const Occasion& occasion, const TimerNotice& notice) override {
    if (notice.purpose == "deadline") return occasion.cause;
    return record(occasion, notice.host, notice.connection, payload::TimerSet{notice.moment, notice.purpose});
  }

  Cause timer_fired(const Occasion& occasion, const TimerNotice& notice) override {
    return record(occasion, notice.host, notice.connection, payload::TimerFired{notice.purpose});
  }

  Cause fault(const Occasion& occasion, const FaultNotice& notice) override {
    switch (notice.kind) {
      case FaultKind::kLinkCut:
        return begin(occasion, notice, "link-cut ", notice.detail);
      case FaultKind::kLinkRestored:
        return end(occasion, notice, "link-cut ");
      case FaultKind::kPartitioned:
        return begin(occasion, notice, "partition ", notice.detail);
      case FaultKind::kHealed:
        return end(occasion, notice, "partition ");
      case FaultKind::kLinkChanged: {
        const std::size_t colon = notice.detail.find(": ");
        return begin(occasion, notice, "link-changed ", notice.detail.substr(0, colon));
      }
      case FaultKind::kPowerCut:
        state_.without_power.insert(notice.host);
        return begin(occasion, notice, "power-cut ", std::to_string(notice.host.value));
      case FaultKind::kClockSkewed:
        return begin(occasion, notice, "clock-skew ", std::to_string(notice.host.value));
      case FaultKind::kHostStopped:
        return host_down(occasion, notice.host, "stopped");
      case FaultKind::kHostCrashed:
        return host_down(occasion, notice.host, "crashed");
      case FaultKind::kHostStarted:
        return host_up(occasion, notice.host);
    }
    return occasion.cause;
  }

 private:
  template <class P>
  Cause record(const Occasion& occasion, HostId host, ConnectionId connection, const P& what) {
    if (tap_.silent()) return occasion.cause;
    trace::Header header;
    header.time = occasion.at;
    header.cause = occasion.cause.value;
    header.host = host;
    header.connection = connection;
    return Cause{recorder_.append(header, what)};
  }

  Cause begin(const Occasion& occasion, const FaultNotice& notice, const char* kind,
              const std::string& target) {
    const std::string name = kind + target;
    return record(occasion, notice.host, {}, payload::FaultBegan{name, target, notice.detail});
  }
  Cause end(const Occasion& occasion, const FaultNotice& notice, const char* kind) {
    const std::string name = kind + notice.detail;
    return record(occasion, notice.host, {}, payload::FaultEnded{name});
  }

  std::uint32_t& incarnation_of(HostId host) {
    return state_.incarnations.try_emplace(host, 1u).first->second;
  }

  Cause host_down(const Occasion& occasion, HostId host, std::string_view reason) {
    ++state_.downs[host];
    return record(occasion, host, {}, payload::HostState{false, incarnation_of(host), reason});
  }
  Cause host_up(const Occasion& occasion, HostId host) {
    const std::uint32_t number = ++incarnation_of(host);
    // A power cut lasts until the host runs again.
    const std::string power = "power-cut " + std::to_string(host.value);
    const Cause up = record(occasion, host, {}, payload::HostState{true, number, "started"});
    if (state_.without_power.erase(host) > 0) {
      record({occasion.at, up}, host, {}, payload::FaultEnded{power});
    }
    return up;
  }

  const Tap& tap_;
  Tap::State& state_;
  trace::Recorder& recorder_;
};

}  // namespace

std::unique_ptr<WireTap> make_wire_tap(const Tap& tap, Tap::State& state, trace::Recorder& recorder) {
  return std::make_unique<WireRecorder>(tap, state, recorder);
}

}  // namespace glasspost::tap
