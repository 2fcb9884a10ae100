#include <algorithm>

#include "engine/sim/network.h"
#include "engine/sim/tcp.h"
#include "engine/sim/wait.h"
#include "engine/sim/world.h"

// What a host's TCP does with a segment that arrives. // RFC 9293 3.10.7

namespace glasspost::sim {

void Tcp::arrive(const Segment& segment) {
  Connection& connection = *segment.connection;
  End& to = segment.from_dialler ? connection.listener : connection.dialler;
  const End& from = to.peer();
  const Packet packet{from.host->id(), to.host->id(),  from.local, to.local,
                      connection.id,   segment.length, {}};
  std::optional<LossReason> lost = world_.severed(packet);
  if (to.host->state() == Host::State::kCrashed) lost = LossReason::kHostDown;
  if (lost) {
    lose(segment, *lost);
  } else {
    const Cause cause = world_.tap().segment_delivered({world_.now(), segment.cause}, notice_of(segment));
    const CauseScope scope(world_.scheduler(), cause);
    receive(to, segment);
  }
  --connection.under_way;
  free_if_over(connection);
}

void Tcp::receive(End& end, const Segment& segment) {
  switch (end.state) {
    case End::State::kNone:
      if (segment.syn && !segment.ack)
        receive_syn(end, segment);
      else
        reply_rst(end, segment);
      return;
    case End::State::kGone:
      reply_rst(end, segment);
      return;
    case End::State::kClosed:
      receive_when_closed(end, segment);
      return;
    case End::State::kSynSent:
      if (segment.rst)
        fail_end(end, ErrorCode::kRefused, end.peer().local.to_string() + " refuses connections",
                 ResetReason::kRefused);
      else if (segment.syn && segment.ack)
        receive_syn_ack(end, segment);
      return;
    case End::State::kSynReceived:
      if (segment.rst) {
        fail_end(end, ErrorCode::kAborted, "the peer reset the connection", ResetReason::kByPeer);
        return;
      }
      if (segment.syn) {
        retransmit(end);
        return;
      }
      if (!segment.ack || segment.acknowledgement < 1) return;
      establish_listener(end);
      break;
    case End::State::kEstablished:
      break;
  }
  if (segment.rst) {
    fail_end(end, ErrorCode::kAborted, "the peer reset the connection", ResetReason::kByPeer);
    return;
  }
  receive_ack(end, segment);
  if (end.state == End::State::kEstablished) receive_bytes(end, segment);
}

void Tcp::reply_rst(End& end, const Segment& segment) {
  if (segment.rst) return;
  // RFC 9293 3.5.2: numbered so that the sender believes it.
  const std::uint64_t sequence = segment.ack ? segment.acknowledgement : end.send_next;
  send(end, sequence, 0, {.ack = true, .rst = true}, world_.scheduler().cause());
}

void Tcp::receive_when_closed(End& end, const Segment& segment) {
  if (segment.rst) return;
  const bool news = segment.length != 0 && segment.sequence - 1 + segment.length > end.received;
  if (news && !end.attached) {
    reply_rst(end, segment);
    end.state = End::State::kGone;
    return;
  }
  if (segment.fin) end.fin_received = true;
  if (segment.fin || segment.length != 0) acknowledge(end);
}

void Tcp::receive_syn(End& end, const Segment& segment) {
  Incarnation& incarnation = end.host->incarnation();
  ListeningPort* port = incarnation.alive() ? incarnation.find_listener(end.local) : nullptr;
  if (port == nullptr) {
    reply_rst(end, segment);
    return;
  }
  if (port->waiting() >= kBacklog) return;
  link(end, incarnation);
  end.listener = port;
  ++port->half_open;
  end.state = End::State::kSynReceived;
  end.send_edge = std::uint64_t{1} + segment.window;
  end.send_next = 1;
  end.timed_since = world_.now();
  send(end, 0, 0, {.syn = true, .ack = true}, world_.scheduler().cause());
  start_timer(end);
}

void Tcp::receive_syn_ack(End& end, const Segment& segment) {
  end.unacknowledged = 1;
  end.send_edge = std::uint64_t{1} + segment.window;
  end.state = End::State::kEstablished;
  if (end.repetitions == 0) measure(end, world_.now() - end.timed_since);
  stop_timer(end);
  reset_timeout(end);
  const ConnectionEnd notice{end.connection->id, end.host->id(), true};
  const Cause cause = world_.tap().connection_established(world_.occasion(), notice);
  const CauseScope scope(world_.scheduler(), cause);
  acknowledge(end);
  if (end.reader != nullptr) end.reader->wake(Wait::Outcome::kNotified);
}

void Tcp::establish_listener(End& end) {
  end.unacknowledged = 1;
  end.state = End::State::kEstablished;
  if (end.repetitions == 0) measure(end, world_.now() - end.timed_since);
  stop_timer(end);
  reset_timeout(end);
  const ConnectionEnd notice{end.connection->id, end.host->id(), false};
  const Cause cause = world_.tap().connection_established(world_.occasion(), notice);
  world_.scheduler().set_cause(cause);
  ListeningPort& port = *std::exchange(end.listener, nullptr);
  --port.half_open;
  port.deliver(std::make_unique<Stream>(*end.incarnation, end));
}

void Tcp::receive_ack(End& end, const Segment& segment) {
  if (!segment.ack || segment.acknowledgement > end.send_next) return;
  const std::uint64_t edge = segment.acknowledgement + segment.window;
  const bool opened = edge > end.send_edge;
  end.send_edge = std::max(end.send_edge, edge);
  const bool pure = segment.length == 0 && !segment.syn && !segment.fin;
  if (segment.acknowledgement > end.unacknowledged) {
    if (end.timed_sequence != 0 && segment.acknowledgement > end.timed_sequence) {
      measure(end, world_.now() - end.timed_since);
      end.timed_sequence = 0;
    }
    end.unacknowledged = segment.acknowledgement;
    end.duplicate_acks = 0;
    reset_timeout(end);
    if (end.fin_sent && end.unacknowledged == end.send_next) end.fin_acknowledged = true;
    end.out.discard_to(std::min(end.unacknowledged - 1, end.peer().read_offset));
    const bool all = end.unacknowledged == end.send_next;
    if (all)
      stop_timer(end);
    else
      restart_timer(end);
    if (end.unacknowledged < end.recovery) {
      retransmit(end);  // RFC 6582 3.2: the next hole
    } else {
      end.recovery = 0;
    }
  } else if (end.unacknowledged == end.send_next) {
    end.repetitions = 0;  // the answer to a probe
  } else if (pure && !opened && segment.acknowledgement == end.unacknowledged) {
    // RFC 5681 3.2: three duplicates mean a hole.
    if (++end.duplicate_acks == 3 && end.recovery == 0) {
      end.recovery = end.send_next;
      retransmit(end);
    }
  }
  pump(end);
  const std::uint64_t kept = end.out.end() + 1 - std::min(end.unacknowledged, end.out.end() + 1);
  if (end.writer != nullptr && kept + kSendBuffer / 4 <= kSendBuffer)
    end.writer->wake(Wait::Outcome::kNotified);
  close_if_through(end);
}

void Tcp::advance(End& end, std::uint64_t begin, std::uint64_t finish) {
  if (begin >= finish) return;
  if (begin > end.received || !end.islands.empty()) {
    auto at = std::lower_bound(end.islands.begin(), end.islands.end(), std::pair(begin, finish));
    at = end.islands.insert(at, {begin, finish});
    // Melt together what touches.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> melted;
    for (const auto& island : end.islands) {
      if (!melted.empty() && island.first <= melted.back().second)
        melted.back().second = std::max(melted.back().second, island.second);
      else
        melted.push_back(island);
    }
    end.islands.swap(melted);
    if (end.islands.front().first > end.received) return;
    end.received = end.islands.front().second;
    end.islands.erase(end.islands.begin());
    return;
  }
  end.received = finish;
}

void Tcp::receive_bytes(End& end, const Segment& segment) {
  const std::uint64_t expected = end.received + 1 + (end.fin_received ? 1 : 0);
  const std::uint64_t before = end.received;
  bool fin_now = false;
  if (segment.length != 0) {
    const std::uint64_t begin = segment.sequence - 1;
    const std::uint64_t finish = begin + segment.length;
    if (finish > end.received && !end.attached) {
      abort(end, ResetReason::kAbortedHere);  // nobody will read it
      return;
    }
    advance(end, std::max(begin, end.received), std::min(finish, end.read_offset + kWindow));
  }
  if (segment.fin) end.fin_offset = segment.sequence - 1 + segment.length;
  if (end.fin_offset && end.received == *end.fin_offset && !end.fin_received) {
    end.fin_received = true;
    fin_now = true;
  }
  if ((end.received != before || fin_now) && end.reader != nullptr)
    end.reader->wake(Wait::Outcome::kNotified);
  const bool carries = segment.length != 0 || segment.fin || segment.syn;
  if (carries || segment.sequence < expected) acknowledge(end);
  if (fin_now) close_if_through(end);
}

}  // namespace glasspost::sim
