#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/imap/modified_utf7.h"
#include "engine/protocol/imap/response.h"
#include "engine/session/imap_dialogue.h"

// SELECT, EXAMINE, CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, APPEND.
namespace glasspost::imap {

namespace {

constexpr std::pair<store::SpecialUse, std::string_view> kSpecialUses[] = {
    {store::SpecialUse::kArchive, "\\Archive"}, {store::SpecialUse::kDrafts, "\\Drafts"},
    {store::SpecialUse::kFlagged, "\\Flagged"}, {store::SpecialUse::kJunk, "\\Junk"},
    {store::SpecialUse::kSent, "\\Sent"},       {store::SpecialUse::kTrash, "\\Trash"}};

Outcome no_mailbox() {
  return Outcome::no("There is no such mailbox", "NONEXISTENT");
}

}  // namespace

std::string_view special_use_name(store::SpecialUse use) {
  for (const auto& [one, name] : kSpecialUses) {
    if (one == use) return name;
  }
  return {};
}

Outcome store_failure(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return no_mailbox();
    case ErrorCode::kConflict:
      return Outcome::no("There is such a mailbox already", "ALREADYEXISTS");
    case ErrorCode::kTooLarge:
      return Outcome::no(error.message, "OVERQUOTA");
    case ErrorCode::kInvalidInput:
    case ErrorCode::kUnsupported:
      return Outcome::no(error.message, "CANNOT");
    default:
      return Outcome::no("The mailbox store failed", "SERVERBUG");
  }
}

Task<Result<store::FolderInfo>> Dialogue::find_mailbox(std::string wire_name) {
  Result<std::string> name = decode_modified_utf7(wire_name);
  if (!name) co_return fail(ErrorCode::kNotFound, "the name is not modified UTF-7");
  Result<store::FolderInfo> folder = co_await context.mailboxes.folder(client.account, *name);
  // What can be no folder's name is the name of none.
  const bool no_name = !folder && folder.error().code == ErrorCode::kInvalidInput;
  if (no_name) co_return fail(ErrorCode::kNotFound, folder.error().message);
  co_return folder;
}

void Dialogue::deselect(std::string_view trigger) {
  if (view) context.mailboxes.remove_listener(*view);
  view.reset();
  keywords.clear();
  machine.deselect(trigger);
}

Task<Outcome> Dialogue::select(MailboxArguments arguments, bool examine) {
  // RFC 3501 6.3.1: the mailbox before is left even where this fails.
  Result<store::FolderInfo> folder = co_await find_mailbox(std::move(arguments.mailbox));
  deselect(examine ? "EXAMINE" : "SELECT");
  if (!folder) co_return store_failure(folder.error());
  co_return co_await open_mailbox(std::move(*folder), arguments.condstore, examine);
}

Task<Outcome> Dialogue::open_mailbox(store::FolderInfo folder, bool with_condstore, bool examine) {
  view = std::make_unique<MailboxView>(folder.id);
  context.mailboxes.add_listener(*view);
  Result<std::vector<store::MessageInfo>> listed =
      co_await context.mailboxes.list(folder.id, store::UidRange());
  if (listed) {
    view->load(std::move(*listed));
    // The counters as they are now: what came while listing is in the view already.
    Result<store::FolderInfo> fresh = co_await context.mailboxes.folder_by_id(folder.id);
    if (fresh) folder = std::move(*fresh);
  } else {
    deselect("SELECT");
    co_return store_failure(listed.error());
  }
  read_only = examine;
  condstore = condstore || with_condstore;
  machine.select(examine ? "EXAMINE" : "SELECT");
  // What arrived meanwhile belongs to the first answer.
  static_cast<void>(view->take_expunged());
  view->take_arrivals();
  static_cast<void>(view->take_flag_changes());
  const store::Uid mark = context.recents.mark(folder.id);
  std::size_t unseen = 0;
  for (std::size_t i = 0; i < view->count(); ++i) {
    ViewedMessage& message = view->at(i);
    message.recent = message.info.uid > mark;
    if (unseen == 0 && (message.info.flags.system & store::flag::kSeen) == 0) unseen = i + 1;
    for (const std::string& keyword : message.info.flags.keywords)
      keywords.insert(to_lower(keyword));
  }
  if (!examine) context.recents.claim(folder.id, view->largest_uid());
  say_flag_names();
  say("* " + std::to_string(view->count()) + " EXISTS");
  say("* " + std::to_string(view->recent_count()) + " RECENT");
  if (unseen > 0) say("* OK [UNSEEN " + std::to_string(unseen) + "] The first message that is not seen");
  say("* OK [UIDVALIDITY " + std::to_string(folder.uid_validity) + "] UIDs are valid");
  say("* OK [UIDNEXT " + std::to_string(folder.uid_next) + "] The next UID");
  say("* OK [HIGHESTMODSEQ " + std::to_string(folder.mod_sequence) +
      "] The highest mod-sequence");  // RFC 7162 3.1.2.1
  co_return Outcome::ok(examine ? "Opened for reading" : "Selected", examine ? "READ-ONLY" : "READ-WRITE");
}

Task<Outcome> Dialogue::create(MailboxArguments arguments) {
  Result<std::string> name = decode_modified_utf7(arguments.mailbox);
  if (!name) co_return Outcome::no("The name is not modified UTF-7", "CANNOT");
  // RFC 3501 6.3.3: a separator at the end says that names below are to come.
  if (!name->empty() && name->back() == '/') name->pop_back();
  store::SpecialUse use = store::SpecialUse::kNone;
  if (!arguments.special_use.empty()) {
    for (const auto& [one, attribute] : kSpecialUses) {
      if (iequals(attribute, arguments.special_use)) use = one;
    }
    if (use == store::SpecialUse::kNone) co_return Outcome::no("No mailbox here has that use", "USEATTR");
  }
  const Result<store::FolderInfo> made = co_await context.mailboxes.create_folder(client.account, *name, use);
  if (!made) co_return store_failure(made.error());
  // Whether to subscribe is the client's choice. // RFC 3501 6.3.6
  const Ok plain = co_await context.mailboxes.set_subscribed(made->id, false);
  if (!plain) co_return store_failure(plain.error());
  co_return Outcome::ok("Created");
}

Task<Outcome> Dialogue::remove(MailboxArguments arguments) {
  const Result<store::FolderInfo> folder = co_await find_mailbox(std::move(arguments.mailbox));
  if (!folder) co_return store_failure(folder.error());
  const Ok removed = co_await context.mailboxes.remove_folder(folder->id);
  if (!removed) co_return store_failure(removed.error());
  co_return Outcome::ok("Deleted");
}

Task<Outcome> Dialogue::rename(RenameArguments arguments) {
  Result<store::FolderInfo> folder = co_await find_mailbox(std::move(arguments.from));
  if (!folder) co_return store_failure(folder.error());
  Result<std::string> name = decode_modified_utf7(arguments.to);
  if (!name) co_return Outcome::no("The name is not modified UTF-7", "CANNOT");
  if (!name->empty() && name->back() == '/') name->pop_back();
  if (folder->name == "INBOX") {
    co_return co_await empty_inbox_into(std::move(*folder), std::move(*name));
  }
  const Ok renamed = co_await context.mailboxes.rename_folder(folder->id, std::move(*name));
  if (!renamed) co_return store_failure(renamed.error());
  co_return Outcome::ok("Renamed");
}

// RFC 3501 6.3.5: renaming INBOX moves its messages and leaves it empty.
Task<Outcome> Dialogue::empty_inbox_into(store::FolderInfo inbox, std::string name) {
  const Result<store::FolderInfo> target =
      co_await context.mailboxes.create_folder(client.account, std::move(name), store::SpecialUse::kNone);
  if (!target) co_return store_failure(target.error());
  const Result<std::vector<store::MessageInfo>> messages =
      co_await context.mailboxes.list(inbox.id, store::UidRange());
  if (!messages) co_return store_failure(messages.error());
  std::vector<store::Uid> uids;
  for (const store::MessageInfo& message : *messages)
    uids.push_back(message.uid);
  const Result<std::vector<store::CopiedMessage>> moved =
      co_await context.mailboxes.move(inbox.id, std::move(uids), target->id);
  if (!moved) co_return store_failure(moved.error());
  co_return Outcome::ok("The messages were moved; INBOX stays");
}

Task<Outcome> Dialogue::subscribe(MailboxArguments arguments, bool subscribed) {
  const Result<store::FolderInfo> folder = co_await find_mailbox(std::move(arguments.mailbox));
  if (!folder) co_return store_failure(folder.error());  // RFC 3501 6.3.6: names may be checked
  const Ok done = co_await context.mailboxes.set_subscribed(folder->id, subscribed);
  if (!done) co_return store_failure(done.error());
  co_return Outcome::ok(subscribed ? "Subscribed" : "Unsubscribed");
}

Task<Outcome> Dialogue::append(AppendArguments arguments) {
  const Result<store::FolderInfo> folder = co_await find_mailbox(std::move(arguments.mailbox));
  if (!folder) {
    const bool missing = folder.error().code == ErrorCode::kNotFound;
    if (missing) co_return Outcome::no("There is no such mailbox", "TRYCREATE");  // RFC 3501 6.3.11
    co_return store_failure(folder.error());
  }
  store::AppendRequest request;
  request.folder = folder->id;
  request.content = store::make_content(std::move(arguments.message));
  request.internal_date = arguments.internal_date.value_or(context.clock.now());
  request.flags = to_store(arguments.flags);
  const Result<store::MessageInfo> stored = co_await context.mailboxes.append(std::move(request));
  if (!stored) co_return store_failure(stored.error());
  // RFC 4315 3
  co_return Outcome::ok(
      "Appended", "APPENDUID " + std::to_string(folder->uid_validity) + ' ' + std::to_string(stored->uid));
}

}  // namespace glasspost::imap
