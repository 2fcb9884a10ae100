#include "gui/model/choreographer.h"

#include <algorithm>
#include <charconv>

namespace glasspost::gui {
namespace {

namespace payload = trace::payload;

constexpr ScreenTime kSecond = 1'000 * kMillisecond;

constexpr Tempo kTeaching = {.flight = 500 * kMillisecond,
                             .rest = 500 * kMillisecond,
                             .content = 900 * kMillisecond,
                             .content_rest = 1'200 * kMillisecond,
                             .names = 600 * kMillisecond,
                             .names_rest = 800 * kMillisecond,
                             .small_names = 350 * kMillisecond,
                             .connection = 500 * kMillisecond,
                             .handshake = 1'500 * kMillisecond,
                             .question = 1'000 * kMillisecond,
                             .stamp = 250 * kMillisecond,
                             .verdict_rest = 1'500 * kMillisecond,
                             .queued = 800 * kMillisecond,
                             .settled = 1'500 * kMillisecond,
                             .delivered = 1'200 * kMillisecond,
                             .mailbox = 2'500 * kMillisecond,
                             .lost = 800 * kMillisecond,
                             .fold = 1'500 * kMillisecond};

constexpr Tempo kOverviewTempo = {.flight = 100 * kMillisecond,
                                  .rest = 20 * kMillisecond,
                                  .content = 500 * kMillisecond,
                                  .content_rest = 100 * kMillisecond,
                                  .names = 150 * kMillisecond,
                                  .names_rest = 50 * kMillisecond,
                                  .small_names = 60 * kMillisecond,
                                  .connection = 150 * kMillisecond,
                                  .handshake = 400 * kMillisecond,
                                  .question = 200 * kMillisecond,
                                  .stamp = 250 * kMillisecond,
                                  .verdict_rest = 400 * kMillisecond,
                                  .queued = 200 * kMillisecond,
                                  .settled = 400 * kMillisecond,
                                  .delivered = 400 * kMillisecond,
                                  .mailbox = 800 * kMillisecond,
                                  .lost = 300 * kMillisecond,
                                  .fold = 900 * kMillisecond};

std::uint16_t port_of(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  }
  return port;
}

}  // namespace

const Tempo& tempo_of(Pace pace) {
  return pace == Pace::kTeaching ? kTeaching : kOverviewTempo;
}

Choreographer::Choreographer(const trace::Trace& trace, const dissect::Dialogues& dialogues,
                             const trace::ByteLogs& logs, Pace pace)
    : trace_(trace),
      dialogues_(dialogues),
      logs_(logs),
      tempo_(tempo_of(pace)),
      pace_(pace),
      end_(trace.project(trace.last_seq())),
      names_(end_) {}

ScreenTime Choreographer::place(const trace::EventView& event, ScreenTime earliest) {
  ScreenTime at = std::max(clock_, earliest);
  if (last_) {
    const Duration idle = event.time() - *last_;
    if (idle > Duration::seconds(1) && clock_ > 0) {
      const ScreenTime leap = leap_time(idle);
      at = std::max(at, clock_ + leap);
      out_.leaps.push_back({at - leap, at, idle});
      anchors_.push_back({event.seq() - 1, last_->ns, at - leap});
    }
  }
  if (pending_caption_) {
    at = std::max(at, caption_hold_);
    pending_caption_->begin = out_.captions.empty() ? 0 : at;
    pending_caption_->read = at + reading_time(pending_caption_->words);
    caption_hold_ = pending_caption_->read;
    out_.captions.push_back(std::move(*pending_caption_));
    pending_caption_.reset();
  }
  clock_ = at;
  last_ = event.time();
  anchors_.push_back({event.seq(), event.time().ns, at});
  return at;
}

void Choreographer::say(const trace::EventView& event, MessageKey words, bool major) {
  if (pace_ == Pace::kOverview && !major) return;
  Caption caption;
  caption.words = std::move(words);
  caption.seq = event.seq();
  if (!out_.captions.empty() && out_.captions.back().words == caption.words) return;
  pending_caption_ = std::move(caption);
}

ScreenTime Choreographer::ready(HostId host) const {
  const auto found = ready_.find(host);
  return found == ready_.end() ? 0 : found->second;
}

void Choreographer::keep_busy(HostId host, ScreenTime until) {
  ScreenTime& mine = ready_[host];
  mine = std::max(mine, until);
}

std::string Choreographer::name(HostId host) const {
  const auto* device = end_.devices().find(host);
  if (device != nullptr && !device->account.empty()) return person_of(device->account);
  return names_.shorten(end_.host_name(host));
}

void Choreographer::mark(MarkKind kind, ScreenTime at, ScreenTime rest, const trace::EventView& event,
                         std::string label, std::string detail) {
  out_.marks.push_back({kind, at, at + rest, event.host(), event.seq(), std::move(label), std::move(detail)});
  keep_busy(event.host(), at + rest);
  out_.exchange_stops.push_back(at + rest);
}

Talk& Choreographer::talk_of(ConnectionId connection) {
  Talk& talk = out_.talks[connection];
  talk.connection = connection;
  return talk;
}

void Choreographer::open(const trace::EventView& event) {
  const auto opened = *event.as<payload::ConnectionOpened>();
  Talk& talk = talk_of(event.connection());
  talk.client = opened.client;
  talk.server = opened.server;
  talk.port = port_of(opened.server_endpoint);
  // `serve` moves ports below 1024 up.
  const std::uint16_t port =
      talk.port > 2000 && talk.port < 3024 ? static_cast<std::uint16_t>(talk.port - 2000) : talk.port;
  talk.retrieval = port == 110 || port == 143 || port == 993 || port == 995;
  const dissect::Dialogue* dialogue = dialogues_.find(event.connection());
  line_counts_[event.connection().value] =
      dialogue == nullptr ? 1 : static_cast<std::uint32_t>(std::max<std::size_t>(1, dialogue->lines.size()));
  const bool dns = port == 53;
  if (!dns && end_.devices().find(talk.client) != nullptr && !talk.retrieval) {
    say(event,
        {"studio.caption-submits",
         {Argument::of_text("who", name(talk.client)), Argument::of_text("server", name(talk.server)),
          Argument::of_number("port", port)}},
        false);
  } else if (!dns && talk.retrieval) {
    say(event,
        {port == 110 || port == 995 ? "studio.caption-fetches-pop3" : "studio.caption-fetches-imap",
         {Argument::of_text("who", name(talk.client)),
          Argument::of_text("device", end_.devices().find(talk.client) == nullptr
                                          ? std::string()
                                          : end_.devices().find(talk.client)->name)}},
        false);
  } else if (!dns && talk.client && end_.devices().find(talk.client) == nullptr) {
    say(event, {"studio.caption-relays", {Argument::of_text("server", name(talk.server))}});
  }
  talk.opened = place(event, ready(talk.client));
  keep_busy(talk.client, talk.opened + tempo_.connection);
}

void Choreographer::establish(const trace::EventView& event) {
  Talk& talk = talk_of(event.connection());
  const ScreenTime at = place(event, talk.opened + tempo_.connection);
  if (talk.established == kNotYet) talk.established = at;
}

void Choreographer::close(const trace::EventView& event, std::string_view reason) {
  Talk& talk = talk_of(event.connection());
  const ScreenTime at = place(event, std::max(talk.opened, reason.empty() ? 0 : ready(event.host())));
  if (talk.closed == kNotYet) {
    talk.closed = std::max(at, last_arrival_[event.connection().value]) + tempo_.connection;
    talk.failure = reason;
  }
}

void Choreographer::fail_to_connect(const trace::EventView& event) {
  const auto failed = *event.as<payload::ConnectionFailed>();
  if (!event.connection()) {
    place(event, ready(event.host()));
    return;
  }
  Talk& talk = talk_of(event.connection());
  say(event, {"studio.caption-no-answer", {Argument::of_text("server", name(talk.server))}});
  const ScreenTime at = place(event, talk.opened + tempo_.connection * 2);
  talk.failure = failed.reason;
  talk.closed = at + tempo_.settled;
  keep_busy(talk.client, talk.closed);
  out_.scene_stops.push_back(at);
}

void Choreographer::tls(const trace::EventView& event) {
  Talk& talk = talk_of(event.connection());
  if (event.kind() == trace::Kind::kTlsStarted) {
    const ScreenTime at =
        place(event, std::max(ready(event.host()), last_arrival_[event.connection().value]));
    if (talk.tls_begun == kNotYet) talk.tls_begun = at;
    return;
  }
  const auto established = event.as<payload::TlsEstablished>();
  if (!established || talk.tls != kNotYet) {
    place(event);
    return;
  }
  say(event,
      {"studio.caption-tls",
       {Argument::of_text("client", name(talk.client)), Argument::of_text("server", name(talk.server))}});
  const ScreenTime begun = talk.tls_begun == kNotYet ? clock_ : talk.tls_begun;
  talk.tls = place(event, begun + tempo_.handshake);
  talk.tls_version = established->version;
  keep_busy(talk.client, talk.tls + tempo_.rest);
  keep_busy(talk.server, talk.tls + tempo_.rest);
  out_.scene_stops.push_back(talk.tls);
}

Choreographer::LineTempo Choreographer::line_tempo(const Talk& talk) const {
  if (!talk.retrieval && pace_ == Pace::kTeaching) return {tempo_.flight, tempo_.rest};
  const auto found = line_counts_.find(talk.connection.value);
  const ScreenTime lines = found == line_counts_.end() ? 1 : found->second;
  const ScreenTime each = std::clamp(tempo_.fold / lines, 25 * kMillisecond, tempo_.flight);
  return {each, each / 4};
}

void Choreographer::segment(const trace::EventView& event) {
  const auto key = [&](trace::Direction direction) { return Key{event.connection().value, direction}; };
  if (const auto sent = event.as<payload::SegmentSent>()) {
    if (sent->length > 0)
      segments_[key(sent->direction)][sent->segment] = {sent->offset + sent->length, true};
    place(event);
    return;
  }
  if (const auto lost = event.as<payload::SegmentLost>()) {
    auto& mine = segments_[key(lost->direction)];
    const auto found = mine.find(lost->segment);
    const bool carries = found != mine.end();
    if (carries) mine.erase(found);
    const Talk& talk = talk_of(event.connection());
    const bool up = lost->direction == trace::Direction::kToServer;
    if (carries) {
      lose(event, up ? talk.client : talk.server, up ? talk.server : talk.client, lost->reason);
    } else {
      place(event);
    }
    return;
  }
  const auto delivered = *event.as<payload::SegmentDelivered>();
  auto& mine = segments_[key(delivered.direction)];
  const auto found = mine.find(delivered.segment);
  if (found == mine.end()) {
    place(event);
    return;
  }
  const std::uint64_t end = found->second.end;
  mine.erase(found);
  std::vector<InFlight>& flights = flights_[key(delivered.direction)];
  ScreenTime earliest = 0;
  std::vector<std::uint32_t> arrived;
  for (const InFlight& flight : flights) {
    if (!flight.bound || flight.need > end) break;
    for (const std::uint32_t mover : flight.movers) {
      arrived.push_back(mover);
      earliest = std::max(earliest, out_.movers[mover].end);
    }
  }
  std::erase_if(flights, [&](const InFlight& flight) { return flight.bound && flight.need <= end; });
  const ScreenTime at = place(event, earliest);
  if (!arrived.empty()) arrive(talk_of(event.connection()), delivered.direction, at, arrived);
}

void Choreographer::lose(const trace::EventView& event, HostId from, HostId to, std::string_view reason) {
  say(event, {"studio.caption-lost", {}}, false);
  Mover mover;
  mover.kind = MoverKind::kLost;
  mover.tone = Tone::kBad;
  mover.begin = place(event);
  mover.end = mover.begin + tempo_.lost;
  mover.gone = mover.end;
  mover.from = from;
  mover.to = to;
  mover.connection = event.connection();
  mover.seq = event.seq();
  mover.detail = reason;
  out_.movers.push_back(std::move(mover));
}

void Choreographer::asked(const trace::EventView& event) {
  const auto question = *event.as<payload::DnsAsked>();
  const bool small = question.type == "A" || question.type == "AAAA" || question.type == "PTR";
  const ScreenTime flight = small ? tempo_.small_names : tempo_.names;
  if (question.type == "MX" && !names_.shorten(question.name).empty() && doing_[event.host()] != "spf") {
    say(event, {"studio.caption-where", {Argument::of_domain("domain", names_.shorten(question.name))}});
  } else if (question.type == "TXT" && question.name.find("_domainkey") == std::string_view::npos &&
             question.name.find("_dmarc") == std::string_view::npos) {
    doing_[event.host()] = "spf";
    say(event,
        {"studio.caption-asks-spf",
         {Argument::of_domain("domain", names_.shorten(question.name)),
          Argument::of_text("server", name(event.host()))}},
        false);
  }
  Mover mover;
  mover.kind = MoverKind::kQuery;
  mover.tone = Tone::kNames;
  mover.begin = place(event, ready(event.host()));
  mover.end = mover.begin + flight;
  mover.gone = mover.end;
  mover.from = event.host();
  mover.to = kShelf;
  mover.seq = event.seq();
  mover.label = question.type;
  mover.detail = names_.shorten(question.name);
  questions_[event.seq()] = {static_cast<std::uint32_t>(out_.movers.size()), mover.begin, small};
  out_.movers.push_back(std::move(mover));
}

void Choreographer::answered(const trace::EventView& event) {
  const auto answer = *event.as<payload::DnsAnswered>();
  const auto found = questions_.find(answer.asked);
  if (found == questions_.end()) {
    place(event);
    return;
  }
  const Question question = found->second;
  questions_.erase(found);
  const ScreenTime flight = question.small ? tempo_.small_names : tempo_.names;
  const ScreenTime there = out_.movers[question.mover].end;
  const ScreenTime at = place(event, there + flight / 3 + flight);
  out_.movers[question.mover].gone = at - flight;
  Mover mover;
  mover.kind = MoverKind::kAnswer;
  mover.tone = answer.status == "found" ? Tone::kNames : Tone::kWait;
  mover.begin = at - flight;
  mover.end = at;
  mover.gone = at + (question.small ? tempo_.names_rest / 4 : tempo_.names_rest);
  mover.from = kShelf;
  mover.to = event.host();
  mover.seq = event.seq();
  mover.label = answer.type;
  mover.detail = names_.shorten(answer.status == "found" ? answer.answer : answer.status);
  keep_busy(event.host(), mover.gone);
  out_.exchange_stops.push_back(at);
  out_.movers.push_back(std::move(mover));
}

void Choreographer::visit(const trace::EventView& event) {
  using trace::Kind;
  switch (event.kind()) {
    case Kind::kRunStarted:
      virtual_ = event.as<payload::RunStarted>()->virtual_world;
      place(event);
      break;
    case Kind::kConnectionOpened:
      open(event);
      break;
    case Kind::kConnectionEstablished:
      establish(event);
      break;
    case Kind::kConnectionClosed:
      close(event, {});
      break;
    case Kind::kConnectionReset:
      close(event, event.as<payload::ConnectionReset>()->reason);
      break;
    case Kind::kConnectionFailed:
      fail_to_connect(event);
      break;
    case Kind::kSegmentSent:
    case Kind::kSegmentLost:
    case Kind::kSegmentDelivered:
      segment(event);
      break;
    case Kind::kDatagramLost:
      lose(event, event.host(), kShelf, event.as<payload::DatagramLost>()->reason);
      break;
    case Kind::kStreamBytes:
      stream(event);
      break;
    case Kind::kTlsStarted:
    case Kind::kTlsEstablished:
      tls(event);
      break;
    case Kind::kDnsAsked:
      asked(event);
      break;
    case Kind::kDnsAnswered:
      answered(event);
      break;
    case Kind::kDecision:
      decide(event);
      break;
    case Kind::kMailSubmitted:
    case Kind::kMailAccepted:
    case Kind::kMailQueued:
      mail(event);
      break;
    case Kind::kMailSettled:
      settle(event);
      break;
    case Kind::kMailboxStored:
    case Kind::kMailboxFlags:
    case Kind::kMailboxMoved:
    case Kind::kMailboxExpunged:
      mailbox(event);
      break;
    case Kind::kUserAction:
    case Kind::kHostState:
    case Kind::kFaultBegan:
      person(event);
      break;
    default:
      place(event);
      break;
  }
}

void Choreographer::finish() {
  ScreenTime end = std::max(clock_, caption_hold_);
  for (const Mover& mover : out_.movers)
    end = std::max(end, mover.gone);
  for (const Mark& mark : out_.marks)
    end = std::max(end, mark.end);
  for (auto& [id, talk] : out_.talks) {
    if (talk.closed != kNotYet) end = std::max(end, talk.closed);
  }
  if (!anchors_.empty()) {
    Anchor last = anchors_.back();
    last.screen = std::max(last.screen, end + kSecond / 2);
    anchors_.push_back(last);
  }
  out_.schedule = Schedule(std::move(anchors_));
  // Exchanges point at movers by index: sort those with them.
  std::vector<std::uint32_t> order(out_.movers.size());
  for (std::uint32_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return out_.movers[a].begin < out_.movers[b].begin;
  });
  std::vector<std::int32_t> place_of(order.size());
  std::vector<Mover> sorted;
  sorted.reserve(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place_of[order[i]] = static_cast<std::int32_t>(i);
    sorted.push_back(std::move(out_.movers[order[i]]));
    out_.longest = std::max(out_.longest, sorted.back().gone - sorted.back().begin);
  }
  out_.movers = std::move(sorted);
  for (auto& [id, talk] : out_.talks) {
    for (Exchange& exchange : talk.exchanges) {
      if (exchange.command >= 0) exchange.command = place_of[static_cast<std::size_t>(exchange.command)];
      if (exchange.reply >= 0) exchange.reply = place_of[static_cast<std::size_t>(exchange.reply)];
    }
  }
  for (const Caption& caption : out_.captions)
    out_.scene_stops.push_back(caption.begin);
  for (std::vector<ScreenTime>* stops : {&out_.exchange_stops, &out_.scene_stops}) {
    std::sort(stops->begin(), stops->end());
    stops->erase(std::unique(stops->begin(), stops->end()), stops->end());
  }
  std::stable_sort(out_.marks.begin(), out_.marks.end(),
                   [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
  for (const Mark& mark : out_.marks)
    out_.longest_mark = std::max(out_.longest_mark, mark.end - mark.begin);
  std::stable_sort(out_.verdicts.begin(), out_.verdicts.end(),
                   [](const DeskVerdict& a, const DeskVerdict& b) { return a.question < b.question; });
}

Choreography Choreographer::build() {
  trace_.for_each([this](const trace::EventView& event) { visit(event); });
  finish();
  return std::move(out_);
}

Choreography choreograph(const trace::Trace& trace, const dissect::Dialogues& dialogues,
                         const trace::ByteLogs& logs, Pace pace) {
  return Choreographer(trace, dialogues, logs, pace).build();
}

}  // namespace glasspost::gui
