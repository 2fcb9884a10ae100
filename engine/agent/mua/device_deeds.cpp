// What a user does with messages that are there.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/agent/mua/device_parts.h"
#include "engine/base/text.h"
#include "engine/message/mime.h"

namespace glasspost::agent {

using Kind = WaitingTask::Kind;

const WaitingTask* Device::Parts::bringer(const std::string& folder, store::Uid local) const {
  for (const auto& [number, task] : memory.waiting()) {
    if (task.local != local) continue;
    if (task.kind == Kind::kAppend && task.folder == folder) return &task;
    if (task.kind == Kind::kMove && task.target == folder) return &task;
  }
  return nullptr;
}

void Device::Parts::flags_follow(const std::string& folder, store::Uid local, const std::string& target,
                                 store::Uid moved) {
  std::vector<WaitingTask> followers;
  for (const auto& [number, task] : memory.waiting()) {
    if (task.kind == Kind::kFlags && task.uid == 0 && task.folder == folder && task.local == local)
      followers.push_back(task);
  }
  for (WaitingTask& task : followers) {
    task.folder = target;
    task.local = moved;
    memory.change(task);
  }
}

void Device::Parts::flags_go(const std::string& folder, store::Uid local) {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, task] : memory.waiting()) {
    if (task.kind == Kind::kFlags && task.folder == folder && task.local == local) numbers.push_back(number);
  }
  for (const std::uint64_t number : numbers)
    memory.drop_task(number);
}

Task<Ok> Device::Parts::mark(OwnMessage message, bool on, store::Flags flags) {
  const bool had = (message.info.flags.system & flags.system) == flags.system && flags.keywords.empty();
  if (had == on && flags.keywords.empty()) co_return Ok();
  const auto operation = on ? store::FlagOperation::kAdd : store::FlagOperation::kRemove;
  const Ok changed = co_await own.change_flags(message.folder, message.info.uid, operation, flags);
  if (!changed || !imap()) co_return changed;
  const WaitingTask* bringing = bringer(message.folder, message.info.uid);
  if (bringing != nullptr && bringing->kind == Kind::kAppend) co_return Ok();  // it takes its flags along
  const ServerFolder* known = memory.folder(message.folder);
  WaitingTask task;
  task.kind = Kind::kFlags;
  task.folder = message.folder;
  task.local = message.info.uid;
  task.uid = known == nullptr ? 0 : known->uid_of(message.info.uid);
  task.add = on;
  task.flags = std::move(flags);
  memory.push(std::move(task));
  co_return Ok();
}

Task<Result<OwnMessage>> Device::Parts::whole(DeviceOrder order) {
  Result<OwnMessage> found = co_await own.find(order.folder, order.subject);
  if (!found || !imap()) co_return found;
  const ServerFolder* known = memory.folder(order.folder);
  const std::uint32_t uid = known == nullptr ? 0 : known->uid_of(found->info.uid);
  if (uid == 0 || known->copies.at(uid).whole) co_return found;
  if (offline) {
    co_return fail(ErrorCode::kNotFound, "only the header of " + named(order.subject) + " is on this device");
  }
  Result<std::string> content = co_await imap_account.fetch_whole(order.folder, uid);
  if (!content) co_return fail(content.error());
  found->content = store::make_content(std::move(*content));
  co_return found;
}

Task<DeviceOutcome> Device::Parts::read(DeviceOrder order) {
  const std::string subject = order.subject;
  Result<OwnMessage> message = co_await whole(std::move(order));
  if (!message) co_return failure(message.error());
  const std::string text = message::readable_text(*message->content);
  const auto lines =
      std::count(text.begin(), text.end(), '\n') + (text.empty() || text.back() == '\n' ? 0 : 1);
  store::Flags seen;
  seen.system = store::flag::kSeen;
  const Ok marked = co_await mark(*message, true, seen);
  if (!marked) co_return failure(marked.error());
  DeviceOutcome outcome = success(fmt::format("{}, {} line{}", named(subject), lines, lines == 1 ? "" : "s"));
  co_return co_await carried_out(std::move(outcome));
}

Task<DeviceOutcome> Device::Parts::set_flag(DeviceOrder order, bool on) {
  Result<OwnMessage> message = co_await own.find(order.folder, order.subject);
  if (!message) co_return failure(message.error());
  store::Flags flagged;
  flagged.system = store::flag::kFlagged;
  const Ok marked = co_await mark(std::move(*message), on, flagged);
  if (!marked) co_return failure(marked.error());
  DeviceOutcome outcome = success(named(order.subject));
  co_return co_await carried_out(std::move(outcome));
}

void Device::Parts::unsend(store::Uid local) {
  for (const auto& [number, task] : memory.waiting()) {
    if (task.kind != Kind::kSend || task.local != local) continue;
    memory.drop_task(number);
    return;
  }
}

void Device::Parts::note_move(const OwnMessage& message, const std::string& target, store::Uid moved) {
  if (message.folder == kOutboxName) {  // it is not sent any more, and the server has never seen it
    WaitingTask task;
    task.kind = Kind::kAppend;
    task.folder = target;
    task.local = moved;
    memory.push(std::move(task));
    return;
  }
  const ServerFolder* known = memory.folder(message.folder);
  const store::Uid local = message.info.uid;
  if (const std::uint32_t uid = known == nullptr ? 0 : known->uid_of(local); uid != 0) {
    WaitingTask task;
    task.kind = Kind::kMove;
    task.folder = message.folder;
    task.target = target;
    task.uid = uid;
    task.local = moved;
    task.whole = known->copies.at(uid).whole;
    memory.drop_copy(message.folder, uid);
    memory.push(std::move(task));
    return;
  }
  const WaitingTask* bringing = bringer(message.folder, local);
  if (bringing == nullptr) return;
  WaitingTask task = *bringing;
  flags_follow(message.folder, local, target, moved);
  if (task.kind == Kind::kMove && task.folder == target) {  // back to where it came from
    memory.set_copy(task.folder, task.uid, {moved, task.whole});
    memory.drop_task(task.number);
    return;
  }
  (task.kind == Kind::kMove ? task.target : task.folder) = target;
  task.local = moved;
  memory.change(task);
}

Task<DeviceOutcome> Device::Parts::move(DeviceOrder order) {
  if (order.folder == order.target) co_return DeviceOutcome{false, "it lies there already"};
  if (order.target == kOutboxName) co_return DeviceOutcome{false, "only what is being sent lies there"};
  Result<OwnMessage> message = co_await own.find(order.folder, order.subject);
  if (!message) co_return failure(message.error());
  const Result<store::FolderInfo> there = co_await own.store().folder(own.account(), order.target);
  if (!there && there.error().code != ErrorCode::kNotFound) co_return failure(there.error());
  if (!there) {
    const Ok made = co_await make_folder(order.target);
    if (!made) co_return failure(made.error());
  }
  const Result<store::Uid> moved = co_await own.move(order.folder, message->info.uid, order.target);
  if (!moved) co_return failure(moved.error());
  if (order.folder == kOutboxName) unsend(message->info.uid);
  if (imap()) note_move(*message, order.target, *moved);
  DeviceOutcome outcome = success(named(order.subject) + " to " + escaped(order.target));
  co_return co_await carried_out(std::move(outcome));
}

void Device::Parts::note_removal(const OwnMessage& message) {
  const ServerFolder* known = memory.folder(message.folder);
  const store::Uid local = message.info.uid;
  flags_go(message.folder, local);
  WaitingTask task;
  task.kind = Kind::kDelete;
  task.folder = message.folder;
  task.uid = known == nullptr ? 0 : known->uid_of(local);
  if (task.uid != 0) {
    memory.drop_copy(message.folder, task.uid);
    memory.push(std::move(task));
    return;
  }
  const WaitingTask* bringing = bringer(message.folder, local);
  if (bringing == nullptr) return;
  if (bringing->kind == Kind::kMove) {
    task.folder = bringing->folder;
    task.uid = bringing->uid;
    task.number = bringing->number;
    memory.change(task);
  } else {
    memory.drop_task(bringing->number);
  }
}

Task<DeviceOutcome> Device::Parts::remove(DeviceOrder order) {
  Result<OwnMessage> message = co_await own.find(order.folder, order.subject);
  if (!message) co_return failure(message.error());
  std::vector<store::Uid> uids(1, message->info.uid);
  const Ok removed = co_await own.remove(order.folder, std::move(uids));
  if (!removed) co_return failure(removed.error());
  if (order.folder == kOutboxName) unsend(message->info.uid);
  if (imap()) note_removal(*message);
  DeviceOutcome outcome = success(named(order.subject));
  co_return co_await carried_out(std::move(outcome));
}

Task<DeviceOutcome> Device::Parts::search(DeviceOrder order) {
  Result<std::vector<std::string>> found = fail(ErrorCode::kAborted, "");
  if (imap() && !offline) {
    found = co_await imap_account.search(order.folder, order.target);
  } else {
    found = co_await own.search(order.folder, order.target);
  }
  if (!found) co_return failure(found.error());
  std::string words = fmt::format("{}: {} found", named(order.target), found->size());
  for (const std::string& subject : *found)
    words += ", " + named(subject);
  co_return success(std::move(words));
}

// The note first: else a power cut between the two would leave a folder that the server never hears of.
Task<Ok> Device::Parts::make_folder(std::string name) {
  std::uint64_t number = 0;
  if (imap()) {
    WaitingTask task;
    task.kind = Kind::kCreate;
    task.folder = name;
    memory.push(std::move(task));
    number = memory.waiting().rbegin()->first;
    const Ok noted = co_await memory.commit();
    if (!noted) co_return noted;
  }
  const Result<store::FolderInfo> made =
      co_await own.store().create_folder(own.account(), name, store::SpecialUse::kNone);
  if (made) co_return Ok();
  memory.drop_task(number);
  const Ok noted = co_await memory.commit();
  static_cast<void>(noted);
  co_return fail(made.error());
}

Task<DeviceOutcome> Device::Parts::create_folder(DeviceOrder order) {
  const Result<store::FolderInfo> there = co_await own.store().folder(own.account(), order.target);
  if (there) co_return DeviceOutcome{false, escaped(order.target) + " is there already"};
  const Ok made = co_await make_folder(order.target);
  if (!made) co_return failure(made.error());
  DeviceOutcome outcome = success(escaped(order.target));
  co_return co_await carried_out(std::move(outcome));
}

}  // namespace glasspost::agent
