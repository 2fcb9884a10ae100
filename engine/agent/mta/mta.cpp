#include "engine/agent/mta/mta.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/agent/mda/mda.h"
#include "engine/agent/mta/bounce.h"
#include "engine/agent/mta/directory.h"
#include "engine/agent/mta/mail_signer.h"
#include "engine/agent/mta/mailing_list.h"
#include "engine/agent/mta/queue.h"
#include "engine/agent/mta/relay.h"
#include "engine/base/text.h"
#include "engine/runtime/signal.h"
#include "engine/runtime/task_group.h"

namespace glasspost::agent {

namespace {

constexpr std::string_view kDomainHere = "";  // the destination of what is delivered on this host
constexpr std::uint32_t kLocalWorkers = 20;
constexpr Duration kSpoolFailureWait = Duration::seconds(30);

}  // namespace

namespace {

/// A message of this host's own making, to be queued together with what gave rise to it.
struct NewMail {
  store::SpoolChange::Put put;
  std::vector<MailAltered> alterations;
};

}  // namespace

/// The queue in memory and the coroutines that work on it. A `runner` hands out what is due to destinations;
/// each destination has workers, which take its jobs one by one.
struct Mta::Parts {
  struct Destination {
    std::deque<QueueJob> jobs;
    std::uint32_t workers = 0;
  };

  Parts(MtaConfig given, const Directory& people, HostServices services, Observer& watcher,
        dns::Resolver& names, TlsUpgrader* encryption, store::Spool& durable, Mda& delivery,
        const MailSigner* signs)
      : config(std::move(given)),
        directory(people),
        host(services),
        observer(watcher),
        resolver(names),
        tls(encryption),
        spool(durable),
        mda(delivery),
        signer(signs),
        ids(services.random.stream("queue id")),
        bounces(services.random.stream("bounce")),
        work(services.clock, "queue retry"),
        idle(services.clock, "queue idle") {}

  // The life of the queue.
  Task<void> run();
  void hand_out(Instant now);
  void start_workers(const std::string& domain);
  Task<void> work_on(std::string domain);
  Task<void> relay_all(const std::string& domain, Relay& relay);
  Task<void> relay_one(QueueJob job, Relay& relay);
  Task<void> deliver_one(QueueJob job);
  Task<store::Content> load_content(const std::string& queue_id);

  // What comes of an attempt.
  Task<void> settle(QueueJob job, std::vector<Settlement> outcomes, store::Content content,
                    std::vector<NewMail> made);
  void post(const MailingList& list, const QueueJob& job, const store::Content& content, Settlement& outcome,
            std::vector<NewMail>& made);
  void sign(NewMail& mail);
  Task<bool> make_durable(store::SpoolChange change);
  void decide(const QueueJob& job, std::vector<Settlement>& outcomes);
  std::string add_bounce(const QueueJob& job, const std::vector<Settlement>& outcomes,
                         const store::Content& content, std::vector<NewMail>& made);
  void tell(const QueueJob& job, const std::vector<Settlement>& outcomes, const std::string& bounce_id);
  void admit(store::SpoolEntry entry, store::Content content, std::string_view origin);
  std::string make_queue_id();

  MtaConfig config;
  const Directory& directory;
  HostServices host;
  Observer& observer;
  dns::Resolver& resolver;
  TlsUpgrader* tls;
  store::Spool& spool;
  Mda& mda;
  const MailSigner* signer;
  RandomStream ids;
  RandomStream bounces;
  Signal work;
  Signal idle;
  Queue queue;
  std::map<std::string, Destination> destinations;
  std::vector<Relay*> relays;  // in the order of their making
  std::uint32_t connections = 0;
  bool stopping = false;
  TaskGroup tasks;
};

Mta::Mta(MtaConfig config, const Directory& directory, HostServices host, Observer& observer,
         dns::Resolver& resolver, TlsUpgrader* tls, store::Spool& spool, Mda& mda, const MailSigner* signer)
    : parts_(std::make_unique<Parts>(std::move(config), directory, host, observer, resolver, tls, spool, mda,
                                     signer)) {}

Mta::~Mta() = default;

Task<Ok> Mta::start() {
  Parts& p = *parts_;
  Result<std::vector<store::SpoolEntry>> entries = co_await p.spool.load();
  if (!entries) co_return fail(entries.error());
  for (store::SpoolEntry& entry : *entries)
    p.admit(std::move(entry), nullptr, "restored");
  p.tasks.spawn(p.run());
  co_return Ok();
}

Task<void> Mta::stop() {
  Parts& p = *parts_;
  p.stopping = true;
  p.work.close();
  for (Relay* relay : p.relays)
    relay->abort();
  while (!p.tasks.empty()) {
    const Signal::Woken woken = co_await p.idle.wait();
    if (woken == Signal::Woken::kAborted) co_return;
  }
}

std::string Mta::make_queue_id() {
  return parts_->make_queue_id();
}

std::size_t Mta::queue_length() const {
  return parts_->queue.size();
}

void Mta::retry_now() {
  parts_->queue.make_all_due(parts_->host.clock.now());
  parts_->work.notify();
}

Task<Ok> Mta::enqueue(store::SpoolEntry entry, store::Content content) {
  Parts& p = *parts_;
  if (p.queue.size() >= p.config.spool_messages) co_return fail(ErrorCode::kTooLarge, "the queue is full");
  if (p.queue.bytes() + content->size() > p.config.spool_bytes) {
    co_return fail(ErrorCode::kTooLarge, "the spool is full");
  }
  entry.size = content->size();
  for (Explanation& forwarded : follow_forwards(entry, p.directory)) {
    DecisionMade decision;
    decision.kind = DecisionKind::kRoute;
    decision.message = entry.queue_id;
    decision.subject = forwarded.inputs.front().text;
    decision.outcome = forwarded.outcome;
    decision.explanation = std::move(forwarded);
    p.observer.decided(decision);
  }
  store::SpoolChange change;
  change.puts.push_back({entry, content});
  const Ok stored = co_await p.spool.apply(std::move(change));
  if (!stored) co_return stored;
  p.admit(std::move(entry), std::move(content), "accepted");
  co_return Ok();
}

// Microseconds and a token: no incarnation of this host makes the same one again, even if the streams of
// random numbers were to repeat.
std::string Mta::Parts::make_queue_id() {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr int kTimeDigits = 10;
  auto ticks = static_cast<std::uint64_t>(host.clock.now().ns) / 1'000;
  std::string id(kTimeDigits, '0');
  for (int i = kTimeDigits - 1; i >= 0; --i) {
    id[static_cast<std::size_t>(i)] = kDigits[ticks % kDigits.size()];
    ticks /= kDigits.size();
  }
  return id + ids.token(5);
}

void Mta::Parts::admit(store::SpoolEntry entry, store::Content content, std::string_view origin) {
  MailQueued notice;
  notice.message = entry.queue_id;
  notice.reverse_path = entry.reverse_path;
  notice.origin = origin;
  notice.size = entry.size;
  for (const store::SpoolRecipient& recipient : entry.recipients) {
    if (recipient.state == store::RecipientState::kPending) notice.recipients.push_back(recipient.address);
  }
  observer.mail_queued(notice);
  queue.add(std::move(entry), std::move(content));
  work.notify();
}

Task<void> Mta::Parts::run() {
  while (!stopping) {
    hand_out(host.clock.now());
    const Signal::Woken woken = co_await work.wait_until(queue.next_due());
    if (woken == Signal::Woken::kAborted) break;
  }
  idle.notify();
}

void Mta::Parts::hand_out(Instant now) {
  std::set<std::string> touched;
  for (QueueJob& job : queue.take_due(now, directory)) {
    touched.insert(job.domain);
    destinations[job.domain].jobs.push_back(std::move(job));
  }
  for (const std::string& domain : touched)
    start_workers(domain);
}

void Mta::Parts::start_workers(const std::string& domain) {
  const bool here = domain == kDomainHere;
  const std::uint32_t limit = here ? kLocalWorkers : config.connections_per_domain;
  Destination& destination = destinations[domain];
  std::size_t wanted = destination.jobs.size();
  while (wanted > 0 && destination.workers < limit && (here || connections < config.connections)) {
    ++destination.workers;
    connections += here ? 0u : 1u;
    --wanted;
    // The task may end, and with it the destination, before spawn() returns.
    tasks.spawn(work_on(domain));
    const auto found = destinations.find(domain);
    if (found == destinations.end() || found->second.jobs.empty()) return;
  }
}

Task<void> Mta::Parts::work_on(std::string domain) {
  if (domain == kDomainHere) {
    while (!stopping && !destinations[domain].jobs.empty()) {
      QueueJob job = std::move(destinations[domain].jobs.front());
      destinations[domain].jobs.pop_front();
      co_await deliver_one(std::move(job));
    }
  } else {
    Relay relay(config, host, observer, resolver, tls);
    relays.push_back(&relay);
    co_await relay_all(domain, relay);
    std::erase(relays, &relay);
    --connections;
  }
  Destination& destination = destinations[domain];
  if (--destination.workers == 0 && destination.jobs.empty()) destinations.erase(domain);
  // A connection is free again: others may have waited for it.
  std::vector<std::string> waiting;
  for (const auto& [name, other] : destinations) {
    if (other.workers == 0 && !other.jobs.empty()) waiting.push_back(name);
  }
  for (const std::string& name : waiting) {
    if (!stopping) start_workers(name);
  }
  idle.notify();
}

Task<void> Mta::Parts::relay_all(const std::string& domain, Relay& relay) {
  while (!stopping && !destinations[domain].jobs.empty()) {
    QueueJob job = std::move(destinations[domain].jobs.front());
    destinations[domain].jobs.pop_front();
    co_await relay_one(std::move(job), relay);
  }
  co_await relay.finish();
}

Task<store::Content> Mta::Parts::load_content(const std::string& queue_id) {
  store::Content kept = queue.content(queue_id);
  if (kept) co_return kept;
  const Result<store::Content> loaded = co_await spool.content(queue_id);
  if (loaded) co_return *loaded;
  co_return nullptr;
}

Task<void> Mta::Parts::relay_one(QueueJob job, Relay& relay) {
  const store::SpoolEntry& entry = queue.entry(job.queue_id);
  RelayJob sending;
  sending.queue_id = job.queue_id;
  sending.domain = job.domain;
  sending.reverse_path = entry.reverse_path;
  sending.eight_bit = entry.eight_bit;
  sending.utf8 = entry.utf8;
  for (const std::uint32_t position : job.positions) {
    sending.recipients.push_back(entry.recipients[position].address);
    sending.attempt = std::max(sending.attempt, entry.recipients[position].attempts + 1);
  }
  sending.content = co_await load_content(job.queue_id);
  std::vector<Settlement> outcomes(job.positions.size());
  if (sending.content == nullptr) {
    for (Settlement& outcome : outcomes)
      outcome.reply = "451 4.3.0 The spool cannot be read";
  } else {
    const std::vector<RelayResult> results = co_await relay.send(sending);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status == RelayStatus::kRelayed) outcomes[i].outcome = MailOutcome::kRelayed;
      if (results[i].status == RelayStatus::kFailed) outcomes[i].outcome = MailOutcome::kBounced;
      outcomes[i].reply = results[i].reply;
      outcomes[i].remote_host = results[i].remote_host;
    }
  }
  std::vector<NewMail> none;
  co_await settle(std::move(job), std::move(outcomes), std::move(sending.content), std::move(none));
}

Task<void> Mta::Parts::deliver_one(QueueJob job) {
  const store::SpoolEntry& entry = queue.entry(job.queue_id);
  store::Content content = co_await load_content(job.queue_id);
  std::vector<Settlement> outcomes(job.positions.size());
  std::vector<NewMail> made;
  for (std::size_t i = 0; i < job.positions.size(); ++i) {
    const std::string& recipient = entry.recipients[job.positions[i]].address;
    const RecipientMatch match = directory.find(recipient);
    if (match.kind == RecipientKind::kList && content != nullptr) {
      post(*match.list, job, content, outcomes[i], made);
      continue;
    }
    if (match.kind != RecipientKind::kMailbox && match.kind != RecipientKind::kList) {
      // It was accepted; since then the user has gone, or its forwards lead in a circle.
      const bool circle = match.kind == RecipientKind::kForward;
      outcomes[i].outcome = MailOutcome::kBounced;
      outcomes[i].reply =
          circle ? "554 5.4.6 The forwards lead in a circle" : "550 5.1.1 There is no such mailbox";
      continue;
    }
    if (content == nullptr) {
      outcomes[i].reply = "451 4.3.0 The spool cannot be read";
      continue;
    }
    FinalDelivery delivery{job.queue_id,       recipient, match.account,
                           entry.reverse_path, content,   entry.quarantine};
    const MdaOutcome done = co_await mda.deliver(std::move(delivery));
    outcomes[i].reply = done.reply;
    if (done.kind == MdaOutcomeKind::kRejected) outcomes[i].outcome = MailOutcome::kBounced;
    if (done.kind == MdaOutcomeKind::kDelivered || done.kind == MdaOutcomeKind::kDiscarded) {
      outcomes[i].outcome = MailOutcome::kDelivered;
      outcomes[i].mailbox = done.mailbox;
    }
  }
  co_await settle(std::move(job), std::move(outcomes), std::move(content), std::move(made));
}

// What a list makes of the letter, to be queued in the step that settles the letter itself.
void Mta::Parts::post(const MailingList& list, const QueueJob& job, const store::Content& content,
                      Settlement& outcome, std::vector<NewMail>& made) {
  const store::SpoolEntry& entry = queue.entry(job.queue_id);
  ListPost sent = post_to_list(list, {config.host_name, make_queue_id(), host.clock.now(), entry, *content});
  DecisionMade decision;
  decision.kind = DecisionKind::kRoute;
  decision.message = job.queue_id;
  decision.subject = list.address;
  decision.outcome = sent.explanation.outcome;
  decision.explanation = std::move(sent.explanation);
  observer.decided(decision);
  if (!sent.refusal.empty()) {
    outcome.outcome = MailOutcome::kBounced;
    outcome.reply = sent.refusal;
    return;
  }
  const std::string& id = sent.entry.queue_id;
  NewMail mail;
  for (ListChange& change : sent.changes) {
    message::Alteration& altered = change.alteration;
    mail.alterations.push_back(
        {id, altered.offset, altered.removed, std::move(altered.inserted), std::move(change.what)});
  }
  outcome.outcome = MailOutcome::kDelivered;
  outcome.mailbox = id;  // what becomes of it is told of a message of its own
  outcome.reply = "250 2.1.5 Sent on by the list as " + id;
  mail.put = {std::move(sent.entry), store::make_content(std::move(sent.content))};
  sign(mail);
  follow_forwards(mail.put.entry, directory);
  made.push_back(std::move(mail));
}

void Mta::Parts::sign(NewMail& mail) {
  if (signer == nullptr) return;
  store::SpoolEntry& entry = mail.put.entry;
  std::string fields;
  for (const std::string& field : signer->sign(entry.queue_id, entry.reverse_path, *mail.put.content)) {
    mail.alterations.push_back({entry.queue_id, 0, 0, field, "DKIM-Signature"});
    fields.insert(0, field);
  }
  if (fields.empty()) return;
  mail.put.content = store::make_content(fields + *mail.put.content);
  entry.size = mail.put.content->size();
}

// Writes down what became of the recipients, with the bounce if there is one, in one durable step; then
// tells.
Task<void> Mta::Parts::settle(QueueJob job, std::vector<Settlement> outcomes, store::Content content,
                              std::vector<NewMail> made) {
  if (stopping) co_return;  // the next incarnation finds it in the spool as it was
  decide(job, outcomes);
  store::SpoolChange change;
  const std::string bounce_id = add_bounce(job, outcomes, content, made);
  for (const NewMail& mail : made)
    change.puts.push_back(mail.put);
  const bool finished = queue.settle(job, outcomes);
  if (finished) {
    change.removals.push_back(job.queue_id);
  } else {
    for (const std::uint32_t position : job.positions) {
      change.updates.push_back({job.queue_id, position, queue.entry(job.queue_id).recipients[position]});
    }
  }
  const bool durable = co_await make_durable(std::move(change));
  if (!durable) co_return;
  tell(job, outcomes, bounce_id);
  queue.release(job);
  if (queue.is_finished(job.queue_id)) {
    if (!finished) {
      // Other jobs of the message were under way; this one is the last to be written down.
      store::SpoolChange removal;
      removal.removals.push_back(job.queue_id);
      const bool removed = co_await make_durable(std::move(removal));
      if (!removed) co_return;
    }
    queue.remove(job.queue_id);
    observer.mail_removed({job.queue_id});
  }
  for (NewMail& mail : made) {
    const std::string origin = mail.put.entry.origin;
    admit(std::move(mail.put.entry), std::move(mail.put.content), origin);
    for (const MailAltered& alteration : mail.alterations)
      observer.mail_altered(alteration);
  }
  work.notify();
}

// Until it succeeds nothing more is done about the message: to forget a delivery would double it. False: the
// host goes down.
Task<bool> Mta::Parts::make_durable(store::SpoolChange change) {
  while (true) {
    const Ok applied = co_await spool.apply(change);
    if (applied) co_return true;
    const std::unique_ptr<Timer> timer = host.clock.make_timer("spool failure");
    const Ok waited = co_await timer->wait_until(host.clock.now() + kSpoolFailureWait);
    if (!waited || stopping) co_return false;
  }
}

// Puts the next attempt to what is deferred, or gives it up.
void Mta::Parts::decide(const QueueJob& job, std::vector<Settlement>& outcomes) {
  const store::SpoolEntry& entry = queue.entry(job.queue_id);
  const Instant now = host.clock.now();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].outcome != MailOutcome::kDeferred) continue;
    const store::SpoolRecipient& recipient = entry.recipients[job.positions[i]];
    RetryDecision retry = decide_retry(config.retry, entry.accepted, recipient.attempts + 1, now);
    outcomes[i].next_attempt = retry.next_attempt;
    if (retry.give_up) outcomes[i].outcome = MailOutcome::kExpired;
    DecisionMade decision;
    decision.kind = DecisionKind::kRetry;
    decision.message = job.queue_id;
    decision.subject = recipient.address;
    decision.outcome = retry.explanation.outcome;
    decision.explanation = std::move(retry.explanation);
    observer.decided(decision);
  }
}

std::string Mta::Parts::add_bounce(const QueueJob& job, const std::vector<Settlement>& outcomes,
                                   const store::Content& content, std::vector<NewMail>& made) {
  const store::SpoolEntry& entry = queue.entry(job.queue_id);
  const Instant now = host.clock.now();
  std::vector<FailedRecipient> failed;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool given_up =
        outcomes[i].outcome == MailOutcome::kBounced || outcomes[i].outcome == MailOutcome::kExpired;
    const store::SpoolRecipient& recipient = entry.recipients[job.positions[i]];
    if (given_up) {
      failed.push_back(
          {recipient.address, recipient.original, outcomes[i].reply, outcomes[i].remote_host, now});
    }
  }
  if (failed.empty()) return "";
  // A notification about a notification is never sent. // RFC 5321 4.5.5, 6.1
  if (entry.reverse_path.empty()) {
    DecisionMade decision;
    decision.kind = DecisionKind::kRetry;
    decision.message = job.queue_id;
    decision.subject = failed.front().address;
    decision.outcome = "no notification";
    decision.explanation.rule = "RFC 5321 6.1";
    decision.explanation.outcome = decision.outcome;
    decision.explanation.words = {"retry.no-bounce", {}};
    observer.decided(decision);
    return "";
  }
  BounceFacts facts{config.host_name,
                    directory.postmaster_of(config.host_name),
                    make_queue_id(),
                    now,
                    entry,
                    content ? std::string_view(*content) : std::string_view(),
                    std::move(failed)};
  NewMail mail{build_bounce(facts, bounces), {}};
  sign(mail);
  follow_forwards(mail.put.entry, directory);
  made.push_back(std::move(mail));
  return made.back().put.entry.queue_id;
}

void Mta::Parts::tell(const QueueJob& job, const std::vector<Settlement>& outcomes,
                      const std::string& bounce_id) {
  const store::SpoolEntry& entry = queue.entry(job.queue_id);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    MailSettled notice;
    notice.message = job.queue_id;
    notice.recipient = entry.recipients[job.positions[i]].address;
    notice.outcome = outcomes[i].outcome;
    notice.reply = outcomes[i].reply;
    if (notice.outcome == MailOutcome::kDeferred) notice.next_attempt = outcomes[i].next_attempt;
    if (notice.outcome == MailOutcome::kDelivered) notice.related = outcomes[i].mailbox;
    if (notice.outcome == MailOutcome::kBounced || notice.outcome == MailOutcome::kExpired) {
      notice.related = bounce_id;
    }
    observer.mail_settled(notice);
  }
}

}  // namespace glasspost::agent
