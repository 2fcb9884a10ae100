#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/session/imap_dialogue.h"

// STORE, COPY, MOVE, EXPUNGE, CLOSE, UNSELECT.
namespace glasspost::imap {

namespace {

Outcome bad_number() {
  return Outcome::bad("A message number is larger than there are messages");
}
Outcome some_gone() {
  return Outcome::no("Some of the messages are gone", "EXPUNGEISSUED");  // RFC 2180 4, RFC 5530 3
}
Outcome is_read_only() {
  return Outcome::no("The mailbox was opened for reading only", "CANNOT");
}

store::FlagOperation to_store(StoreOperation operation) {
  switch (operation) {
    case StoreOperation::kAdd:
      return store::FlagOperation::kAdd;
    case StoreOperation::kRemove:
      return store::FlagOperation::kRemove;
    case StoreOperation::kReplace:
      break;
  }
  return store::FlagOperation::kReplace;
}

/// COPYUID: the destination's UIDVALIDITY, where from, where to, pair by pair. // RFC 4315 3
std::string copy_uid(std::uint32_t uid_validity, const std::vector<store::CopiedMessage>& copied) {
  if (copied.empty()) return {};
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> destinations;
  for (const store::CopiedMessage& message : copied) {
    sources.push_back(message.source);
    destinations.push_back(message.destination);
  }
  return "COPYUID " + std::to_string(uid_validity) + ' ' + format_sequence_set(sources) + ' ' +
         format_sequence_set(destinations);
}

}  // namespace

std::optional<std::vector<std::size_t>> Dialogue::positions(const SequenceSet& set, bool uid) const {
  if (uid) return view->by_uid(set);
  return view->by_number(set);
}

// RFC 7162 3.1.2: from the first command that knows of mod-sequences on, they are told.
Task<void> Dialogue::enable_condstore() {
  if (condstore) co_return;
  condstore = true;
  if (!view) co_return;
  const Result<store::FolderInfo> folder = co_await context.mailboxes.folder_by_id(view->folder());
  if (!folder) co_return;
  say("* OK [HIGHESTMODSEQ " + std::to_string(folder->mod_sequence) + "] Mod-sequences are told");
}

Task<Outcome> Dialogue::store_flags(StoreArguments arguments, bool uid) {
  const std::optional<std::vector<std::size_t>> chosen = positions(arguments.set, uid);
  if (!chosen) co_return bad_number();
  if (read_only) co_return is_read_only();
  if (arguments.unchanged_since) {
    co_await enable_condstore();
  }
  std::vector<store::Uid> uids;
  std::vector<store::Uid> changed_before;  // by others; the client still has to be told
  bool gone = false;
  for (const std::size_t position : *chosen) {
    const ViewedMessage& message = view->at(position);
    gone = gone || message.gone;
    if (!message.gone) uids.push_back(message.info.uid);
    if (message.flags_changed) changed_before.push_back(message.info.uid);
  }
  store::FlagChange change;
  change.operation = to_store(arguments.operation);
  change.flags = to_store(arguments.flags);
  change.unchanged_since = arguments.unchanged_since;
  const Result<store::FlagsChanged> done =
      co_await context.mailboxes.change_flags(view->folder(), std::move(uids), std::move(change));
  if (!done) co_return store_failure(done.error());
  for (const store::MessageInfo& message : done->changed) {
    const std::optional<std::size_t> position = view->position_of(message.uid);
    if (!position) continue;
    const bool by_others = std::binary_search(changed_before.begin(), changed_before.end(), message.uid);
    if (!arguments.silent || by_others) {
      tell_flags(*position, uid);
    } else if (condstore) {  // RFC 7162 3.1.3: the new mod-sequence is told in any case
      say("* " + std::to_string(*position + 1) + " FETCH (" +
          (uid ? "UID " + std::to_string(message.uid) + ' ' : "") + "MODSEQ (" +
          std::to_string(message.mod_sequence) + "))");
    }
    view->at(*position).flags_changed = false;
  }
  if (!done->conflicting.empty()) {
    std::vector<std::uint32_t> numbers;
    for (const store::Uid one : done->conflicting) {
      const std::optional<std::size_t> position = view->position_of(one);
      if (position) numbers.push_back(uid ? one : static_cast<std::uint32_t>(*position + 1));
    }
    co_return Outcome::ok("Some messages had changed", "MODIFIED " + format_sequence_set(numbers));
  }
  if (gone) co_return some_gone();
  co_return Outcome::ok("Stored");
}

Task<Outcome> Dialogue::copy(CopyArguments arguments, bool uid) {
  const std::optional<std::vector<std::size_t>> chosen = positions(arguments.set, uid);
  if (!chosen) co_return bad_number();
  const Result<store::FolderInfo> target = co_await find_mailbox(std::move(arguments.mailbox));
  if (!target) co_return Outcome::no("There is no such mailbox", "TRYCREATE");  // RFC 3501 6.4.7
  std::vector<store::Uid> uids;
  for (const std::size_t position : *chosen) {
    if (view->at(position).gone) co_return some_gone();  // all or nothing
    uids.push_back(view->at(position).info.uid);
  }
  const Result<std::vector<store::CopiedMessage>> copied =
      co_await context.mailboxes.copy(view->folder(), std::move(uids), target->id);
  if (!copied) co_return store_failure(copied.error());
  co_return Outcome::ok("Copied", copy_uid(target->uid_validity, *copied));
}

Task<Outcome> Dialogue::move(CopyArguments arguments, bool uid) {
  const std::optional<std::vector<std::size_t>> chosen = positions(arguments.set, uid);
  if (!chosen) co_return bad_number();
  if (read_only) co_return is_read_only();
  const Result<store::FolderInfo> target = co_await find_mailbox(std::move(arguments.mailbox));
  if (!target) co_return Outcome::no("There is no such mailbox", "TRYCREATE");
  std::vector<store::Uid> uids;
  for (const std::size_t position : *chosen) {
    if (view->at(position).gone) co_return some_gone();
    uids.push_back(view->at(position).info.uid);
  }
  const Result<std::vector<store::CopiedMessage>> moved =
      co_await context.mailboxes.move(view->folder(), std::move(uids), target->id);
  if (!moved) co_return store_failure(moved.error());
  // RFC 6851 4.3: before the EXPUNGEs, which follow when the changes are told
  const std::string code = copy_uid(target->uid_validity, *moved);
  if (!code.empty()) say("* OK [" + code + "] Moved");
  co_return Outcome::ok("Moved");
}

Task<Outcome> Dialogue::expunge(std::optional<SequenceSet> set) {
  if (read_only) co_return is_read_only();
  std::optional<std::vector<store::Uid>> only;
  if (set) {
    only.emplace();
    for (const std::size_t position : view->by_uid(*set))
      only->push_back(view->at(position).info.uid);
  }
  const Result<std::vector<store::Uid>> gone =
      co_await context.mailboxes.expunge(view->folder(), std::move(only));
  if (!gone) co_return store_failure(gone.error());
  co_return Outcome::ok("Expunged");
}

// RFC 3501 6.4.2: no EXPUNGE is told.
Task<Outcome> Dialogue::close(bool expunging) {
  const store::FolderId folder = view->folder();
  const bool any = expunging && std::any_of(view->messages().begin(), view->messages().end(),
                                            [](const ViewedMessage& message) {
                                              return (message.info.flags.system & store::flag::kDeleted) != 0;
                                            });
  deselect(expunging ? "CLOSE" : "UNSELECT");
  if (any) {
    const Result<std::vector<store::Uid>> gone = co_await context.mailboxes.expunge(folder, std::nullopt);
    if (!gone && gone.error().code != ErrorCode::kNotFound) co_return store_failure(gone.error());
  }
  co_return Outcome::ok("Closed");
}

}  // namespace glasspost::imap
