#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/printable.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/received.h"
#include "gui/model/inspection_parts.h"

namespace glasspost::gui {
namespace {

constexpr std::size_t kMostListed = 40;
constexpr std::size_t kMostField = 400;

Mood mood_of(trace::RecipientPhase phase) {
  switch (phase) {
    case trace::RecipientPhase::kRelayed:
    case trace::RecipientPhase::kDelivered:
      return Mood::kGood;
    case trace::RecipientPhase::kDeferred:
      return Mood::kWait;
    case trace::RecipientPhase::kBounced:
    case trace::RecipientPhase::kExpired:
      return Mood::kBad;
    default:
      return Mood::kPlain;
  }
}

}  // namespace

void Inspector::connection(ConnectionId id) {
  const trace::ConnectionView* view = in_.world.connections().find(id);
  out_.title = words_("explore.connection", {{"number", std::to_string(id.value)}});
  if (view == nullptr) return say(words_("explore.not-yet"), {}, true);
  out_.badge = words_(fmt::format("explore.connection-{}", trace::to_string(view->phase)));
  out_.mood = view->open()                                     ? Mood::kGood
              : view->phase == trace::ConnectionPhase::kClosed ? Mood::kPlain
                                                               : Mood::kBad;
  out_.where = moment(view->opened);
  const auto end = [&](std::string_view key, const trace::ConnectionEnd& e) {
    fact(key, name(e.host) + "  " + e.endpoint, HostSelected{e.host});
  };
  end("explore.client", view->client());
  end("explore.server", view->server());
  const std::size_t colon = view->server().endpoint.rfind(':');
  if (colon != std::string::npos) {
    const std::string key = "explore.port-" + view->server().endpoint.substr(colon + 1);
    if (in_catalogue(key)) say(words_(key), "RFC 8314 3.3");
  }
  const trace::ConnectionEnd& client = view->client();
  fact("explore.tls", client.tls ? client.tls_version + "  " + client.tls_cipher : words_("explore.tls-none"),
       {}, false, client.tls ? Mood::kCipher : Mood::kPlain);
  if (client.tls)
    fact("explore.certificate", client.tls_peer_subject + "  " +
                                    words_(client.peer_verified ? "explore.verified" : "explore.unverified"));
  if (!client.failure.empty()) fact("explore.failure", client.failure, {}, false, Mood::kBad);
  for (const trace::Direction direction : {trace::Direction::kToServer, trace::Direction::kToClient}) {
    const trace::Flow& flow = view->flows[static_cast<std::size_t>(direction)];
    std::string text = words_("explore.flow", {{"bytes", std::to_string(flow.bytes[0])},
                                               {"segments", std::to_string(flow.segments_sent)}});
    if (flow.segments_lost > 0)
      text += words_("explore.flow-lost", {{"lost", std::to_string(flow.segments_lost)},
                                           {"again", std::to_string(flow.retransmissions)}});
    fact(direction == trace::Direction::kToServer ? "explore.to-server" : "explore.to-client", text, {},
         false, flow.segments_lost > 0 ? Mood::kWait : Mood::kPlain);
  }
  for (const trace::Verdict& verdict : view->verdicts) {
    InspectedFact fact;
    fact.name = to_upper(trace::enum_name(verdict.kind));
    fact.value = verdict.outcome + "  " + verdict.subject;
    fact.mood = mood_of_outcome(verdict.outcome);
    fact.jump = EventSelected{verdict.seq};
    out_.parts.emplace_back(std::move(fact));
  }
  diagram(view->server().machine, view->server().state, {}, "server-states");
  diagram(client.machine, client.state, {}, "client-states");
}

void Inspector::host(HostId id) {
  const trace::HostView* view = in_.world.hosts().find(id);
  out_.title = in_.world.host_name(id);
  if (view == nullptr) return;
  out_.badge = words_(view->up ? "explore.up" : "explore.down");
  out_.mood = view->up ? Mood::kGood : Mood::kBad;
  for (const std::string& role : view->roles) {
    const std::string key = "explore.role-" + role;
    if (in_catalogue(key)) say(words_(key));
  }
  fact("explore.addresses", fmt::format("{}", fmt::join(view->addresses, ", ")), {}, true);
  if (!view->up) fact("explore.failure", view->reason, {}, false, Mood::kBad);
  const auto listed = [](std::size_t shown) { return shown < kMostListed; };
  std::size_t count = 0;
  const std::vector<trace::MessageRef> queue = in_.world.queue(id);
  if (!queue.empty()) heading("explore.queue", "queue");
  for (const trace::MessageRef& ref : queue) {
    if (!listed(count++)) break;
    const trace::MessageView* message = in_.world.messages().find(ref);
    fact("explore.message", ref.id + "  " + (message != nullptr ? message->subject : std::string()),
         MessageSelected{ref});
  }
  count = 0;
  in_.world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& mailbox) {
    if (ref.host != id || mailbox.entries.empty() || !listed(count)) return;
    if (count++ == 0) heading("explore.mailboxes", "mailboxes");
    InspectedFact fact;
    fact.name = ref.account + "/" + ref.folder;
    fact.value = words_("explore.letters", {{"count", std::to_string(mailbox.entries.size())}});
    fact.jump = MailboxSelected{ref, 0};
    out_.parts.emplace_back(std::move(fact));
  });
  count = 0;
  in_.world.dns_cache().for_each([&](const trace::CacheRef& ref, const trace::CacheView& cached) {
    if (ref.host != id || cached.expires <= in_.world.time() || !listed(count)) return;
    if (count++ == 0) heading("explore.cache", "cache");
    InspectedFact fact;
    fact.name = ref.type + " " + ref.name;
    const std::int64_t left = (cached.expires - in_.world.time()).ns / 1'000'000'000;
    fact.value = cached.answer + "  " + words_("explore.cache-left", {{"count", std::to_string(left)}});
    fact.code = true;
    out_.parts.emplace_back(std::move(fact));
  });
  in_.world.zones().for_each([&](const trace::ZoneRef& ref, const trace::ZoneView& zone) {
    if (ref.host != id) return;
    out_.parts.emplace_back(
        InspectedHeading{"zone." + ref.name, words_("explore.zone", {{"name", ref.name}})});
    std::size_t records = 0;
    for (const std::string_view record : split(zone.records, '\n')) {
      if (record.empty() || ++records > kMostListed) continue;
      out_.parts.emplace_back(InspectedBytes{' ', {}, dissect::printable(record), {}});
    }
  });
}

void Inspector::message(const trace::MessageRef& ref) {
  const trace::MessageView* view = in_.world.messages().find(ref);
  if (view == nullptr) {
    out_.title = words_("explore.message");
    return say(words_("explore.not-yet"), {}, true);
  }
  out_.title = view->subject.empty() ? ref.id : view->subject;
  out_.badge = view->responsible ? words_("explore.responsible") : std::string();
  out_.mood = view->responsible ? Mood::kMore : Mood::kPlain;
  out_.where = name(ref.host) + "  ·  " + ref.id;
  std::vector<dissect::Hop> hops = dissect::hops_of(in_.world, ref);
  const std::vector<std::uint64_t>& alterations = in_.digest.density().alterations();
  for (auto at = std::upper_bound(alterations.begin(), alterations.end(), in_.world.seq());
       at != alterations.begin();) {
    // Only this mail's life is looked through, the latest first.
    const auto event = in_.trace.event(*--at);
    if (!event || hops.empty() || event->time() < hops.front().message.since) break;
    dissect::note_alteration(hops, *event);
  }
  for (dissect::Hop& hop : hops)
    std::reverse(hop.alterations.begin(), hop.alterations.end());
  // A server that only passes it on does not look for its subject.
  for (const dissect::Hop& hop : hops) {
    if (view->subject.empty() && !hop.message.subject.empty()) out_.title = hop.message.subject;
  }
  fact("explore.message-id", view->message_id, {}, true);
  say(words_("explore.biography"), "RFC 5321 6.1", true);
  for (const dissect::Hop& hop : hops)
    this->hop(hop);
  header_of(hops);
}

void Inspector::hop(const dissect::Hop& hop) {
  const trace::MessageView& message = hop.message;
  const std::string where =
      words_(dissect::hop_key(message.origin), {{"host", name(hop.ref.host)}, {"message", hop.ref.id}});
  out_.parts.emplace_back(
      InspectedHeading{"hop." + name(hop.ref.host) + "." + hop.ref.id, moment(message.since) + "  " + where});
  if (message.responsible) say(words_("cli.hop-responsible"), "RFC 5321 4.2.5");
  std::string envelope = "MAIL FROM:<" + message.reverse_path + ">";
  for (const trace::RecipientView& recipient : message.recipients)
    envelope += " RCPT TO:<" + recipient.address + ">";
  fact("cli.hop-envelope", envelope,
       message.connection ? Selection(ConnectionSelected{message.connection}) : Selection(), true);
  alterations(hop);
  for (const trace::Verdict& verdict : message.verdicts) {
    InspectedFact fact;
    fact.name = to_upper(trace::enum_name(verdict.kind));
    fact.value = verdict.outcome + "  " + verdict.subject;
    fact.mood = mood_of_outcome(verdict.outcome);
    fact.jump = EventSelected{verdict.seq};
    out_.parts.emplace_back(std::move(fact));
  }
  for (const trace::RecipientView& recipient : message.recipients) {
    InspectedFact fact;
    fact.name = recipient.address;
    fact.value = words_(fmt::format("explore.recipient-{}", trace::to_string(recipient.phase)));
    if (!recipient.target.empty()) fact.value += "  → " + recipient.target;
    if (recipient.attempts > 1)
      fact.value += "  " + words_("cli.hop-attempts", {{"count", std::to_string(recipient.attempts)}});
    if (recipient.phase == trace::RecipientPhase::kDeferred)
      fact.value += "  " + words_("cli.hop-next", {{"moment", moment(recipient.next_attempt)}});
    if (!recipient.reply.empty()) fact.value += "  " + dissect::printable(recipient.reply);
    fact.mood = mood_of(recipient.phase);
    out_.parts.emplace_back(std::move(fact));
  }
}

void Inspector::alterations(const dissect::Hop& hop) {
  for (const dissect::Alteration& change : hop.alterations) {
    if (change.removed > 0) {
      out_.parts.emplace_back(InspectedBytes{
          '-', change.reason, words_("cli.hop-removed", {{"bytes", std::to_string(change.removed)}}),
          EventSelected{change.seq}});
    }
    if (!change.inserted.empty()) {
      std::string text = message::unfold(change.inserted);
      if (text.size() > kMostField) text.resize(kMostField);
      out_.parts.emplace_back(InspectedBytes{
          '+', change.reason, dissect::printable(std::string(trim_wsp(text.substr(0, text.find("\r\n"))))),
          EventSelected{change.seq}});
    }
  }
}

/// The header as the last hop that has the bytes keeps it.
void Inspector::header_of(const std::vector<dissect::Hop>& hops) {
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    auto bytes = dissect::received_bytes(in_.trace, in_.digest.dialogues(), *hop);
    if (!bytes) continue;
    const std::string stored = dissect::altered(std::move(*bytes), hop->alterations);
    received_chain(stored);
    heading("explore.header", "header");
    const message::Header header = message::parse_header(stored);
    for (const message::HeaderField& field : header.fields) {
      if (field.malformed()) continue;
      std::string value = message::decode_unstructured(field.value());
      if (value.size() > kMostField) value.resize(kMostField);
      out_.parts.emplace_back(InspectedBytes{' ', field.name, dissect::printable(value), {}});
    }
    return;
  }
}

/// The postmarks, the first hop first. // RFC 5321 4.4
void Inspector::received_chain(std::string_view bytes) {
  const message::Header header = message::parse_header(bytes);
  const std::vector<const message::HeaderField*> marks = header.all("Received");
  if (marks.empty()) return;
  heading("explore.received-chain", "received");
  say(words_("explore.received-meaning"), "RFC 5321 4.4", true);
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    const message::Received received = message::parse_received((*mark)->value());
    InspectedFact fact;
    fact.name = received.by.empty() ? "?" : names_.shorten(received.by);
    fact.value = words_("explore.received-from",
                        {{"from", received.from.empty() ? "?" : names_.shorten(received.from)},
                         {"with", received.with.empty() ? "?" : received.with}});
    if (received.from_address) fact.value += "  [" + received.from_address->to_string() + "]";
    if (!received.tls_version.empty()) fact.value += "  TLS " + received.tls_version;
    out_.parts.emplace_back(std::move(fact));
  }
}

void Inspector::mailbox(const trace::MailboxRef& ref, std::uint32_t uid) {
  const trace::MailboxView* view = in_.world.mailboxes().find(ref);
  out_.title = ref.folder;
  out_.where = name(ref.host) + "  ·  " + ref.account;
  if (view == nullptr) return say(words_("explore.not-yet"), {}, true);
  out_.badge = words_("explore.letters", {{"count", std::to_string(view->entries.size())}});
  fact("explore.uid-validity", std::to_string(view->uid_validity), {}, true);
  std::size_t count = 0;
  view->entries.for_each([&](std::uint32_t number, const trace::MailboxEntry& entry) {
    if ((uid != 0 && uid != number) || count++ >= kMostListed) return;
    out_.parts.emplace_back(
        InspectedHeading{fmt::format("uid.{}", number), fmt::format("UID {}  {}", number, entry.subject)});
    fact("explore.from-field", entry.from);
    fact("explore.flags",
         entry.flags.empty() ? words_("explore.no-flags") : fmt::format("{}", fmt::join(entry.flags, " ")),
         {}, true);
    fact("explore.size", words_("explore.bytes", {{"count", std::to_string(entry.size)}}));
    fact("explore.message-id", entry.message_id, {}, true);
    if (!entry.message.empty())
      fact("explore.message", entry.message, MessageSelected{{ref.host, entry.message}}, true);
  });
}

}  // namespace glasspost::gui
