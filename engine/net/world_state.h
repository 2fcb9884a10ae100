#pragma once

// Inner header of engine/net.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/net/asio.h"
#include "engine/net/io_world.h"
#include "engine/runtime/wire_tap.h"

namespace glasspost::net {

struct WorldState;

/// The ready queue: what was made ready runs in order, in turns between which sockets are looked at.
class ReadyQueue final : public Scheduler {
 public:
  explicit ReadyQueue(asio::io_context& io) : io_(io) {}
  void resume_later(std::coroutine_handle<> frame, Cause cause) override;

 private:
  void run_turn();

  asio::io_context& io_;
  std::vector<std::pair<std::coroutine_handle<>, Cause>> ready_;
  bool turn_posted_ = false;
};

/// The system's time at the start, counted on by the steady clock; where the system's has leapt more than a
/// second ahead (the machine slept), it follows. It never goes back.
class WallClock {
 public:
  WallClock();
  [[nodiscard]] Instant now();

 private:
  std::int64_t offset_ns_ = 0;  // of this clock against the steady clock
};

class IoClock final : public Clock {
 public:
  IoClock(WorldState& world, HostId host) : world_(world), host_(host) {}
  [[nodiscard]] Instant now() const override;
  std::unique_ptr<Timer> make_timer(std::string_view purpose) override;

 private:
  WorldState& world_;
  HostId host_;
};

/// Sets the timer for a moment of the world's clock, but never for more than some minutes, so that leaps of
/// the clock are noticed: whoever is woken looks at the clock again.
void expire_near(asio::steady_timer& timer, Instant moment, Instant now);

/// What ties both ends of our own connections, and datagrams to their arrival: same number, same cause.
class Registry {
 public:
  struct Connection {
    ConnectionId id;
    Cause cause;  ///< of its opening
  };
  struct Datagram {
    std::uint32_t number = 0;
    Cause cause;
  };

  [[nodiscard]] ConnectionId next_connection() { return ConnectionId{++last_connection_}; }
  void dialled(const Endpoint& from, const Endpoint& to, Connection connection);
  void forget(const Endpoint& from, const Endpoint& to) { dialled_.erase({from, to}); }
  /// The dialler's, if it is ours.
  std::optional<Connection> accepted(const Endpoint& from, const Endpoint& to);

  /// The n-th datagram of a host, from 1.
  [[nodiscard]] std::uint32_t next_datagram(HostId host) { return ++last_datagram_[host]; }
  void sent(const Endpoint& from, const Endpoint& to, std::string_view bytes, Datagram datagram);
  std::optional<Datagram> received(const Endpoint& from, const Endpoint& to, std::string_view bytes);

 private:
  struct Flight {
    Endpoint from;
    Endpoint to;
    std::uint64_t hash = 0;
    Datagram datagram;
  };
  std::uint32_t last_connection_ = 0;
  std::map<HostId, std::uint32_t> last_datagram_;
  std::map<std::pair<Endpoint, Endpoint>, Connection> dialled_;
  std::deque<Flight> flights_;
};

struct HostState;

struct WorldState {
  explicit WorldState(const IoWorldOptions& its_options);
  ~WorldState();

  /// The occasion of something that happens now.
  [[nodiscard]] Occasion occasion() { return {wall.now(), scheduler.cause()}; }
  /// The host whose address it is (the scenario's), or none.
  [[nodiscard]] HostId host_of(const IpAddress& address) const;

  IoWorldOptions options;
  WireTap null_tap;
  WireTap* tap;
  AddressMap addresses;
  Registry registry;
  std::map<IpAddress, HostId> host_by_address;
  WallClock wall;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  ReadyQueue scheduler{io};
  IoClock clock{*this, HostId{}};
  std::optional<asio::signal_set> signals;
  std::vector<std::unique_ptr<HostState>> hosts;
};

/// A seed of the operating system's for each stream.
class IoRandom final : public RandomSource {
 public:
  RandomStream stream(std::string_view purpose) override;
};

/// A host's network.
class IoNetwork final : public Network {
 public:
  IoNetwork(WorldState& world, HostId host, std::vector<IpAddress> addresses, bool also_on_localhost);
  Task<Result<ByteStreamPtr>> dial(Endpoint remote, Instant deadline) override;
  Result<std::unique_ptr<Listener>> listen(Endpoint local) override;
  Result<std::unique_ptr<DatagramSocket>> bind(Endpoint local) override;
  [[nodiscard]] std::vector<IpAddress> addresses() const override { return addresses_; }

 private:
  struct Route {
    Endpoint target;                 ///< real
    std::optional<Endpoint> source;  ///< real, port 0
  };
  [[nodiscard]] Result<Route> route(const Endpoint& remote) const;
  /// The real endpoint for a local one. Errors: as Network::listen.
  [[nodiscard]] Result<Endpoint> own(const Endpoint& local) const;

  WorldState& world_;
  HostId host_;
  std::vector<IpAddress> addresses_;
  bool also_on_localhost_;
};

struct HostState {
  HostState(WorldState& world, const IoHost& host)
      : clock(world, host.id), network(world, host.id, host.addresses, host.also_on_localhost) {}
  IoClock clock;
  IoRandom random;
  IoNetwork network;
};

/// Where a datagram or connection for a scenario's endpoint really goes; nothing if it may not go there.
[[nodiscard]] std::optional<Endpoint> real_target(const WorldState& world, const Endpoint& scenario);

}  // namespace glasspost::net
