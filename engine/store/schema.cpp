#include "engine/store/schema.h"

#include "engine/store/sqlite.h"

namespace glasspost::store {

namespace {

// "GPms": tells a mail store from any other SQLite file.
constexpr std::int64_t kApplicationId = 0x47506d73;
constexpr std::int64_t kVersion = 1;

// Times are nanoseconds of the Unix epoch. Keywords are sorted and end with a space each.
// A content that several messages have stands in `shared`.
// `delivery` is what makes final delivery idempotent; `spool_recipient` has one row a recipient.
constexpr const char* kTables = R"sql(
BEGIN;
CREATE TABLE account(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, quota INTEGER NOT NULL);
CREATE TABLE folder(
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account(id), name TEXT NOT NULL,
  special_use INTEGER NOT NULL, subscribed INTEGER NOT NULL, uid_validity INTEGER NOT NULL,
  uid_next INTEGER NOT NULL, mod_sequence INTEGER NOT NULL, messages INTEGER NOT NULL, unseen INTEGER NOT NULL,
  bytes INTEGER NOT NULL, UNIQUE(account, name));
CREATE TABLE content(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE shared(content INTEGER PRIMARY KEY, holders INTEGER NOT NULL);
CREATE TABLE message(
  folder INTEGER NOT NULL REFERENCES folder(id), uid INTEGER NOT NULL, content INTEGER NOT NULL,
  size INTEGER NOT NULL, internal_date INTEGER NOT NULL, flags INTEGER NOT NULL, keywords TEXT NOT NULL,
  mod_sequence INTEGER NOT NULL, PRIMARY KEY(folder, uid)) WITHOUT ROWID;
CREATE TABLE delivery(
  queue_id TEXT NOT NULL, recipient TEXT NOT NULL, folder INTEGER NOT NULL, uid INTEGER NOT NULL,
  delivered INTEGER NOT NULL, PRIMARY KEY(queue_id, recipient)) WITHOUT ROWID;
CREATE TABLE uid_validity(last INTEGER NOT NULL);
INSERT INTO uid_validity VALUES(0);
CREATE TABLE spool(
  id INTEGER PRIMARY KEY, queue_id TEXT NOT NULL, reverse_path TEXT NOT NULL,
  envelope_id TEXT NOT NULL, accepted INTEGER NOT NULL, flags INTEGER NOT NULL, origin TEXT NOT NULL,
  size INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE spool_recipient(
  spool INTEGER NOT NULL REFERENCES spool(id), position INTEGER NOT NULL, address TEXT NOT NULL,
  original TEXT NOT NULL, state INTEGER NOT NULL, next_attempt INTEGER NOT NULL, attempts INTEGER NOT NULL,
  last_reply TEXT NOT NULL, PRIMARY KEY(spool, position)) WITHOUT ROWID;
)sql";

constexpr const char* kSeal = "PRAGMA application_id=1196453235; PRAGMA user_version=1; COMMIT;";
static_assert(kApplicationId == 1196453235 && kVersion == 1);

struct Comparison {
  const char* sql;  // gives one text a fault
};

constexpr Comparison kComparisons[] = {
    {"SELECT 'folder ' || name || ' says ' || messages || ' messages and holds ' || "
     "(SELECT count(*) FROM message WHERE folder = folder.id) FROM folder "
     "WHERE messages <> (SELECT count(*) FROM message WHERE folder = folder.id) ORDER BY id"},
    {"SELECT 'folder ' || name || ' counts unseen messages or bytes wrongly' FROM folder WHERE unseen <> "
     "(SELECT count(*) FROM message WHERE folder = folder.id AND flags & 1 = 0) OR bytes <> "
     "(SELECT coalesce(sum(size), 0) FROM message WHERE folder = folder.id) ORDER BY id"},
    {"SELECT 'folder ' || name || ' holds a UID or mod-sequence above its own' FROM folder WHERE EXISTS "
     "(SELECT 1 FROM message WHERE folder = folder.id AND (uid >= folder.uid_next OR "
     "message.mod_sequence > folder.mod_sequence)) ORDER BY id"},
    {"SELECT 'message ' || uid || ' of folder ' || folder || ' has no content' FROM message "
     "WHERE content NOT IN (SELECT id FROM content) ORDER BY folder, uid"},
    {"SELECT 'message ' || uid || ' belongs to a folder that does not exist' FROM message "
     "WHERE folder NOT IN (SELECT id FROM folder) ORDER BY folder, uid"},
    {"SELECT 'message ' || uid || ' of folder ' || folder || ' has another size than its content' FROM "
     "message "
     "JOIN content ON content.id = message.content WHERE size <> length(bytes) ORDER BY folder, uid"},
    {"SELECT 'content ' || id || ' says ' || coalesce(holders, 1) || ' holders and has ' || coalesce(n, 0) "
     "FROM content LEFT JOIN shared ON shared.content = id LEFT JOIN "
     "(SELECT content AS held, count(*) AS n FROM message GROUP BY content) ON held = id "
     "WHERE coalesce(holders, 1) <> coalesce(n, 0) ORDER BY id"},
    {"SELECT 'folder ' || name || ' belongs to an account that does not exist' FROM folder "
     "WHERE account NOT IN (SELECT id FROM account) ORDER BY id"},
    {"SELECT 'queued message ' || queue_id || ' is there twice' FROM spool GROUP BY queue_id "
     "HAVING count(*) > 1 ORDER BY queue_id"},
    {"SELECT 'queued message ' || queue_id || ' has no recipients or another size' FROM spool WHERE "
     "size <> length(bytes) OR id NOT IN (SELECT spool FROM spool_recipient) ORDER BY id"},
    {"SELECT 'recipient ' || address || ' belongs to no queued message' FROM spool_recipient "
     "WHERE spool NOT IN (SELECT id FROM spool) ORDER BY spool, position"},
};

constexpr std::size_t kMaxFaults = 100;

Ok collect(Connection& connection, const char* sql, std::vector<std::string>& faults) {
  Statement statement(sql);
  Query query(connection, statement);
  while (faults.size() < kMaxFaults) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) break;
    if (query.bytes(0) != "ok") faults.emplace_back(query.bytes(0));
  }
  return {};
}

}  // namespace

Ok prepare_schema(Connection& connection) {
  const Result<std::int64_t> tables = connection.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  if (*tables == 0) {
    if (Ok made = connection.run(kTables); !made) return made;
    return connection.run(kSeal);
  }
  const Result<std::int64_t> application = connection.number("PRAGMA application_id");
  if (!application) return fail(application.error());
  if (*application != kApplicationId) {
    return fail(ErrorCode::kCorrupt, "this SQLite database is not a mail store");
  }
  const Result<std::int64_t> version = connection.number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version != kVersion) {
    return fail(ErrorCode::kUnsupported, "the mail store has format version " + std::to_string(*version) +
                                             "; this program reads version " + std::to_string(kVersion));
  }
  return {};
}

Result<std::vector<std::string>> find_faults(Connection& connection) {
  std::vector<std::string> faults;
  if (Ok ran = collect(connection, "PRAGMA integrity_check(100)", faults); !ran) return fail(ran.error());
  for (const Comparison& comparison : kComparisons) {
    if (Ok ran = collect(connection, comparison.sql, faults); !ran) return fail(ran.error());
  }
  return faults;
}

}  // namespace glasspost::store
