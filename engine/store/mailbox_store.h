#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/clock.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/store/content_cache.h"
#include "engine/store/database.h"

namespace glasspost::store {

/// The mailboxes of a Database.
class SqliteMailboxStore final : public MailboxStore {
 public:
  /// The clock gives UIDVALIDITY values. All references must outlive the store.
  SqliteMailboxStore(Database& database, Clock& clock);
  ~SqliteMailboxStore() override;

  Task<Ok> create_account(std::string account, std::uint64_t quota_bytes) override;
  Task<Result<std::vector<AccountInfo>>> accounts() override;
  Task<Result<AccountInfo>> account(std::string account) override;
  Task<Result<std::vector<FolderInfo>>> folders(std::string account) override;
  Task<Result<FolderInfo>> folder(std::string account, std::string name) override;
  Task<Result<FolderInfo>> folder_by_id(FolderId folder) override;
  Task<Result<FolderInfo>> create_folder(std::string account, std::string name, SpecialUse use) override;
  Task<Ok> rename_folder(FolderId folder, std::string name) override;
  Task<Ok> remove_folder(FolderId folder) override;
  Task<Ok> set_subscribed(FolderId folder, bool subscribed) override;
  Task<Result<MessageInfo>> append(AppendRequest request) override;
  Task<Result<Delivered>> deliver(Delivery delivery) override;
  Task<Result<std::vector<MessageInfo>>> list(FolderId folder, UidRange range) override;
  Task<Result<std::vector<MessageInfo>>> changed_since(FolderId folder, std::uint64_t mod_sequence) override;
  Task<Result<Content>> content(FolderId folder, Uid uid) override;
  Task<Result<FlagsChanged>> change_flags(FolderId folder, std::vector<Uid> uids, FlagChange change) override;
  Task<Result<std::vector<CopiedMessage>>> copy(FolderId from, std::vector<Uid> uids, FolderId to) override;
  Task<Result<std::vector<CopiedMessage>>> move(FolderId from, std::vector<Uid> uids, FolderId to) override;
  Task<Result<std::vector<Uid>>> expunge(FolderId folder, std::optional<std::vector<Uid>> only) override;
  void add_listener(MailboxListener& listener) override;
  void remove_listener(MailboxListener& listener) override;

 private:
  struct Parts;
  template <class T, class Work>
  Task<Result<T>> change(Work work);
  template <class T, class Work>
  Task<Result<T>> look(Work work);
  [[nodiscard]] std::uint32_t uid_validity_floor() const;

  Database& database_;
  Clock& clock_;
  // Shared with jobs that the executor may still hold.
  std::shared_ptr<Parts> parts_;
  std::vector<MailboxListener*> listeners_;
  ContentCache contents_;
};

}  // namespace glasspost::store
