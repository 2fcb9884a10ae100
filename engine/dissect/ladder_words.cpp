#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/ladder.h"
#include "engine/dissect/printable.h"
#include "engine/trace/explanation_codec.h"
#include "engine/trace/payload.h"

namespace glasspost::dissect {

namespace payload = trace::payload;
using trace::Kind;

namespace {

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

}  // namespace

LadderAxes::LadderAxes(const LadderIndex& index, const trace::Projection& world, Language language, AxisBy by,
                       std::size_t most)
    : by_(by) {
  const ShortNames names(world);
  const Speaker say(language);
  std::vector<LadderIndex::Party> order;
  for (LadderIndex::Party party : index.parties()) {
    if (party.host == kNameServers) {
      names_ = true;
      continue;
    }
    if (by_ == AxisBy::kHost) party.role = LadderRole::kNone;
    if (std::find(order.begin(), order.end(), party) == order.end()) order.push_back(party);
  }
  // A host's roles stand side by side.
  if (by_ == AxisBy::kRole) {
    std::vector<LadderIndex::Party> grouped;
    for (const LadderIndex::Party& party : order) {
      if (std::find(grouped.begin(), grouped.end(), party) != grouped.end()) continue;
      for (const LadderIndex::Party& other : order) {
        if (other.host == party.host) grouped.push_back(other);
      }
    }
    order = std::move(grouped);
  }
  const std::size_t room = std::max<std::size_t>(most, 2) - (names_ ? 1 : 0);
  for (const LadderIndex::Party& party : order) {
    const bool fold = order.size() > room && axes_.size() + 1 >= room;
    if (!fold || axes_.size() < room) {
      LadderAxis axis;
      const trace::HostView* view = world.hosts().find(party.host);
      if (fold) {
        axis.name = say("cli.ladder-others");
      } else {
        axis.name = names.host(world, party.host);
        if (by_ == AxisBy::kRole) {
          axis.roles = to_string(party.role);
        } else if (view != nullptr) {
          axis.roles = to_upper(fmt::format("{}", fmt::join(view->roles, " ")));
        }
      }
      axes_.push_back(std::move(axis));
    }
    places_[party] = axes_.size() - 1;
    std::vector<HostId>& hosts = axes_.back().hosts;
    if (std::find(hosts.begin(), hosts.end(), party.host) == hosts.end()) hosts.push_back(party.host);
  }
  if (!names_) return;
  LadderAxis axis;
  axis.name = "DNS";
  axis.hosts = index.name_servers();
  axes_.push_back(std::move(axis));
}

std::size_t LadderAxes::of(HostId host, LadderRole role) const {
  if (host == kNameServers) return axes_.empty() ? 0 : axes_.size() - 1;
  const auto place = places_.find({host, by_ == AxisBy::kHost ? LadderRole::kNone : role});
  return place == places_.end() ? 0 : place->second;
}

LadderWords::LadderWords(const trace::Trace& trace, const LadderIndex& index, const Dialogues& dialogues,
                         const trace::Projection& world, Language language)
    : trace_(trace), index_(index), dialogues_(dialogues), world_(world), say_(language), names_(world) {}

std::string LadderWords::operator()(const LadderRow& row) const {
  return names_.shorten(printable(words(row)));
}

std::string LadderWords::words(const LadderRow& row) const {
  if (row.kind == LadderRowKind::kPhase) return say_(fmt::format("cli.phase-{}", to_string(row.phase)));
  if (row.kind == LadderRowKind::kArrow && row.connection && !row.dns && !row.failed) return of_lines(row);
  if (row.kind == LadderRowKind::kNote && row.topic == LadderTopic::kNames) return of_trip(row);
  const auto event = trace_.event(row.seq);
  return event ? of_event(row, *event) : std::string();
}

std::string LadderWords::of_event(const LadderRow& row, const trace::EventView& event) const {
  switch (event.kind()) {
    case Kind::kHostState: {
      const auto state = *event.as<payload::HostState>();
      const std::string host = names_.host(world_, event.host());
      return state.up ? say_("cli.ladder-host-up", {{"host", host}})
                      : say_("cli.ladder-host-down", {{"host", host}, {"reason", state.reason}});
    }
    case Kind::kUserAction: {
      const auto action = *event.as<payload::UserAction>();
      return fmt::format("{}: {} {}", action.who, action.action, action.detail);
    }
    case Kind::kConnectionOpened: {
      const auto open = *event.as<payload::ConnectionOpened>();
      const std::size_t colon = open.server_endpoint.rfind(':');
      return say_("cli.ladder-connection",
                  {{"number", std::to_string(event.connection().value)},
                   {"client", names_.host(world_, open.client)},
                   {"server", names_.host(world_, open.server)},
                   {"port", colon == std::string_view::npos ? std::string_view()
                                                            : open.server_endpoint.substr(colon + 1)}});
    }
    case Kind::kConnectionReset:
      return say_("cli.ladder-reset", {{"reason", event.as<payload::ConnectionReset>()->reason}});
    case Kind::kConnectionFailed:
      return of_failure(row, event);
    case Kind::kTlsEstablished: {
      const auto facts = *event.as<payload::TlsEstablished>();
      return say_(facts.peer_verified ? "cli.ladder-tls-verified" : "cli.ladder-tls",
                  {{"version", facts.version}});
    }
    case Kind::kTlsFailed:
      return say_("cli.ladder-tls-failed", {{"reason", event.as<payload::TlsFailed>()->reason}});
    case Kind::kLeniencyUsed:
      return say_("cli.ladder-leniency", {{"leniency", event.as<payload::LeniencyUsed>()->leniency}});
    default:
      return of_mail(row, event);
  }
}

std::string LadderWords::of_mail(const LadderRow& row, const trace::EventView& event) const {
  switch (event.kind()) {
    case Kind::kDnsAsked: {
      const auto question = *event.as<payload::DnsAsked>();
      return fmt::format("{} {}?", question.type, question.name);
    }
    case Kind::kDnsAnswered: {
      const auto answer = *event.as<payload::DnsAnswered>();
      std::string label = answer.status == "found" ? std::string(answer.answer) : std::string(answer.status);
      if (answer.from_cache) label += say_("cli.ladder-from-cache");
      return fmt::format("{}: {}", answer.type, label);
    }
    case Kind::kDecision:
      return of_decision(event);
    case Kind::kMailAccepted:
      return say_("cli.ladder-accepted", {{"message", event.message()}});
    case Kind::kMailQueued: {
      const auto mail = *event.as<payload::MailQueued>();
      return say_(mail.origin == "dsn" ? "cli.ladder-dsn" : "cli.ladder-restored",
                  {{"message", event.message()}, {"to", mail.recipients.joined}});
    }
    case Kind::kMailAttempted: {
      const auto attempt = *event.as<payload::MailAttempted>();
      return say_("cli.ladder-attempt",
                  {{"number", std::to_string(attempt.attempt)}, {"target", attempt.target}});
    }
    case Kind::kMailSettled:
      return of_settled(event);
    case Kind::kMailboxStored: {
      const auto stored = *event.as<payload::MailboxStored>();
      return say_(
          "cli.ladder-stored",
          {{"folder", stored.folder}, {"account", stored.account}, {"subject", quoted(stored.subject)}});
    }
    case Kind::kMailboxExpunged: {
      const auto gone = *event.as<payload::MailboxExpunged>();
      return say_("cli.ladder-expunged", {{"folder", gone.folder}, {"account", gone.account}});
    }
    default:
      return row.connection ? of_lines(row) : std::string();
  }
}

std::string LadderWords::of_failure(const LadderRow& row, const trace::EventView& event) const {
  const auto failure = *event.as<payload::ConnectionFailed>();
  std::string target(failure.target);
  if (target.empty() && row.kind == LadderRowKind::kArrow) target = names_.host(world_, row.to);
  return say_("cli.ladder-failed", {{"target", target}, {"reason", failure.reason}});
}

std::string LadderWords::of_decision(const trace::EventView& event) const {
  const auto decided = *event.as<payload::Decision>();
  std::string name(trace::enum_name(decided.kind));
  if (decided.kind <= DecisionKind::kArc) name = to_upper(name);
  std::string label = name == decided.outcome ? name : fmt::format("{} {}", name, decided.outcome);
  const auto explanation = trace::decode_explanation(decided.explanation.bytes);
  if (explanation && !explanation->words.key.empty())
    label += ": " + render(explanation->words, say_.language());
  return label;
}

std::string LadderWords::of_settled(const trace::EventView& event) const {
  const auto mail = *event.as<payload::MailSettled>();
  switch (mail.outcome) {
    case MailOutcome::kRelayed:
      return say_("cli.ladder-relayed", {{"recipient", mail.recipient}});
    case MailOutcome::kDeferred:
      return say_("cli.ladder-deferred", {{"recipient", mail.recipient},
                                          {"moment", short_time(mail.next_attempt, trace_.epoch())},
                                          {"reply", mail.reply}});
    case MailOutcome::kBounced:
    case MailOutcome::kExpired:
      return say_("cli.ladder-bounced", {{"recipient", mail.recipient}, {"reply", mail.reply}});
    case MailOutcome::kDelivered:
      break;  // the mailbox tells it
  }
  return {};
}

/// One command, or all lines of one reply.
std::string LadderWords::of_lines(const LadderRow& row) const {
  const Dialogue* dialogue = dialogues_.find(row.connection);
  if (dialogue == nullptr || row.last_line >= dialogue->lines.size()) return {};
  const Line& last = dialogue->lines[row.last_line];
  if (last.kind == LineKind::kContent)
    return say_("cli.ladder-content",
                {{"subject", quoted(last.subject)}, {"bytes", std::to_string(last.length)}});
  if (row.first_line == row.last_line)
    return last.secret && last.text.empty() ? std::string("***") : last.text;
  if (dialogue->protocol != "smtp") return of_responses(*dialogue, row);
  std::string label = fmt::format("{}", last.code);
  bool first = true;
  for (std::size_t i = row.first_line; i <= row.last_line; ++i) {
    const Line& line = dialogue->lines[i];
    if (line.kind != LineKind::kReply) continue;
    // The first line of an EHLO reply is a greeting, the others say what the server supports.
    const bool greeting = first && last.answers == "EHLO";
    first = false;
    if (!greeting) label += " " + line.text.substr(std::min<std::size_t>(line.text.size(), 4));
  }
  return label;
}

/// A listing of POP3, or responses of IMAP that came together.
std::string LadderWords::of_responses(const Dialogue& dialogue, const LadderRow& row) {
  constexpr std::size_t kMost = 400;
  std::string label;
  for (std::size_t i = row.first_line; i <= row.last_line; ++i) {
    const Line& line = dialogue.lines[i];
    if (line.kind != LineKind::kReply || line.text == "." || line.text == ")" || line.text.empty()) continue;
    if (label.size() > kMost) return label + " / ..";
    label += (label.empty() ? "" : " / ") + line.text;
  }
  return label;
}

std::string LadderWords::of_trip(const LadderRow& row) const {
  const LadderIndex::Trip& trip = index_.trip(row);
  std::vector<std::string> servers;
  for (const HostId host : trip.servers)
    servers.push_back(names_.host(world_, host));
  return say_("cli.ladder-resolver-asks", {{"resolver", names_.host(world_, trip.resolver)},
                                           {"servers", fmt::format("{}", fmt::join(servers, ", "))}});
}

}  // namespace glasspost::dissect
