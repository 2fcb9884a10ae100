// How each event outside mail changes the world.
#include <algorithm>

#include "engine/trace/projection.h"

namespace glasspost::trace {

namespace {

// Assigns only what differs, so that nothing is copied for nothing.
void set(std::string& to, std::string_view from) {
  if (to != from) to.assign(from);
}

// "192.0.2.1" of "192.0.2.1:25", and "2001:db8::1" of "[2001:db8::1]:25".
std::string address_of(std::string_view endpoint) {
  if (!endpoint.empty() && endpoint.front() == '[') {
    return std::string(endpoint.substr(1, endpoint.find(']') - 1));
  }
  return std::string(endpoint.substr(0, endpoint.rfind(':')));
}

// The end that an event of this host is about; where both or none of the ends are the host's, `server` says.
ConnectionEnd& end_of(ConnectionView& connection, HostId host, bool server) {
  const bool client_fits = connection.ends[0].host == host;
  const bool server_fits = connection.ends[1].host == host;
  if (client_fits != server_fits) return connection.ends[server_fits ? 1 : 0];
  return connection.ends[server ? 1 : 0];
}

bool is_server_machine(std::string_view machine) {
  return machine.ends_with("-server") || machine == "server";
}

}  // namespace

void Projection::apply(const EventView& event) {
  seq_ = event.seq();
  time_ = event.time();
  const auto number = static_cast<std::size_t>(event.kind());
  const KindInfo* info = event.info();
  if (!info || !info->projected) return;
  ++counts_[number];
  if (number < 20) return apply_world(event);
  if (number < 40) return apply_wire(event);
  if (number < 60) return apply_dialogue(event);
  if (number < 70) return apply_decision(event);
  if (number < 90) return apply_mail(event);
  if (number < 100) return apply_mailbox(event);
  if (const auto fault = event.as<payload::FaultBegan>()) {
    FaultView& view = faults_.edit(std::string(fault->name));
    view.target = fault->target;
    view.detail = fault->detail;
    view.since = event.time();
  } else if (const auto mended = event.as<payload::FaultEnded>()) {
    faults_.erase(std::string(mended->name));
  }
}

void Projection::apply_world(const EventView& event) {
  if (const auto run = event.as<payload::RunStarted>()) {
    epoch_ = run->epoch;
  } else if (event.kind() == Kind::kRunEnded) {
    ended_ = true;
  } else if (const auto host = event.as<payload::Host>()) {
    HostView& view = hosts_.edit(event.host());
    view.name = host->name;
    view.roles = host->roles.items();
    view.addresses = host->addresses.items();
    for (const std::string& address : view.addresses)
      addresses_.edit(address) = event.host();
  } else if (const auto state = event.as<payload::HostState>()) {
    HostView& view = hosts_.edit(event.host());
    view.up = state->up;
    view.incarnation = state->incarnation;
    view.reason = state->reason;
  } else if (const auto link = event.as<payload::Link>()) {
    links_.edit(std::string(link->name)) = {link->from,   link->to,        link->up,      link->latency,
                                            link->jitter, link->bandwidth, link->loss_ppm};
  } else if (const auto zone = event.as<payload::Zone>()) {
    zones_.edit({event.host(), std::string(zone->name)}).records = zone->records.bytes;
  } else if (const auto mailbox = event.as<payload::Mailbox>()) {
    mailboxes_.edit({event.host(), std::string(mailbox->account), std::string(mailbox->folder)})
        .uid_validity = mailbox->uid_validity;
  } else if (const auto device = event.as<payload::Device>()) {
    devices_.edit(event.host()) = {std::string(device->name), std::string(device->account),
                                   std::string(device->protocol)};
  }
}

void Projection::open_connection(const EventView& event) {
  const auto opened = event.as<payload::ConnectionOpened>();
  ConnectionView& view = connections_.edit(event.connection());
  view.opened = view.changed = event.time();
  view.ends[0].endpoint = opened->client_endpoint;
  view.ends[1].endpoint = opened->server_endpoint;
  view.ends[0].host = opened->client ? opened->client : host_at(address_of(opened->client_endpoint));
  view.ends[1].host = opened->server ? opened->server : host_at(address_of(opened->server_endpoint));
}

void Projection::finish_connection(ConnectionId id, ConnectionView& connection, ConnectionPhase phase,
                                   std::uint64_t seq) {
  if (!connection.open()) return;
  connection.phase = phase;
  for (std::uint32_t t = 1; t <= connection.transactions; ++t)
    hops_.erase({id.value, t});
  finished_connections_.edit(seq) = id;
  if (finished_connections_.size() <= kMostFinished) return;
  const std::uint64_t oldest = finished_connections_.first_key();
  connections_.erase(*finished_connections_.find(oldest));
  finished_connections_.erase(oldest);
}

void Projection::apply_wire(const EventView& event) {
  if (event.connection().value == 0) return;
  if (event.kind() == Kind::kConnectionOpened) return open_connection(event);
  ConnectionView* view = connections_.edit_existing(event.connection());
  if (!view) {
    // Bytes of a connection that was there before the trace began are worth keeping; the rest of what may
    // come late about one that has been forgotten is not.
    if (event.kind() != Kind::kStreamBytes) return;
    view = &connections_.edit(event.connection());
    view->phase = ConnectionPhase::kEstablished;
    view->opened = event.time();
  }
  const auto flow = [&](Direction direction) -> Flow& {
    return view->flows[direction == Direction::kToServer ? 0 : 1];
  };
  if (const auto bytes = event.as<payload::StreamBytes>()) {
    flow(bytes->direction).bytes[bytes->layer == Layer::kWire ? 0 : 1] = bytes->offset + bytes->length;
  } else if (const auto sent = event.as<payload::SegmentSent>()) {
    ++flow(sent->direction).segments_sent;
    if (sent->retransmission) ++flow(sent->direction).retransmissions;
  } else if (const auto arrived = event.as<payload::SegmentDelivered>()) {
    ++flow(arrived->direction).segments_delivered;
  } else if (const auto lost = event.as<payload::SegmentLost>()) {
    ++flow(lost->direction).segments_lost;
  } else {
    apply_connection_end(event, *view);
  }
}

void Projection::apply_connection_end(const EventView& event, ConnectionView& view) {
  view.changed = event.time();
  if (const auto failed = event.as<payload::ConnectionFailed>()) {
    view.ends[0].closed = true;
    set(view.ends[0].failure, failed->reason);
    return finish_connection(event.connection(), view, ConnectionPhase::kFailed, event.seq());
  }
  // The first column of the others says which end it is.
  ConnectionEnd& end = view.ends[event.integer(0) != 0 ? 1 : 0];
  if (event.kind() == Kind::kConnectionEstablished) {
    end.established = true;
    if (end.host.value == 0) end.host = event.host();
    if (view.phase == ConnectionPhase::kOpening) view.phase = ConnectionPhase::kEstablished;
  } else if (const auto closed = event.as<payload::ConnectionClosed>()) {
    (closed->half ? end.half_closed : end.closed) = true;
    const bool all = std::all_of(view.ends.begin(), view.ends.end(),
                                 [](const ConnectionEnd& e) { return e.closed || e.host.value == 0; });
    if (all) finish_connection(event.connection(), view, ConnectionPhase::kClosed, event.seq());
  } else if (const auto reset = event.as<payload::ConnectionReset>()) {
    end.closed = true;
    set(end.failure, reset->reason);
    finish_connection(event.connection(), view, ConnectionPhase::kReset, event.seq());
  }
}

void Projection::apply_dialogue(const EventView& event) {
  if (const auto cached = event.as<payload::DnsCached>()) {
    const CacheRef ref{event.host(), std::string(cached->name), std::string(cached->type)};
    if (cached->expires <= event.time()) {
      dns_cache_.erase(ref);
    } else {
      CacheView& view = dns_cache_.edit(ref);
      set(view.answer, cached->answer);
      view.expires = cached->expires;
    }
    return;
  }
  if (event.connection().value == 0) return;
  ConnectionView* view = connections_.edit_existing(event.connection());
  if (!view) return;
  if (const auto state = event.as<payload::StateChanged>()) {
    ConnectionEnd& end = end_of(*view, event.host(), is_server_machine(state->machine));
    set(end.machine, state->machine);
    set(end.state, state->to);
  } else if (const auto started = event.as<payload::TlsStarted>()) {
    ConnectionEnd& end = end_of(*view, event.host(), started->server);
    end.tls_started = true;
    set(end.tls_server_name, started->server_name);
  } else if (const auto tls = event.as<payload::TlsEstablished>()) {
    ConnectionEnd& end = end_of(*view, event.host(), tls->server);
    end.tls = true;
    end.peer_verified = tls->peer_verified;
    set(end.tls_version, tls->version);
    set(end.tls_cipher, tls->cipher);
    set(end.tls_server_name, tls->server_name);
    set(end.tls_peer_subject, tls->peer_subject);
  } else if (const auto failed = event.as<payload::TlsFailed>()) {
    set(end_of(*view, event.host(), failed->server).failure, failed->reason);
  }
}

}  // namespace glasspost::trace
