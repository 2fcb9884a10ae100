// How decisions, mail and mailbox events change the world.
#include <algorithm>

#include "engine/trace/projection.h"

namespace glasspost::trace {

namespace {

void add_verdict(std::vector<Verdict>& verdicts, const Verdict& verdict) {
  if (verdicts.size() >= kMostVerdicts) verdicts.erase(verdicts.begin());
  verdicts.push_back(verdict);
}

RecipientPhase phase_of(MailOutcome outcome) {
  switch (outcome) {
    case MailOutcome::kRelayed:
      return RecipientPhase::kRelayed;
    case MailOutcome::kDeferred:
      return RecipientPhase::kDeferred;
    case MailOutcome::kBounced:
      return RecipientPhase::kBounced;
    case MailOutcome::kDelivered:
      return RecipientPhase::kDelivered;
    case MailOutcome::kExpired:
      break;
  }
  return RecipientPhase::kExpired;
}

RecipientView& recipient_of(MessageView& message, std::string_view address) {
  for (RecipientView& recipient : message.recipients) {
    if (recipient.address == address) return recipient;
  }
  message.recipients.emplace_back().address = address;
  return message.recipients.back();
}

void set_recipients(MessageView& message, const TextList& list) {
  for (const std::string& address : list.items())
    recipient_of(message, address);
}

bool has_unsettled(const MessageView& message) {
  return std::any_of(message.recipients.begin(), message.recipients.end(),
                     [](const RecipientView& r) { return unsettled(r.phase); });
}

MessageRef ref_of(const EventView& event) {
  return {event.host(), std::string(event.message())};
}

}  // namespace

MessageView& Projection::message_of(const EventView& event) {
  MessageRef ref = ref_of(event);
  if (MessageView* known = messages_.edit_existing(ref)) return *known;
  MessageView& view = messages_.edit(ref);
  view.since = event.time();
  view.journey = std::move(ref);
  return view;
}

void Projection::apply_decision(const EventView& event) {
  const auto decision = event.as<payload::Decision>();
  if (!decision) return;
  const Verdict verdict{event.seq(), decision->kind, std::string(decision->subject),
                        std::string(decision->outcome)};
  if (event.connection().value != 0) {
    if (ConnectionView* view = connections_.edit_existing(event.connection())) {
      add_verdict(view->verdicts, verdict);
      view->fresh_verdicts = std::min(view->fresh_verdicts + 1, view->verdicts.size());
    }
  }
  if (!event.message().empty()) {
    if (MessageView* view = messages_.edit_existing(ref_of(event))) add_verdict(view->verdicts, verdict);
  }
}

void Projection::apply_mail(const EventView& event) {
  switch (event.kind()) {
    case Kind::kMailSubmitted:
      return submit(event);
    case Kind::kMailAccepted:
      return accept(event);
    case Kind::kMailQueued:
      return enqueue(event);
    case Kind::kMailAttempted:
      return attempt(event);
    case Kind::kMailSettled:
      return settle(event);
    case Kind::kMailAltered:
      ++message_of(event).alterations;
      return;
    case Kind::kMailRemoved:
      return remove(event);
    default:
      return;
  }
}

void Projection::submit(const EventView& event) {
  const auto mail = event.as<payload::MailSubmitted>();
  MessageView& view = message_of(event);
  view.origin = "submitted";
  view.message_id = mail->message_id;
  view.reverse_path = mail->reverse_path;
  view.subject = mail->subject;
  view.size = mail->size;
  view.responsible = true;
  set_recipients(view, mail->recipients);
}

void Projection::accept(const EventView& event) {
  const auto mail = event.as<payload::MailAccepted>();
  MessageView& view = message_of(event);
  view.origin = "accepted";
  view.reverse_path = mail->reverse_path;
  view.size = mail->size;
  view.responsible = true;
  view.connection = event.connection();
  view.transaction = mail->transaction;
  set_recipients(view, mail->recipients);
  if (ConnectionView* connection = connections_.edit_existing(event.connection())) {
    // What was decided in the dialogue about this mail belongs to it.
    const auto& verdicts = connection->verdicts;
    for (std::size_t i = verdicts.size() - connection->fresh_verdicts; i < verdicts.size(); ++i) {
      add_verdict(view.verdicts, verdicts[i]);
    }
    connection->fresh_verdicts = 0;
  }
  note_hop(event.connection(), mail->transaction, ref_of(event), false);
}

void Projection::enqueue(const EventView& event) {
  const auto mail = event.as<payload::MailQueued>();
  MessageView& view = message_of(event);
  if (view.origin.empty()) {
    view.origin = mail->origin;
    view.reverse_path = mail->reverse_path;
    view.size = mail->size;
  }
  view.queued = true;
  view.responsible = true;
  view.removed = false;
  set_recipients(view, mail->recipients);
}

void Projection::attempt(const EventView& event) {
  const auto mail = event.as<payload::MailAttempted>();
  MessageView& view = message_of(event);
  for (const std::string& address : mail->recipients.items()) {
    RecipientView& recipient = recipient_of(view, address);
    recipient.phase = RecipientPhase::kAttempted;
    recipient.attempts = mail->attempt;
    recipient.target = mail->target;
  }
  note_hop(event.connection(), mail->transaction, ref_of(event), true);
}

// Both ends count the transactions of a connection alike; so the two names of one mail are joined, whichever
// end tells first.
void Projection::note_hop(ConnectionId connection, std::uint32_t transaction, const MessageRef& message,
                          bool sender) {
  if (connection.value == 0 || transaction == 0) return;
  ConnectionView* view = connections_.edit_existing(connection);
  if (!view || !view->open()) return;
  view->transactions = std::max(view->transactions, transaction);
  HopView& hop = hops_.edit({connection.value, transaction});
  (sender ? hop.sender : hop.receiver) = message;
  if (!hop.sender.id.empty() && !hop.receiver.id.empty()) join(hop.sender, hop.receiver);
}

void Projection::join(const MessageRef& from, const MessageRef& to) {
  MessageView* before = messages_.edit_existing(from);
  MessageView* after = messages_.edit_existing(to);
  if (!before || !after || from == to) return;
  if (std::find(before->went_to.begin(), before->went_to.end(), to) != before->went_to.end()) return;
  before->went_to.push_back(to);
  after->came_from = from;
  after->journey = before->journey;
  if (after->message_id.empty()) after->message_id = before->message_id;
  if (after->subject.empty()) after->subject = before->subject;
}

void Projection::settle(const EventView& event) {
  const auto mail = event.as<payload::MailSettled>();
  const MessageRef ref = ref_of(event);
  MessageView& view = message_of(event);
  RecipientView& recipient = recipient_of(view, mail->recipient);
  recipient.phase = phase_of(mail->outcome);
  recipient.reply = mail->reply;
  recipient.next_attempt = mail->outcome == MailOutcome::kDeferred ? mail->next_attempt : Instant{};
  recipient.related = mail->related;
  const bool settled = !has_unsettled(view);
  if (settled) view.responsible = false;
  const bool device_is_done = settled && view.origin == "submitted" && !view.queued;
  // The report about a failure goes on with the same journey, and so does what a mailing list sends on: then
  // `related` is no mailbox (ACCOUNT/FOLDER) but a queue id.
  const bool went_on =
      mail->outcome == MailOutcome::kBounced ||
      (mail->outcome == MailOutcome::kDelivered && mail->related.find('/') == std::string_view::npos);
  if (went_on && !mail->related.empty()) {
    join(ref, {event.host(), std::string(mail->related)});
  }
  if (device_is_done) finish_message(ref, event.seq());
}

void Projection::remove(const EventView& event) {
  MessageView& view = message_of(event);
  view.queued = false;
  view.responsible = false;
  view.removed = true;
  finish_message(ref_of(event), event.seq());
}

void Projection::finish_message(const MessageRef& ref, std::uint64_t seq) {
  finished_messages_.edit(seq) = ref;
  if (finished_messages_.size() <= kMostFinished) return;
  const std::uint64_t oldest = finished_messages_.first_key();
  const MessageRef gone = *finished_messages_.find(oldest);
  finished_messages_.erase(oldest);
  // It may have come back since (restored after a restart).
  const MessageView* view = messages_.find(gone);
  if (view && !view->responsible) messages_.erase(gone);
}

void Projection::apply_mailbox(const EventView& event) {
  // The columns account and folder are the first texts of each of these kinds.
  const MailboxRef ref{event.host(), std::string(event.text(0)), std::string(event.text(1))};
  if (const auto stored = event.as<payload::MailboxStored>()) {
    MailboxEntry& entry = mailboxes_.edit(ref).entries.edit(stored->uid);
    entry.flags = stored->flags.items();
    entry.message_id = stored->message_id;
    entry.subject = stored->subject;
    entry.from = stored->from;
    entry.message = event.message();
    entry.size = stored->size;
    entry.stored = event.time();
    return;
  }
  MailboxView* view = mailboxes_.edit_existing(ref);
  if (!view) return;
  if (const auto flags = event.as<payload::MailboxFlags>()) {
    if (MailboxEntry* entry = view->entries.edit_existing(flags->uid)) entry->flags = flags->flags.items();
  } else if (const auto moved = event.as<payload::MailboxMoved>()) {
    const MailboxEntry* entry = view->entries.find(moved->uid);
    if (!entry) return;
    MailboxEntry copy = *entry;
    view->entries.erase(moved->uid);
    const MailboxRef target{ref.host, ref.account, std::string(moved->new_folder)};
    mailboxes_.edit(target).entries.edit(moved->new_uid) = std::move(copy);
  } else if (const auto expunged = event.as<payload::MailboxExpunged>()) {
    if (view->entries.erase(expunged->uid)) ++view->expunged;
  } else if (event.kind() == Kind::kFolderRemoved) {
    mailboxes_.erase(ref);
  } else if (const auto renamed = event.as<payload::FolderRenamed>()) {
    MailboxView copy = *view;
    mailboxes_.erase(ref);
    mailboxes_.edit({ref.host, ref.account, std::string(renamed->new_folder)}) = std::move(copy);
  }
}

}  // namespace glasspost::trace
