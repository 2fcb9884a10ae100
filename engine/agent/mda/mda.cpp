#include "engine/agent/mda/mda.h"

#include <utility>

namespace glasspost::agent {

namespace {

MdaVerdict file_into(std::string folder, MessageKey words) {
  MdaVerdict verdict;
  verdict.action = MdaAction::kFileInto;
  verdict.explanation.words = std::move(words);
  verdict.explanation.outcome = folder;
  verdict.folder = std::move(folder);
  return verdict;
}

// What a failure of the store means for the message. A full mailbox and a sick disk may both get better.
MdaOutcome deferred(const Error& error) {
  const bool full = error.code == ErrorCode::kTooLarge;
  const bool unknown = error.code == ErrorCode::kNotFound;
  if (unknown) return {MdaOutcomeKind::kRejected, "", "550 5.1.1 There is no such mailbox"};
  return {MdaOutcomeKind::kDeferred, "",
          full ? "452 4.2.2 The mailbox is full" : "451 4.3.0 The mail store failed: " + error.message};
}

}  // namespace

MdaVerdict QuarantineStage::judge(const FinalDelivery& delivery) const {
  if (!delivery.quarantine) return {};
  return file_into("Junk", {"filter.quarantine", {Argument::of_mailbox("recipient", delivery.recipient)}});
}

Mda::Mda(store::MailboxStore& store, Clock& clock, Observer& observer)
    : store_(store), clock_(clock), observer_(observer) {}

void Mda::add_stage(std::unique_ptr<MdaStage> stage) {
  stages_.push_back(std::move(stage));
}

MdaVerdict Mda::judge(const FinalDelivery& delivery) const {
  for (const auto& stage : stages_) {
    MdaVerdict verdict = stage->judge(delivery);
    if (verdict.action != MdaAction::kContinue) return verdict;
  }
  return file_into("INBOX", {"filter.inbox", {Argument::of_mailbox("recipient", delivery.recipient)}});
}

Task<MdaOutcome> Mda::deliver(FinalDelivery delivery) {
  MdaVerdict verdict = judge(delivery);
  DecisionMade decision;
  decision.kind = DecisionKind::kFilter;
  decision.message = delivery.queue_id;
  decision.subject = delivery.recipient;
  decision.outcome = verdict.explanation.outcome;
  decision.explanation = std::move(verdict.explanation);
  observer_.decided(decision);
  MdaOutcome outcome;
  if (verdict.action == MdaAction::kDiscard) {
    outcome.kind = MdaOutcomeKind::kDiscarded;
    outcome.reply = "250 2.0.0 Discarded";
    co_return outcome;
  }
  if (verdict.action == MdaAction::kReject) {
    outcome.kind = MdaOutcomeKind::kRejected;
    outcome.reply = "550 5.7.1 " + verdict.reason;
    co_return outcome;
  }

  // The server that makes the final delivery puts the reverse-path first. // RFC 5321 4.4
  std::string prefix = "Return-Path: <" + delivery.reverse_path + ">\r\n";
  std::string bytes;
  bytes.reserve(prefix.size() + delivery.content->size());
  bytes += prefix;
  bytes += *delivery.content;
  store::Delivery stored;
  stored.queue_id = delivery.queue_id;
  stored.recipient = delivery.recipient;
  stored.account = delivery.account;
  stored.folder = verdict.folder;
  stored.content = store::make_content(std::move(bytes));
  stored.internal_date = clock_.now();
  const Result<store::Delivered> done = co_await store_.deliver(std::move(stored));
  if (!done) co_return deferred(done.error());
  if (!done->repeated) observer_.mail_altered({delivery.queue_id, 0, 0, std::move(prefix), "Return-Path"});
  outcome.kind = MdaOutcomeKind::kDelivered;
  outcome.mailbox = delivery.account + "/" + done->folder_name;
  outcome.reply = "250 2.1.5 Delivered to " + outcome.mailbox;
  co_return outcome;
}

}  // namespace glasspost::agent
