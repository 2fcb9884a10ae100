#include "engine/store/mailbox_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/store/folder_name.h"
#include "engine/store/mailbox_changes.h"
#include "engine/store/mailbox_tables.h"
#include "engine/store/sqlite.h"

namespace glasspost::store {

namespace {

// Deliveries are remembered for longer than any queue keeps a message, and tidied now and then.
constexpr Duration kRememberDeliveries = Duration::days(30);
constexpr std::uint64_t kDeliveriesBetweenTidying = 1'024;

// Contents that are kept in memory, and how much is read at once where one is read after the other: each trip
// to the disk's thread costs as much as reading some ten letters.
constexpr std::size_t kKeptContents = std::size_t{32} * 1024 * 1024;
constexpr std::uint32_t kMostAhead = 64;
constexpr std::size_t kOctetsAhead = std::size_t{512} * 1024;

}  // namespace

struct SqliteMailboxStore::Parts {
  MailboxTables tables;
  std::uint64_t deliveries = 0;
};

SqliteMailboxStore::SqliteMailboxStore(Database& database, Clock& clock)
    : database_(database), clock_(clock), parts_(std::make_shared<Parts>()), contents_(kKeptContents) {}

SqliteMailboxStore::~SqliteMailboxStore() = default;

// A job and what it gives: shared with the executor, which may hold the job longer than the task lives.
template <class T>
struct ChangeOutcome {
  std::optional<T> value;
  std::vector<MailboxChange> changes;
};

template <class T, class Work>
Task<Result<T>> SqliteMailboxStore::change(Work work) {
  const auto outcome = std::make_shared<ChangeOutcome<T>>();
  Database::Job job = [parts = parts_, outcome, work = std::move(work)](Connection& connection) -> Ok {
    Result<T> result = work(MailboxTransaction{connection, parts->tables, outcome->changes}, *parts);
    if (!result) return fail(std::move(result).error());
    outcome->value = std::move(*result);
    return {};
  };
  const Ok done = co_await database_.write(std::move(job));
  if (!done) co_return fail(done.error());
  for (const MailboxChange& told : outcome->changes) {
    contents_.changed(told);
    for (MailboxListener* listener : listeners_)
      listener->changed(told);
  }
  co_return std::move(*outcome->value);
}

template <class T, class Work>
Task<Result<T>> SqliteMailboxStore::look(Work work) {
  const auto outcome = std::make_shared<std::optional<T>>();
  Database::Job job = [parts = parts_, outcome, work = std::move(work)](Connection& connection) -> Ok {
    Result<T> result = work(connection, parts->tables);
    if (!result) return fail(std::move(result).error());
    *outcome = std::move(*result);
    return {};
  };
  const Ok done = co_await database_.read(std::move(job));
  if (!done) co_return fail(done.error());
  co_return std::move(**outcome);
}

std::uint32_t SqliteMailboxStore::uid_validity_floor() const {
  const std::int64_t seconds = clock_.now().unix_seconds();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, 0xf000'0000));
}

namespace {

struct Nothing {};

Result<Nothing> as_result(const Ok& done) {
  if (!done) return fail(done.error());
  return Nothing{};
}

Ok as_ok(const Result<Nothing>& done) {
  if (!done) return fail(done.error());
  return {};
}

}  // namespace

Task<Ok> SqliteMailboxStore::create_account(std::string account, std::uint64_t quota_bytes) {
  const std::uint32_t floor = uid_validity_floor();
  auto work = [account = std::move(account), quota_bytes, floor](MailboxTransaction on, Parts&) {
    return as_result(store::create_account(on, account, quota_bytes, floor));
  };
  const Result<Nothing> done = co_await change<Nothing>(std::move(work));
  co_return as_ok(done);
}

Task<Result<std::vector<AccountInfo>>> SqliteMailboxStore::accounts() {
  auto work = [](Connection& connection, MailboxTables& tables) { return tables.accounts(connection); };
  co_return co_await look<std::vector<AccountInfo>>(std::move(work));
}

Task<Result<AccountInfo>> SqliteMailboxStore::account(std::string account) {
  auto work = [name = std::move(account)](Connection& connection,
                                          MailboxTables& tables) -> Result<AccountInfo> {
    const Result<AccountRow> row = tables.account(connection, name);
    if (!row) return fail(row.error());
    const Result<std::uint64_t> used = tables.used_bytes(connection, row->id);
    if (!used) return fail(used.error());
    return AccountInfo{name, row->quota, *used};
  };
  co_return co_await look<AccountInfo>(std::move(work));
}

Task<Result<std::vector<FolderInfo>>> SqliteMailboxStore::folders(std::string account) {
  auto work = [name = std::move(account)](Connection& connection,
                                          MailboxTables& tables) -> Result<std::vector<FolderInfo>> {
    const Result<AccountRow> row = tables.account(connection, name);
    if (!row) return fail(row.error());
    return tables.folders(connection, row->id);
  };
  co_return co_await look<std::vector<FolderInfo>>(std::move(work));
}

Task<Result<FolderInfo>> SqliteMailboxStore::folder(std::string account, std::string name) {
  auto work = [account = std::move(account), name = std::move(name)](
                  Connection& connection, MailboxTables& tables) -> Result<FolderInfo> {
    const Result<std::string> normal = normal_folder_name(name);
    if (!normal) return fail(normal.error());
    const Result<AccountRow> owner = tables.account(connection, account);
    if (!owner) return fail(owner.error());
    const Result<FolderRow> row = tables.folder(connection, owner->id, *normal);
    if (!row) return fail(row.error());
    return row->info;
  };
  co_return co_await look<FolderInfo>(std::move(work));
}

Task<Result<FolderInfo>> SqliteMailboxStore::folder_by_id(FolderId folder) {
  auto work = [folder](Connection& connection, MailboxTables& tables) -> Result<FolderInfo> {
    const Result<FolderRow> row = tables.folder(connection, folder);
    if (!row) return fail(row.error());
    return row->info;
  };
  co_return co_await look<FolderInfo>(std::move(work));
}

Task<Result<FolderInfo>> SqliteMailboxStore::create_folder(std::string account, std::string name,
                                                           SpecialUse use) {
  const std::uint32_t floor = uid_validity_floor();
  auto work = [account = std::move(account), name = std::move(name), use, floor](MailboxTransaction on,
                                                                                 Parts&) {
    return store::create_folder(on, account, name, use, floor);
  };
  co_return co_await change<FolderInfo>(std::move(work));
}

Task<Ok> SqliteMailboxStore::rename_folder(FolderId folder, std::string name) {
  auto work = [folder, name = std::move(name)](MailboxTransaction on, Parts&) {
    return as_result(store::rename_folder(on, folder, name));
  };
  const Result<Nothing> done = co_await change<Nothing>(std::move(work));
  co_return as_ok(done);
}

Task<Ok> SqliteMailboxStore::remove_folder(FolderId folder) {
  auto work = [folder](MailboxTransaction on, Parts&) { return as_result(store::remove_folder(on, folder)); };
  const Result<Nothing> done = co_await change<Nothing>(std::move(work));
  co_return as_ok(done);
}

Task<Ok> SqliteMailboxStore::set_subscribed(FolderId folder, bool subscribed) {
  auto work = [folder, subscribed](MailboxTransaction on, Parts&) {
    return as_result(store::set_subscribed(on, folder, subscribed));
  };
  const Result<Nothing> done = co_await change<Nothing>(std::move(work));
  co_return as_ok(done);
}

Task<Result<MessageInfo>> SqliteMailboxStore::append(AppendRequest request) {
  const Content content = request.content;
  const FolderId folder = request.folder;
  auto work = [request = std::move(request)](MailboxTransaction on, Parts&) {
    return store::append(on, request);
  };
  const std::uint64_t generation = contents_.generation();
  Result<MessageInfo> stored = co_await change<MessageInfo>(std::move(work));
  // Whoever is told of a new message asks for it.
  if (stored && generation == contents_.generation()) contents_.put(folder, stored->uid, content);
  co_return stored;
}

Task<Result<Delivered>> SqliteMailboxStore::deliver(Delivery delivery) {
  const std::uint32_t floor = uid_validity_floor();
  auto work = [delivery = std::move(delivery), floor](MailboxTransaction on,
                                                      Parts& parts) -> Result<Delivered> {
    if (++parts.deliveries % kDeliveriesBetweenTidying == 0) {
      const Instant before = delivery.internal_date - kRememberDeliveries;
      if (Ok tidied = on.tables.forget_deliveries(on.connection, before); !tidied) {
        return fail(std::move(tidied).error());
      }
    }
    return store::deliver(on, delivery, floor);
  };
  co_return co_await change<Delivered>(std::move(work));
}

Task<Result<std::vector<MessageInfo>>> SqliteMailboxStore::list(FolderId folder, UidRange range) {
  auto work = [folder, range](Connection& connection,
                              MailboxTables& tables) -> Result<std::vector<MessageInfo>> {
    if (const Result<FolderRow> row = tables.folder(connection, folder); !row) return fail(row.error());
    return tables.messages(connection, folder, range, 0);
  };
  co_return co_await look<std::vector<MessageInfo>>(std::move(work));
}

Task<Result<std::vector<MessageInfo>>> SqliteMailboxStore::changed_since(FolderId folder,
                                                                         std::uint64_t mod_sequence) {
  auto work = [folder, mod_sequence](Connection& connection,
                                     MailboxTables& tables) -> Result<std::vector<MessageInfo>> {
    if (const Result<FolderRow> row = tables.folder(connection, folder); !row) return fail(row.error());
    return tables.messages(connection, folder, UidRange{}, mod_sequence);
  };
  co_return co_await look<std::vector<MessageInfo>>(std::move(work));
}

Task<Result<Content>> SqliteMailboxStore::content(FolderId folder, Uid uid) {
  Content known = contents_.find(folder, uid);
  if (known) co_return known;
  const std::uint32_t most = contents_.goes_on(folder, uid) ? kMostAhead : 1;
  const std::uint64_t generation = contents_.generation();
  auto work = [folder, uid, most](Connection& connection, MailboxTables& tables) {
    return tables.contents(connection, folder, uid, most, kOctetsAhead);
  };
  using Read = std::vector<std::pair<Uid, Content>>;
  const Result<Read> read = co_await look<Read>(std::move(work));
  if (!read) co_return fail(read.error());
  contents_.read(folder, uid);
  if (generation == contents_.generation()) {
    for (const auto& [which, content] : *read)
      contents_.put(folder, which, content);
  }
  co_return read->front().second;
}

Task<Result<FlagsChanged>> SqliteMailboxStore::change_flags(FolderId folder, std::vector<Uid> uids,
                                                            FlagChange change) {
  auto work = [folder, uids = std::move(uids), flags = std::move(change)](MailboxTransaction on, Parts&) {
    return store::change_flags(on, folder, uids, flags);
  };
  co_return co_await this->change<FlagsChanged>(std::move(work));
}

Task<Result<std::vector<CopiedMessage>>> SqliteMailboxStore::copy(FolderId from, std::vector<Uid> uids,
                                                                  FolderId to) {
  auto work = [from, uids = std::move(uids), to](MailboxTransaction on, Parts&) {
    return store::copy(on, from, uids, to);
  };
  co_return co_await change<std::vector<CopiedMessage>>(std::move(work));
}

Task<Result<std::vector<CopiedMessage>>> SqliteMailboxStore::move(FolderId from, std::vector<Uid> uids,
                                                                  FolderId to) {
  auto work = [from, uids = std::move(uids), to](MailboxTransaction on, Parts&) {
    return store::move(on, from, uids, to);
  };
  co_return co_await change<std::vector<CopiedMessage>>(std::move(work));
}

Task<Result<std::vector<Uid>>> SqliteMailboxStore::expunge(FolderId folder,
                                                           std::optional<std::vector<Uid>> only) {
  auto work = [folder, only = std::move(only)](MailboxTransaction on, Parts&) {
    return store::expunge(on, folder, only);
  };
  co_return co_await change<std::vector<Uid>>(std::move(work));
}

void SqliteMailboxStore::add_listener(MailboxListener& listener) {
  listeners_.push_back(&listener);
}

void SqliteMailboxStore::remove_listener(MailboxListener& listener) {
  std::erase(listeners_, &listener);
}

}  // namespace glasspost::store
