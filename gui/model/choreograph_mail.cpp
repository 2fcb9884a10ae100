// What is decided about mail and what becomes of it; the captions.

#include <algorithm>

#include "engine/base/text.h"
#include "engine/dissect/why.h"
#include "gui/model/choreographer.h"

namespace glasspost::gui {
namespace {

namespace payload = trace::payload;

const Argument* argument(const Explanation& step, std::string_view name) {
  for (const std::vector<Argument>* list : {&step.words.arguments, &step.inputs}) {
    for (const Argument& a : *list) {
      if (a.name == name) return &a;
    }
  }
  return nullptr;
}

std::string text_of(const Explanation& step, std::string_view name) {
  const Argument* found = argument(step, name);
  return found == nullptr ? std::string() : found->text;
}

// The first step of that key, the root included.
const Explanation* find_step(const Explanation& step, std::string_view key) {
  if (step.words.key == key) return &step;
  for (const Explanation& child : step.children) {
    if (const Explanation* found = find_step(child, key)) return found;
  }
  return nullptr;
}

void read_spf(const Explanation& why, DeskVerdict& verdict) {
  verdict.domain = text_of(why, "domain");
  const Explanation* record = find_step(why, "spf.record");
  if (record == nullptr) return;
  for (const std::string_view term : split(record->outcome, ' ')) {
    if (!term.empty()) verdict.pieces.emplace_back(term);
  }
  for (const Explanation& step : why.children) {
    if (step.outcome != "match") continue;
    const std::string term = text_of(step, "term");
    for (std::size_t i = 0; i < verdict.pieces.size(); ++i) {
      if (verdict.pieces[i] == term) verdict.lit = static_cast<std::int32_t>(i);
    }
  }
}

void read_dkim(const Explanation& why, DeskVerdict& verdict) {
  if (const Explanation* signature = find_step(why, "dkim.signature"))
    verdict.domain = text_of(*signature, "domain");
  constexpr std::string_view kFacts[] = {"dkim.body-match", "dkim.body-no-match", "dkim.header-match",
                                         "dkim.header-no-match", "dkim.no-key"};
  for (const std::string_view fact : kFacts) {
    if (find_step(why, fact) == nullptr) continue;
    if (fact.ends_with("no-match") || fact == "dkim.no-key") {
      verdict.lit = static_cast<std::int32_t>(verdict.pieces.size());
    }
    verdict.pieces.emplace_back(fact);
  }
}

void read_aligned(const Explanation& step, DeskVerdict& verdict) {
  if (step.words.key == "dmarc.aligned") {
    const std::string check = to_lower(text_of(step, "check"));
    if (check.find("spf") != std::string::npos) verdict.spf_aligned = true;
    if (check.find("dkim") != std::string::npos) verdict.dkim_aligned = true;
  }
  for (const Explanation& child : step.children)
    read_aligned(child, verdict);
}

void read_dmarc(const Explanation& why, DeskVerdict& verdict) {
  verdict.domain = text_of(why, "domain");
  if (const Explanation* policy = find_step(why, "dmarc.policy")) verdict.policy = text_of(*policy, "policy");
  read_aligned(why, verdict);
}

}  // namespace

void Choreographer::decide(const trace::EventView& event) {
  const auto decision = *event.as<payload::Decision>();
  const bool check = decision.kind == DecisionKind::kSpf || decision.kind == DecisionKind::kDkim ||
                     decision.kind == DecisionKind::kDmarc;
  if (!check) {
    const auto talk = out_.talks.find(event.connection());
    const bool reading = talk != out_.talks.end() && talk->second.retrieval;
    if (decision.kind == DecisionKind::kAuthentication && (!reading || decision.outcome != "pass")) {
      say(event,
          {decision.outcome == "pass" ? "studio.caption-login" : "studio.caption-login-fails",
           {Argument::of_text("server", name(event.host())),
            Argument::of_text("who", person_of(decision.subject))}},
          decision.outcome != "pass");
    } else if (decision.kind == DecisionKind::kAccess && decision.outcome == "defer") {
      say(event, {"studio.caption-later", {Argument::of_text("server", name(event.host()))}});
    } else if (decision.kind == DecisionKind::kFilter && decision.outcome != "INBOX") {
      say(event, {"studio.caption-filed", {Argument::of_text("folder", decision.outcome)}});
    }
    place(event);
    return;
  }
  DeskVerdict verdict;
  verdict.kind = decision.kind;
  verdict.connection = event.connection();
  verdict.host = event.host();
  verdict.seq = event.seq();
  verdict.subject = decision.subject;
  verdict.outcome = decision.outcome;
  if (const auto why = dissect::explanation_of(event)) {
    if (decision.kind == DecisionKind::kSpf) read_spf(*why, verdict);
    if (decision.kind == DecisionKind::kDkim) read_dkim(*why, verdict);
    if (decision.kind == DecisionKind::kDmarc) read_dmarc(*why, verdict);
  }
  if (verdict.domain.empty()) verdict.domain = decision.subject;
  caption_verdict(event, verdict);
  const auto asked = last_arrival_.find(event.connection().value);
  const ScreenTime since = asked == last_arrival_.end() ? clock_ : asked->second;
  verdict.fall = place(event, std::max(ready(event.host()), since + tempo_.question));
  verdict.question =
      std::min(std::max(since, verdict.fall - 20 * tempo_.question), verdict.fall - tempo_.question);
  doing_[event.host()].clear();
  keep_busy(event.host(), verdict.fall + tempo_.stamp + tempo_.verdict_rest);
  out_.scene_stops.push_back(verdict.fall + tempo_.stamp);
  out_.exchange_stops.push_back(verdict.fall + tempo_.stamp);
  out_.verdicts.push_back(std::move(verdict));
}

void Choreographer::caption_verdict(const trace::EventView& event, const DeskVerdict& verdict) {
  const std::string domain = names_.shorten(verdict.domain);
  const std::string& word = verdict.outcome;
  std::string key;
  if (verdict.kind == DecisionKind::kSpf) {
    key = word == "pass"                         ? "studio.caption-spf-pass"
          : word == "fail" || word == "softfail" ? "studio.caption-spf-fail"
                                                 : "studio.caption-spf-none";
  } else if (verdict.kind == DecisionKind::kDkim) {
    key = word == "pass"   ? "studio.caption-dkim-pass"
          : word == "none" ? "studio.caption-dkim-none"
                           : "studio.caption-dkim-fail";
  } else {
    key = word == "pass"   ? "studio.caption-dmarc-pass"
          : word == "fail" ? "studio.caption-dmarc-fail"
                           : "studio.caption-dmarc-none";
  }
  const bool takes_domain = key != "studio.caption-dkim-none" && key != "studio.caption-dkim-fail";
  MessageKey words{key, {}};
  if (takes_domain) words.arguments.push_back(Argument::of_domain("domain", domain));
  say(event, std::move(words), word != "none");
}

void Choreographer::caption_line(const trace::EventView& event, const Talk& talk, const dissect::Line& line) {
  if (talk.retrieval || line.kind != dissect::LineKind::kReply) return;
  if (line.code >= 500 && line.answers != "QUIT") {
    say(event, {"studio.caption-refused", {Argument::of_text("server", name(talk.server))}});
  } else if (line.code >= 400 && line.code < 500) {
    say(event, {"studio.caption-later", {Argument::of_text("server", name(talk.server))}});
  }
}

ScreenTime Choreographer::explain(const Talk& talk, const dissect::Line& line, ScreenTime begin) {
  if (pace_ == Pace::kOverview || talk.retrieval || line.kind != dissect::LineKind::kCommand) return begin;
  std::string_view key;
  if (line.verb == "EHLO") key = "studio.caption-ehlo";
  if (line.verb == "MAIL") key = "studio.caption-mail";
  if (line.verb == "RCPT") key = "studio.caption-rcpt";
  if (line.verb == "DATA") key = "studio.caption-data";
  if (key.empty() || !explained_.insert(line.verb).second) return begin;
  Caption caption;
  caption.words.key = key;
  caption.seq = line.seq;
  caption.begin = std::max(begin, caption_hold_);
  caption.read = caption.begin + reading_time(caption.words);
  caption_hold_ = caption.read;
  out_.captions.push_back(caption);
  return caption.begin;
}

void Choreographer::mail(const trace::EventView& event) {
  if (const auto submitted = event.as<payload::MailSubmitted>()) {
    const ScreenTime at = place(event, ready(event.host()));
    mark(MarkKind::kSubmitted, at, 0, event, std::string(submitted->subject));
    return;
  }
  if (const auto queued = event.as<payload::MailQueued>()) {
    if (queued->origin == "dsn") {
      const std::vector<std::string> to = queued->recipients.items();
      say(event, {"studio.caption-notice",
                  {Argument::of_text("server", name(event.host())),
                   Argument::of_text("who", to.empty() ? std::string() : person_of(to.front()))}});
    } else {
      say(event, {"studio.caption-responsible", {Argument::of_text("server", name(event.host()))}});
    }
    const ScreenTime at = place(event, ready(event.host()));
    mark(MarkKind::kQueued, at, tempo_.queued, event, std::string(queued->reverse_path));
    out_.scene_stops.push_back(at + tempo_.queued);
    return;
  }
  const auto accepted = *event.as<payload::MailAccepted>();
  const ScreenTime at = place(event);
  const auto talk = out_.talks.find(event.connection());
  if (talk == out_.talks.end() || accepted.transaction == 0) return;
  Mover baton;
  baton.kind = MoverKind::kBaton;
  baton.tone = Tone::kGood;
  baton.begin = at;
  baton.end = at + tempo_.queued;
  baton.gone = baton.end;
  baton.from = talk->second.client;
  baton.to = talk->second.server;
  baton.seq = event.seq();
  out_.movers.push_back(std::move(baton));
}

void Choreographer::settle(const trace::EventView& event) {
  const auto settled = *event.as<payload::MailSettled>();
  const std::string who = person_of(settled.recipient);
  const std::string host = name(event.host());
  switch (settled.outcome) {
    case MailOutcome::kDeferred:
      say(event, {"studio.caption-deferred", {Argument::of_text("server", host)}});
      mark(MarkKind::kDeferred, place(event, ready(event.host())), tempo_.settled, event, who,
           std::string(settled.reply));
      break;
    case MailOutcome::kBounced:
    case MailOutcome::kExpired:
      say(event, {"studio.caption-bounced", {Argument::of_text("who", who)}});
      mark(MarkKind::kBounced, place(event, ready(event.host())), tempo_.settled, event, who,
           std::string(settled.reply));
      break;
    case MailOutcome::kDelivered:
      place(event);
      break;
    case MailOutcome::kRelayed:
      place(event);
      break;
  }
}

void Choreographer::mailbox(const trace::EventView& event) {
  const auto* device = end_.devices().find(event.host());
  const bool pop3 = device != nullptr && device->protocol == "pop3";
  const ScreenTime rest = device != nullptr ? tempo_.mailbox : tempo_.delivered;
  if (const auto stored = event.as<payload::MailboxStored>()) {
    const std::string who = person_of(stored->account);
    if (stored->folder == "Sent" || stored->folder == "Drafts") {
      place(event);
      return;
    }
    if (device == nullptr) {
      say(event, {"studio.caption-delivered",
                  {Argument::of_text("who", who), Argument::of_text("folder", stored->folder)}});
      mark(MarkKind::kDelivered, place(event, ready(event.host())), rest, event, who,
           std::string(stored->subject));
    } else {
      say(event, {pop3 ? "studio.caption-copied-pop3" : "studio.caption-copied-imap",
                  {Argument::of_text("device", device->name)}});
      mark(MarkKind::kStored, place(event, ready(event.host())), rest, event, who,
           std::string(stored->subject));
    }
    out_.scene_stops.push_back(out_.marks.back().begin + std::min<ScreenTime>(rest, 1'000 * kMillisecond));
    return;
  }
  if (const auto flags = event.as<payload::MailboxFlags>()) {
    const std::vector<std::string> all = flags->flags.items();
    std::string label = all.empty() ? std::string() : all.back();
    caption_flag(event, label, device == nullptr ? std::string() : device->name);
    mark(MarkKind::kFlags, place(event, ready(event.host())), rest / 4, event, std::move(label));
    return;
  }
  if (const auto moved = event.as<payload::MailboxMoved>()) {
    mark(MarkKind::kMoved, place(event, ready(event.host())), rest / 3, event,
         std::string(moved->new_folder));
    return;
  }
  const auto expunged = *event.as<payload::MailboxExpunged>();
  if (device != nullptr) {
    say(event, {"studio.caption-gone", {Argument::of_text("device", device->name)}});
  } else {
    say(event, {reading_by_pop3(event.host()) ? "studio.caption-deleted-pop3" : "studio.caption-deleted",
                {Argument::of_text("who", person_of(expunged.account))}});
  }
  mark(MarkKind::kExpunged, place(event, ready(event.host())), device == nullptr ? tempo_.mailbox : rest,
       event, person_of(expunged.account));
}

bool Choreographer::reading_by_pop3(HostId server) const {
  const Talk* last = nullptr;
  for (const auto& [id, talk] : out_.talks) {
    if (talk.server == server && talk.retrieval && (last == nullptr || talk.opened >= last->opened))
      last = &talk;
  }
  return last != nullptr && (last->port % 1000 == 110 || last->port % 1000 == 995);
}

void Choreographer::caption_flag(const trace::EventView& event, const std::string& flag,
                                 const std::string& device) {
  const bool seen = flag == "\\Seen";
  const bool flagged = flag == "\\Flagged";
  if (!seen && !flagged) return;
  if (device.empty()) {
    say(event, {seen ? "studio.caption-seen" : "studio.caption-flagged", {}}, false);
  } else {
    say(event,
        {seen ? "studio.caption-seen-device" : "studio.caption-flagged-device",
         {Argument::of_text("device", device)}},
        false);
  }
}

void Choreographer::person(const trace::EventView& event) {
  if (const auto state = event.as<payload::HostState>()) {
    if (state->incarnation <= 1 && state->up) {
      place(event);
      return;
    }
    say(event, {state->up ? "studio.caption-up" : "studio.caption-down",
                {Argument::of_text("host", name(event.host()))}});
    mark(state->up ? MarkKind::kUp : MarkKind::kDown, place(event, ready(event.host())), tempo_.settled,
         event, std::string(state->reason));
    return;
  }
  if (const auto fault = event.as<payload::FaultBegan>()) {
    say(event, {"studio.caption-fault", {Argument::of_text("target", names_.shorten(fault->target))}});
    place(event);
    return;
  }
  const auto action = *event.as<payload::UserAction>();
  if (action.action == "send") {
    const std::string detail(action.detail);
    const std::size_t to = detail.find("to ");
    const std::string rest = to == std::string::npos ? std::string() : detail.substr(to + 3);
    say(event, {"studio.caption-writes",
                {Argument::of_text("who", person_of(action.who)), Argument::of_text("to", person_of(rest))}});
  } else if (action.action == "inject") {
    say(event, {"studio.caption-stranger", {Argument::of_text("host", names_.shorten(action.who))}});
  }
  const ScreenTime at = place(event, ready(event.host()));
  if (action.action == "send" || action.action == "inject") {
    keep_busy(event.host(), out_.captions.empty() ? at : out_.captions.back().begin + 2'000 * kMillisecond);
    out_.scene_stops.push_back(at);
  }
}

}  // namespace glasspost::gui
