#include "engine/agent/mua/imap_account.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/agent/mua/server_dial.h"
#include "engine/agent/mua/server_login.h"
#include "engine/base/text.h"
#include "engine/protocol/imap/sequence_set.h"

namespace glasspost::agent {

namespace {

// Of one UID FETCH with letters: the answer has to fit into memory.
constexpr std::size_t kMostInBatch = 50;
constexpr std::uint64_t kMostBytesInBatch = 8 * 1024 * 1024;

constexpr int kMostRounds = 3;

constexpr const char* kOutbox = "Outbox";

store::Flags to_store(const imap::MessageFlags& flags) {
  store::Flags out;
  out.system = flags.flags.system;
  out.keywords = flags.flags.keywords;
  std::sort(out.keywords.begin(), out.keywords.end());
  return out;
}

store::SpecialUse special_use_of(const imap::ListData& mailbox) {
  if (mailbox.has("\\Archive")) return store::SpecialUse::kArchive;
  if (mailbox.has("\\Drafts")) return store::SpecialUse::kDrafts;
  if (mailbox.has("\\Flagged")) return store::SpecialUse::kFlagged;
  if (mailbox.has("\\Junk")) return store::SpecialUse::kJunk;
  if (mailbox.has("\\Sent")) return store::SpecialUse::kSent;
  if (mailbox.has("\\Trash")) return store::SpecialUse::kTrash;
  return store::SpecialUse::kNone;
}

// Whether something has happened since the flags were told.
bool differs(const imap::MailboxNews& news, const std::map<std::uint32_t, store::Flags>& told) {
  if (news.arrivals || news.unknown_gone || !news.gone.empty()) return true;
  for (const auto& [uid, flags] : news.flags) {
    const auto known = told.find(uid);
    if (known == told.end() || known->second != to_store(flags)) return true;
  }
  return false;
}

bool selectable(const imap::ListData& mailbox) {
  return !mailbox.has("\\Noselect") && !mailbox.has("\\NonExistent");
}

}  // namespace

SyncCount& SyncCount::operator+=(const SyncCount& other) {
  fetched += other.fetched;
  gone += other.gone;
  changed += other.changed;
  deleted_there += other.deleted_there;
  return *this;
}

std::string SyncCount::words() const {
  std::string out = fetched == 0 ? std::string("nothing new") : fmt::format("{} new", fetched);
  if (gone > 0) out += fmt::format(", {} gone", gone);
  if (changed > 0) out += fmt::format(", {} with other flags", changed);
  if (deleted_there > 0) out += fmt::format(", {} deleted there", deleted_there);
  return out;
}

ImapAccount::ImapAccount(const DeviceConfig& config, const DeviceGround& ground, DeviceMemory& memory,
                         OwnMailboxes& own)
    : config_(config), ground_(ground), memory_(memory), own_(own) {}

ImapAccount::~ImapAccount() = default;

bool ImapAccount::connected() const {
  return session_ != nullptr && session_->usable();
}

void ImapAccount::abort() {
  aborted_ = true;
  if (session_) session_->abort();
}

Task<Ok> ImapAccount::connect() {
  if (connected()) co_return Ok();
  session_.reset();
  ServerDial dial;
  dial.server = config_.server;
  dial.port = config_.port;
  dial.timeout = config_.mail.timeout;
  Result<ByteStreamPtr> stream = co_await dial_server(dial, ground_.host, ground_.resolver);
  if (!stream) co_return fail(stream.error());
  if (aborted_) co_return fail(ErrorCode::kAborted, "the device stops");
  imap::ClientOptions options;
  set_login(config_, options);
  const imap::ClientContext context{ground_.host.clock, ground_.host.random, ground_.observer, ground_.tls};
  session_ = std::make_unique<imap::ClientSession>(std::move(options), context);
  const auto connected = co_await session_->connect(std::move(*stream));
  if (connected) co_return Ok();
  const Error error = error_of(connected.error());
  co_await disconnect();
  co_return fail(error);
}

Task<void> ImapAccount::disconnect() {
  if (!session_) co_return;
  const auto left = co_await session_->logout();
  static_cast<void>(left);
  session_.reset();
}

bool ImapAccount::selected(const std::string& folder) const {
  return session_ != nullptr && session_->mailbox().name == folder && session_->usable();
}

Task<Ok> ImapAccount::open(std::string folder) {
  if (selected(folder)) co_return Ok();
  const auto opened = co_await session_->select(folder, false);
  if (!opened) co_return fail(error_of(opened.error()));
  co_return Ok();
}

bool ImapAccount::has_changed(const imap::MailboxListing& listing, const std::string& folder) const {
  const ServerFolder* known = memory_.folder(folder);
  if (known == nullptr || known->uid_validity == 0) return true;
  for (const imap::StatusData& status : listing.statuses) {
    if (status.mailbox != folder) continue;
    return status.uid_validity != known->uid_validity || status.uid_next != known->uid_next ||
           status.messages != known->messages ||
           (status.highest_mod_sequence && *status.highest_mod_sequence != known->mod_sequence);
  }
  return true;
}

Task<Result<SyncCount>> ImapAccount::sync() {
  SyncCount count;
  std::vector<std::string> refused;
  Ok ok = co_await connect();
  if (ok) {
    ok = co_await carry_out(refused);
  }
  if (!ok) co_return fail(ok.error());
  const auto listing = co_await session_->list_with_status();
  if (!listing) co_return fail(error_of(listing.error()));
  std::vector<std::string> there;
  for (const imap::ListData& mailbox : listing->mailboxes) {
    if (!selectable(mailbox)) continue;
    there.push_back(mailbox.mailbox);
    const Result<store::FolderInfo> here = co_await own_.folder(mailbox.mailbox, special_use_of(mailbox));
    if (!here) co_return fail(here.error());
  }
  std::vector<std::string> gone;
  for (const auto& [name, folder] : memory_.folders()) {
    if (std::find(there.begin(), there.end(), name) == there.end()) gone.push_back(name);
  }
  for (const std::string& name : gone) {
    ok = co_await forget_folder(name, true);
    if (!ok) co_return fail(ok.error());
  }
  for (const std::string& name : there) {
    if (!has_changed(*listing, name)) continue;
    const Result<SyncCount> changed = co_await sync_folder(name);
    if (!changed) co_return fail(changed.error());
    count += *changed;
  }
  ok = co_await memory_.commit();
  if (!ok) co_return fail(ok.error());
  co_return count;
}

// Its copies go; with `remove` the folder too.
Task<Ok> ImapAccount::forget_folder(std::string folder, bool remove) {
  std::vector<store::Uid> copies;
  if (const ServerFolder* known = memory_.folder(folder)) {
    for (const auto& [uid, copy] : known->copies)
      copies.push_back(copy.local);
  }
  if (!copies.empty()) {
    const Ok removed = co_await own_.remove(folder, std::move(copies));
    if (!removed && removed.error().code != ErrorCode::kNotFound) co_return removed;
  }
  memory_.drop_folder(folder);
  if (!remove || folder == "INBOX") co_return Ok();
  const Result<store::FolderInfo> here = co_await own_.store().folder(own_.account(), folder);
  if (here && here->messages == 0) {
    const Ok removed = co_await own_.store().remove_folder(here->id);
    if (!removed) co_return removed;
  }
  co_return Ok();
}

Task<Result<SyncCount>> ImapAccount::sync_folder(std::string folder) {
  SyncCount count;
  // What happens there meanwhile is taken over too.
  for (int round = 0; round < kMostRounds; ++round) {
    bool again = false;
    const Result<SyncCount> changed = co_await sync_once(folder, again);
    if (!changed) co_return fail(changed.error());
    count += *changed;
    if (!again) break;
  }
  co_return count;
}

Task<Result<SyncCount>> ImapAccount::sync_once(std::string folder, bool& again) {
  SyncCount count;
  Ok ok = co_await open(folder);
  if (!ok) co_return fail(ok.error());
  session_->take_news();
  const std::uint32_t validity = session_->mailbox().uid_validity;
  const ServerFolder* known = memory_.folder(folder);
  if (known != nullptr && known->uid_validity != validity) {
    // RFC 3501 2.3.1.1: the numbers mean other messages now.
    ok = co_await forget_folder(folder, false);
    if (!ok) co_return fail(ok.error());
  }
  std::map<std::uint32_t, store::Flags> server;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> unknown;
  if (!session_->mailbox().uids.empty()) {
    const auto listed = co_await session_->uid_fetch("1:*", "(UID FLAGS RFC822.SIZE)", std::nullopt);
    if (!listed) co_return fail(error_of(listed.error()));
    known = memory_.folder(folder);
    for (const imap::FetchData& message : *listed) {
      if (!message.uid || !message.flags) continue;
      server[*message.uid] = to_store(*message.flags);
      const bool have = known != nullptr && known->copies.contains(*message.uid);
      if (!have) unknown.emplace_back(*message.uid, message.size.value_or(0));
    }
  }
  ServerFolder state;
  state.uid_validity = validity;
  state.uid_next = session_->mailbox().uid_next;
  state.messages = static_cast<std::uint32_t>(server.size());
  state.mod_sequence = session_->mailbox().highest_mod_sequence;
  if (!server.empty()) state.uid_next = std::max(state.uid_next, server.rbegin()->first + 1);
  ok = co_await take_flags(folder, server, count);
  if (ok) {
    std::sort(unknown.begin(), unknown.end());
    ok = co_await take_new(folder, std::move(unknown), count);
  }
  if (!ok) co_return fail(ok.error());
  memory_.set_folder(folder, state);
  again = differs(session_->take_news(), server);
  ok = co_await memory_.commit();
  if (!ok) co_return fail(ok.error());
  co_return count;
}

// Copies whose message has gone go too; flags become what they are there.
Task<Ok> ImapAccount::take_flags(std::string folder, std::map<std::uint32_t, store::Flags> server,
                                 SyncCount& count) {
  const ServerFolder* known = memory_.folder(folder);
  if (known == nullptr) co_return Ok();
  const std::map<std::uint32_t, ServerCopy> copies = known->copies;
  const Result<std::map<store::Uid, store::Flags>> here = co_await own_.flags(folder);
  if (!here) co_return fail(here.error());
  std::vector<store::Uid> gone;
  for (const auto& [uid, copy] : copies) {
    const auto there = server.find(uid);
    if (there == server.end()) {
      gone.push_back(copy.local);
      memory_.drop_copy(folder, uid);
      continue;
    }
    const auto mine = here->find(copy.local);
    if (mine == here->end() || mine->second == there->second) continue;
    const Ok changed =
        co_await own_.change_flags(folder, copy.local, store::FlagOperation::kReplace, there->second);
    if (!changed) co_return changed;
    ++count.changed;
  }
  count.gone += gone.size();
  if (gone.empty()) co_return Ok();
  co_return co_await own_.remove(folder, std::move(gone));
}

Task<Ok> ImapAccount::take_new(std::string folder, std::vector<std::pair<std::uint32_t, std::uint64_t>> uids,
                               SyncCount& count) {
  std::vector<std::uint32_t> batch;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < uids.size(); ++i) {
    batch.push_back(uids[i].first);
    bytes += uids[i].second;
    const bool last = i + 1 == uids.size();
    const bool full =
        batch.size() >= kMostInBatch || (!last && bytes + uids[i + 1].second > kMostBytesInBatch);
    if (!last && !full) continue;
    std::string set = imap::format_sequence_set(batch);
    const Ok taken = co_await take_batch(folder, std::move(set), count);
    if (!taken) co_return taken;
    batch.clear();
    bytes = 0;
  }
  co_return Ok();
}

Task<Ok> ImapAccount::take_batch(std::string folder, std::string set, SyncCount& count) {
  const bool whole = config_.policy != DevicePolicy::kOnline;
  const std::string items =
      whole ? "(UID FLAGS INTERNALDATE BODY.PEEK[])" : "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER])";
  const auto fetched = co_await session_->uid_fetch(std::move(set), items, std::nullopt);
  if (!fetched) co_return fail(error_of(fetched.error()));
  for (const imap::FetchData& message : *fetched) {
    const std::string* bytes = message.section(whole ? "BODY[]" : "BODY[HEADER]");
    if (!message.uid || !message.flags || bytes == nullptr) continue;
    const Instant date = message.internal_date.value_or(ground_.host.clock.now());
    const Result<store::Uid> local = co_await own_.add(folder, *bytes, to_store(*message.flags), date);
    if (!local) co_return fail(local.error());
    memory_.set_copy(folder, *message.uid, {*local, whole});
    ++count.fetched;
  }
  co_return co_await memory_.commit();
}

Task<Result<std::string>> ImapAccount::fetch_whole(std::string folder, std::uint32_t uid) {
  Ok ok = co_await connect();
  if (ok) {
    ok = co_await open(std::move(folder));
  }
  if (!ok) co_return fail(ok.error());
  std::string set = std::to_string(uid);
  const auto fetched = co_await session_->uid_fetch(std::move(set), "(UID BODY.PEEK[])", std::nullopt);
  if (!fetched) co_return fail(error_of(fetched.error()));
  for (const imap::FetchData& message : *fetched) {
    if (const std::string* bytes = message.section("BODY[]")) co_return *bytes;
  }
  co_return fail(ErrorCode::kNotFound, "the message has vanished from the server");
}

Task<Result<std::vector<std::string>>> ImapAccount::search(std::string folder, std::string words) {
  Ok ok = co_await connect();
  if (ok) {
    ok = co_await open(folder);
  }
  if (!ok) co_return fail(ok.error());
  const auto found = co_await session_->uid_search_text(std::move(words));
  if (!found) co_return fail(error_of(found.error()));
  std::vector<std::string> subjects;
  for (const std::uint32_t uid : *found) {
    const ServerFolder* known = memory_.folder(folder);
    const auto copy =
        known == nullptr ? std::map<std::uint32_t, ServerCopy>::const_iterator() : known->copies.find(uid);
    const bool here = known != nullptr && copy != known->copies.end();
    if (!here) {
      subjects.push_back(fmt::format("UID {}", uid));
      continue;
    }
    const Result<OwnMessage> message = co_await own_.get(folder, copy->second.local);
    subjects.push_back(message ? subject_of(*message->content) : fmt::format("UID {}", uid));
  }
  co_return subjects;
}

Task<Result<SyncCount>> ImapAccount::idle(Instant until) {
  SyncCount count;
  if (!selected("INBOX")) {
    const Result<SyncCount> synced = co_await sync_folder("INBOX");
    if (!synced) co_return fail(synced.error());
    count += *synced;
  }
  const auto idled = co_await session_->idle(until);
  if (!idled) co_return fail(error_of(idled.error()));
  if (!session_->take_news().any()) co_return count;
  const Result<SyncCount> synced = co_await sync_folder("INBOX");
  if (!synced) co_return fail(synced.error());
  count += *synced;
  co_return count;
}

void ImapAccount::end_idle() {
  if (session_) session_->end_idle();
}

Task<Ok> ImapAccount::tidy_up() {
  std::map<std::string, std::vector<store::Uid>> named;  // local UIDs that belong to somebody
  for (const auto& [number, task] : memory_.waiting()) {
    if (task.kind == WaitingTask::Kind::kAppend) named[task.folder].push_back(task.local);
    if (task.kind == WaitingTask::Kind::kMove) named[task.target].push_back(task.local);
  }
  const std::map<std::string, ServerFolder> folders = memory_.folders();
  const Result<std::vector<store::FolderInfo>> here = co_await own_.folders();
  if (!here) co_return fail(here.error());
  for (const store::FolderInfo& folder : *here) {
    if (folder.name == kOutbox) continue;
    const Result<std::map<store::Uid, store::Flags>> messages = co_await own_.flags(folder.name);
    if (!messages) co_return fail(messages.error());
    std::vector<store::Uid>& owners = named[folder.name];
    const auto known = folders.find(folder.name);
    if (known != folders.end()) {
      for (const auto& [uid, copy] : known->second.copies) {
        if (messages->contains(copy.local)) {
          owners.push_back(copy.local);
        } else {
          memory_.drop_copy(folder.name, uid);
        }
      }
    }
    std::vector<store::Uid> orphans;
    for (const auto& [uid, flags] : *messages) {
      if (std::find(owners.begin(), owners.end(), uid) == owners.end()) orphans.push_back(uid);
    }
    if (orphans.empty()) continue;
    const Ok removed = co_await own_.remove(folder.name, std::move(orphans));
    if (!removed) co_return removed;
  }
  co_return co_await memory_.commit();
}

}  // namespace glasspost::agent
