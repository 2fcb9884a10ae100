#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/agent/mta/directory.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/store/api/spool.h"

namespace glasspost::agent {

/// Recipients of one message that go the same way.
struct QueueJob {
  std::string queue_id;
  std::string domain;  ///< empty: delivered on this host
  std::vector<std::uint32_t> positions;
};

/// What became of one of a job's recipients.
struct Settlement {
  MailOutcome outcome = MailOutcome::kDeferred;
  std::string reply;
  std::string remote_host;
  std::string mailbox;   ///< kDelivered
  Instant next_attempt;  ///< kDeferred
};

/// The queue in memory: what is in the spool, what is due when, and what is being worked on. Pure data; the
/// same calls give the same jobs.
class Queue {
 public:
  void add(store::SpoolEntry entry, store::Content content);
  [[nodiscard]] std::size_t size() const { return messages_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// The message must be in the queue, here and below.
  [[nodiscard]] const store::SpoolEntry& entry(const std::string& queue_id) const;
  /// The bytes, if they are still at hand; null: read the spool.
  [[nodiscard]] store::Content content(const std::string& queue_id) const;

  /// Takes what is due, grouped by message and domain, in the order in which it became due. Its recipients
  /// are busy until settle() and release().
  [[nodiscard]] std::vector<QueueJob> take_due(Instant now, const Directory& directory);
  [[nodiscard]] Instant next_due() const;
  /// Everything that waits is due at `now`.
  void make_all_due(Instant now);

  /// Puts the outcomes into the entry. True: no recipient is pending any more, and no other job is under way.
  bool settle(const QueueJob& job, const std::vector<Settlement>& outcomes);
  /// The job is over: its recipients that are still pending wait for their next attempt.
  void release(const QueueJob& job);
  /// Nothing is pending, and no job is under way.
  [[nodiscard]] bool is_finished(const std::string& queue_id) const;
  void remove(const std::string& queue_id);

 private:
  struct Message {
    store::SpoolEntry entry;
    store::Content content;  // kept until the first attempts are over, within a bound
    std::uint64_t arrival = 0;
    std::uint32_t jobs = 0;  // under way
  };
  // When, in which order of arrival, whose which recipient.
  using Due = std::tuple<Instant, std::uint64_t, std::string, std::uint32_t>;

  void drop_content(Message& message);

  std::map<std::string, Message> messages_;
  std::set<Due> due_;
  std::uint64_t arrivals_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t kept_bytes_ = 0;
};

/// Puts the targets of forwards in the place of recipients, each address once. One entry a followed forward,
/// whose first input is the address.
std::vector<Explanation> follow_forwards(store::SpoolEntry& entry, const Directory& directory);

}  // namespace glasspost::agent
