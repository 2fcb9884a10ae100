#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/store/sqlite.h"

namespace glasspost::store {

struct AccountRow {
  std::int64_t id = 0;
  std::uint64_t quota = 0;
};

struct FolderRow {
  std::int64_t account_id = 0;
  FolderInfo info;
};

/// The rows of accounts, folders, messages and contents, and the counters that go with them. Used inside
/// transactions only, on the executor's thread; statements are prepared once.
class MailboxTables {
 public:
  // Accounts. kNotFound where there is none.
  Result<AccountRow> account(Connection& connection, std::string_view name);
  Result<std::vector<AccountInfo>> accounts(Connection& connection);
  Result<std::int64_t> add_account(Connection& connection, std::string_view name, std::uint64_t quota);
  /// Bytes of its messages, as its folders' stored counters say.
  Result<std::uint64_t> used_bytes(Connection& connection, std::int64_t account);
  Ok set_quota(Connection& connection, std::int64_t account, std::uint64_t quota);

  // Folders.
  Result<std::vector<FolderInfo>> folders(Connection& connection, std::int64_t account);
  Result<FolderRow> folder(Connection& connection, std::int64_t account, std::string_view name);
  Result<FolderRow> folder(Connection& connection, FolderId id);
  /// `uid_validity_floor`: the least value to take (seconds of the clock). Error: kConflict.
  Result<FolderRow> add_folder(Connection& connection, std::int64_t account, std::string_view account_name,
                               std::string_view name, SpecialUse use, std::uint32_t uid_validity_floor);
  Ok rename_folder(Connection& connection, FolderId id, std::string_view name);
  Ok set_subscribed(Connection& connection, FolderId id, bool subscribed);
  /// The folder must be empty.
  Ok remove_folder(Connection& connection, FolderId id);
  /// Writes UIDNEXT, mod-sequence and the counters.
  Ok save_counters(Connection& connection, const FolderInfo& folder);

  // Messages. Each keeps folder counters in `folder` (save_counters() is the caller's) and the account's
  // bytes.
  /// Error: kTooLarge (quota, or UIDs used up).
  Ok check_room(Connection& connection, const FolderRow& folder, std::uint64_t bytes);
  /// The message has `content_id` alone, or (a copy) besides others.
  Result<MessageInfo> add_message(Connection& connection, FolderRow& folder, MessageInfo message,
                                  bool is_copy);
  Ok remove_message(Connection& connection, FolderRow& folder, const MessageInfo& message);
  Ok update_flags(Connection& connection, FolderRow& folder, const MessageInfo& before,
                  const MessageInfo& after);
  Result<std::vector<MessageInfo>> messages(Connection& connection, FolderId folder, UidRange range,
                                            std::uint64_t above_mod_sequence);
  Result<std::optional<MessageInfo>> message(Connection& connection, FolderId folder, Uid uid);

  // Contents: each belongs to one message, or to as many as `shared` says; with the last one it goes.
  Result<std::int64_t> add_content(Connection& connection, std::string_view bytes);
  /// From a message on in the order of UIDs, at most `most` messages and about `octets` octets; never empty.
  Result<std::vector<std::pair<Uid, Content>>> contents(Connection& connection, FolderId folder, Uid first,
                                                        std::uint32_t most, std::size_t octets);

  // Deliveries.
  Result<std::optional<Delivered>> delivery(Connection& connection, std::string_view queue_id,
                                            std::string_view recipient);
  Ok add_delivery(Connection& connection, const Delivery& delivery, FolderId folder, Uid uid);
  Ok forget_deliveries(Connection& connection, Instant before);

 private:
  Ok release_content(Connection& connection, std::int64_t content);
  Result<std::uint32_t> next_uid_validity(Connection& connection, std::uint32_t floor);

  Statement find_account_{"SELECT id, quota FROM account WHERE name = ?"};
  Statement list_accounts_{
      "SELECT name, quota, (SELECT coalesce(sum(bytes), 0) FROM folder WHERE account = account.id) FROM "
      "account "
      "ORDER BY name"};
  Statement used_{"SELECT coalesce(sum(bytes), 0) FROM folder WHERE account = ?"};
  Statement add_account_{"INSERT INTO account(name, quota) VALUES(?, ?)"};
  Statement set_quota_{"UPDATE account SET quota = ? WHERE id = ?"};

  Statement list_folders_{
      "SELECT f.id, f.account, a.name, f.name, special_use, subscribed, uid_validity, uid_next, "
      "mod_sequence, "
      "messages, unseen, bytes FROM folder f JOIN account a ON a.id = f.account WHERE f.account = ? "
      "ORDER BY f.name"};
  Statement find_folder_{
      "SELECT f.id, f.account, a.name, f.name, special_use, subscribed, uid_validity, uid_next, "
      "mod_sequence, "
      "messages, unseen, bytes FROM folder f JOIN account a ON a.id = f.account WHERE f.account = ? "
      "AND f.name = ?"};
  Statement folder_by_id_{
      "SELECT f.id, f.account, a.name, f.name, special_use, subscribed, uid_validity, uid_next, "
      "mod_sequence, "
      "messages, unseen, bytes FROM folder f JOIN account a ON a.id = f.account WHERE f.id = ?"};
  Statement add_folder_{
      "INSERT INTO folder(account, name, special_use, subscribed, uid_validity, uid_next, mod_sequence, "
      "messages, unseen, bytes) VALUES(?, ?, ?, 1, ?, 1, 1, 0, 0, 0)"};
  Statement rename_folder_{"UPDATE folder SET name = ? WHERE id = ?"};
  Statement set_subscribed_{"UPDATE folder SET subscribed = ? WHERE id = ?"};
  Statement remove_folder_{"DELETE FROM folder WHERE id = ?"};
  Statement save_counters_{
      "UPDATE folder SET uid_next = ?, mod_sequence = ?, messages = ?, unseen = ?, bytes = ? WHERE id = ?"};
  Statement last_uid_validity_{"SELECT last FROM uid_validity"};
  Statement set_uid_validity_{"UPDATE uid_validity SET last = ?"};

  Statement add_message_{
      "INSERT INTO message(folder, uid, content, size, internal_date, flags, keywords, mod_sequence) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement remove_message_{"DELETE FROM message WHERE folder = ? AND uid = ?"};
  Statement update_flags_{
      "UPDATE message SET flags = ?, keywords = ?, mod_sequence = ? WHERE folder = ? AND uid = ?"};
  Statement list_messages_{
      "SELECT uid, size, internal_date, flags, keywords, mod_sequence, content FROM message "
      "WHERE folder = ? AND uid BETWEEN ? AND ? AND mod_sequence > ? ORDER BY uid"};

  Statement add_content_{"INSERT INTO content(bytes) VALUES(?)"};
  Statement share_{
      "INSERT INTO shared(content, holders) VALUES(?, 2) ON CONFLICT DO UPDATE SET holders = holders + 1"};
  Statement find_shared_{"SELECT holders FROM shared WHERE content = ?"};
  Statement unshare_{"UPDATE shared SET holders = holders - 1 WHERE content = ?"};
  Statement drop_shared_{"DELETE FROM shared WHERE content = ?"};
  Statement drop_content_{"DELETE FROM content WHERE id = ?"};

  Statement find_contents_{
      "SELECT m.uid, c.bytes FROM message m JOIN content c ON c.id = m.content WHERE m.folder = ? AND "
      "m.uid >= ? ORDER BY m.uid LIMIT ?"};

  Statement find_delivery_{
      "SELECT d.folder, coalesce(f.name, ''), d.uid FROM delivery d LEFT JOIN folder f ON f.id = d.folder "
      "WHERE queue_id = ? AND recipient = ?"};
  Statement add_delivery_{
      "INSERT INTO delivery(queue_id, recipient, folder, uid, delivered) VALUES(?, ?, ?, ?, ?)"};
  Statement forget_deliveries_{"DELETE FROM delivery WHERE delivered < ?"};
};

}  // namespace glasspost::store
