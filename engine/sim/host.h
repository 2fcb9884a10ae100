#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/runtime/host_services.h"

namespace glasspost::sim {

class Disk;
class Incarnation;
class Link;
class World;

/// A machine of the virtual world. It is on the network from the moment it is added; its software starts when
/// it is installed and again at every restart.
///
/// A host has incarnations. stop() and crash() end the present one: its pending operations complete with
/// kAborted, new ones on its objects fail so at once, and whatever its coroutines do while they unwind
/// reaches neither wire nor disk, clock nor trace. Its software object is destroyed when they have unwound,
/// at the same moment of virtual time. restart() begins the next.
class Host {
 public:
  enum class State : std::uint8_t {
    kUp,
    kStopped,  ///< on the network, without software: connections are refused
    kCrashed,  ///< off the network: silence
  };
  /// Starts the host's software and gives the object that keeps it alive (with its TaskGroups). The
  /// incarnation outlives it; whatever else it refers to must outlive the world.
  using Boot = std::function<std::shared_ptr<void>(Incarnation&)>;

  /// Made by World.
  Host(World& world, HostId id, std::string name, std::vector<IpAddress> addresses);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  [[nodiscard]] HostId id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<IpAddress>& addresses() const { return addresses_; }  ///< IPv4 first
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] World& world() { return world_; }

  /// Boots the software as an event of the present moment, so that a world can be built whole before anything
  /// runs, and again after each restart. Called once a host.
  void install(Boot boot);
  /// The present incarnation, for tests and scripts that run tasks of their own on the host.
  [[nodiscard]] Incarnation& incarnation() { return *incarnations_.back(); }
  [[nodiscard]] HostServices services();

  /// Ends the software as an operating system does that goes on: peers get an RST, new connections are
  /// refused, what was written to the disk is kept. Nothing happens unless the host is up.
  void stop();
  /// Power off: peers hear nothing (until a restarted host answers them with RST), the disk forgets what was
  /// not synced. Nothing happens if the host is off already.
  void crash();
  /// Begins a new incarnation as an event of the present moment; the one before is stopped if it still runs.
  void restart();

  /// Lets the host's clock go wrong: its now() is the world's plus this. Pending timers follow the new clock.
  void set_clock_skew(Duration skew);
  [[nodiscard]] Duration clock_skew() const { return skew_; }
  /// The host's time of day.
  [[nodiscard]] Instant now() const;

  /// The host's disk, made at the first call; it survives restarts.
  [[nodiscard]] Disk& disk();
  /// The power fails at the n-th sync point of the disk, counted from 1 since the disk was made: nothing of
  /// it survives, and the host crashes. 0 calls it off.
  void cut_power_at_sync(std::uint64_t n);

 private:
  friend class DatagramPort;
  friend class Incarnation;
  friend class Tcp;
  friend class World;
  void end_incarnation(bool orderly);
  void begin_incarnation();
  void start_software();
  std::uint64_t next_ordinal(std::string_view purpose);
  /// A port of 32768-60999 that no socket of the host uses; 0 if all are in use.
  std::uint16_t take_port();
  void release_port(std::uint16_t port);

  World& world_;
  HostId id_;
  std::string name_;
  std::vector<IpAddress> addresses_;
  State state_ = State::kUp;
  bool restarting_ = false;
  Duration skew_{};
  Boot boot_;
  std::unique_ptr<Disk> disk_;
  // Dead ones are kept, because objects of theirs may be held by whoever made them.
  std::vector<std::unique_ptr<Incarnation>> incarnations_;
  std::map<std::string, std::uint64_t, std::less<>> ordinals_;
  std::vector<bool> ports_in_use_;
  std::uint16_t next_port_ = 0;
  std::uint32_t datagrams_sent_ = 0;
  Link* access_link_ = nullptr;
  std::map<HostId, Link*> direct_links_;
};

}  // namespace glasspost::sim
