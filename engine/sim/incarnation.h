#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/runtime/host_services.h"

namespace glasspost::sim {

class DatagramPort;
class Host;
class ListeningPort;
class Wait;
class World;
struct End;

/// One life of a host's software: what it is given to live on, and what must die with it.
class Incarnation final : private Clock, private RandomSource, private Network {
 public:
  /// Made by Host. `number` counts from 1.
  Incarnation(Host& host, std::uint32_t number);
  ~Incarnation() override;
  Incarnation(const Incarnation&) = delete;
  Incarnation& operator=(const Incarnation&) = delete;

  [[nodiscard]] HostServices services();
  [[nodiscard]] Host& host() { return host_; }
  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  /// False after a stop or a crash: whatever still runs must leave no trace. Observers ask this.
  [[nodiscard]] bool alive() const { return alive_; }

 private:
  friend class DatagramPort;
  friend class Host;
  friend class ListeningPort;
  friend class Tcp;
  friend class Wait;
  friend class World;

  Instant now() const override;
  std::unique_ptr<Timer> make_timer(std::string_view purpose) override;
  RandomStream stream(std::string_view purpose) override;
  Task<Result<ByteStreamPtr>> dial(Endpoint remote, Instant deadline) override;
  Result<std::unique_ptr<Listener>> listen(Endpoint local) override;
  Result<std::unique_ptr<DatagramSocket>> bind(Endpoint local) override;
  std::vector<IpAddress> addresses() const override;

  Ok check_local(const IpAddress& address) const;
  /// The host that an address leads to from here; null if nobody has it.
  Host* target_of(const IpAddress& remote);
  /// The address that packets to `remote` bear as their sender; nothing if none fits.
  std::optional<IpAddress> source_for(const IpAddress& remote, const IpAddress& bound) const;
  void add_listener(ListeningPort& port);
  void remove_listener(ListeningPort& port);
  ListeningPort* find_listener(const Endpoint& local);
  DatagramPort* find_datagram_port(const Endpoint& local);
  void rearm_waits();
  void die(bool orderly);

  Host& host_;
  World& world_;
  std::uint32_t number_;
  bool alive_ = true;
  std::uint64_t dead_draws_ = 0;
  std::shared_ptr<void> software_;
  Wait* first_wait_ = nullptr;  // in the order of their beginning
  Wait* last_wait_ = nullptr;
  End* first_end_ = nullptr;  // connections' ends, in the order of their making
  End* last_end_ = nullptr;
  std::map<Endpoint, ListeningPort*> listeners_;
  std::map<Endpoint, DatagramPort*> datagram_ports_;
};

}  // namespace glasspost::sim
