#include "engine/cli/ladder.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"
#include "engine/dissect/dialogue.h"
#include "engine/trace/explanation_codec.h"
#include "engine/trace/payload.h"

namespace glasspost::cli {
namespace {

namespace payload = trace::payload;

/// A host number that stands for all name servers and resolvers.
constexpr HostId kDns{0xffff'fffe};
constexpr HostId kOthers{0xffff'ffff};

struct DraftRow {
  LadderRow row;
  HostId from, to;
};

/// The port of "192.0.2.25:587".
std::string port_of(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  return colon == std::string_view::npos ? "" : std::string(endpoint.substr(colon + 1));
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

class LadderBuilder {
 public:
  LadderBuilder(const trace::Trace& trace, std::uint64_t last, Language language)
      : trace_(trace),
        last_(std::min(last, trace.last_seq())),
        words_(language),
        world_(trace.project(last_)),
        names_(world_) {
    dialogues_.update(trace);
    out_.language = language;
    out_.epoch = trace.epoch();
    out_.ending = names_.ending();
    world_.hosts().for_each([this](HostId id, const trace::HostView& host) {
      const bool only_names = !host.roles.empty() &&
                              std::all_of(host.roles.begin(), host.roles.end(), [](const std::string& role) {
                                return role == "name-server" || role == "resolver";
                              });
      if (only_names) dns_.insert(id);
    });
  }

  Ladder build() {
    trace_.for_each(1, last_, [this](const trace::EventView& event) { take(event); });
    flush_trips();
    arrange();
    return std::move(out_);
  }

 private:
  // Which events become rows.
  void take(const trace::EventView& event) {
    switch (event.kind()) {
      case trace::Kind::kRunStarted:
        out_.title = event.as<payload::RunStarted>()->title;
        break;
      case trace::Kind::kHostState:
        host_state(event, *event.as<payload::HostState>());
        break;
      case trace::Kind::kUserAction:
        user_action(event, *event.as<payload::UserAction>());
        break;
      case trace::Kind::kConnectionOpened:
        opened(event, *event.as<payload::ConnectionOpened>());
        break;
      case trace::Kind::kConnectionReset:
        broken(event, "cli.ladder-reset", event.as<payload::ConnectionReset>()->reason);
        break;
      case trace::Kind::kConnectionFailed:
        failed(event, *event.as<payload::ConnectionFailed>());
        break;
      case trace::Kind::kStreamBytes:
        lines(event);
        break;
      case trace::Kind::kTlsEstablished:
        tls(event, *event.as<payload::TlsEstablished>());
        break;
      case trace::Kind::kTlsFailed:
        broken(event, "cli.ladder-tls-failed", event.as<payload::TlsFailed>()->reason);
        break;
      case trace::Kind::kDatagramSent:
        trip(event, *event.as<payload::DatagramSent>());
        break;
      case trace::Kind::kLeniencyUsed:
        note(event,
             words_("cli.ladder-leniency", {{"leniency", event.as<payload::LeniencyUsed>()->leniency}}));
        break;
      default:
        take_names_and_mail(event);
    }
  }
  void take_names_and_mail(const trace::EventView& event) {
    switch (event.kind()) {
      case trace::Kind::kDnsAsked:
        asked(event, *event.as<payload::DnsAsked>());
        break;
      case trace::Kind::kDnsAnswered:
        answered(event, *event.as<payload::DnsAnswered>());
        break;
      case trace::Kind::kDecision:
        decision(event, *event.as<payload::Decision>());
        break;
      case trace::Kind::kMailAccepted:
        note(event, words_("cli.ladder-accepted", {{"message", event.message()}}));
        break;
      case trace::Kind::kMailQueued:
        queued(event, *event.as<payload::MailQueued>());
        break;
      case trace::Kind::kMailAttempted:
        attempted(event, *event.as<payload::MailAttempted>());
        break;
      case trace::Kind::kMailSettled:
        settled(event, *event.as<payload::MailSettled>());
        break;
      case trace::Kind::kMailboxStored: {
        const auto stored = *event.as<payload::MailboxStored>();
        note(event, words_("cli.ladder-stored", {{"folder", stored.folder},
                                                 {"account", stored.account},
                                                 {"subject", quoted(stored.subject)}}));
        break;
      }
      case trace::Kind::kMailboxExpunged: {
        const auto gone = *event.as<payload::MailboxExpunged>();
        note(event, words_("cli.ladder-expunged", {{"folder", gone.folder}, {"account", gone.account}}));
        break;
      }
      default:
        break;
    }
  }

  HostId shown(HostId host) const { return dns_.contains(host) ? kDns : host; }

  void add(const trace::EventView& event, LadderRowKind kind, HostId from, HostId to, std::string label) {
    if (!trips_.empty()) flush_trips();
    DraftRow draft;
    draft.row.kind = kind;
    draft.row.seq = event.seq();
    draft.row.time = event.time();
    draft.row.connection = event.connection();
    draft.row.label = names_.shorten(printable(label));
    draft.from = from;
    draft.to = to;
    rows_.push_back(std::move(draft));
  }
  void note(const trace::EventView& event, std::string label) {
    if (hidden_.contains(event.connection())) return;
    add(event, LadderRowKind::kNote, shown(event.host()), shown(event.host()), std::move(label));
  }
  void section(const trace::EventView& event, std::string label) {
    add(event, LadderRowKind::kSection, event.host(), event.host(), std::move(label));
  }

  void host_state(const trace::EventView& event, const payload::HostState& state) {
    const bool boot = state.up && state.incarnation <= 1;
    if (boot) return;
    const std::string host = names_.host(world_, event.host());
    section(event, state.up ? words_("cli.ladder-host-up", {{"host", host}})
                            : words_("cli.ladder-host-down", {{"host", host}, {"reason", state.reason}}));
  }
  void user_action(const trace::EventView& event, const payload::UserAction& action) {
    if (action.action == "stop" || action.action == "crash" || action.action == "restart")
      return;  // host-state says it
    const std::string what = fmt::format("{}: {} {}", action.who, action.action, action.detail);
    if (event.host()) {
      note(event, what);
    } else {
      section(event, what);
    }
  }

  void opened(const trace::EventView& event, const payload::ConnectionOpened& open) {
    ends_[event.connection()] = {open.client, open.server};
    const std::string port = port_of(open.server_endpoint);
    if (port == "53" || (dns_.contains(open.client) && dns_.contains(open.server))) {
      hidden_.insert(event.connection());
      return;
    }
    meet(open.client);
    meet(open.server);
    section(event, words_("cli.ladder-connection", {{"number", std::to_string(event.connection().value)},
                                                    {"client", names_.host(world_, open.client)},
                                                    {"server", names_.host(world_, open.server)},
                                                    {"port", port}}));
  }
  void failed(const trace::EventView& event, const payload::ConnectionFailed& failure) {
    const auto ends = ends_.find(event.connection());
    const bool known = ends != ends_.end();
    std::string target(failure.target);
    if (target.empty() && known) target = names_.host(world_, ends->second.second);
    const std::string label = words_("cli.ladder-failed", {{"target", target}, {"reason", failure.reason}});
    if (!known) return note(event, label);
    if (hidden_.contains(event.connection())) return;
    add(event, LadderRowKind::kArrow, shown(ends->second.first), shown(ends->second.second), label);
    rows_.back().row.failed = true;
  }
  void broken(const trace::EventView& event, std::string_view key, std::string_view reason) {
    const auto ends = ends_.find(event.connection());
    if (ends == ends_.end() || hidden_.contains(event.connection())) return;
    if (!broken_.insert({event.connection(), std::string(key)}).second) return;  // each end tells it
    add(event, LadderRowKind::kBoth, shown(ends->second.first), shown(ends->second.second),
        words_(key, {{"reason", reason}}));
    rows_.back().row.failed = true;
  }
  void tls(const trace::EventView& event, const payload::TlsEstablished& facts) {
    const auto ends = ends_.find(event.connection());
    if (facts.server || ends == ends_.end()) return;
    add(event, LadderRowKind::kBoth, shown(ends->second.first), shown(ends->second.second),
        words_(facts.peer_verified ? "cli.ladder-tls-verified" : "cli.ladder-tls",
               {{"version", facts.version}}));
  }

  void lines(const trace::EventView& event) {
    if (hidden_.contains(event.connection())) return;
    for (const dissect::Line* line : dialogues_.completed_by(event)) {
      if (line->kind == dissect::LineKind::kTls) continue;
      std::vector<const dissect::Line*>& reply = replies_[event.connection()];
      if (line->kind == dissect::LineKind::kReply && !line->last_of_reply) {
        reply.push_back(line);
        continue;
      }
      phase(event, *line);
      reply.push_back(line);
      dialogue(event, reply);
      reply.clear();
    }
  }
  void phase(const trace::EventView& event, const dissect::Line& line) {
    const auto ends = ends_.find(event.connection());
    if (ends == ends_.end()) return;
    const auto [known, fresh] = phases_.emplace(event.connection(), line.phase);
    // Pipelined commands run ahead of the replies to those before them.
    const bool behind = line.kind == dissect::LineKind::kReply && line.phase < known->second;
    if (!fresh && (known->second == line.phase || behind)) return;
    known->second = line.phase;
    add(event, LadderRowKind::kPhase, shown(ends->second.first), shown(ends->second.second),
        words_(fmt::format("cli.phase-{}", dissect::to_string(line.phase)), {}));
  }
  /// One command, or all lines of one reply.
  void dialogue(const trace::EventView& event, const std::vector<const dissect::Line*>& lines) {
    const auto ends = ends_.find(event.connection());
    if (ends == ends_.end()) return;
    const dissect::Line& last = *lines.back();
    std::string label = last.text;
    if (last.kind == dissect::LineKind::kContent) {
      label = words_("cli.ladder-content",
                     {{"subject", quoted(last.subject)}, {"bytes", std::to_string(last.length)}});
    } else if (lines.size() > 1) {
      label = fmt::format("{}", last.code);
      for (const dissect::Line* line : lines) {
        // The first line of an EHLO reply is a greeting, the others say what the server supports.
        if (last.answers == "EHLO" && line == lines.front()) continue;
        label += " " + line->text.substr(std::min<std::size_t>(line->text.size(), 4));
      }
    } else if (last.secret && label.empty()) {
      label = "***";
    }
    const bool to_server = last.direction == trace::Direction::kToServer;
    const HostId client = shown(ends->second.first);
    const HostId server = shown(ends->second.second);
    add(event, LadderRowKind::kArrow, to_server ? client : server, to_server ? server : client, label);
  }

  // The resolver's own questions are told as one note at its axis.
  void trip(const trace::EventView& event, const payload::DatagramSent& datagram) {
    const trace::HostView* sender = world_.hosts().find(event.host());
    if (sender == nullptr || !dns_.contains(event.host()) || !dns_.contains(datagram.to)) return;
    if (std::find(sender->roles.begin(), sender->roles.end(), "resolver") == sender->roles.end()) return;
    const std::string target = names_.host(world_, datagram.to);
    if (std::find(trips_.begin(), trips_.end(), target) == trips_.end()) trips_.push_back(target);
    trip_seq_ = event.seq();
    trip_time_ = event.time();
    trip_sender_ = names_.host(world_, event.host());
  }
  void flush_trips() {
    if (trips_.empty()) return;
    DraftRow draft;
    draft.row.seq = trip_seq_;
    draft.row.time = trip_time_;
    draft.row.dns = true;
    draft.row.label =
        words_("cli.ladder-resolver-asks",
               {{"resolver", trip_sender_}, {"servers", fmt::format("{}", fmt::join(trips_, ", "))}});
    draft.from = draft.to = kDns;
    trips_.clear();
    rows_.push_back(std::move(draft));
  }
  void asked(const trace::EventView& event, const payload::DnsAsked& question) {
    if (dns_.contains(event.host())) return;
    add(event, LadderRowKind::kArrow, event.host(), kDns,
        fmt::format("{} {}?", question.type, question.name));
    rows_.back().row.dns = true;
  }
  void answered(const trace::EventView& event, const payload::DnsAnswered& answer) {
    if (dns_.contains(event.host())) return;
    std::string label = answer.status == "found" ? std::string(answer.answer) : std::string(answer.status);
    if (answer.from_cache) label += words_("cli.ladder-from-cache", {});
    add(event, LadderRowKind::kArrow, kDns, event.host(), fmt::format("{}: {}", answer.type, label));
    rows_.back().row.dns = true;
  }

  void decision(const trace::EventView& event, const payload::Decision& decided) {
    std::string name(trace::enum_name(decided.kind));
    if (decided.kind <= DecisionKind::kArc) name = to_upper(name);
    std::string label = name == decided.outcome ? name : fmt::format("{} {}", name, decided.outcome);
    const auto explanation = trace::decode_explanation(decided.explanation.bytes);
    if (explanation && !explanation->words.key.empty())
      label += ": " + render(explanation->words, out_.language);
    note(event, label);
  }
  void queued(const trace::EventView& event, const payload::MailQueued& mail) {
    if (mail.origin == "accepted") return;
    note(event, words_(mail.origin == "dsn" ? "cli.ladder-dsn" : "cli.ladder-restored",
                       {{"message", event.message()}, {"to", mail.recipients.joined}}));
  }
  void attempted(const trace::EventView& event, const payload::MailAttempted& attempt) {
    if (attempt.attempt <= 1) return;
    note(event, words_("cli.ladder-attempt",
                       {{"number", std::to_string(attempt.attempt)}, {"target", attempt.target}}));
  }
  void settled(const trace::EventView& event, const payload::MailSettled& mail) {
    switch (mail.outcome) {
      case MailOutcome::kDelivered:
        return;  // the mailbox tells it
      case MailOutcome::kRelayed:
        return note(event, words_("cli.ladder-relayed", {{"recipient", mail.recipient}}));
      case MailOutcome::kDeferred:
        return note(event,
                    words_("cli.ladder-deferred", {{"recipient", mail.recipient},
                                                   {"moment", short_time(mail.next_attempt, out_.epoch)},
                                                   {"reply", mail.reply}}));
      case MailOutcome::kBounced:
      case MailOutcome::kExpired:
        return note(event,
                    words_("cli.ladder-bounced", {{"recipient", mail.recipient}, {"reply", mail.reply}}));
    }
  }

  // From left to right as they come in; the DNS last.
  void meet(HostId host) {
    const HostId axis = shown(host);
    if (axis == kDns) return;
    if (std::find(order_.begin(), order_.end(), axis) == order_.end()) order_.push_back(axis);
  }
  void arrange() {
    bool dns = false;
    for (const DraftRow& draft : rows_) {
      if (draft.row.kind == LadderRowKind::kSection) continue;
      dns = dns || draft.from == kDns || draft.to == kDns;
      meet(draft.from);
      meet(draft.to);
    }
    const std::size_t room = kMostAxes - (dns ? 1 : 0);
    std::map<HostId, std::size_t> axis_of;
    for (const HostId host : order_) {
      const bool fold = order_.size() > room && out_.axes.size() + 1 >= room;
      if (!fold || out_.axes.size() < room) add_axis(fold ? kOthers : host);
      axis_of[host] = out_.axes.size() - 1;
      out_.axes.back().hosts.push_back(host);
    }
    name_folded();
    if (dns) {
      add_axis(kDns);
      axis_of[kDns] = out_.axes.size() - 1;
      out_.axes.back().hosts.assign(dns_.begin(), dns_.end());
    }
    for (DraftRow& draft : rows_) {
      if (draft.row.kind != LadderRowKind::kSection) {
        draft.row.from = axis_of[draft.from];
        draft.row.to = axis_of[draft.to];
      }
      out_.rows.push_back(std::move(draft.row));
    }
  }
  void add_axis(HostId host) {
    LadderAxis axis;
    if (host == kDns) {
      axis.name = "DNS";
    } else if (host == kOthers) {
      axis.name = words_("cli.ladder-others", {});
    } else {
      axis.name = names_.host(world_, host);
      const trace::HostView* view = world_.hosts().find(host);
      if (view != nullptr) axis.roles = to_upper(fmt::format("{}", fmt::join(view->roles, " ")));
    }
    out_.axes.push_back(std::move(axis));
  }
  /// Says which hosts an axis stands for, where it is not one.
  void name_folded() {
    const auto list = [this](const auto& hosts) {
      std::vector<std::string> names;
      for (const HostId host : hosts)
        names.push_back(names_.host(world_, host));
      return fmt::format("{}", fmt::join(names, ", "));
    };
    for (const LadderAxis& axis : out_.axes) {
      if (axis.hosts.size() > 1) out_.folded.push_back(axis.name + ": " + list(axis.hosts));
    }
    if (!dns_.empty()) out_.folded.push_back("DNS: " + list(dns_));
  }

  const trace::Trace& trace_;
  std::uint64_t last_;
  Speaker words_;
  trace::Projection world_;
  ShortNames names_;
  dissect::Dialogues dialogues_;
  Ladder out_;
  std::vector<DraftRow> rows_;
  std::set<HostId> dns_;
  std::set<ConnectionId> hidden_;
  std::set<std::pair<ConnectionId, std::string>> broken_;
  std::map<ConnectionId, std::pair<HostId, HostId>> ends_;
  std::map<ConnectionId, dissect::Phase> phases_;
  std::map<ConnectionId, std::vector<const dissect::Line*>> replies_;
  std::vector<HostId> order_;
  std::vector<std::string> trips_;
  std::uint64_t trip_seq_ = 0;
  Instant trip_time_;
  std::string trip_sender_;
};

}  // namespace

Ladder build_ladder(const trace::Trace& trace, std::uint64_t last, Language language) {
  return LadderBuilder(trace, last, language).build();
}

}  // namespace glasspost::cli
