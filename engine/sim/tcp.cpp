#include "engine/sim/tcp.h"

#include <algorithm>

#include "engine/sim/network.h"
#include "engine/sim/wait.h"
#include "engine/sim/world.h"

// Connections: how they begin and end, and what leaves. What arrives is in tcp_receive.cpp, what is repeated
// in tcp_timer.cpp.

namespace glasspost::sim {
namespace {

constexpr std::uint32_t kIpv4AndTcpHeaders = 40;
constexpr std::uint32_t kIpv6AndTcpHeaders = 60;

}  // namespace

void ByteQueue::discard_to(std::uint64_t offset) {
  if (offset <= base_) return;
  dropped_ += static_cast<std::size_t>(offset - base_);
  base_ = offset;
  if (dropped_ == bytes_.size()) {
    // An idle connection keeps no buffer.
    if (bytes_.capacity() > 4096) std::string().swap(bytes_);
    bytes_.clear();
    dropped_ = 0;
  } else if (dropped_ >= 16'384 && dropped_ >= bytes_.size() / 2) {
    bytes_.erase(0, dropped_);
    dropped_ = 0;
  }
}

Tcp::~Tcp() = default;

void Tcp::link(End& end, Incarnation& incarnation) {
  end.incarnation = &incarnation;
  end.previous = incarnation.last_end_;
  (end.previous != nullptr ? end.previous->next : incarnation.first_end_) = &end;
  incarnation.last_end_ = &end;
}

void Tcp::unlink(End& end) {
  if (end.incarnation == nullptr) return;
  (end.previous != nullptr ? end.previous->next : end.incarnation->first_end_) = end.next;
  (end.next != nullptr ? end.next->previous : end.incarnation->last_end_) = end.previous;
  end.previous = end.next = nullptr;
  end.incarnation = nullptr;
}

Connection& Tcp::open(Incarnation& dialler, Host* listener, const Endpoint& from, const Endpoint& to) {
  connections_.push_back(std::make_unique<Connection>());
  Connection& connection = *connections_.back();
  connection.id = ConnectionId{static_cast<std::uint32_t>(connections_.size())};
  for (End* end : {&connection.dialler, &connection.listener}) {
    end->connection = &connection;
    end->rto = kFirstTimeout;
  }
  End& end = connection.dialler;
  end.dialler = true;
  end.host = &dialler.host();
  end.local = from;
  end.holds_port = true;
  end.state = End::State::kSynSent;
  end.advertised_edge = kWindow;
  link(end, dialler);
  connection.listener.host = listener;
  connection.listener.local = to;

  const ConnectionOpened notice{connection.id, dialler.host().id(),
                                listener != nullptr ? listener->id() : HostId{}, from, to};
  const Cause opened = world_.tap().connection_opened(world_.occasion(), notice);
  end.send_next = 1;
  end.timed_sequence = 0;
  end.timed_since = world_.now();
  send(end, 0, 0, {.syn = true}, opened);
  start_timer(end);
  return connection;
}

void Tcp::send(End& end, std::uint64_t sequence, std::uint16_t length, Flags flags, Cause cause) {
  Connection& connection = *end.connection;
  End& peer = end.peer();
  Segment segment{};
  segment.connection = &connection;
  segment.sequence = sequence;
  segment.acknowledgement = flags.ack ? end.received + 1 + (end.fin_received ? 1 : 0) : 0;
  segment.number = ++end.segments_sent;
  segment.length = length;
  segment.window = window_of(end);
  segment.from_dialler = end.dialler;
  segment.syn = flags.syn;
  segment.ack = flags.ack;
  segment.fin = flags.fin;
  segment.rst = flags.rst;
  segment.psh = flags.psh;
  segment.retransmission = flags.retransmission;
  if (flags.ack) {
    end.ack_pending = false;
    end.advertised_edge = end.received + segment.window;
  }

  const std::string_view payload = length != 0 ? end.out.view(sequence - 1, length) : std::string_view();
  const std::uint32_t headers = end.local.address.is_v6() ? kIpv6AndTcpHeaders : kIpv4AndTcpHeaders;
  const Packet packet{end.host->id(), peer.host != nullptr ? peer.host->id() : HostId{},
                      end.local,      peer.local,
                      connection.id,  headers + length,
                      payload};
  const Passage passage = world_.depart(packet);
  SegmentNotice notice = notice_of(segment);
  notice.payload = payload;
  notice.arrives = passage.lost ? Instant::never() : passage.at;
  segment.cause = world_.tap().segment_sent({world_.now(), cause}, notice);
  end.sent_cause = segment.cause;
  if (passage.lost) {
    lose(segment, *passage.lost);
    if (*passage.lost == LossReason::kNoRoute) report_unreachable(end, passage.at);
    return;
  }
  ++connection.under_way;
  world_.at(passage.at, [this, segment] { arrive(segment); });
}

SegmentNotice Tcp::notice_of(const Segment& segment) const {
  Connection& connection = *segment.connection;
  const End& from = segment.from_dialler ? connection.dialler : connection.listener;
  const End& to = from.peer();
  SegmentNotice notice;
  notice.connection = connection.id;
  notice.from = from.host->id();
  notice.to = to.host != nullptr ? to.host->id() : HostId{};
  notice.from_dialler = segment.from_dialler;
  notice.number = segment.number;
  notice.sequence = segment.sequence;
  notice.acknowledgement = segment.acknowledgement;
  notice.window = segment.window;
  notice.syn = segment.syn;
  notice.ack = segment.ack;
  notice.fin = segment.fin;
  notice.rst = segment.rst;
  notice.psh = segment.psh;
  notice.retransmission = segment.retransmission;
  notice.offset = segment.sequence > 0 ? segment.sequence - 1 : 0;
  notice.length = segment.length;
  notice.arrives = world_.now();
  return notice;
}

void Tcp::lose(const Segment& segment, LossReason reason) {
  SegmentNotice notice = notice_of(segment);
  notice.arrives = Instant::never();
  const Cause lost = world_.tap().segment_lost({world_.now(), segment.cause}, notice, reason);
  // The loss explains a later repetition: of these bytes, or of those that this would have acknowledged.
  Connection& connection = *segment.connection;
  End& from = segment.from_dialler ? connection.dialler : connection.listener;
  const bool carries = segment.length != 0 || segment.syn || segment.fin;
  (carries ? from : from.peer()).loss_cause = lost;
}

void Tcp::report_unreachable(End& end, Instant at_router) {
  // A router of the internet says so (ICMP), which takes as long as getting there did. // RFC 792
  ++end.connection->under_way;
  const Cause cause = end.loss_cause;
  const Instant back = at_router + (at_router - world_.now());
  world_.at(back, [this, &end, cause] {
    --end.connection->under_way;
    const CauseScope scope(world_.scheduler(), cause);
    Connection& connection = *end.connection;
    if (end.state == End::State::kSynSent)
      fail_end(end, ErrorCode::kUnreachable,
               "no host has the address " + end.peer().local.address.to_string(), ResetReason::kUnreachable);
    free_if_over(connection);
  });
}

std::uint16_t Tcp::window_of(const End& end) const {
  const std::uint64_t unread = end.unread();
  return static_cast<std::uint16_t>(unread < kWindow ? kWindow - unread : 0);
}

void Tcp::pump(End& end) {
  if (end.state != End::State::kEstablished || end.fin_sent) return;
  const Cause cause = world_.scheduler().cause();
  const std::uint32_t maximum = end.maximum_segment();
  bool sent = false;
  for (;;) {
    const std::uint64_t unsent = end.out.end() + 1 - end.send_next;
    const std::uint64_t room = end.send_edge > end.send_next ? end.send_edge - end.send_next : 0;
    const std::uint64_t length = std::min<std::uint64_t>({unsent, room, maximum});
    const bool last = length == unsent;
    const bool in_flight = end.send_next != end.unacknowledged;
    if (length == 0 && !(last && end.fin_wanted)) break;
    // A window that is opening bit by bit is not answered with crumbs. // RFC 9293 3.8.6.2.1
    if (!last && length < maximum && in_flight) break;
    Flags flags{.ack = true};
    flags.psh = last && length != 0;
    flags.fin = last && end.fin_wanted;
    const std::uint64_t sequence = end.send_next;
    end.send_next += length + (flags.fin ? 1 : 0);
    if (flags.fin) end.fin_sent = true;
    if (end.timed_sequence == 0) {
      end.timed_sequence = sequence;
      end.timed_since = world_.now();
    }
    send(end, sequence, static_cast<std::uint16_t>(length), flags, cause);
    sent = true;
    if (last) break;
  }
  const bool blocked = !sent && end.out.end() + 1 > end.send_next;
  if (sent || blocked) start_timer(end);
}

std::size_t Tcp::take(End& end, char* into, std::size_t size) {
  const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(end.unread(), size));
  if (length == 0) return 0;
  End& peer = end.peer();
  peer.out.view(end.read_offset, length).copy(into, length);
  end.read_offset += length;
  const std::uint64_t acknowledged = peer.unacknowledged > 0 ? peer.unacknowledged - 1 : 0;
  peer.out.discard_to(std::min(acknowledged, end.read_offset));
  // Tell of new room once it is worth a segment and the peer may be short of it. // RFC 9293 3.8.6.2.2
  if (end.state == End::State::kEstablished && !end.fin_received) {
    const std::uint64_t left = end.advertised_edge - end.received;
    const std::uint64_t gained = end.read_offset + kWindow - end.advertised_edge;
    if (left < kWindow / 2 && gained >= 2 * std::uint64_t{end.maximum_segment()}) acknowledge(end);
  }
  return length;
}

void Tcp::acknowledge(End& end) {
  end.ack_cause = world_.scheduler().cause();
  if (std::exchange(end.ack_pending, true)) return;
  ++end.connection->under_way;
  pending_acks_.push_back(&end);
}

void Tcp::send_pending_acks() {
  acks_being_sent_.swap(pending_acks_);
  for (End* end : acks_being_sent_) {
    // A reply of the same moment may have carried it.
    const bool answers = end->state == End::State::kEstablished || end->state == End::State::kClosed;
    if (end->ack_pending && answers) send(*end, end->send_next, 0, {.ack = true}, end->ack_cause);
    end->ack_pending = false;
    --end->connection->under_way;
    free_if_over(*end->connection);
  }
  acks_being_sent_.clear();
}

void Tcp::leave(End& end, End::State state) {
  stop_timer(end);
  if (end.listener != nullptr) --std::exchange(end.listener, nullptr)->half_open;
  end.state = state;
  if (end.holds_port) end.host->release_port(end.local.port);
  end.holds_port = false;
  unlink(end);
}

void Tcp::wake_all(End& end) {
  if (end.reader != nullptr) end.reader->wake(Wait::Outcome::kNotified);
  if (end.writer != nullptr) end.writer->wake(Wait::Outcome::kNotified);
}

void Tcp::fail_end(End& end, ErrorCode code, std::string message, ResetReason reason) {
  if (!end.failure) end.failure = Error{code, std::move(message), std::nullopt};
  const ConnectionEnd notice{end.connection->id, end.host->id(), end.dialler};
  const Cause cause = world_.tap().connection_reset(world_.occasion(), notice, reason);
  const CauseScope scope(world_.scheduler(), cause);
  leave(end, End::State::kGone);
  wake_all(end);
}

void Tcp::abort(End& end, ResetReason reason) {
  if (end.over()) {
    if (!end.failure) end.failure = Error{ErrorCode::kAborted, "the connection was aborted", std::nullopt};
    end.read_offset = end.received;
    wake_all(end);
    return;
  }
  // Before the handshake there is nobody to tell. // RFC 9293 3.10.5
  if (end.state != End::State::kSynSent) {
    send(end, end.send_next, 0, {.ack = true, .rst = true}, world_.scheduler().cause());
  }
  end.read_offset = end.received;
  fail_end(end, ErrorCode::kAborted, "the connection was aborted", reason);
}

void Tcp::host_down(End& end, bool tell_peer) {
  if (tell_peer && end.state != End::State::kSynSent)
    send(end, end.send_next, 0, {.ack = true, .rst = true}, world_.scheduler().cause());
  Connection& connection = *end.connection;
  end.read_offset = end.received;
  fail_end(end, ErrorCode::kAborted, "the host went down", ResetReason::kHostDown);
  free_if_over(connection);
}

void Tcp::release(End& end) {
  Connection& connection = *end.connection;
  end.attached = false;
  if (end.reader != nullptr) std::exchange(end.reader, nullptr)->detach();
  if (end.writer != nullptr) std::exchange(end.writer, nullptr)->detach();
  if (!end.over()) {
    // RFC 9293 3.6.1: bytes that nobody will read must not look delivered.
    if (end.unread() != 0 || end.state == End::State::kSynSent) {
      abort(end, ResetReason::kAbortedHere);
    } else {
      end.fin_wanted = true;
      pump(end);
      close_if_through(end);
    }
  }
  free_if_over(connection);
}

void Tcp::close_if_through(End& end) {
  if (end.state != End::State::kEstablished || !end.fin_acknowledged) return;
  if (!end.fin_received && end.attached) return;
  const ConnectionEnd notice{end.connection->id, end.host->id(), end.dialler};
  world_.tap().connection_closed(world_.occasion(), notice);
  leave(end, End::State::kClosed);
}

void Tcp::free_if_over(Connection& connection) {
  for (const End* end : {&connection.dialler, &connection.listener})
    if (!end->over() || end->attached || end->reader != nullptr || end->writer != nullptr) return;
  if (connection.under_way != 0) return;
  connections_[connection.id.value - 1].reset();
}

}  // namespace glasspost::sim
