#include "engine/dissect/ladder.h"

#include <algorithm>
#include <optional>

#include "engine/trace/payload.h"

namespace glasspost::dissect {

namespace payload = trace::payload;
using trace::Kind;

std::string_view to_string(LadderRole role) {
  static constexpr std::array<std::string_view, 7> kNames = {"",    "MUA",       "MSA", "MTA",
                                                             "MDA", "POP3/IMAP", "DNS"};
  return kNames[static_cast<std::size_t>(role)];
}

/// What the pass knows of a connection.
struct LadderIndex::Wire {
  HostId client, server;
  LadderRole client_role{}, server_role{};
  bool hidden = false;  // DNS over TCP
  bool reset = false, tls_failed = false;
  std::optional<Phase> phase;
  std::optional<std::uint32_t> reply;  // where the reply that is coming in begins
  std::uint32_t reply_end = 0;         // its last line so far
  // Rows whose last byte has not been seen in a segment, with the place in the wire's log where it is.
  struct Waiting {
    std::size_t row = 0;
    std::uint64_t end = 0;
  };
  std::array<std::vector<Waiting>, 2> waiting;
  std::array<std::uint64_t, 2> logged{};  // bytes on the wire, by Direction
};

namespace {

constexpr std::size_t kMostWaiting = 256;

std::string_view port_of(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  return colon == std::string_view::npos ? std::string_view() : endpoint.substr(colon + 1);
}

LadderRole role_of_port(std::string_view port) {
  if (port == "587" || port == "465") return LadderRole::kSubmission;
  if (port == "110" || port == "995" || port == "143" || port == "993") return LadderRole::kAccess;
  return LadderRole::kTransfer;
}

bool insert_sorted(std::vector<HostId>& hosts, HostId host) {
  const auto at = std::lower_bound(hosts.begin(), hosts.end(), host);
  if (at != hosts.end() && *at == host) return false;
  hosts.insert(at, host);
  return true;
}

bool contains(const std::vector<HostId>& hosts, HostId host) {
  return std::binary_search(hosts.begin(), hosts.end(), host);
}

template <class T>
bool has(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

/// One run over new events.
class LadderPass {
 public:
  LadderPass(LadderIndex& index, const trace::Trace& trace, const Dialogues& dialogues)
      : index_(index), trace_(trace), dialogues_(dialogues) {}

  /// What was there before the first event that is left.
  void begin() {
    const trace::Projection before = trace_.project(trace_.first_seq() - 1);
    before.hosts().for_each([this](HostId id, const trace::HostView& host) { learn(id, host.roles); });
    before.connections().for_each([this](ConnectionId id, const trace::ConnectionView& connection) {
      know(id, connection.client().host, connection.server().host, connection.server().endpoint);
    });
  }

  void take(const trace::EventView& event) {
    switch (event.kind()) {
      case Kind::kRunStarted:
        index_.title_ = event.as<payload::RunStarted>()->title;
        break;
      case Kind::kHost:
        learn(event.host(), event.as<payload::Host>()->roles.items());
        break;
      case Kind::kHostState: {
        const auto state = *event.as<payload::HostState>();
        const bool boot = state.up && state.incarnation <= 1;
        if (!boot) add(event, LadderRowKind::kSection, LadderTopic::kFault, event.host(), event.host());
        break;
      }
      case Kind::kUserAction:
        user_action(event, *event.as<payload::UserAction>());
        break;
      case Kind::kLeniencyUsed:
        note(event, LadderTopic::kDecision, LadderRole::kTransfer);
        break;
      default:
        if (event.kind() >= Kind::kConnectionOpened && event.kind() <= Kind::kTlsFailed) {
          take_wire(event);
        } else {
          take_names_and_mail(event);
        }
    }
  }

 private:
  void take_wire(const trace::EventView& event) {
    switch (event.kind()) {
      case Kind::kConnectionOpened:
        opened(event, *event.as<payload::ConnectionOpened>());
        break;
      case Kind::kConnectionReset:
        broken(event, &LadderIndex::Wire::reset, LadderTopic::kFault);
        break;
      case Kind::kConnectionFailed:
        failed(event);
        break;
      case Kind::kStreamBytes:
        bytes(event, *event.as<payload::StreamBytes>());
        break;
      case Kind::kSegmentSent:
        segment(event, *event.as<payload::SegmentSent>());
        break;
      case Kind::kTlsEstablished:
        tls(event, *event.as<payload::TlsEstablished>());
        break;
      case Kind::kTlsFailed:
        broken(event, &LadderIndex::Wire::tls_failed, LadderTopic::kTls);
        break;
      case Kind::kDatagramSent:
        datagram(event, *event.as<payload::DatagramSent>());
        break;
      default:
        break;
    }
  }
  void take_names_and_mail(const trace::EventView& event) {
    switch (event.kind()) {
      case Kind::kDnsAsked:
        asked(event);
        break;
      case Kind::kDnsAnswered:
        answered(event, *event.as<payload::DnsAnswered>());
        break;
      case Kind::kDecision:
        decided(event, event.as<payload::Decision>()->kind);
        break;
      case Kind::kMailAccepted:
        note(event, LadderTopic::kMail, role_at(event, LadderRole::kTransfer));
        break;
      case Kind::kMailQueued:
        if (event.as<payload::MailQueued>()->origin != "accepted")
          note(event, LadderTopic::kMail, LadderRole::kTransfer);
        break;
      case Kind::kMailAttempted:
        if (event.as<payload::MailAttempted>()->attempt > 1)
          note(event, LadderTopic::kMail, LadderRole::kTransfer);
        break;
      case Kind::kMailSettled:
        // The mailbox tells what is delivered.
        if (event.as<payload::MailSettled>()->outcome != MailOutcome::kDelivered)
          note(event, LadderTopic::kMail, LadderRole::kTransfer);
        break;
      case Kind::kMailboxStored:
      case Kind::kMailboxExpunged:
        note(event, LadderTopic::kMailbox,
             contains(index_.user_agents_, event.host()) ? LadderRole::kUserAgent : LadderRole::kDelivery);
        break;
      default:
        break;
    }
  }

  void learn(HostId host, std::vector<std::string> roles) {
    const bool only_names = !roles.empty() && std::all_of(roles.begin(), roles.end(), [](const auto& role) {
      return role == "name-server" || role == "resolver";
    });
    if (only_names) insert_sorted(index_.name_servers_, host);
    if (has(roles, std::string("mua"))) insert_sorted(index_.user_agents_, host);
    index_.roles_[host] = std::move(roles);
  }
  [[nodiscard]] bool names(HostId host) const { return contains(index_.name_servers_, host); }
  [[nodiscard]] HostId shown(HostId host) const { return names(host) ? kNameServers : host; }
  LadderIndex::Wire* wire(const trace::EventView& event) {
    const auto at = index_.wires_.find(event.connection());
    return at == index_.wires_.end() ? nullptr : at->second.get();
  }
  bool hidden(const trace::EventView& event) {
    const LadderIndex::Wire* known = event.connection() ? wire(event) : nullptr;
    return known != nullptr && known->hidden;
  }
  /// The part that the event's host plays in the event's connection.
  LadderRole role_at(const trace::EventView& event, LadderRole otherwise) {
    const LadderIndex::Wire* known = event.connection() ? wire(event) : nullptr;
    if (known == nullptr) return otherwise;
    return known->server == event.host() ? known->server_role : known->client_role;
  }

  static void meet(std::vector<LadderIndex::Party>& met, HostId host, LadderRole role) {
    const LadderIndex::Party party{host, host == kNameServers ? LadderRole::kNames : role};
    if (!has(met, party)) met.push_back(party);
  }

  LadderRow& add(const trace::EventView& event, LadderRowKind kind, LadderTopic topic, HostId from, HostId to,
                 LadderRole from_role = LadderRole::kNone, LadderRole to_role = LadderRole::kNone) {
    index_.finish();
    LadderRow row;
    row.kind = kind;
    row.topic = topic;
    row.seq = event.seq();
    row.time = row.departs = row.arrives = event.time();
    row.connection = event.connection();
    row.from = from;
    row.to = to;
    row.from_role = from == kNameServers ? LadderRole::kNames : from_role;
    row.to_role = to == kNameServers ? LadderRole::kNames : to_role;
    if (const LadderIndex::Wire* known = event.connection() ? wire(event) : nullptr; known && known->phase)
      row.phase = *known->phase;
    if (kind != LadderRowKind::kSection) {
      meet(index_.met_by_row_, from, row.from_role);
      meet(index_.met_by_row_, to, row.to_role);
    }
    index_.rows_.push_back(row);
    return index_.rows_.back();
  }
  void note(const trace::EventView& event, LadderTopic topic, LadderRole role) {
    if (hidden(event)) return;
    add(event, LadderRowKind::kNote, topic, shown(event.host()), shown(event.host()), role, role);
  }
  LadderRow& between(const trace::EventView& event, const LadderIndex::Wire& wire, LadderRowKind kind,
                     LadderTopic topic, bool to_server) {
    const HostId client = shown(wire.client);
    const HostId server = shown(wire.server);
    return to_server ? add(event, kind, topic, client, server, wire.client_role, wire.server_role)
                     : add(event, kind, topic, server, client, wire.server_role, wire.client_role);
  }

  void user_action(const trace::EventView& event, const payload::UserAction& action) {
    if (action.action == "stop" || action.action == "crash" || action.action == "restart")
      return;  // host-state says it
    if (event.host()) return note(event, LadderTopic::kPerson, LadderRole::kUserAgent);
    add(event, LadderRowKind::kSection, LadderTopic::kPerson, event.host(), event.host());
  }

  LadderIndex::Wire& know(ConnectionId id, HostId client, HostId server, std::string_view endpoint) {
    auto known = std::make_unique<LadderIndex::Wire>();
    known->client = client;
    known->server = server;
    const std::string_view port = port_of(endpoint);
    known->server_role = role_of_port(port);
    const bool reads = known->server_role == LadderRole::kAccess;
    known->client_role =
        reads || contains(index_.user_agents_, client) ? LadderRole::kUserAgent : LadderRole::kTransfer;
    known->hidden = port == "53" || (names(client) && names(server));
    return *(index_.wires_[id] = std::move(known));
  }
  void opened(const trace::EventView& event, const payload::ConnectionOpened& open) {
    const LadderIndex::Wire& known = know(event.connection(), open.client, open.server, open.server_endpoint);
    if (known.hidden) return;
    if (!names(open.client)) meet(index_.met_by_connection_, open.client, known.client_role);
    if (!names(open.server)) meet(index_.met_by_connection_, open.server, known.server_role);
    add(event, LadderRowKind::kSection, LadderTopic::kConnection, open.client, open.server, known.client_role,
        known.server_role);
  }
  void failed(const trace::EventView& event) {
    const LadderIndex::Wire* known = wire(event);
    if (known == nullptr) return note(event, LadderTopic::kFault, LadderRole::kTransfer);
    if (known->hidden) return;
    between(event, *known, LadderRowKind::kArrow, LadderTopic::kFault, true).failed = true;
  }
  void broken(const trace::EventView& event, bool LadderIndex::Wire::*told, LadderTopic topic) {
    LadderIndex::Wire* known = wire(event);
    if (known == nullptr || known->hidden || known->*told) return;  // each end tells it
    known->*told = true;
    between(event, *known, LadderRowKind::kBoth, topic, true).failed = true;
  }
  void tls(const trace::EventView& event, const payload::TlsEstablished& facts) {
    const LadderIndex::Wire* known = wire(event);
    if (facts.server || known == nullptr) return;
    between(event, *known, LadderRowKind::kBoth, LadderTopic::kTls, true);
  }

  void bytes(const trace::EventView& event, const payload::StreamBytes& piece) {
    LadderIndex::Wire* known = wire(event);
    const auto d = static_cast<std::size_t>(piece.direction);
    if (known != nullptr && piece.layer == trace::Layer::kWire)
      known->logged[d] = std::max(known->logged[d], piece.offset + piece.length);
    if (known == nullptr || known->hidden) return;
    const Dialogue* dialogue = dialogues_.find(event.connection());
    if (dialogue == nullptr) return;
    const bool imap = dialogue->protocol == "imap";
    const std::vector<const Line*> completed = dialogues_.completed_by(event);
    for (std::size_t i = 0; i < completed.size(); ++i) {
      const Line* const line = completed[i];
      if (line->kind == LineKind::kTls || is_rest(*line)) continue;
      const auto place = static_cast<std::uint32_t>(line - dialogue->lines.data());
      if (line->kind == LineKind::kReply) {
        // Responses of IMAP that came together are one row.
        const bool more = imap ? i + 1 < completed.size() && completed[i + 1]->kind == LineKind::kReply
                               : !line->last_of_reply;
        if (!known->reply) known->reply = place;
        known->reply_end = place;
        if (more) continue;
      } else if (known->reply && line->direction == trace::Direction::kToClient) {
        // What stands before the content that it announces.
        add_line(event, *known, dialogue->lines[known->reply_end], known->reply_end);
      }
      add_line(event, *known, *line, place);
    }
    if (imap && known->reply) add_line(event, *known, dialogue->lines[known->reply_end], known->reply_end);
  }
  /// What is left of a command or response of IMAP behind its literal.
  static bool is_rest(const Line& line) {
    const bool first = !line.verb.empty() || !line.response.empty();
    return !line.tag.empty() && !first && (line.text.empty() || line.text == ")");
  }
  void add_line(const trace::EventView& event, LadderIndex::Wire& known, const Line& line,
                std::uint32_t place) {
    const bool reply = line.kind == LineKind::kReply;
    const bool to_server = line.direction == trace::Direction::kToServer;
    // Pipelined commands run ahead of the replies to those before them.
    const bool behind = reply && known.phase && line.phase < *known.phase;
    if (known.phase != line.phase && !behind) {
      known.phase = line.phase;
      between(event, known, LadderRowKind::kPhase, LadderTopic::kConnection, true);
    }
    const LadderTopic topic = reply                             ? LadderTopic::kReply
                              : line.kind == LineKind::kContent ? LadderTopic::kContent
                              : to_server                       ? LadderTopic::kCommand
                                                                : LadderTopic::kReply;
    LadderRow& row = between(event, known, LadderRowKind::kArrow, topic, to_server);
    row.first_line = row.last_line = place;
    if (reply && known.reply) row.first_line = *known.reply;
    if (reply) known.reply.reset();
    // Above TLS the bytes have not been written to the wire yet; they come next.
    const auto d = static_cast<std::size_t>(line.direction);
    const std::uint64_t end =
        line.layer == trace::Layer::kPlain ? known.logged[d] + 1 : line.offset + line.length;
    std::vector<LadderIndex::Wire::Waiting>& waiting = known.waiting[d];
    if (waiting.size() >= kMostWaiting) waiting.clear();  // a real socket tells no segments
    waiting.push_back({index_.rows_.size() - 1, end});
  }
  void segment(const trace::EventView& event, const payload::SegmentSent& sent) {
    LadderIndex::Wire* known = wire(event);
    if (known == nullptr || sent.arrives == Instant::never()) return;
    std::vector<LadderIndex::Wire::Waiting>& waiting =
        known->waiting[static_cast<std::size_t>(sent.direction)];
    const std::uint64_t end = sent.offset + sent.length;
    std::erase_if(waiting, [&](const LadderIndex::Wire::Waiting& w) {
      if (w.end > end) return false;
      index_.rows_[w.row].arrives = std::max(sent.arrives, index_.rows_[w.row].time);
      return true;
    });
  }

  void datagram(const trace::EventView& event, const payload::DatagramSent& sent) {
    if (names(event.host()) && !names(sent.to)) index_.answers_departed_[sent.to] = event.time();
    if (!names(event.host()) && names(sent.to)) {
      const auto question = index_.questions_.find(event.host());
      if (question != index_.questions_.end() && sent.arrives != Instant::never()) {
        index_.rows_[question->second].arrives = sent.arrives;
        index_.questions_.erase(question);
      }
    }
    if (!names(event.host()) || !names(sent.to)) return;
    if (!has(index_.roles_[event.host()], std::string("resolver"))) return;
    if (!has(index_.pending_trip_.servers, sent.to)) index_.pending_trip_.servers.push_back(sent.to);
    index_.pending_trip_.resolver = event.host();
    index_.trip_seq_ = event.seq();
    index_.trip_time_ = event.time();
  }
  void asked(const trace::EventView& event) {
    if (names(event.host())) return;
    add(event, LadderRowKind::kArrow, LadderTopic::kNames, event.host(), kNameServers,
        role_at(event, LadderRole::kTransfer))
        .dns = true;
    index_.questions_[event.host()] = index_.rows_.size() - 1;
  }
  void answered(const trace::EventView& event, const payload::DnsAnswered& answer) {
    if (names(event.host())) return;
    LadderRow& row = add(event, LadderRowKind::kArrow, LadderTopic::kNames, kNameServers, event.host(),
                         LadderRole::kNames, role_at(event, LadderRole::kTransfer));
    row.dns = true;
    const auto departed = index_.answers_departed_.find(event.host());
    const bool known = departed != index_.answers_departed_.end() && !answer.from_cache;
    if (known && departed->second + answer.took >= event.time()) row.departs = departed->second;
    index_.questions_.erase(event.host());
  }
  void decided(const trace::EventView& event, DecisionKind kind) {
    const LadderTopic topic = kind <= DecisionKind::kArc ? LadderTopic::kVerdict : LadderTopic::kDecision;
    const bool delivery = kind == DecisionKind::kFilter || kind == DecisionKind::kQuota;
    note(event, topic, delivery ? LadderRole::kDelivery : role_at(event, LadderRole::kTransfer));
  }

  LadderIndex& index_;
  const trace::Trace& trace_;
  const Dialogues& dialogues_;
};

LadderIndex::LadderIndex() = default;
LadderIndex::~LadderIndex() = default;

void LadderIndex::extend(const trace::Trace& trace, const Dialogues& dialogues, std::uint64_t last) {
  LadderPass pass(*this, trace, dialogues);
  if (!begun_ && !trace.empty()) {
    begun_ = true;
    pass.begin();
    seen_ = trace.first_seq() - 1;
  }
  last = std::min(last, trace.last_seq());
  trace.for_each(seen_ + 1, last, [&pass](const trace::EventView& event) { pass.take(event); });
  seen_ = std::max(seen_, last);
}

void LadderIndex::finish() {
  if (pending_trip_.servers.empty()) return;
  LadderRow row;
  row.kind = LadderRowKind::kNote;
  row.topic = LadderTopic::kNames;
  row.seq = trip_seq_;
  row.time = row.departs = row.arrives = trip_time_;
  row.dns = true;
  row.from = row.to = kNameServers;
  row.from_role = row.to_role = LadderRole::kNames;
  row.first_line = static_cast<std::uint32_t>(trips_.size());
  trips_.push_back(std::move(pending_trip_));
  pending_trip_ = Trip{};
  const Party dns{kNameServers, LadderRole::kNames};
  if (!has(met_by_row_, dns)) met_by_row_.push_back(dns);
  rows_.push_back(row);
}

std::size_t LadderIndex::rows_until(std::uint64_t seq) const {
  const auto after = std::upper_bound(rows_.begin(), rows_.end(), seq,
                                      [](std::uint64_t s, const LadderRow& row) { return s < row.seq; });
  return static_cast<std::size_t>(after - rows_.begin());
}

std::vector<LadderIndex::Party> LadderIndex::parties() const {
  std::vector<Party> all = met_by_connection_;
  for (const Party& party : met_by_row_) {
    if (!has(all, party)) all.push_back(party);
  }
  return all;
}

}  // namespace glasspost::dissect
