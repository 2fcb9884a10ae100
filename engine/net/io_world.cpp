#include "engine/net/io_world.h"

#include <csignal>
#include <random>
#include <utility>

#include "engine/net/world_state.h"

namespace glasspost::net {
namespace {

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::int64_t system_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void ReadyQueue::resume_later(std::coroutine_handle<> frame, Cause cause) {
  ready_.emplace_back(frame, cause);
  if (turn_posted_) return;
  turn_posted_ = true;
  asio::post(io_, [this] { run_turn(); });
}

void ReadyQueue::run_turn() {
  // What this turn makes ready waits for the next, so that sockets and timers get theirs.
  const std::vector<std::pair<std::coroutine_handle<>, Cause>> turn = std::exchange(ready_, {});
  turn_posted_ = false;
  for (const auto& [frame, its_cause] : turn) {
    set_cause(its_cause);
    frame.resume();
    set_cause({});
  }
}

WallClock::WallClock() : offset_ns_(system_ns() - steady_ns()) {}

Instant WallClock::now() {
  constexpr std::int64_t kLeapNs = 1'000'000'000;
  const std::int64_t steady = steady_ns();
  const std::int64_t ahead = system_ns() - (steady + offset_ns_);
  if (ahead > kLeapNs) offset_ns_ += ahead;
  return Instant{steady + offset_ns_};
}

RandomStream IoRandom::stream(std::string_view purpose) {
  std::random_device entropy;
  const std::uint64_t high = entropy();
  const std::uint64_t low = entropy();
  return {(high << 32) | low, "", purpose, 0};
}

WorldState::WorldState(const IoWorldOptions& its_options)
    : options(its_options),
      tap(its_options.tap != nullptr ? its_options.tap : &null_tap),
      addresses(its_options.port_offset, its_options.outside, its_options.loopback_network) {}

WorldState::~WorldState() = default;

HostId WorldState::host_of(const IpAddress& address) const {
  const auto found = host_by_address.find(address);
  return found == host_by_address.end() ? HostId{} : found->second;
}

struct IoWorld::State : WorldState {
  using WorldState::WorldState;

  void wait_for_signal(std::function<void(int)> callback) {
    signals->async_wait([this, callback = std::move(callback)](const ErrorNumber& error, int signal) {
      if (error) return;
      callback(signal);
      wait_for_signal(callback);
    });
  }
};

IoWorld::IoWorld(const IoWorldOptions& options) : state_(std::make_unique<State>(options)) {}
IoWorld::~IoWorld() = default;

Result<HostServices> IoWorld::add_host(const IoHost& host) {
  if (host.addresses.empty()) return fail(ErrorCode::kInvalidInput, "a host needs an address");
  for (const IpAddress& address : host.addresses) {
    const Result<IpAddress> real = state_->addresses.add(address);
    if (!real) return fail(real.error());
    state_->host_by_address.emplace(address, host.id);
  }
  state_->hosts.push_back(std::make_unique<HostState>(*state_, host));
  HostState& added = *state_->hosts.back();
  return HostServices{state_->scheduler, added.clock, added.random, added.network};
}

void IoWorld::set_tap(WireTap* tap) {
  state_->tap = tap != nullptr ? tap : &state_->null_tap;
}

const AddressMap& IoWorld::addresses() const {
  return state_->addresses;
}

Scheduler& IoWorld::scheduler() {
  return state_->scheduler;
}

Clock& IoWorld::clock() {
  return state_->clock;
}

void IoWorld::run() {
  state_->io.restart();
  state_->io.run();
}

void IoWorld::stop() {
  state_->io.stop();
}

bool IoWorld::run_until(const std::function<bool()>& done, Duration limit) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::nanoseconds(limit.ns);
  state_->io.restart();
  while (!done()) {
    if (state_->io.stopped() || std::chrono::steady_clock::now() >= end) return false;
    state_->io.run_one_until(end);
  }
  return true;
}

void IoWorld::post_from_any_thread(std::function<void()> callback) {
  asio::post(state_->io, std::move(callback));
}

void IoWorld::on_termination_signal(std::function<void(int signal)> callback) {
  std::signal(SIGPIPE, SIG_IGN);
  state_->signals.emplace(state_->io, SIGINT, SIGTERM);
  state_->wait_for_signal(std::move(callback));
}

}  // namespace glasspost::net
