#include "engine/net/listener.h"

#include <utility>

#include "engine/net/stream.h"

namespace glasspost::net {
namespace {

constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kPauseAfterError(100);

}  // namespace

/// One listening socket of a listener.
struct Door {
  explicit Door(asio::io_context& io) : acceptor(io), arriving(io), pause(io) {}
  asio::ip::tcp::acceptor acceptor;
  asio::ip::tcp::socket arriving;
  asio::steady_timer pause;
  bool open_for_one = false;  // an accept is pending
};

struct ListenerState : std::enable_shared_from_this<ListenerState> {
  ListenerState(WorldState& its_world, HostId its_host, Endpoint its_local)
      : world(its_world), host(its_host), local(its_local) {}

  Ok add_door(const Endpoint& real);
  void open_doors();
  void open_door(Door& door);
  void arrived(Door& door, const ErrorNumber& error);
  ByteStreamPtr make_stream(asio::ip::tcp::socket socket);

  WorldState& world;
  HostId host;
  Endpoint local;
  std::vector<std::unique_ptr<Door>> doors;
  std::deque<asio::ip::tcp::socket> arrived_sockets;
  Waiting waiting = nullptr;
  bool closed = false;
};

Ok ListenerState::add_door(const Endpoint& real) {
  auto door = std::make_unique<Door>(world.io);
  const asio::ip::tcp::endpoint at = to_asio<asio::ip::tcp>(real);
  ErrorNumber error;
  door->acceptor.open(at.protocol(), error);
  if (!error) door->acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) door->acceptor.bind(at, error);
  if (!error) door->acceptor.listen(kBacklog, error);
  if (error) return fail(to_error(error, "listening on " + real.to_string()));
  doors.push_back(std::move(door));
  return {};
}

void ListenerState::open_doors() {
  for (const std::unique_ptr<Door>& door : doors) {
    if (!door->open_for_one) open_door(*door);
  }
}

void ListenerState::open_door(Door& door) {
  door.open_for_one = true;
  door.acceptor.async_accept(door.arriving, [self = shared_from_this(), &door](const ErrorNumber& error) {
    self->arrived(door, error);
  });
}

void ListenerState::arrived(Door& door, const ErrorNumber& error) {
  if (closed) return;
  if (error == asio::error::connection_aborted) {
    open_door(door);
    return;
  }
  if (error) {
    // No descriptors or no memory: they may come back.
    door.pause.expires_after(kPauseAfterError);
    door.pause.async_wait([self = shared_from_this(), &door](const ErrorNumber& cancelled) {
      if (!cancelled && !self->closed) self->open_door(door);
    });
    return;
  }
  door.open_for_one = false;
  arrived_sockets.push_back(std::exchange(door.arriving, asio::ip::tcp::socket(world.io)));
  complete(waiting, {});
}

ByteStreamPtr ListenerState::make_stream(asio::ip::tcp::socket socket) {
  ErrorNumber error;
  const Endpoint from = from_asio(socket.remote_endpoint(error));
  const Endpoint to = from_asio(socket.local_endpoint(error));
  const auto state = std::make_shared<StreamState>(world, std::move(socket));
  state->host = host;
  state->local = local;
  state->remote = world.addresses.scenario(from);
  if (const std::optional<Registry::Connection> ours = world.registry.accepted(from, to)) {
    state->connection = ours->id;
    state->cause = ours->cause;
  } else {
    state->connection = world.registry.next_connection();
    state->cause = world.tap->connection_opened(
        {world.wall.now(), {}},
        {state->connection, world.host_of(state->remote.address), host, state->remote, state->local});
  }
  state->cause = world.tap->connection_established({world.wall.now(), state->cause}, state->end());
  world.scheduler.set_cause(state->cause);
  return std::make_unique<IoStream>(state);
}

Result<std::unique_ptr<Listener>> IoListener::open(WorldState& world, HostId host, Endpoint local,
                                                   const Endpoint& real, bool also_on_localhost) {
  const auto state = std::make_shared<ListenerState>(world, host, local);
  if (const Ok added = state->add_door(real); !added) return fail(added.error());
  if (local.port == 0) {
    ErrorNumber error;
    state->local.port = state->doors.front()->acceptor.local_endpoint(error).port();
  }
  if (also_on_localhost) {
    const Endpoint localhost{IpAddress::v4({127, 0, 0, 1}), world.addresses.real_port(state->local.port)};
    if (const Ok added = state->add_door(localhost); !added) return fail(added.error());
  }
  return std::make_unique<IoListener>(state);
}

Task<Result<ByteStreamPtr>> IoListener::accept() {
  const std::shared_ptr<ListenerState> state = state_;
  while (!state->closed) {
    if (!state->arrived_sockets.empty()) {
      asio::ip::tcp::socket socket = std::move(state->arrived_sockets.front());
      state->arrived_sockets.pop_front();
      ByteStreamPtr stream = state->make_stream(std::move(socket));
      co_return stream;
    }
    Wait wait(state->world.scheduler, state->waiting);
    state->open_doors();
    Completion<Outcome>& done = wait.outcome();
    co_await done;
  }
  co_return fail(ErrorCode::kAborted, "the listener was closed");
}

void IoListener::close() {
  if (std::exchange(state_->closed, true)) return;
  for (const std::unique_ptr<Door>& door : state_->doors) {
    ErrorNumber ignored;
    door->acceptor.close(ignored);
    door->pause.cancel();
  }
  state_->arrived_sockets.clear();
  complete(state_->waiting, {asio::error::operation_aborted, 0});
}

Endpoint IoListener::local() const {
  return state_->local;
}

}  // namespace glasspost::net
