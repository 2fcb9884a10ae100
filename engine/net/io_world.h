#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/net/address_map.h"
#include "engine/runtime/executor.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/wire_tap.h"

namespace glasspost::net {

struct IoWorldOptions {
  std::uint16_t port_offset = 0;  ///< at most 64,512
  /// N of the hosts' addresses 127.N.1.1 and up: another one for each world that runs at the same time.
  std::uint8_t loopback_network = 0;
  /// What clients from 127.0.0.1 seem to be; none: 127.0.0.1.
  std::optional<IpAddress> outside;
  /// Dialling and sending beyond loopback. Otherwise refused.
  bool allow_beyond_loopback = false;
  /// Told of connections, datagrams and timers; of segments there is nothing to tell. Outlives the world;
  /// null: nobody watches.
  WireTap* tap = nullptr;
};

struct IoHost {
  HostId id;
  std::vector<IpAddress> addresses;  ///< the scenario's, at least one
  /// TCP listeners of this host also listen on 127.0.0.1, at the same (real) port.
  bool also_on_localhost = false;
};

/// A world of real sockets on this machine's loopback network: one thread runs all its hosts' software. It
/// outlives that software; sockets that it made may be destroyed after run() has ended, but not after it.
///
/// Time is the system's clock at the start, counted on by the steady clock: it never goes back (but leaps
/// after the machine has slept). Each random stream is seeded anew by the operating system.
///
/// Targets: a scenario's address is dialled at its loopback address, from the loopback address of the host's
/// first address of the same family (none: kUnreachable). Other loopback targets are dialled as they stand.
/// All others are refused (kRefused) unless allowed.
class IoWorld {
 public:
  explicit IoWorld(const IoWorldOptions& options);
  ~IoWorld();
  IoWorld(const IoWorld&) = delete;
  IoWorld& operator=(const IoWorld&) = delete;

  /// The services of a new host; they live as long as the world. Errors: as AddressMap::add; kInvalidInput
  /// without an address.
  Result<HostServices> add_host(const IoHost& host);
  /// As IoWorldOptions::tap, for a tap that needs the world's scheduler to be made.
  void set_tap(WireTap* tap);
  /// Where things really are, for those who print or dial it.
  [[nodiscard]] const AddressMap& addresses() const;
  [[nodiscard]] Scheduler& scheduler();
  [[nodiscard]] Clock& clock();

  /// Runs until stop().
  void run();
  /// Ends run() after the handler that is running. World's thread only.
  void stop();
  /// Runs until `done` (asked after every round of events) holds or `limit` has passed; false: it has passed.
  bool run_until(const std::function<bool()>& done, Duration limit);

  /// The door for other threads: `callback` runs on the world's thread between events, in the order of the
  /// calls of one thread. Callbacks left over when the world ends are dropped.
  void post_from_any_thread(std::function<void()> callback);

  /// Calls back on SIGINT and SIGTERM, between events, and ignores SIGPIPE, for the rest of the process.
  void on_termination_signal(std::function<void(int signal)> callback);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A thread for jobs that block; results come back through the world's door, a batch at a time. Destroying it
/// runs what is queued and waits for it; the world must still exist.
class DiskThread final : public BlockingExecutor {
 public:
  explicit DiskThread(IoWorld& world);
  ~DiskThread() override;
  Task<void> run(std::function<void()> job) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glasspost::net
