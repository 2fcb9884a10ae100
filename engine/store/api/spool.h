#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/task.h"
#include "engine/store/api/mailbox_store.h"

namespace glasspost::store {

enum class RecipientState : std::uint8_t {
  kPending,  ///< to be tried at `next_attempt`
  kDone,     ///< relayed or delivered
  kFailed,   ///< bounced or expired
};

/// One recipient of a queued message, as far as it has come.
struct SpoolRecipient {
  std::string address;   ///< forward-path without brackets
  std::string original;  ///< as the sender gave it, where forwarding changed it; else empty
  RecipientState state = RecipientState::kPending;
  Instant next_attempt;
  std::uint32_t attempts = 0;
  std::string last_reply;  ///< at most 1,000 bytes

  friend bool operator==(const SpoolRecipient&, const SpoolRecipient&) = default;
};

/// A queued message without its content. A recipient is named by its place in `recipients`.
struct SpoolEntry {
  std::string queue_id;      ///< unique in this spool
  std::string reverse_path;  ///< without brackets; empty is the null reverse-path
  std::string envelope_id;   ///< ENVID, or empty // RFC 3461 4.4
  Instant accepted;
  bool eight_bit = false;   ///< BODY=8BITMIME was declared
  bool utf8 = false;        ///< SMTPUTF8 was asked for and is needed
  bool quarantine = false;  ///< a check at reception wants it out of sight
  std::string origin;       ///< "accepted", "submitted" or "dsn"
  std::uint64_t size = 0;   ///< bytes of content
  std::vector<SpoolRecipient> recipients;

  friend bool operator==(const SpoolEntry&, const SpoolEntry&) = default;
};

/// A set of changes that become durable together, or not at all: so a bounce is queued in the same step that
/// settles the recipient, and a crash can neither lose nor double it.
struct SpoolChange {
  struct Put {
    SpoolEntry entry;
    Content content;
  };
  struct Update {
    std::string queue_id;
    std::uint32_t position = 0;  ///< in SpoolEntry::recipients
    SpoolRecipient recipient;    ///< as it is from now on
  };
  std::vector<Put> puts;
  std::vector<Update> updates;
  std::vector<std::string> removals;  ///< queue ids; their contents go too
};

/// The durable queue of one host. Errors everywhere: kIo, kCorrupt, kAborted.
class Spool {
 public:
  virtual ~Spool() = default;
  /// Durable (synced) when the task ends with success. Errors: kConflict (a queue id that exists), kNotFound
  /// (update or removal of one that does not), kTooLarge (the spool's limit of messages or bytes).
  virtual Task<Ok> apply(SpoolChange change) = 0;
  /// Everything that is queued, in order of arrival, without contents.
  virtual Task<Result<std::vector<SpoolEntry>>> load() = 0;
  virtual Task<Result<Content>> content(std::string queue_id) = 0;
};

}  // namespace glasspost::store
