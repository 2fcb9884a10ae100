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
  store::Flags seen;
  seen.system = store::flag::kSeen;
  const Instant now = ground.host.clock.now();
  const Result<store::Uid> kept = co_await own.add(kOutboxName, mail->content, seen, now);
  if (!kept) co_return failure(kept.error());
  WaitingTask task;
  task.kind = WaitingTask::Kind::kSend;
  task.folder = kOutboxName;
  task.local = *kept;
  task.reverse_path = mail->reverse_path;
  task.recipients = mail->recipients;
  task.message_id = mail->message_id;
  task.subject = mail->subject;
  memory.push(std::move(task));
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
  if (outcome.accepted) {
    const Result<store::Uid> sent = co_await own.move(task.folder, task.local, "Sent");
    if (!sent) co_return fail(sent.error());
    if (imap()) {
      WaitingTask copy;
      copy.kind = WaitingTask::Kind::kAppend;
      copy.folder = "Sent";
      copy.local = *sent;
      memory.push(std::move(copy));
    }
  }
  co_return co_await memory.commit();
}

}  // namespace glasspost::agent
