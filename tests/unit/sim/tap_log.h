#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/runtime/wire_tap.h"

namespace glasspost::sim {

/// Writes down all that a world tells, one line an event, and gives each event its line's number as cause.
class TapLog final : public WireTap {
 public:
  std::vector<std::string> lines;
  std::vector<SegmentNotice> sent;
  std::vector<SegmentNotice> delivered;
  std::vector<SegmentNotice> lost;
  std::vector<LossReason> loss_reasons;

  Cause connection_opened(const Occasion& o, const ConnectionOpened& n) override {
    return add(o, "opened " + id(n.connection) + " " + n.from.to_string() + " " + n.to.to_string());
  }
  Cause connection_established(const Occasion& o, const ConnectionEnd& n) override {
    return add(o, "established " + end(n));
  }
  Cause connection_closed(const Occasion& o, const ConnectionEnd& n) override {
    return add(o, "closed " + end(n));
  }
  Cause connection_reset(const Occasion& o, const ConnectionEnd& n, ResetReason reason) override {
    return add(o, "reset " + end(n) + " reason " + std::to_string(static_cast<int>(reason)));
  }
  Cause segment_sent(const Occasion& o, const SegmentNotice& n) override {
    sent.push_back(n);
    sent.back().payload = {};
    return add(o, "sent " + segment(n) + " arrives " + std::to_string(n.arrives.ns) + " " +
                      std::to_string(stable_hash(n.payload)));
  }
  Cause segment_delivered(const Occasion& o, const SegmentNotice& n) override {
    delivered.push_back(n);
    return add(o, "delivered " + segment(n));
  }
  Cause segment_lost(const Occasion& o, const SegmentNotice& n, LossReason reason) override {
    lost.push_back(n);
    loss_reasons.push_back(reason);
    return add(o, "lost " + segment(n) + " reason " + std::to_string(static_cast<int>(reason)));
  }
  Cause datagram_sent(const Occasion& o, const DatagramNotice& n) override {
    return add(o, "datagram sent " + datagram(n));
  }
  Cause datagram_delivered(const Occasion& o, const DatagramNotice& n) override {
    return add(o, "datagram delivered " + datagram(n));
  }
  Cause datagram_lost(const Occasion& o, const DatagramNotice& n, LossReason reason) override {
    loss_reasons.push_back(reason);
    return add(o, "datagram lost " + datagram(n) + " reason " + std::to_string(static_cast<int>(reason)));
  }
  Cause timer_set(const Occasion& o, const TimerNotice& n) override {
    return add(o, "timer set " + timer(n));
  }
  Cause timer_fired(const Occasion& o, const TimerNotice& n) override {
    return add(o, "timer fired " + timer(n));
  }
  Cause fault(const Occasion& o, const FaultNotice& n) override {
    return add(o, "fault " + std::to_string(static_cast<int>(n.kind)) + " " + std::to_string(n.host.value) +
                      " " + n.detail);
  }

  [[nodiscard]] int count(std::string_view what) const {
    int found = 0;
    for (const std::string& line : lines)
      if (line.find(what) != std::string::npos) ++found;
    return found;
  }
  [[nodiscard]] std::string text() const { return join(lines, "\n"); }

 private:
  static std::string id(ConnectionId connection) { return "c" + std::to_string(connection.value); }
  static std::string end(const ConnectionEnd& n) {
    return id(n.connection) + " host " + std::to_string(n.host.value) + (n.dialler ? " dialler" : "");
  }
  static std::string segment(const SegmentNotice& n) {
    std::string flags;
    for (const auto& [set, name] : {std::pair(n.syn, 'S'), std::pair(n.ack, 'A'), std::pair(n.fin, 'F'),
                                    std::pair(n.rst, 'R'), std::pair(n.psh, 'P')})
      if (set) flags += name;
    return id(n.connection) + (n.from_dialler ? " > " : " < ") + "#" + std::to_string(n.number) + " " +
           flags + " seq " + std::to_string(n.sequence) + " ack " + std::to_string(n.acknowledgement) +
           " win " + std::to_string(n.window) + " [" + std::to_string(n.offset) + "+" +
           std::to_string(n.length) + "]" + (n.retransmission ? " again" : "");
  }
  static std::string datagram(const DatagramNotice& n) {
    return n.source.to_string() + " " + n.destination.to_string() + " #" + std::to_string(n.number) + " " +
           escaped(n.bytes.substr(0, 40));
  }
  static std::string timer(const TimerNotice& n) {
    return std::to_string(n.host.value) + " " + std::string(n.purpose) + " " + std::to_string(n.moment.ns);
  }
  Cause add(const Occasion& o, const std::string& what) {
    lines.push_back(std::to_string(o.at.ns) + " <" + std::to_string(o.cause.value) + "> " + what);
    return Cause{lines.size()};
  }
};

}  // namespace glasspost::sim
