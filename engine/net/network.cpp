#include <algorithm>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "engine/net/datagram_socket.h"
#include "engine/net/listener.h"
#include "engine/net/stream.h"
#include "engine/net/world_state.h"

namespace glasspost::net {
namespace {

// The port is chosen when the target is known: as many connections to one target as there are ports, to
// different targets many times that.
void bind_late(asio::ip::tcp::socket& socket) {
  const int on = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
}

Ok open(asio::ip::tcp::socket& socket, const Endpoint& target, const std::optional<Endpoint>& source) {
  ErrorNumber error;
  socket.open(to_asio<asio::ip::tcp>(target).protocol(), error);
  if (!error && source) {
    bind_late(socket);
    socket.bind(to_asio<asio::ip::tcp>(*source), error);
  }
  if (error) return fail(to_error(error, "no socket"));
  return {};
}

ResetReason reason_of(ErrorCode code) {
  if (code == ErrorCode::kRefused) return ResetReason::kRefused;
  if (code == ErrorCode::kTimedOut) return ResetReason::kTimedOut;
  return ResetReason::kUnreachable;
}

}  // namespace

std::optional<Endpoint> real_target(const WorldState& world, const Endpoint& scenario) {
  if (const std::optional<Endpoint> mapped = world.addresses.real(scenario)) return mapped;
  if (scenario.address.is_loopback() || world.options.allow_beyond_loopback) return scenario;
  return std::nullopt;
}

IoNetwork::IoNetwork(WorldState& world, HostId host, std::vector<IpAddress> addresses, bool also_on_localhost)
    : world_(world), host_(host), addresses_(std::move(addresses)), also_on_localhost_(also_on_localhost) {
  std::stable_partition(addresses_.begin(), addresses_.end(),
                        [](const IpAddress& address) { return address.is_v4(); });
}

Result<IoNetwork::Route> IoNetwork::route(const Endpoint& remote) const {
  const std::optional<Endpoint> target = real_target(world_, remote);
  if (!target) {
    return fail(ErrorCode::kRefused,
                remote.to_string() + " is not of this world, and dialling beyond it is not allowed");
  }
  Route route{*target, std::nullopt};
  // From an IPv4 loopback address no IPv6 target and nothing beyond loopback can be reached.
  if (target->address.is_v6() || !target->address.is_loopback()) return route;
  const auto source = std::find_if(addresses_.begin(), addresses_.end(), [&](const IpAddress& address) {
    return address.is_v4() == remote.address.is_v4();
  });
  if (source == addresses_.end()) {
    return fail(ErrorCode::kUnreachable, "this host has no address of the family of " + remote.to_string());
  }
  route.source = Endpoint{*world_.addresses.real_address(*source), 0};
  return route;
}

Task<Result<ByteStreamPtr>> IoNetwork::dial(Endpoint remote, Instant deadline) {
  WorldState& world = world_;
  const Result<Route> way = route(remote);
  if (!way) co_return fail(way.error());
  const auto state = std::make_shared<StreamState>(world, asio::ip::tcp::socket(world.io));
  state->deadline = deadline;
  if (state->expired()) co_return fail(ErrorCode::kTimedOut, "the deadline has passed");
  const Ok opened = open(state->socket, way->target, way->source);
  if (!opened) co_return fail(opened.error());
  state->connection = world.registry.next_connection();
  state->host = host_;
  state->dialler = true;
  state->remote = remote;
  Wait wait(world.scheduler, state->reading);
  state->start_connect(way->target);
  // The SYN is out and our end has its port; that the other end is ours too is known before it can accept.
  ErrorNumber error;
  const Endpoint real_local = from_asio(state->socket.local_endpoint(error));
  state->local = world.addresses.scenario(real_local);
  state->cause = world.tap->connection_opened(
      world.occasion(), {state->connection, host_, world.host_of(remote.address), state->local, remote});
  world.registry.dialled(real_local, way->target, {state->connection, state->cause});
  Completion<Outcome>& done = wait.outcome();
  const Outcome outcome = co_await done;
  if (outcome.error) {
    world.registry.forget(real_local, way->target);
    const Error failure =
        outcome.error == asio::error::operation_aborted
            ? Error{ErrorCode::kTimedOut, "no answer from " + remote.to_string(), std::nullopt}
            : to_error(outcome.error, remote.to_string());
    state->tell_reset(reason_of(failure.code));
    co_return fail(failure);
  }
  state->deadline = Instant::never();
  const Cause established = world.tap->connection_established({world.wall.now(), state->cause}, state->end());
  world.scheduler.set_cause(established.value != 0 ? established : world.scheduler.cause());
  ByteStreamPtr stream = std::make_unique<IoStream>(state);
  co_return stream;
}

Result<Endpoint> IoNetwork::own(const Endpoint& local) const {
  if (std::find(addresses_.begin(), addresses_.end(), local.address) == addresses_.end()) {
    return fail(ErrorCode::kUnreachable, local.address.to_string() + " is not an address of this host");
  }
  if (!world_.addresses.usable(local.port)) {
    return fail(ErrorCode::kConflict,
                "port " + std::to_string(local.port) + " stands where the port offset puts another one");
  }
  return *world_.addresses.real(local);
}

Result<std::unique_ptr<Listener>> IoNetwork::listen(Endpoint local) {
  const Result<Endpoint> real = own(local);
  if (!real) return fail(real.error());
  return IoListener::open(world_, host_, local, *real, also_on_localhost_);
}

Result<std::unique_ptr<DatagramSocket>> IoNetwork::bind(Endpoint local) {
  const Result<Endpoint> real = own(local);
  if (!real) return fail(real.error());
  return IoDatagramSocket::open(world_, host_, local, *real);
}

}  // namespace glasspost::net
