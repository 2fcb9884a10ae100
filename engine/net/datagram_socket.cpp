#include "engine/net/datagram_socket.h"

#include <utility>

namespace glasspost::net {
namespace {

constexpr std::size_t kLargestDatagram = 65'507;

}  // namespace

struct DatagramState : std::enable_shared_from_this<DatagramState> {
  DatagramState(WorldState& its_world, HostId its_host, Endpoint its_local, Endpoint its_real)
      : world(its_world),
        host(its_host),
        local(its_local),
        real(its_real),
        socket(its_world.io),
        timer(its_world.io) {}

  void start_receive() {
    buffer.resize(kLargestDatagram + 1);
    socket.async_receive_from(asio::buffer(buffer), sender,
                              [self = shared_from_this()](const ErrorNumber& error, std::size_t count) {
                                self->timer.cancel();
                                complete(self->waiting, {error, count});
                              });
    set_timer();
  }

  void set_timer() {
    if (deadline == Instant::never()) return;
    expire_near(timer, deadline, world.wall.now());
    timer.async_wait([self = shared_from_this()](const ErrorNumber& error) {
      if (error || self->waiting == nullptr) return;
      if (self->world.wall.now() < self->deadline) {
        self->set_timer();
        return;
      }
      ErrorNumber ignored;
      self->socket.cancel(ignored);
    });
  }

  /// Tells the tap, and makes its cause current for whoever receives.
  void tell_delivered(std::string_view bytes) {
    const Endpoint from = from_asio(sender);
    const std::optional<Registry::Datagram> ours = world.registry.received(from, real, bytes);
    DatagramNotice notice;
    notice.source = world.addresses.scenario(from);
    notice.from = world.host_of(notice.source.address);
    notice.to = host;
    notice.destination = local;
    notice.number = ours ? ours->number : 0;
    notice.bytes = bytes;
    notice.arrives = world.wall.now();
    world.scheduler.set_cause(
        world.tap->datagram_delivered({notice.arrives, ours ? ours->cause : Cause{}}, notice));
  }

  WorldState& world;
  HostId host;
  Endpoint local;
  Endpoint real;
  asio::ip::udp::socket socket;
  asio::steady_timer timer;
  Instant deadline = Instant::never();
  std::string buffer;
  asio::ip::udp::endpoint sender;
  Waiting waiting = nullptr;
  bool closed = false;
};

Result<std::unique_ptr<DatagramSocket>> IoDatagramSocket::open(WorldState& world, HostId host, Endpoint local,
                                                               const Endpoint& real) {
  const auto state = std::make_shared<DatagramState>(world, host, local, real);
  const asio::ip::udp::endpoint at = to_asio<asio::ip::udp>(real);
  ErrorNumber error;
  state->socket.open(at.protocol(), error);
  if (!error) state->socket.bind(at, error);
  if (!error) state->socket.non_blocking(true, error);
  if (error) return fail(to_error(error, "binding " + real.to_string()));
  if (local.port == 0) {
    state->real = from_asio(state->socket.local_endpoint(error));
    state->local.port = state->real.port;
  }
  return std::make_unique<IoDatagramSocket>(state);
}

Task<Result<ReceivedDatagram>> IoDatagramSocket::receive(Instant deadline) {
  const std::shared_ptr<DatagramState> state = state_;
  state->deadline = deadline;
  while (!state->closed) {
    Wait wait(state->world.scheduler, state->waiting);
    state->start_receive();
    Completion<Outcome>& done = wait.outcome();
    const Outcome outcome = co_await done;
    if (state->closed) break;
    if (outcome.error == asio::error::operation_aborted) {
      co_return fail(ErrorCode::kTimedOut, "no datagram before the deadline");
    }
    // Other errors are about datagrams that were sent from here and could not be delivered.
    if (outcome.error) continue;
    ReceivedDatagram datagram;
    datagram.bytes.assign(state->buffer, 0, outcome.count);
    datagram.from = state->world.addresses.scenario(from_asio(state->sender));
    state->tell_delivered(datagram.bytes);
    co_return datagram;
  }
  co_return fail(ErrorCode::kAborted, "the socket was closed");
}

Task<Ok> IoDatagramSocket::send(Endpoint to, std::string_view bytes) {
  DatagramState& state = *state_;
  WorldState& world = state.world;
  if (state.closed) co_return fail(ErrorCode::kAborted, "the socket was closed");
  if (bytes.size() > kLargestDatagram) {
    co_return fail(ErrorCode::kTooLarge, "a datagram of more than 65,507 bytes");
  }
  const std::optional<Endpoint> target = real_target(world, to);
  const bool mapped = target && *target != to;
  if (!target || target->address.is_v6() || (mapped && to.address.is_v4() != state.local.address.is_v4())) {
    co_return fail(ErrorCode::kUnreachable, "no datagram can go to " + to.to_string());
  }
  DatagramNotice notice;
  notice.from = state.host;
  notice.to = world.host_of(to.address);
  notice.source = state.local;
  notice.destination = to;
  notice.number = world.registry.next_datagram(state.host);
  notice.bytes = bytes;
  notice.arrives = world.wall.now();
  const Cause cause = world.tap->datagram_sent(world.occasion(), notice);
  if (notice.to) world.registry.sent(state.real, *target, bytes, {notice.number, cause});
  ErrorNumber error;
  state.socket.send_to(asio::buffer(bytes.data(), bytes.size()), to_asio<asio::ip::udp>(*target), 0, error);
  if (error == asio::error::message_size || error == asio::error::network_unreachable ||
      error == asio::error::host_unreachable) {
    co_return fail(to_error(error, to.to_string()));
  }
  // Whatever else goes wrong (a full buffer, nobody there) is a datagram that does not arrive.
  co_return Ok();
}

void IoDatagramSocket::close() {
  if (std::exchange(state_->closed, true)) return;
  ErrorNumber ignored;
  state_->socket.close(ignored);
  state_->timer.cancel();
  complete(state_->waiting, {asio::error::operation_aborted, 0});
}

Endpoint IoDatagramSocket::local() const {
  return state_->local;
}

}  // namespace glasspost::net
