#include "engine/sim/incarnation.h"

#include <algorithm>
#include <utility>

#include "engine/sim/network.h"
#include "engine/sim/wait.h"
#include "engine/sim/world.h"

namespace glasspost::sim {
namespace {

IpAddress unspecified(bool v6) {
  return v6 ? IpAddress::v6({}) : IpAddress::v4({});
}

template <class Map>
typename Map::mapped_type find_port(const Map& ports, const Endpoint& local) {
  auto found = ports.find(local);
  if (found == ports.end()) found = ports.find(Endpoint{unspecified(local.address.is_v6()), local.port});
  return found == ports.end() ? nullptr : found->second;
}

/// True if two sockets of these endpoints could not tell whose packet is whose.
template <class Map>
bool conflicts(const Map& ports, const Endpoint& local) {
  for (const auto& [taken, port] : ports) {
    if (taken.port != local.port || taken.address.is_v6() != local.address.is_v6()) continue;
    if (taken == local || taken.address.is_unspecified() || local.address.is_unspecified()) return true;
  }
  return false;
}

}  // namespace

Incarnation::Incarnation(Host& host, std::uint32_t number)
    : host_(host), world_(host.world()), number_(number) {}

Incarnation::~Incarnation() = default;

HostServices Incarnation::services() {
  return {world_.scheduler(), *this, *this, *this};
}

Instant Incarnation::now() const {
  return host_.now();
}

std::unique_ptr<Timer> Incarnation::make_timer(std::string_view purpose) {
  return std::make_unique<HostTimer>(*this, purpose);
}

RandomStream Incarnation::stream(std::string_view purpose) {
  // What a dead incarnation draws must not move the ordinals of the living.
  if (!alive_) return {world_.seed(), host_.name(), "drawn after the end", dead_draws_++};
  return {world_.seed(), host_.name(), purpose, host_.next_ordinal(purpose)};
}

std::vector<IpAddress> Incarnation::addresses() const {
  return host_.addresses();
}

Host* Incarnation::target_of(const IpAddress& remote) {
  return remote.is_loopback() ? &host_ : world_.find_host(remote);
}

std::optional<IpAddress> Incarnation::source_for(const IpAddress& remote, const IpAddress& bound) const {
  if (remote.is_unspecified()) return std::nullopt;
  if (!bound.is_unspecified()) {
    // Loopback reaches only loopback.
    const bool fits = bound.is_v6() == remote.is_v6() && bound.is_loopback() == remote.is_loopback();
    return fits ? std::optional(bound) : std::nullopt;
  }
  if (bound.is_v6() != remote.is_v6()) return std::nullopt;
  const std::vector<IpAddress>& own = host_.addresses();
  if (remote.is_loopback() || std::find(own.begin(), own.end(), remote) != own.end()) return remote;
  for (const IpAddress& address : own)
    if (address.is_v6() == remote.is_v6()) return address;
  return std::nullopt;
}

Task<Result<ByteStreamPtr>> Incarnation::dial(Endpoint remote, Instant deadline) {
  if (!alive_) co_return fail(ErrorCode::kAborted, "the host went down");
  const std::optional<IpAddress> source = source_for(remote.address, unspecified(remote.address.is_v6()));
  if (!source || remote.port == 0)
    co_return fail(ErrorCode::kUnreachable, "no address of this host can reach " + remote.to_string());
  if (deadline != Instant::never() && deadline <= host_.now())
    co_return fail(ErrorCode::kTimedOut, "the deadline passed");
  const std::uint16_t port = host_.take_port();
  if (port == 0) co_return fail(ErrorCode::kUnreachable, "all ports of this host are in use");
  const Endpoint local{*source, port};
  Connection& connection = world_.tcp().open(*this, target_of(remote.address), local, remote);
  auto stream = std::make_unique<Stream>(*this, connection.dialler);
  const Ok established = co_await stream->wait_established(deadline);
  if (!established) co_return fail(established.error());
  co_return ByteStreamPtr(std::move(stream));
}

Ok Incarnation::check_local(const IpAddress& address) const {
  if (!alive_) return fail(ErrorCode::kAborted, "the host went down");
  if (address.is_unspecified() || address.is_loopback()) return {};
  const std::vector<IpAddress>& own = host_.addresses();
  if (std::find(own.begin(), own.end(), address) != own.end()) return {};
  return fail(ErrorCode::kUnreachable, address.to_string() + " is not an address of this host");
}

Result<std::unique_ptr<Listener>> Incarnation::listen(Endpoint local) {
  if (const Ok fits = check_local(local.address); !fits) return fail(fits.error());
  if (local.port == 0) return fail(ErrorCode::kRefused, "a listener needs a port");
  if (conflicts(listeners_, local))
    return fail(ErrorCode::kConflict, "port " + std::to_string(local.port) + " is taken");
  return std::make_unique<ListeningPort>(*this, local);
}

Result<std::unique_ptr<DatagramSocket>> Incarnation::bind(Endpoint local) {
  if (const Ok fits = check_local(local.address); !fits) return fail(fits.error());
  const bool pick = local.port == 0;
  if (pick) local.port = host_.take_port();
  if (local.port == 0) return fail(ErrorCode::kConflict, "all ports of this host are in use");
  if (conflicts(datagram_ports_, local)) {
    if (pick) host_.release_port(local.port);
    return fail(ErrorCode::kConflict, "port " + std::to_string(local.port) + " is taken");
  }
  return std::make_unique<DatagramPort>(*this, local, pick);
}

void Incarnation::add_listener(ListeningPort& port) {
  listeners_.emplace(port.local(), &port);
}

void Incarnation::remove_listener(ListeningPort& port) {
  listeners_.erase(port.local());
  for (End* end = first_end_; end != nullptr;) {
    End* const next = end->next;
    if (end->listener == &port) {
      Connection& connection = *end->connection;
      world_.tcp().abort(*end, ResetReason::kAbortedHere);
      world_.tcp().free_if_over(connection);
    }
    end = next;
  }
}

ListeningPort* Incarnation::find_listener(const Endpoint& local) {
  return find_port(listeners_, local);
}

DatagramPort* Incarnation::find_datagram_port(const Endpoint& local) {
  return find_port(datagram_ports_, local);
}

void Incarnation::rearm_waits() {
  for (Wait* wait = first_wait_; wait != nullptr; wait = wait->next())
    wait->rearm();
}

void Incarnation::die(bool orderly) {
  alive_ = false;
  while (first_end_ != nullptr)
    world_.tcp().host_down(*first_end_, orderly);
  for (Wait* wait = first_wait_; wait != nullptr; wait = wait->next())
    wait->wake(Wait::Outcome::kAborted);
  // Closing removes a socket from these lists.
  while (!listeners_.empty())
    listeners_.begin()->second->close();
  while (!datagram_ports_.empty())
    datagram_ports_.begin()->second->close();
}

}  // namespace glasspost::sim
