#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/wire_tap.h"
#include "engine/sim/event_queue.h"
#include "engine/sim/host.h"
#include "engine/sim/incarnation.h"
#include "engine/sim/link.h"

namespace glasspost::sim {

class Tcp;

struct WorldOptions {
  std::uint64_t seed = 1;
  Instant start{};         ///< the virtual time at which the world begins
  WireTap* tap = nullptr;  ///< must outlive the world; null: nobody watches
  LinkOptions link;        ///< of the link from each host to the internet, where add_host says nothing else
};

/// A deterministic discrete-event world: one queue, one thread, one virtual clock. What happens depends on
/// the options and on the calls alone, never on the machine; several worlds live side by side.
///
/// Everything happens in events (a packet arrives, a timer fires, a script's callback) at a moment of virtual
/// time; after each, the coroutines that it made ready run, in order, at the same moment.
class World {
 public:
  explicit World(const WorldOptions& options);
  /// Ends every incarnation in silence, lets the coroutines unwind and destroys the software.
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  void set_tap(WireTap* tap);

  // --- Building ---

  /// Hosts are numbered from 1 in the order of their adding. The name and the addresses (at least one, no
  /// loopback) must be new in this world: the caller has checked that.
  Host& add_host(std::string name, std::vector<IpAddress> addresses);
  Host& add_host(std::string name, std::vector<IpAddress> addresses, const LinkOptions& link);
  [[nodiscard]] Host* find_host(std::string_view name);
  [[nodiscard]] Host* find_host(HostId id);
  [[nodiscard]] Host* find_host(const IpAddress& address);
  [[nodiscard]] const std::vector<std::unique_ptr<Host>>& hosts() const { return hosts_; }
  /// The link between a host and the internet; it is called "NAME~internet".
  [[nodiscard]] Link& access_link(const Host& host);
  /// A cable straight from host to host, "A~B", used by both instead of the way through the internet. Made at
  /// the first call for a pair; later calls change its options.
  Link& connect(Host& a, Host& b, const LinkOptions& options);
  [[nodiscard]] Link* find_link(std::string_view name);

  // --- Rules and partitions ---

  using RuleId = std::uint32_t;
  RuleId add_rule(std::unique_ptr<PacketRule> rule);
  /// Cuts these hosts off from all others (not from each other).
  RuleId partition(const std::vector<HostId>& island);
  /// Removes a rule or heals a partition. Nothing happens if it is gone already.
  void remove_rule(RuleId id);

  // --- Running ---

  /// Calls back at that moment (now, if it has passed), after what was scheduled for it before.
  template <class F>
  EventId at(Instant moment, F&& callback) {
    return events_.push(moment < now_ ? now_ : moment, std::forward<F>(callback));
  }
  /// As an event of the present moment.
  template <class F>
  EventId post(F&& callback) {
    return at(now_, std::forward<F>(callback));
  }
  bool cancel(EventId id) { return events_.cancel(id); }

  /// Runs what is ready, or else the next event with all that it makes ready. False if there was neither.
  bool step();
  /// Runs every event up to and including that moment, and lets the clock stand there.
  void run_until(Instant moment);
  /// Runs until nothing is left to happen. False if `max_events` were not enough.
  bool run_until_idle(std::uint64_t max_events = 1'000'000'000);
  /// Runs until `done()`, asked after each event, is true. False if it was not by `limit` or when nothing was
  /// left to happen.
  bool run_until(const std::function<bool()>& done, Instant limit);
  /// The time of the next event; never() if there is none.
  [[nodiscard]] Instant next_event() const {
    return events_.empty() ? Instant::never() : events_.next_time();
  }
  [[nodiscard]] std::uint64_t events_run() const { return events_run_; }

  // --- For the parts of the world ---

  [[nodiscard]] WireTap& tap() { return *tap_; }
  [[nodiscard]] Tcp& tcp() { return *tcp_; }
  [[nodiscard]] Occasion occasion() const { return {now_, scheduler_.cause()}; }
  /// Tells the tap of a fault and makes its cause current for the caller's scope.
  Cause tell_fault(FaultKind kind, HostId host, std::string detail);
  /// What becomes of a packet that leaves now.
  Passage depart(const Packet& packet);
  /// Why a packet that arrives now does not get through, if it does not.
  std::optional<LossReason> severed(const Packet& packet);
  /// Forgets a frame that was made ready and is being destroyed instead.
  void forget_ready(std::coroutine_handle<> frame);
  void reap_later(Incarnation& incarnation) { dying_.push_back(&incarnation); }

 private:
  struct Ready {
    std::coroutine_handle<> frame;
    Cause cause;
  };
  class ReadyQueue final : public Scheduler {
   public:
    void resume_later(std::coroutine_handle<> frame, Cause cause) override {
      arriving.push_back({frame, cause});
    }
    std::vector<Ready> arriving;
  };
  struct AddedRule {
    RuleId id;
    std::optional<std::string> partition;  // the island's names
    std::unique_ptr<PacketRule> rule;
  };

  void run_event();
  bool settle();
  bool run_ready();
  Link* route(const Packet& packet, Link*& second);

  Instant start_;
  Instant now_;
  std::uint64_t seed_;
  LinkOptions default_link_;
  WireTap null_tap_;
  WireTap* tap_;
  ReadyQueue scheduler_;
  std::vector<Ready> running_;
  std::size_t running_next_ = 0;
  EventQueue events_;
  std::uint64_t events_run_ = 0;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::map<std::string, HostId, std::less<>> hosts_by_name_;
  std::map<IpAddress, HostId> hosts_by_address_;
  std::vector<std::unique_ptr<Link>> links_;
  std::vector<AddedRule> rules_;
  RuleId next_rule_ = 1;
  std::unique_ptr<Tcp> tcp_;
  std::vector<Incarnation*> dying_;
};

}  // namespace glasspost::sim
