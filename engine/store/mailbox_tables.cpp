#include "engine/store/mailbox_tables.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glasspost::store {

namespace {

constexpr Uid kLastUid = 0xffff'fffe;  // UIDNEXT must still be a number // RFC 3501 2.3.1.1

FolderRow read_folder(const Query& query) {
  FolderRow row;
  row.info.id.value = query.integer(0);
  row.account_id = query.integer(1);
  row.info.account = query.bytes(2);
  row.info.name = query.bytes(3);
  row.info.special_use = static_cast<SpecialUse>(query.integer(4));
  row.info.subscribed = query.integer(5) != 0;
  row.info.uid_validity = static_cast<std::uint32_t>(query.integer(6));
  row.info.uid_next = static_cast<Uid>(query.integer(7));
  row.info.mod_sequence = static_cast<std::uint64_t>(query.integer(8));
  row.info.messages = static_cast<std::uint32_t>(query.integer(9));
  row.info.unseen = static_cast<std::uint32_t>(query.integer(10));
  row.info.bytes = static_cast<std::uint64_t>(query.integer(11));
  return row;
}

std::string join_keywords(const std::vector<std::string>& keywords) {
  std::string joined;
  for (const std::string& keyword : keywords) {
    joined += keyword;
    joined += ' ';
  }
  return joined;
}

MessageInfo read_message(const Query& query) {
  MessageInfo message;
  message.uid = static_cast<Uid>(query.integer(0));
  message.size = static_cast<std::uint64_t>(query.integer(1));
  message.internal_date.ns = query.integer(2);
  message.flags.system = static_cast<std::uint32_t>(query.integer(3));
  std::string_view keywords = query.bytes(4);
  while (!keywords.empty()) {
    const std::size_t space = keywords.find(' ');
    message.flags.keywords.emplace_back(keywords.substr(0, space));
    keywords.remove_prefix(space == std::string_view::npos ? keywords.size() : space + 1);
  }
  message.mod_sequence = static_cast<std::uint64_t>(query.integer(5));
  message.content_id = query.integer(6);
  return message;
}

bool is_unseen(const MessageInfo& message) {
  return (message.flags.system & flag::kSeen) == 0;
}

}  // namespace

Result<AccountRow> MailboxTables::account(Connection& connection, std::string_view name) {
  Query query(connection, find_account_);
  const Result<bool> row = query.bind_text(name).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kNotFound, "there is no account " + escaped(name));
  return AccountRow{query.integer(0), static_cast<std::uint64_t>(query.integer(1))};
}

Result<std::uint64_t> MailboxTables::used_bytes(Connection& connection, std::int64_t account) {
  Query query(connection, used_);
  const Result<bool> row = query.bind(account).step();
  if (!row) return fail(row.error());
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<std::vector<AccountInfo>> MailboxTables::accounts(Connection& connection) {
  std::vector<AccountInfo> found;
  Query query(connection, list_accounts_);
  while (true) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return found;
    found.push_back({std::string(query.bytes(0)), static_cast<std::uint64_t>(query.integer(1)),
                     static_cast<std::uint64_t>(query.integer(2))});
  }
}

Result<std::int64_t> MailboxTables::add_account(Connection& connection, std::string_view name,
                                                std::uint64_t quota) {
  Query query(connection, add_account_);
  const Ok added = query.bind_text(name).bind(static_cast<std::int64_t>(quota)).done();
  if (!added) return fail(added.error());
  return connection.last_row_id();
}

Ok MailboxTables::set_quota(Connection& connection, std::int64_t account, std::uint64_t quota) {
  Query query(connection, set_quota_);
  return query.bind(static_cast<std::int64_t>(quota)).bind(account).done();
}

Result<std::vector<FolderInfo>> MailboxTables::folders(Connection& connection, std::int64_t account) {
  std::vector<FolderInfo> found;
  Query query(connection, list_folders_);
  query.bind(account);
  while (true) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return found;
    found.push_back(read_folder(query).info);
  }
}

Result<FolderRow> MailboxTables::folder(Connection& connection, std::int64_t account, std::string_view name) {
  Query query(connection, find_folder_);
  const Result<bool> row = query.bind(account).bind_text(name).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kNotFound, "there is no folder " + escaped(name));
  return read_folder(query);
}

Result<FolderRow> MailboxTables::folder(Connection& connection, FolderId id) {
  Query query(connection, folder_by_id_);
  const Result<bool> row = query.bind(id.value).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kNotFound, "the folder is gone");
  return read_folder(query);
}

Result<std::uint32_t> MailboxTables::next_uid_validity(Connection& connection, std::uint32_t floor) {
  std::int64_t last = 0;
  {
    Query query(connection, last_uid_validity_);
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return fail(ErrorCode::kCorrupt, "the store has lost its last UIDVALIDITY");
    last = query.integer(0);
  }
  const std::int64_t next = std::max<std::int64_t>(last + 1, floor);
  if (next > 0xffff'ffff) return fail(ErrorCode::kTooLarge, "the store has used up its UIDVALIDITY values");
  Query query(connection, set_uid_validity_);
  const Ok set = query.bind(next).done();
  if (!set) return fail(set.error());
  return static_cast<std::uint32_t>(next);
}

Result<FolderRow> MailboxTables::add_folder(Connection& connection, std::int64_t account,
                                            std::string_view account_name, std::string_view name,
                                            SpecialUse use, std::uint32_t uid_validity_floor) {
  const Result<std::uint32_t> validity = next_uid_validity(connection, uid_validity_floor);
  if (!validity) return fail(validity.error());
  Query query(connection, add_folder_);
  query.bind(account).bind_text(name).bind(static_cast<std::int64_t>(use)).bind(*validity);
  const Ok added = query.done();
  if (!added) {
    if (added.error().code != ErrorCode::kConflict) return fail(added.error());
    return fail(ErrorCode::kConflict, "the folder " + escaped(name) + " exists already");
  }
  FolderRow row;
  row.account_id = account;
  row.info.id.value = connection.last_row_id();
  row.info.account = account_name;
  row.info.name = name;
  row.info.special_use = use;
  row.info.uid_validity = *validity;
  row.info.mod_sequence = 1;
  return row;
}

Ok MailboxTables::rename_folder(Connection& connection, FolderId id, std::string_view name) {
  Query query(connection, rename_folder_);
  return query.bind_text(name).bind(id.value).done();
}

Ok MailboxTables::set_subscribed(Connection& connection, FolderId id, bool subscribed) {
  Query query(connection, set_subscribed_);
  return query.bind(subscribed ? 1 : 0).bind(id.value).done();
}

Ok MailboxTables::remove_folder(Connection& connection, FolderId id) {
  Query query(connection, remove_folder_);
  return query.bind(id.value).done();
}

Ok MailboxTables::save_counters(Connection& connection, const FolderInfo& folder) {
  Query query(connection, save_counters_);
  query.bind(folder.uid_next).bind(static_cast<std::int64_t>(folder.mod_sequence)).bind(folder.messages);
  return query.bind(folder.unseen).bind(static_cast<std::int64_t>(folder.bytes)).bind(folder.id.value).done();
}

Ok MailboxTables::check_room(Connection& connection, const FolderRow& folder, std::uint64_t bytes) {
  const Result<AccountRow> row = account(connection, folder.info.account);
  if (!row) return fail(row.error());
  if (row->quota == 0) return {};
  const Result<std::uint64_t> used = used_bytes(connection, folder.account_id);
  if (!used) return fail(used.error());
  if (*used + bytes > row->quota) {
    return fail(ErrorCode::kTooLarge, "the mailbox of " + escaped(folder.info.account) + " is full");
  }
  return {};
}

Result<MessageInfo> MailboxTables::add_message(Connection& connection, FolderRow& folder, MessageInfo message,
                                               bool is_copy) {
  if (folder.info.uid_next >= kLastUid) {
    return fail(ErrorCode::kTooLarge, "the folder " + escaped(folder.info.name) + " has used up its UIDs");
  }
  message.uid = folder.info.uid_next++;
  message.mod_sequence = ++folder.info.mod_sequence;
  {
    const std::string keywords = join_keywords(message.flags.keywords);
    Query query(connection, add_message_);
    query.bind(folder.info.id.value).bind(message.uid).bind(message.content_id);
    query.bind(static_cast<std::int64_t>(message.size)).bind(message.internal_date.ns);
    query.bind(message.flags.system).bind_text(keywords);
    if (Ok added = query.bind(static_cast<std::int64_t>(message.mod_sequence)).done(); !added) {
      return fail(std::move(added).error());
    }
  }
  ++folder.info.messages;
  folder.info.unseen += is_unseen(message) ? 1u : 0u;
  folder.info.bytes += message.size;
  if (is_copy) {
    Query query(connection, share_);
    if (Ok shared = query.bind(message.content_id).done(); !shared) return fail(std::move(shared).error());
  }
  return message;
}

Ok MailboxTables::remove_message(Connection& connection, FolderRow& folder, const MessageInfo& message) {
  {
    Query query(connection, remove_message_);
    if (Ok removed = query.bind(folder.info.id.value).bind(message.uid).done(); !removed) return removed;
  }
  --folder.info.messages;
  folder.info.unseen -= is_unseen(message) ? 1u : 0u;
  folder.info.bytes -= message.size;
  return release_content(connection, message.content_id);
}

Ok MailboxTables::update_flags(Connection& connection, FolderRow& folder, const MessageInfo& before,
                               const MessageInfo& after) {
  folder.info.unseen += is_unseen(after) ? 1u : 0u;
  folder.info.unseen -= is_unseen(before) ? 1u : 0u;
  const std::string keywords = join_keywords(after.flags.keywords);
  Query query(connection, update_flags_);
  query.bind(after.flags.system).bind_text(keywords).bind(static_cast<std::int64_t>(after.mod_sequence));
  return query.bind(folder.info.id.value).bind(after.uid).done();
}

Result<std::vector<MessageInfo>> MailboxTables::messages(Connection& connection, FolderId folder,
                                                         UidRange range, std::uint64_t above_mod_sequence) {
  std::vector<MessageInfo> found;
  Query query(connection, list_messages_);
  query.bind(folder.value).bind(range.first).bind(range.last);
  query.bind(static_cast<std::int64_t>(above_mod_sequence));
  while (true) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return found;
    found.push_back(read_message(query));
  }
}

Result<std::optional<MessageInfo>> MailboxTables::message(Connection& connection, FolderId folder, Uid uid) {
  Query query(connection, list_messages_);
  const Result<bool> row = query.bind(folder.value).bind(uid).bind(uid).bind(0).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<MessageInfo>();
  return std::optional<MessageInfo>(read_message(query));
}

Result<std::int64_t> MailboxTables::add_content(Connection& connection, std::string_view bytes) {
  Query query(connection, add_content_);
  const Ok added = query.bind_blob(bytes).done();
  if (!added) return fail(added.error());
  return connection.last_row_id();
}

Result<std::vector<std::pair<Uid, Content>>> MailboxTables::contents(Connection& connection, FolderId folder,
                                                                     Uid first, std::uint32_t most,
                                                                     std::size_t octets) {
  std::vector<std::pair<Uid, Content>> out;
  Query query(connection, find_contents_);
  query.bind(folder.value).bind(first).bind(most);
  std::size_t read = 0;
  while (read < octets) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) break;
    out.emplace_back(static_cast<Uid>(query.integer(0)), make_content(std::string(query.bytes(1))));
    read += out.back().second->size();
  }
  if (out.empty() || out.front().first != first)
    return fail(ErrorCode::kNotFound, "there is no message with UID " + std::to_string(first));
  return out;
}

Ok MailboxTables::release_content(Connection& connection, std::int64_t content) {
  std::int64_t holders = 1;
  {
    Query query(connection, find_shared_);
    const Result<bool> row = query.bind(content).step();
    if (!row) return fail(row.error());
    if (*row) holders = query.integer(0);
  }
  // A content that is no longer shared has no row in `shared`.
  Statement& statement = holders == 1 ? drop_content_ : holders == 2 ? drop_shared_ : unshare_;
  Query query(connection, statement);
  return query.bind(content).done();
}

Result<std::optional<Delivered>> MailboxTables::delivery(Connection& connection, std::string_view queue_id,
                                                         std::string_view recipient) {
  Query query(connection, find_delivery_);
  const Result<bool> row = query.bind_text(queue_id).bind_text(recipient).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Delivered>();
  Delivered known;
  known.folder.value = query.integer(0);
  known.folder_name = query.bytes(1);
  known.uid = static_cast<Uid>(query.integer(2));
  known.repeated = true;
  return std::optional<Delivered>(std::move(known));
}

Ok MailboxTables::add_delivery(Connection& connection, const Delivery& delivery, FolderId folder, Uid uid) {
  Query query(connection, add_delivery_);
  query.bind_text(delivery.queue_id).bind_text(delivery.recipient).bind(folder.value).bind(uid);
  return query.bind(delivery.internal_date.ns).done();
}

Ok MailboxTables::forget_deliveries(Connection& connection, Instant before) {
  Query query(connection, forget_deliveries_);
  return query.bind(before.ns).done();
}

}  // namespace glasspost::store
