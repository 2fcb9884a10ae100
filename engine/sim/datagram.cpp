#include "engine/sim/network.h"
#include "engine/sim/wait.h"
#include "engine/sim/world.h"

namespace glasspost::sim {
namespace {

constexpr std::uint32_t kIpv4AndUdpHeaders = 28;
constexpr std::uint32_t kIpv6AndUdpHeaders = 48;

/// A datagram under way.
struct Flight {
  World& world;
  HostId from;
  HostId to;
  Endpoint source;
  Endpoint destination;
  std::uint32_t number;
  std::string bytes;
  Cause cause;

  [[nodiscard]] DatagramNotice notice(Instant arrives) const {
    return {from, to, source, destination, number, bytes, arrives};
  }
  void lose(LossReason reason) const {
    world.tap().datagram_lost({world.now(), cause}, notice(Instant::never()), reason);
  }
};

}  // namespace

DatagramPort::DatagramPort(Incarnation& incarnation, Endpoint local, bool holds_port)
    : incarnation_(incarnation), local_(local), holds_port_(holds_port) {
  incarnation_.datagram_ports_.emplace(local_, this);
}

DatagramPort::~DatagramPort() {
  close();
  if (receiver_ != nullptr) receiver_->detach();
}

void DatagramPort::close() {
  if (std::exchange(closed_, true)) return;
  incarnation_.datagram_ports_.erase(local_);
  if (holds_port_) incarnation_.host_.release_port(local_.port);
  if (receiver_ != nullptr) receiver_->wake(Wait::Outcome::kNotified);
}

Task<Result<ReceivedDatagram>> DatagramPort::receive(Instant deadline) {
  for (;;) {
    if (closed_) co_return fail(ErrorCode::kAborted, "the socket is closed");
    if (!arrived_.empty()) {
      ReceivedDatagram datagram = std::move(arrived_.front());
      arrived_.pop_front();
      arrived_bytes_ -= datagram.bytes.size();
      co_return datagram;
    }
    if (deadline != Instant::never() && incarnation_.host().now() >= deadline)
      co_return fail(ErrorCode::kTimedOut, "no datagram came before the deadline");
    Wait wait(incarnation_, receiver_, "deadline");
    wait.set_deadline(deadline);
    co_await wait;
  }
}

Task<Ok> DatagramPort::send(Endpoint to, std::string_view bytes) {
  co_return send_now(to, bytes);
}

Ok DatagramPort::send_now(const Endpoint& to, std::string_view bytes) {
  if (closed_) return fail(ErrorCode::kAborted, "the socket is closed");
  if (bytes.size() > kMaximumDatagram)
    return fail(ErrorCode::kTooLarge, "a datagram holds at most 65507 bytes");
  const std::optional<IpAddress> source = incarnation_.source_for(to.address, local_.address);
  if (!source) return fail(ErrorCode::kUnreachable, "no address of this host can reach " + to.to_string());

  World& world = incarnation_.world();
  Host& host = incarnation_.host();
  Host* target = incarnation_.target_of(to.address);
  Flight flight{world,
                host.id(),
                target != nullptr ? target->id() : HostId{},
                Endpoint{*source, local_.port},
                to,
                ++host.datagrams_sent_,
                std::string(bytes),
                world.scheduler().cause()};
  const std::uint32_t headers = to.address.is_v6() ? kIpv6AndUdpHeaders : kIpv4AndUdpHeaders;
  const auto size = headers + static_cast<std::uint32_t>(bytes.size());
  const Passage passage = world.depart({flight.from, flight.to, flight.source, to, {}, size, bytes});
  flight.cause = world.tap().datagram_sent(world.occasion(),
                                           flight.notice(passage.lost ? Instant::never() : passage.at));
  if (passage.lost) {
    flight.lose(*passage.lost);
    return Ok{};
  }
  world.at(passage.at, [flight = std::move(flight), target]() mutable {
    World& where = flight.world;
    const auto size_now = static_cast<std::uint32_t>(flight.bytes.size());
    std::optional<LossReason> lost = where.severed(
        {flight.from, flight.to, flight.source, flight.destination, {}, size_now, flight.bytes});
    DatagramPort* port = nullptr;
    if (target->state() == Host::State::kCrashed) {
      lost = LossReason::kHostDown;
    } else if (!lost) {
      port = target->incarnation().find_datagram_port(flight.destination);
      if (port == nullptr)
        lost = LossReason::kNoListener;
      else if (!port->has_room(flight.bytes.size()))
        lost = LossReason::kQueueFull;
    }
    if (lost) {
      flight.lose(*lost);
      return;
    }
    const Cause cause =
        where.tap().datagram_delivered({where.now(), flight.cause}, flight.notice(where.now()));
    const CauseScope scope(where.scheduler(), cause);
    port->deliver(flight.source, std::move(flight.bytes));
  });
  return Ok{};
}

void DatagramPort::deliver(const Endpoint& from, std::string bytes) {
  arrived_bytes_ += bytes.size();
  arrived_.push_back({from, std::move(bytes)});
  if (receiver_ != nullptr) receiver_->wake(Wait::Outcome::kNotified);
}

}  // namespace glasspost::sim
