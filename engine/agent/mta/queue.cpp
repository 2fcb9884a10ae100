#include "engine/agent/mta/queue.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost::agent {

namespace {

// Contents that are kept in memory between acceptance and the first attempt.
constexpr std::uint64_t kMaxKeptBytes = 64ull * 1024 * 1024;

constexpr std::size_t kMaxForwardDepth = 10;
constexpr std::size_t kMaxForwardedRecipients = 1'000;

bool is_here(RecipientKind kind) {
  return kind == RecipientKind::kMailbox || kind == RecipientKind::kUnknownUser ||
         kind == RecipientKind::kForward || kind == RecipientKind::kList;
}

bool has_pending(const store::SpoolEntry& entry) {
  return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                     [](const store::SpoolRecipient& recipient) {
                       return recipient.state == store::RecipientState::kPending;
                     });
}

}  // namespace

void Queue::add(store::SpoolEntry entry, store::Content content) {
  const std::string queue_id = entry.queue_id;
  Message& message = messages_[queue_id];
  message.entry = std::move(entry);
  message.arrival = ++arrivals_;
  bytes_ += message.entry.size;
  if (content && kept_bytes_ + content->size() <= kMaxKeptBytes) {
    kept_bytes_ += content->size();
    message.content = std::move(content);
  }
  for (std::uint32_t position = 0; position < message.entry.recipients.size(); ++position) {
    const store::SpoolRecipient& recipient = message.entry.recipients[position];
    if (recipient.state != store::RecipientState::kPending) continue;
    due_.emplace(recipient.next_attempt, message.arrival, queue_id, position);
  }
}

const store::SpoolEntry& Queue::entry(const std::string& queue_id) const {
  const auto found = messages_.find(queue_id);
  GLASSPOST_ASSERT(found != messages_.end());
  return found->second.entry;
}

store::Content Queue::content(const std::string& queue_id) const {
  return messages_.at(queue_id).content;
}

std::vector<QueueJob> Queue::take_due(Instant now, const Directory& directory) {
  std::vector<QueueJob> jobs;
  std::map<std::pair<std::string, std::string>, std::size_t> places;  // (queue id, domain) -> job
  while (!due_.empty() && std::get<0>(*due_.begin()) <= now) {
    const auto [when, arrival, queue_id, position] = *due_.begin();
    due_.erase(due_.begin());
    const std::string& address = entry(queue_id).recipients[position].address;
    const std::string domain =
        is_here(directory.find(address).kind) ? std::string() : Directory::domain_of(address);
    const auto [place, fresh] = places.emplace(std::pair(queue_id, domain), jobs.size());
    if (fresh) {
      jobs.push_back({queue_id, domain, {}});
      ++messages_.at(queue_id).jobs;
    }
    jobs[place->second].positions.push_back(position);
  }
  return jobs;
}

Instant Queue::next_due() const {
  return due_.empty() ? Instant::never() : std::get<0>(*due_.begin());
}

void Queue::make_all_due(Instant now) {
  std::set<Due> sooner;
  for (const auto& [when, arrival, queue_id, position] : due_) {
    messages_.at(queue_id).entry.recipients[position].next_attempt = std::min(when, now);
    sooner.emplace(std::min(when, now), arrival, queue_id, position);
  }
  due_ = std::move(sooner);
}

bool Queue::settle(const QueueJob& job, const std::vector<Settlement>& outcomes) {
  Message& message = messages_.at(job.queue_id);
  for (std::size_t i = 0; i < job.positions.size(); ++i) {
    store::SpoolRecipient& recipient = message.entry.recipients[job.positions[i]];
    ++recipient.attempts;
    recipient.last_reply = outcomes[i].reply;
    switch (outcomes[i].outcome) {
      case MailOutcome::kDeferred:
        recipient.next_attempt = outcomes[i].next_attempt;
        break;
      case MailOutcome::kRelayed:
      case MailOutcome::kDelivered:
        recipient.state = store::RecipientState::kDone;
        break;
      case MailOutcome::kBounced:
      case MailOutcome::kExpired:
        recipient.state = store::RecipientState::kFailed;
        break;
    }
  }
  return message.jobs == 1 && !has_pending(message.entry);
}

void Queue::release(const QueueJob& job) {
  Message& message = messages_.at(job.queue_id);
  --message.jobs;
  for (const std::uint32_t position : job.positions) {
    const store::SpoolRecipient& recipient = message.entry.recipients[position];
    if (recipient.state != store::RecipientState::kPending) continue;
    due_.emplace(recipient.next_attempt, message.arrival, job.queue_id, position);
    drop_content(message);
  }
}

bool Queue::is_finished(const std::string& queue_id) const {
  const Message& message = messages_.at(queue_id);
  return message.jobs == 0 && !has_pending(message.entry);
}

void Queue::remove(const std::string& queue_id) {
  const auto found = messages_.find(queue_id);
  bytes_ -= found->second.entry.size;
  drop_content(found->second);
  messages_.erase(found);
}

void Queue::drop_content(Message& message) {
  if (message.content) kept_bytes_ -= message.content->size();
  message.content.reset();
}

std::vector<Explanation> follow_forwards(store::SpoolEntry& entry, const Directory& directory) {
  std::vector<Explanation> followed;
  std::vector<store::SpoolRecipient> final_recipients;
  std::set<std::string> seen;
  std::vector<store::SpoolRecipient> wave = std::move(entry.recipients);
  for (std::size_t depth = 0; !wave.empty(); ++depth) {
    std::vector<store::SpoolRecipient> next;
    for (store::SpoolRecipient& recipient : wave) {
      if (!seen.insert(Directory::key(recipient.address)).second) continue;
      const RecipientMatch match = directory.find(recipient.address);
      const bool room =
          depth < kMaxForwardDepth &&
          final_recipients.size() + next.size() + match.targets.size() <= kMaxForwardedRecipients;
      if (match.kind != RecipientKind::kForward || !room) {
        final_recipients.push_back(std::move(recipient));
        continue;
      }
      Explanation why;
      why.rule = "RFC 5321 3.9.1";
      why.outcome = "forward";
      why.inputs = {Argument::of_mailbox("recipient", recipient.address)};
      for (const std::string& target : match.targets) {
        why.children.push_back(Explanation{
            "RFC 5321 3.9.1",
            {"route.forwarded",
             {Argument::of_mailbox("recipient", recipient.address), Argument::of_mailbox("target", target)}},
            "forward",
            {},
            {},
            {},
            {}});
        store::SpoolRecipient replaced = recipient;
        replaced.address = target;
        if (replaced.original.empty()) replaced.original = recipient.address;
        next.push_back(std::move(replaced));
      }
      why.words = {"route.forward",
                   {Argument::of_mailbox("recipient", recipient.address),
                    Argument::of_number("count", static_cast<std::int64_t>(match.targets.size()))}};
      followed.push_back(std::move(why));
    }
    wave = std::move(next);
  }
  // Forwards that lead only to each other: the first of them is kept, and bounces.
  if (final_recipients.empty() && !followed.empty()) {
    store::SpoolRecipient circle;
    circle.address = followed.front().inputs.front().text;
    circle.next_attempt = entry.accepted;
    final_recipients.push_back(std::move(circle));
  }
  entry.recipients = std::move(final_recipients);
  return followed;
}

}  // namespace glasspost::agent
