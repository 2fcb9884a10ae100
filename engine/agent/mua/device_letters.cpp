// What a user writes.
#include <utility>

#include <fmt/format.h>

#include "engine/agent/mua/answer.h"
#include "engine/agent/mua/device_parts.h"
#include "engine/base/text.h"

namespace glasspost::agent {

// Into the Outbox first: from there it goes as soon as it can, whatever happens meanwhile.
Task<DeviceOutcome> Device::Parts::send(Draft draft) {
  Result<ComposedMail> mail = mua.compose(draft);
  if (!mail) co_return failure(mail.error());
  const Result<store::FolderInfo> outbox = co_await own.folder(kOutboxName);
  if (!outbox) co_return failure(outbox.error());
  // The note first, with the UID that the letter will get: a power cut leaves both or none of them in effect.
  WaitingTask task;
  task.kind = WaitingTask::Kind::kSend;
  task.folder = kOutboxName;
  task.local = outbox->uid_next;
  task.reverse_path = mail->reverse_path;
  task.recipients = mail->recipients;
  task.message_id = mail->message_id;
  task.subject = mail->subject;
  memory.push(std::move(task));
  const Ok noted = co_await memory.commit();
  if (!noted) co_return failure(noted.error());
  store::Flags seen;
  seen.system = store::flag::kSeen;
  const Instant now = ground.host.clock.now();
  const Result<store::Uid> kept = co_await own.add(kOutboxName, mail->content, seen, now);
  if (!kept) {
    unsend(outbox->uid_next);
    co_return failure(kept.error());
  }
  DeviceOutcome outcome = success(named(mail->subject));
  co_return co_await carried_out(std::move(outcome));
}

Task<DeviceOutcome> Device::Parts::answer(DeviceOrder order) {
  const DeviceDeed deed = order.deed;
  Draft written = std::move(order.draft);
  Result<OwnMessage> original = co_await whole(std::move(order));
  if (!original) co_return failure(original.error());
  AnswerKind kind = AnswerKind::kReply;
  if (deed == DeviceDeed::kReplyAll) kind = AnswerKind::kReplyAll;
  if (deed == DeviceDeed::kForward) kind = AnswerKind::kForward;
  Draft draft = answer_to(*original->content, kind, config.mail.address, std::move(written));
  if (draft.to.empty() && draft.cc.empty() && draft.bcc.empty())
    co_return DeviceOutcome{false, "there is nobody to send it to"};
  store::Flags mark_it;
  if (kind == AnswerKind::kForward) {
    mark_it.keywords = {"$Forwarded"};
  } else {
    mark_it.system = store::flag::kAnswered;
  }
  const Ok marked = co_await mark(std::move(*original), true, mark_it);
  if (!marked) co_return failure(marked.error());
  co_return co_await send(std::move(draft));
}

Task<DeviceOutcome> Device::Parts::keep_draft(Draft draft) {
  const Result<ComposedMail> mail = mua.compose(draft, false);
  if (!mail) co_return failure(mail.error());
  store::Flags flags;
  flags.system = store::flag::kDraft | store::flag::kSeen;
  const Instant now = ground.host.clock.now();
  const Result<store::Uid> kept = co_await own.add("Drafts", mail->content, flags, now);
  if (!kept) co_return failure(kept.error());
  if (imap()) {
    WaitingTask task;
    task.kind = WaitingTask::Kind::kAppend;
    task.folder = "Drafts";
    task.local = *kept;
    memory.push(std::move(task));
  }
  DeviceOutcome outcome = success(named(mail->subject));
  co_return co_await carried_out(std::move(outcome));
}

Task<Ok> Device::Parts::carry_letters(std::string& words) {
  const std::map<std::uint64_t, WaitingTask> waiting = memory.waiting();
  for (const auto& [number, task] : waiting) {
    if (task.kind != WaitingTask::Kind::kSend) continue;
    WaitingTask letter = task;
    const Ok carried = co_await carry_letter(std::move(letter), words);
    if (!carried) co_return carried;
  }
  co_return Ok();
}

Task<Ok> Device::Parts::carry_letter(WaitingTask task, std::string& words) {
  Result<OwnMessage> message = co_await own.get(task.folder, task.local);
  if (!message) {
    memory.drop_task(task.number);
    co_return co_await memory.commit();
  }
  ComposedMail mail;
  mail.content = *message->content;
  mail.message_id = task.message_id;
  mail.subject = task.subject;
  mail.reverse_path = task.reverse_path;
  mail.recipients = task.recipients;
  const SubmissionOutcome outcome = co_await mua.submit(std::move(mail));
  bool later = !outcome.reached;
  for (const RefusedRecipient& refused : outcome.refused)
    later = later || !refused.permanent;
  if (!outcome.accepted && later) co_return fail(ErrorCode::kUnreachable, outcome.reply);
  words += (words.empty() ? "" : "; ") + outcome.reply;
  for (const RefusedRecipient& refused : outcome.refused)
    words += "; " + refused.recipient + ": " + refused.reply;
  memory.drop_task(task.number);
  // What nobody took is a draft again.
  const std::string folder = outcome.accepted ? "Sent" : "Drafts";
  co_return co_await file_letter(task.local, folder);
}

// Again the note first.
Task<Ok> Device::Parts::file_letter(store::Uid local, std::string folder) {
  const Result<store::FolderInfo> target = co_await own.folder(folder);
  if (!target) co_return fail(target.error());
  if (imap()) {
    WaitingTask copy;
    copy.kind = WaitingTask::Kind::kAppend;
    copy.folder = folder;
    copy.local = target->uid_next;
    memory.push(std::move(copy));
  }
  const Ok noted = co_await memory.commit();
  if (!noted) co_return noted;
  const Result<store::Uid> moved = co_await own.move(kOutboxName, local, folder);
  if (!moved) co_return fail(moved.error());
  co_return Ok();
}

// What a power cut may leave: notes of letters that are not there, and letters that were sent and not filed.
Task<Ok> Device::Parts::tidy_letters() {
  const std::map<std::uint64_t, WaitingTask> waiting = memory.waiting();
  for (const auto& [number, task] : waiting) {
    if (task.kind != WaitingTask::Kind::kSend && task.kind != WaitingTask::Kind::kAppend) continue;
    const Result<OwnMessage> letter = co_await own.get(task.folder, task.local);
    if (!letter && letter.error().code == ErrorCode::kNotFound) memory.drop_task(number);
  }
  const Result<std::map<store::Uid, store::Flags>> outbox = co_await own.flags(kOutboxName);
  if (!outbox && outbox.error().code != ErrorCode::kNotFound) co_return fail(outbox.error());
  if (outbox) {
    for (const auto& [uid, flags] : *outbox) {
      const store::Uid letter = uid;
      if (is_being_sent(letter)) continue;
      const Ok filed = co_await file_letter(letter, "Sent");
      if (!filed) co_return filed;
    }
  }
  co_return co_await memory.commit();
}

bool Device::Parts::is_being_sent(store::Uid local) const {
  for (const auto& [number, task] : memory.waiting()) {
    if (task.kind == WaitingTask::Kind::kSend && task.local == local) return true;
  }
  return false;
}

}  // namespace glasspost::agent
