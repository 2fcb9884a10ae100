#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/runtime/wire_tap.h"

namespace glasspost::sim {

class World;

/// One packet that is about to travel between two hosts. The references hold during a call.
struct Packet {
  HostId from;
  HostId to;
  const Endpoint& source;
  const Endpoint& destination;
  ConnectionId connection;  ///< none: a datagram
  std::uint32_t size = 0;   ///< bytes on the wire, IP and transport headers included
  std::string_view payload;
};

/// How far a packet has got: when it arrives, unless it was lost.
struct Passage {
  Instant at;
  std::optional<LossReason> lost;
};

/// Decides what becomes of packets. Links, partitions and whatever a test or scenario adds are all rules; a
/// packet meets the world's rules in the order of their adding, then the links of its path, until one loses
/// it.
class PacketRule {
 public:
  virtual ~PacketRule() = default;
  /// Called when the packet departs. May move `passage.at` to a later time, or set `passage.lost`.
  virtual void judge(const Packet& packet, Passage& passage) = 0;
  /// Called when the packet arrives: what stands in its way by now, if anything.
  [[nodiscard]] virtual std::optional<LossReason> severed(const Packet&) const { return std::nullopt; }
};

/// Holds for each direction of a link alike. A path from host to host through the internet passes two links.
struct LinkOptions {
  Duration latency = Duration::milliseconds(10);
  Duration jitter{};                          ///< added at random, uniform in [0, jitter)
  std::uint64_t bandwidth = 0;                ///< bits a second; 0: unlimited
  std::uint32_t loss_ppm = 0;                 ///< packets lost out of a million
  Duration max_queue = Duration::seconds(5);  ///< with a bandwidth: a packet that would wait longer is lost

  friend bool operator==(const LinkOptions&, const LinkOptions&) = default;
};
/// "latency 10ms, loss 20%": what differs from a perfect link.
[[nodiscard]] std::string to_string(const LinkOptions& options);

/// A cable between a host and the internet, or straight between two hosts. Packets from one sender arrive in
/// the order in which they left.
class Link final : public PacketRule {
 public:
  /// Made by World. `b` is none for the internet's end. Random draws are keyed by (seed, name, direction).
  Link(World& world, std::string name, HostId a, HostId b, const LinkOptions& options);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const LinkOptions& options() const { return options_; }
  [[nodiscard]] bool is_cut() const { return cut_; }
  [[nodiscard]] HostId a() const { return a_; }
  [[nodiscard]] HostId b() const { return b_; }

  /// Packets under way when the link is cut are lost.
  void cut();
  void restore();
  void set_options(const LinkOptions& options);
  /// Shorthands of set_options: more latency, loss.
  void set_latency(Duration latency);
  void set_loss_ppm(std::uint32_t loss_ppm);

  void judge(const Packet& packet, Passage& passage) override;
  [[nodiscard]] std::optional<LossReason> severed(const Packet& packet) const override;

 private:
  struct Direction {
    RandomStream loss;
    RandomStream jitter;
    /// When the line is busy, [begin, end), in order, without the past. A packet's way is reckoned when it
    /// leaves its sender, so one from nearby may find a gap before one from far away that left earlier.
    std::vector<std::pair<Instant, Instant>> busy;
    std::map<HostId, Instant> last_arrival;  // by sender: keeps the order

    /// When a packet that takes `length` can begin, at `at` or later.
    [[nodiscard]] Instant gap(Instant now, Instant at, Duration length);
    void occupy(Instant begin, Duration length);
  };

  World& world_;
  std::string name_;
  HostId a_;
  HostId b_;
  LinkOptions options_;
  bool cut_ = false;
  Direction from_a_;
  Direction to_a_;
};

/// Keeps a set of hosts apart from all others. Hosts on the same side reach each other.
class Partition final : public PacketRule {
 public:
  explicit Partition(std::set<HostId> island) : island_(std::move(island)) {}
  void judge(const Packet& packet, Passage& passage) override { passage.lost = severed(packet); }
  [[nodiscard]] std::optional<LossReason> severed(const Packet& packet) const override;

 private:
  std::set<HostId> island_;
};

}  // namespace glasspost::sim
