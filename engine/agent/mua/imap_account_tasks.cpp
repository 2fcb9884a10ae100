// What the user did on the device, done at the IMAP server.
#include <utility>

#include "engine/agent/mua/imap_account.h"
#include "engine/agent/mua/server_login.h"
#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

imap::FlagList to_imap(const store::Flags& flags) {
  return {flags.system, flags.keywords};
}

bool refused(const Ok& ok) {
  return !ok && ok.error().code == ErrorCode::kRefused;
}

std::string words_of(const WaitingTask& task) {
  constexpr std::string_view kNames[] = {"flags", "move", "delete", "append", "create", "send"};
  return std::string(kNames[static_cast<std::size_t>(task.kind)]) + " in " + escaped(task.folder);
}

}  // namespace

Task<Ok> ImapAccount::carry_out(std::vector<std::string>& refusals) {
  const std::map<std::uint64_t, WaitingTask> tasks = memory_.waiting();
  for (const auto& [number, copy] : tasks) {
    if (copy.kind == WaitingTask::Kind::kSend) continue;
    const WaitingTask task = copy;
    const Ok done = co_await carry_out_one(task);
    if (refused(done)) refusals.push_back(words_of(task) + ": " + done.error().message);
    if (!done && !refused(done)) co_return done;
    memory_.drop_task(number);
    const Ok noted = co_await memory_.commit();
    if (!noted) co_return noted;
  }
  co_return Ok();
}

Task<Ok> ImapAccount::carry_out_one(WaitingTask task) {
  Ok ready = co_await connect();
  if (!ready) co_return ready;
  switch (task.kind) {
    case WaitingTask::Kind::kFlags:
      co_return co_await carry_flags(task);
    case WaitingTask::Kind::kMove:
      co_return co_await carry_move(task);
    case WaitingTask::Kind::kDelete:
      co_return co_await carry_delete(task);
    case WaitingTask::Kind::kAppend:
      co_return co_await carry_append(task);
    case WaitingTask::Kind::kCreate:
      co_return co_await make_folder(task.folder);
    case WaitingTask::Kind::kSend:
      break;
  }
  co_return Ok();
}

Task<Ok> ImapAccount::make_folder(std::string folder) {
  const auto made = co_await session_->create(folder);
  if (!made) co_return fail(error_of(made.error()));
  const auto subscribed = co_await session_->subscribe(folder);
  if (!subscribed) co_return fail(error_of(subscribed.error()));
  co_return Ok();
}

// RFC 3501 2.3.1.1: under another UIDVALIDITY a UID is another message's.
Task<Result<bool>> ImapAccount::open_noted(std::string folder) {
  const Ok opened = co_await open(folder);
  if (!opened) co_return fail(opened.error());
  const ServerFolder* known = memory_.folder(folder);
  co_return known != nullptr && known->uid_validity == session_->mailbox().uid_validity;
}

void ImapAccount::note_validity(const std::string& folder, std::uint32_t uid_validity) {
  const ServerFolder* known = memory_.folder(folder);
  if (known != nullptr && known->uid_validity != 0) return;
  ServerFolder state;  // all else unknown: the next look will find it changed
  state.uid_validity = uid_validity;
  memory_.set_folder(folder, state);
}

Task<Ok> ImapAccount::carry_flags(const WaitingTask& task) {
  const ServerFolder* known = memory_.folder(task.folder);
  std::uint32_t uid = task.uid;
  if (uid == 0 && known != nullptr) uid = known->uid_of(task.local);
  if (uid == 0) co_return Ok();  // it has gone meanwhile
  const Result<bool> opened = co_await open_noted(task.folder);
  if (!opened) co_return fail(opened.error());
  if (!*opened) co_return Ok();
  const auto operation = task.add ? imap::StoreOperation::kAdd : imap::StoreOperation::kRemove;
  std::string set = std::to_string(uid);
  imap::FlagList flags = to_imap(task.flags);
  const auto stored = co_await session_->uid_store(std::move(set), operation, std::move(flags));
  if (!stored) co_return fail(error_of(stored.error()));
  co_return Ok();
}

Task<Ok> ImapAccount::carry_move(const WaitingTask& task) {
  const Result<bool> opened = co_await open_noted(task.folder);
  if (!opened) co_return fail(opened.error());
  if (!*opened) {
    std::vector<store::Uid> stale(1, task.local);
    co_return co_await own_.remove(task.target, std::move(stale));
  }
  const std::string set = std::to_string(task.uid);
  auto moved = co_await session_->uid_move(set, task.target);
  const bool missing = !moved && moved.error().response && moved.error().response->code.name == "TRYCREATE";
  if (missing) {
    const Ok made = co_await make_folder(task.target);
    if (!made) co_return made;
    moved = co_await session_->uid_move(set, task.target);
  }
  if (!moved) co_return fail(error_of(moved.error()));
  if (moved->destination.ranges.size() == 1) {
    note_validity(task.target, moved->uid_validity);
    memory_.set_copy(task.target, moved->destination.ranges.front().first, {task.local, task.whole});
    co_return Ok();
  }
  // It has vanished there, or the server does not say where it went: the next look will tell.
  std::vector<store::Uid> copy(1, task.local);
  co_return co_await own_.remove(task.target, std::move(copy));
}

Task<Ok> ImapAccount::carry_delete(const WaitingTask& task) {
  const Result<bool> opened = co_await open_noted(task.folder);
  if (!opened) co_return fail(opened.error());
  if (!*opened) co_return Ok();
  imap::FlagList deleted;
  deleted.system = imap::system_flag::kDeleted;
  const std::string set = std::to_string(task.uid);
  const auto marked = co_await session_->uid_store(set, imap::StoreOperation::kAdd, std::move(deleted));
  if (!marked) co_return fail(error_of(marked.error()));
  const auto gone = co_await session_->uid_expunge(set);
  if (!gone) co_return fail(error_of(gone.error()));
  co_return Ok();
}

Task<Ok> ImapAccount::carry_append(const WaitingTask& task) {
  const Result<OwnMessage> message = co_await own_.get(task.folder, task.local);
  if (!message && message.error().code == ErrorCode::kNotFound) co_return Ok();
  if (!message) co_return fail(message.error());
  imap::FlagList flags = to_imap(message->info.flags);
  const Instant date = message->info.internal_date;
  auto appended = co_await session_->append(task.folder, flags, date, *message->content);
  const bool missing =
      !appended && appended.error().response && appended.error().response->code.name == "TRYCREATE";
  if (missing) {
    const Ok made = co_await make_folder(task.folder);
    if (!made) co_return made;
    appended = co_await session_->append(task.folder, flags, date, *message->content);
  }
  if (!appended) co_return fail(error_of(appended.error()));
  if (appended->uid != 0) {
    note_validity(task.folder, appended->uid_validity);
    memory_.set_copy(task.folder, appended->uid, {task.local, true});
    co_return Ok();
  }
  std::vector<store::Uid> copy(1, task.local);
  co_return co_await own_.remove(task.folder, std::move(copy));
}

}  // namespace glasspost::agent
