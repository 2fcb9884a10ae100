#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/observe/observer.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/task.h"
#include "engine/store/api/mailbox_store.h"

namespace glasspost::agent {

/// A message at its final destination, for one recipient.
struct FinalDelivery {
  std::string queue_id;
  std::string recipient;     ///< as in the envelope
  std::string account;       ///< whose mailbox
  std::string reverse_path;  ///< without brackets
  store::Content content;    ///< without Return-Path
  bool quarantine = false;   ///< a check at reception asked for it
};

enum class MdaAction : std::uint8_t {
  kContinue,  ///< no opinion: ask the next stage
  kFileInto,  ///< deliver into `folder`
  kDiscard,   ///< deliver nowhere, silently
  kReject,    ///< bounce with `reason`
};

struct MdaVerdict {
  MdaAction action = MdaAction::kContinue;
  std::string folder;
  std::string reason;
  Explanation explanation;
};

/// One step of filtering: junk, virus, Sieve. Pure: a verdict on what it is shown.
class MdaStage {
 public:
  virtual ~MdaStage() = default;
  [[nodiscard]] virtual MdaVerdict judge(const FinalDelivery& delivery) const = 0;
};

/// Files what a check at reception wants quarantined into Junk.
class QuarantineStage final : public MdaStage {
 public:
  [[nodiscard]] MdaVerdict judge(const FinalDelivery& delivery) const override;
};

enum class MdaOutcomeKind : std::uint8_t { kDelivered, kDiscarded, kRejected, kDeferred };

struct MdaOutcome {
  MdaOutcomeKind kind = MdaOutcomeKind::kDeferred;
  std::string mailbox;  ///< kDelivered: "bob@beta.example/INBOX"
  std::string reply;    ///< one line with an enhanced status code
};

/// A mail delivery agent: puts a message into its recipient's mailbox, once for each (queue id, recipient).
/// Stages are asked in order; the first that decides wins; without one it is INBOX.
class Mda {
 public:
  Mda(store::MailboxStore& store, Clock& clock, Observer& observer);

  void add_stage(std::unique_ptr<MdaStage> stage);
  /// Adds Return-Path (RFC 5321 4.4) and stores. A full mailbox and a failing disk are kDeferred.
  Task<MdaOutcome> deliver(FinalDelivery delivery);

 private:
  [[nodiscard]] MdaVerdict judge(const FinalDelivery& delivery) const;

  store::MailboxStore& store_;
  Clock& clock_;
  Observer& observer_;
  std::vector<std::unique_ptr<MdaStage>> stages_;
};

}  // namespace glasspost::agent
