#include "engine/sim/host.h"

#include <algorithm>
#include <utility>

#include "engine/sim/disk.h"
#include "engine/sim/world.h"

namespace glasspost::sim {
namespace {

constexpr std::uint16_t kFirstPort = 32'768;
constexpr std::uint16_t kPorts = 28'232;  // up to 60999

}  // namespace

Host::Host(World& world, HostId id, std::string name, std::vector<IpAddress> addresses)
    : world_(world), id_(id), name_(std::move(name)), addresses_(std::move(addresses)) {
  std::stable_partition(addresses_.begin(), addresses_.end(),
                        [](const IpAddress& address) { return address.is_v4(); });
  incarnations_.push_back(std::make_unique<Incarnation>(*this, 1));
}

Host::~Host() = default;

HostServices Host::services() {
  return incarnation().services();
}

Instant Host::now() const {
  return world_.now() + skew_;
}

void Host::install(Boot boot) {
  GLASSPOST_ASSERT(!boot_);
  boot_ = std::move(boot);
  Incarnation* const first = &incarnation();
  world_.post([this, first] {
    if (first->alive()) start_software();
  });
}

void Host::start_software() {
  if (!boot_) return;
  Incarnation& present = incarnation();
  // A power cut during the boot ends the incarnation before its software is known; it is reaped all the same.
  present.software_ = boot_(present);
}

void Host::end_incarnation(bool orderly) {
  Incarnation& present = incarnation();
  if (!present.alive()) return;
  if (disk_) orderly ? disk_->detach() : disk_->power_off();
  present.die(orderly);
  world_.reap_later(present);
}

void Host::stop() {
  restarting_ = false;
  if (state_ != State::kUp) return;
  const Cause cause = world_.tell_fault(FaultKind::kHostStopped, id_, name_);
  const CauseScope scope(world_.scheduler(), cause);
  end_incarnation(true);
  state_ = State::kStopped;
}

void Host::crash() {
  restarting_ = false;
  if (state_ == State::kCrashed) return;
  const Cause cause = world_.tell_fault(FaultKind::kHostCrashed, id_, name_);
  const CauseScope scope(world_.scheduler(), cause);
  state_ = State::kCrashed;
  if (disk_) disk_->power_off();
  end_incarnation(false);
}

void Host::restart() {
  stop();
  if (std::exchange(restarting_, true)) return;
  world_.post([this] {
    if (std::exchange(restarting_, false)) begin_incarnation();
  });
}

void Host::begin_incarnation() {
  incarnations_.push_back(
      std::make_unique<Incarnation>(*this, static_cast<std::uint32_t>(incarnations_.size() + 1)));
  state_ = State::kUp;
  if (disk_) disk_->power_on();
  const Cause cause = world_.tell_fault(FaultKind::kHostStarted, id_, name_);
  const CauseScope scope(world_.scheduler(), cause);
  start_software();
}

void Host::set_clock_skew(Duration skew) {
  if (skew == skew_) return;
  skew_ = skew;
  world_.tell_fault(FaultKind::kClockSkewed, id_, to_string(skew));
  incarnation().rearm_waits();
}

Disk& Host::disk() {
  if (!disk_) disk_ = std::make_unique<Disk>(world_.seed(), name_, [this] { return now(); });
  return *disk_;
}

void Host::cut_power_at_sync(std::uint64_t n) {
  disk().cut_power_at_sync(n, [this] {
    world_.tell_fault(FaultKind::kPowerCut, id_, "at sync " + std::to_string(disk_->syncs()));
    crash();
  });
}

std::uint64_t Host::next_ordinal(std::string_view purpose) {
  auto found = ordinals_.find(purpose);
  if (found == ordinals_.end()) found = ordinals_.emplace(std::string(purpose), 0).first;
  return found->second++;
}

std::uint16_t Host::take_port() {
  if (ports_in_use_.empty()) ports_in_use_.resize(kPorts);
  for (std::uint32_t tries = 0; tries < kPorts; ++tries) {
    const std::uint16_t offset = next_port_;
    next_port_ = static_cast<std::uint16_t>((next_port_ + 1) % kPorts);
    if (ports_in_use_[offset]) continue;
    ports_in_use_[offset] = true;
    return static_cast<std::uint16_t>(kFirstPort + offset);
  }
  return 0;
}

void Host::release_port(std::uint16_t port) {
  if (port >= kFirstPort && port - kFirstPort < kPorts) ports_in_use_[port - kFirstPort] = false;
}

}  // namespace glasspost::sim
