#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/store/mailbox_tables.h"

namespace glasspost::store {

/// The tables with what a change of them is to tell listeners once it is committed.
struct MailboxTransaction {
  Connection& connection;
  MailboxTables& tables;
  std::vector<MailboxChange>& changes;
};

// What each changing call of MailboxStore does inside its transaction. Errors as there.

Ok create_account(MailboxTransaction on, const std::string& name, std::uint64_t quota, std::uint32_t floor);
Result<FolderInfo> create_folder(MailboxTransaction on, const std::string& account, const std::string& name,
                                 SpecialUse use, std::uint32_t floor);
Ok rename_folder(MailboxTransaction on, FolderId folder, const std::string& name);
Ok remove_folder(MailboxTransaction on, FolderId folder);
Ok set_subscribed(MailboxTransaction on, FolderId folder, bool subscribed);

Result<MessageInfo> append(MailboxTransaction on, const AppendRequest& request);
Result<Delivered> deliver(MailboxTransaction on, const Delivery& delivery, std::uint32_t floor);
Result<FlagsChanged> change_flags(MailboxTransaction on, FolderId folder, std::vector<Uid> uids,
                                  const FlagChange& change);
Result<std::vector<CopiedMessage>> copy(MailboxTransaction on, FolderId from, std::vector<Uid> uids,
                                        FolderId to);
Result<std::vector<CopiedMessage>> move(MailboxTransaction on, FolderId from, std::vector<Uid> uids,
                                        FolderId to);
Result<std::vector<Uid>> expunge(MailboxTransaction on, FolderId folder,
                                 const std::optional<std::vector<Uid>>& only);

}  // namespace glasspost::store
