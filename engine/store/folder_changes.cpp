#include <string_view>

#include "engine/base/text.h"
#include "engine/store/folder_name.h"
#include "engine/store/mailbox_changes.h"

namespace glasspost::store {

namespace {

constexpr std::size_t kMaxFolders = 10'000;

MailboxChange folder_change(MailboxChangeKind kind, const FolderInfo& folder) {
  MailboxChange change;
  change.kind = kind;
  change.account = folder.account;
  change.folder_id = folder.id;
  change.folder = folder.name;
  change.uid_validity = folder.uid_validity;
  return change;
}

struct FirstFolder {
  const char* name;
  SpecialUse use;
};
constexpr FirstFolder kFirstFolders[] = {{"INBOX", SpecialUse::kNone},
                                         {"Drafts", SpecialUse::kDrafts},
                                         {"Sent", SpecialUse::kSent},
                                         {"Junk", SpecialUse::kJunk},
                                         {"Trash", SpecialUse::kTrash}};

}  // namespace

Ok create_account(MailboxTransaction on, const std::string& name, std::uint64_t quota, std::uint32_t floor) {
  const Result<AccountRow> known = on.tables.account(on.connection, name);
  if (known) return on.tables.set_quota(on.connection, known->id, quota);
  if (known.error().code != ErrorCode::kNotFound) return fail(known.error());
  const Result<std::int64_t> account = on.tables.add_account(on.connection, name, quota);
  if (!account) return fail(account.error());
  MailboxChange created;
  created.kind = MailboxChangeKind::kAccountCreated;
  created.account = name;
  on.changes.push_back(created);
  for (const FirstFolder& first : kFirstFolders) {
    const Result<FolderRow> row =
        on.tables.add_folder(on.connection, *account, name, first.name, first.use, floor);
    if (!row) return fail(row.error());
    on.changes.push_back(folder_change(MailboxChangeKind::kFolderCreated, row->info));
  }
  return {};
}

Result<FolderInfo> create_folder(MailboxTransaction on, const std::string& account, const std::string& name,
                                 SpecialUse use, std::uint32_t floor) {
  const Result<std::string> normal = normal_folder_name(name);
  if (!normal) return fail(normal.error());
  const Result<AccountRow> owner = on.tables.account(on.connection, account);
  if (!owner) return fail(owner.error());
  const Result<std::vector<FolderInfo>> others = on.tables.folders(on.connection, owner->id);
  if (!others) return fail(others.error());
  if (others->size() >= kMaxFolders) return fail(ErrorCode::kTooLarge, "the account has too many folders");
  const Result<FolderRow> row = on.tables.add_folder(on.connection, owner->id, account, *normal, use, floor);
  if (!row) return fail(row.error());
  on.changes.push_back(folder_change(MailboxChangeKind::kFolderCreated, row->info));
  return row->info;
}

Ok rename_folder(MailboxTransaction on, FolderId folder, const std::string& name) {
  const Result<std::string> normal = normal_folder_name(name);
  if (!normal) return fail(normal.error());
  const Result<FolderRow> row = on.tables.folder(on.connection, folder);
  if (!row) return fail(row.error());
  if (row->info.name == "INBOX") return fail(ErrorCode::kUnsupported, "INBOX cannot be renamed");
  const Result<std::vector<FolderInfo>> all = on.tables.folders(on.connection, row->account_id);
  if (!all) return fail(all.error());
  const std::string below = row->info.name + "/";
  if (normal->starts_with(below)) {
    return fail(ErrorCode::kInvalidInput, "a folder cannot be moved below itself");
  }
  for (const FolderInfo& other : *all) {
    const bool moves = other.id == folder || other.name.starts_with(below);
    if (!moves && (other.name == *normal || other.name.starts_with(*normal + "/"))) {
      return fail(ErrorCode::kConflict, "the folder " + escaped(other.name) + " exists already");
    }
  }
  for (FolderInfo info : *all) {
    if (info.id != folder && !info.name.starts_with(below)) continue;
    const std::string old_name = info.name;
    const Result<std::string> moved = normal_folder_name(*normal + old_name.substr(row->info.name.size()));
    if (!moved) return fail(moved.error());
    info.name = *moved;
    if (Ok renamed = on.tables.rename_folder(on.connection, info.id, info.name); !renamed) return renamed;
    MailboxChange change = folder_change(MailboxChangeKind::kFolderRenamed, info);
    change.old_name = old_name;
    on.changes.push_back(change);
  }
  return {};
}

Ok remove_folder(MailboxTransaction on, FolderId folder) {
  Result<FolderRow> row = on.tables.folder(on.connection, folder);
  if (!row) return fail(row.error());
  if (row->info.name == "INBOX") return fail(ErrorCode::kUnsupported, "INBOX cannot be removed");
  const Result<std::vector<MessageInfo>> messages = on.tables.messages(on.connection, folder, UidRange{}, 0);
  if (!messages) return fail(messages.error());
  for (const MessageInfo& message : *messages) {
    if (Ok removed = on.tables.remove_message(on.connection, *row, message); !removed) return removed;
  }
  if (Ok removed = on.tables.remove_folder(on.connection, folder); !removed) return removed;
  on.changes.push_back(folder_change(MailboxChangeKind::kFolderRemoved, row->info));
  return {};
}

Ok set_subscribed(MailboxTransaction on, FolderId folder, bool subscribed) {
  const Result<FolderRow> row = on.tables.folder(on.connection, folder);
  if (!row) return fail(row.error());
  if (row->info.subscribed == subscribed) return {};
  on.changes.push_back(folder_change(MailboxChangeKind::kFolderSubscribed, row->info));
  return on.tables.set_subscribed(on.connection, folder, subscribed);
}

}  // namespace glasspost::store
