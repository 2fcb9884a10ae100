#include "engine/store/spool.h"

#include <atomic>
#include <utility>

#include "engine/base/text.h"
#include "engine/store/sqlite.h"

namespace glasspost::store {

namespace {

constexpr std::size_t kMaxReply = 1'000;

// SpoolEntry's switches as bits of spool.flags.
constexpr std::int64_t kEightBit = 1;
constexpr std::int64_t kUtf8 = 2;
constexpr std::int64_t kQuarantine = 4;

struct Row {
  std::int64_t id = 0;
  std::uint64_t size = 0;
};

}  // namespace

// Touched on the executor's thread only. `rows` is what the table holds, so that no index is needed; it is
// changed with the table, and read anew after a transaction that was undone.
struct SqliteSpool::Parts {
  explicit Parts(SpoolLimits given) : limits(given) {}

  Ok refresh(Connection& connection);
  Ok apply(Connection& connection, const SpoolChange& change);
  Ok put(Connection& connection, const SpoolChange::Put& put);
  Ok put_recipient(Connection& connection, std::int64_t spool, std::size_t position,
                   const SpoolRecipient& recipient);
  Ok update(Connection& connection, const SpoolChange::Update& update);
  Ok remove(Connection& connection, const std::string& queue_id);
  Result<std::vector<SpoolEntry>> load(Connection& connection);
  Ok load_recipients(Connection& connection, std::vector<SpoolEntry>& entries,
                     const std::vector<std::int64_t>& ids);
  Result<Content> content(Connection& connection, const std::string& queue_id);
  [[nodiscard]] Result<Row> find(const std::string& queue_id) const;

  SpoolLimits limits;
  std::map<std::string, Row> rows;
  std::uint64_t bytes = 0;
  std::atomic<bool> stale = true;  // set from the world's thread too

  Statement put_{
      "INSERT INTO spool(queue_id, reverse_path, envelope_id, accepted, flags, origin, size, bytes) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement put_recipient_{
      "INSERT INTO spool_recipient(spool, position, address, original, state, next_attempt, attempts, "
      "last_reply) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement update_{
      "UPDATE spool_recipient SET address = ?, original = ?, state = ?, next_attempt = ?, attempts = ?, "
      "last_reply = ? WHERE spool = ? AND position = ?"};
  Statement remove_{"DELETE FROM spool WHERE id = ?"};
  Statement remove_recipients_{"DELETE FROM spool_recipient WHERE spool = ?"};
  Statement load_{
      "SELECT id, queue_id, reverse_path, envelope_id, accepted, flags, origin, size FROM spool ORDER BY id"};
  Statement load_recipients_{
      "SELECT spool, address, original, state, next_attempt, attempts, last_reply FROM spool_recipient "
      "ORDER BY spool, position"};
  Statement content_{"SELECT bytes FROM spool WHERE id = ?"};
};

Result<Row> SqliteSpool::Parts::find(const std::string& queue_id) const {
  const auto found = rows.find(queue_id);
  if (found == rows.end()) {
    return fail(ErrorCode::kNotFound, "no message " + escaped(queue_id) + " is in the spool");
  }
  return found->second;
}

Ok SqliteSpool::Parts::refresh(Connection& connection) {
  if (!stale) return {};
  const Result<std::vector<SpoolEntry>> entries = load(connection);
  if (!entries) return fail(entries.error());
  return {};
}

Ok SqliteSpool::Parts::apply(Connection& connection, const SpoolChange& change) {
  if (Ok fresh = refresh(connection); !fresh) return fresh;
  stale = true;  // until every step has succeeded
  for (const SpoolChange::Put& one : change.puts) {
    if (Ok done = put(connection, one); !done) return done;
  }
  for (const SpoolChange::Update& one : change.updates) {
    if (Ok done = update(connection, one); !done) return done;
  }
  for (const std::string& queue_id : change.removals) {
    if (Ok done = remove(connection, queue_id); !done) return done;
  }
  stale = false;
  return {};
}

Ok SqliteSpool::Parts::put(Connection& connection, const SpoolChange::Put& put) {
  const SpoolEntry& entry = put.entry;
  if (rows.contains(entry.queue_id)) {
    return fail(ErrorCode::kConflict, "a message " + escaped(entry.queue_id) + " is in the spool already");
  }
  if (rows.size() >= limits.messages || bytes + put.content->size() > limits.bytes) {
    return fail(ErrorCode::kTooLarge, "the spool is full");
  }
  {
    std::int64_t flags = entry.eight_bit ? kEightBit : 0;
    flags |= entry.utf8 ? kUtf8 : 0;
    flags |= entry.quarantine ? kQuarantine : 0;
    Query query(connection, put_);
    query.bind_text(entry.queue_id).bind_text(entry.reverse_path).bind_text(entry.envelope_id);
    query.bind(entry.accepted.ns).bind(flags).bind_text(entry.origin);
    query.bind(static_cast<std::int64_t>(put.content->size())).bind_blob(*put.content);
    if (Ok done = query.done(); !done) return done;
  }
  const std::int64_t id = connection.last_row_id();
  for (std::size_t position = 0; position < entry.recipients.size(); ++position) {
    const Ok done = put_recipient(connection, id, position, entry.recipients[position]);
    if (!done) return done;
  }
  rows.emplace(entry.queue_id, Row{id, put.content->size()});
  bytes += put.content->size();
  return {};
}

Ok SqliteSpool::Parts::put_recipient(Connection& connection, std::int64_t spool, std::size_t position,
                                     const SpoolRecipient& recipient) {
  Query query(connection, put_recipient_);
  query.bind(spool).bind(static_cast<std::int64_t>(position));
  query.bind_text(recipient.address).bind_text(recipient.original);
  query.bind(static_cast<std::int64_t>(recipient.state)).bind(recipient.next_attempt.ns);
  const std::string_view reply = std::string_view(recipient.last_reply).substr(0, kMaxReply);
  return query.bind(recipient.attempts).bind_text(reply).done();
}

Ok SqliteSpool::Parts::update(Connection& connection, const SpoolChange::Update& update) {
  const Result<Row> row = find(update.queue_id);
  if (!row) return fail(row.error());
  const SpoolRecipient& recipient = update.recipient;
  Query query(connection, update_);
  query.bind_text(recipient.address).bind_text(recipient.original);
  query.bind(static_cast<std::int64_t>(recipient.state)).bind(recipient.next_attempt.ns);
  const std::string_view reply = std::string_view(recipient.last_reply).substr(0, kMaxReply);
  query.bind(recipient.attempts).bind_text(reply).bind(row->id).bind(update.position);
  if (Ok done = query.done(); !done) return done;
  if (connection.changes() != 1) {
    return fail(ErrorCode::kNotFound, "message " + escaped(update.queue_id) + " has no such recipient");
  }
  return {};
}

Ok SqliteSpool::Parts::remove(Connection& connection, const std::string& queue_id) {
  const Result<Row> row = find(queue_id);
  if (!row) return fail(row.error());
  {
    Query query(connection, remove_recipients_);
    if (Ok done = query.bind(row->id).done(); !done) return done;
  }
  {
    Query query(connection, remove_);
    if (Ok done = query.bind(row->id).done(); !done) return done;
  }
  rows.erase(queue_id);
  bytes -= row->size;
  return {};
}

Result<std::vector<SpoolEntry>> SqliteSpool::Parts::load(Connection& connection) {
  rows.clear();
  bytes = 0;
  std::vector<SpoolEntry> entries;
  std::vector<std::int64_t> ids;
  Query query(connection, load_);
  while (true) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) break;
    SpoolEntry entry;
    entry.queue_id = query.bytes(1);
    entry.reverse_path = query.bytes(2);
    entry.envelope_id = query.bytes(3);
    entry.accepted.ns = query.integer(4);
    entry.eight_bit = (query.integer(5) & kEightBit) != 0;
    entry.utf8 = (query.integer(5) & kUtf8) != 0;
    entry.quarantine = (query.integer(5) & kQuarantine) != 0;
    entry.origin = query.bytes(6);
    entry.size = static_cast<std::uint64_t>(query.integer(7));
    ids.push_back(query.integer(0));
    rows.emplace(entry.queue_id, Row{query.integer(0), entry.size});
    bytes += entry.size;
    entries.push_back(std::move(entry));
  }
  if (Ok done = load_recipients(connection, entries, ids); !done) return fail(std::move(done).error());
  stale = false;
  return entries;
}

Ok SqliteSpool::Parts::load_recipients(Connection& connection, std::vector<SpoolEntry>& entries,
                                       const std::vector<std::int64_t>& ids) {
  Query query(connection, load_recipients_);
  std::size_t at = 0;
  while (true) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    while (at < ids.size() && ids[at] < query.integer(0))
      ++at;
    if (at == ids.size() || ids[at] != query.integer(0)) {
      return fail(ErrorCode::kCorrupt, "the spool has a recipient without a message");
    }
    SpoolRecipient recipient;
    recipient.address = query.bytes(1);
    recipient.original = query.bytes(2);
    recipient.state = static_cast<RecipientState>(query.integer(3));
    recipient.next_attempt.ns = query.integer(4);
    recipient.attempts = static_cast<std::uint32_t>(query.integer(5));
    recipient.last_reply = query.bytes(6);
    entries[at].recipients.push_back(std::move(recipient));
  }
}

Result<Content> SqliteSpool::Parts::content(Connection& connection, const std::string& queue_id) {
  if (Ok fresh = refresh(connection); !fresh) return fail(std::move(fresh).error());
  const Result<Row> row = find(queue_id);
  if (!row) return fail(row.error());
  Query query(connection, content_);
  const Result<bool> found = query.bind(row->id).step();
  if (!found) return fail(found.error());
  if (!*found) return fail(ErrorCode::kCorrupt, "the spool has lost message " + escaped(queue_id));
  return make_content(std::string(query.bytes(0)));
}

SqliteSpool::SqliteSpool(Database& database, SpoolLimits limits)
    : database_(database), parts_(std::make_shared<Parts>(limits)) {}

SqliteSpool::~SqliteSpool() = default;

Task<Ok> SqliteSpool::apply(SpoolChange change) {
  Database::Job job = [parts = parts_, change = std::move(change)](Connection& connection) {
    return parts->apply(connection, change);
  };
  const Ok done = co_await database_.write(std::move(job));
  if (!done) parts_->stale = true;  // the commit may have failed after the step succeeded
  co_return done;
}

Task<Result<std::vector<SpoolEntry>>> SqliteSpool::load() {
  const auto entries = std::make_shared<std::vector<SpoolEntry>>();
  Database::Job job = [parts = parts_, entries](Connection& connection) -> Ok {
    Result<std::vector<SpoolEntry>> loaded = parts->load(connection);
    if (!loaded) return fail(loaded.error());
    *entries = std::move(*loaded);
    return {};
  };
  const Ok done = co_await database_.read(std::move(job));
  if (!done) co_return fail(done.error());
  co_return std::move(*entries);
}

Task<Result<Content>> SqliteSpool::content(std::string queue_id) {
  const auto content = std::make_shared<Content>();
  Database::Job job = [parts = parts_, content,
                       queue_id = std::move(queue_id)](Connection& connection) -> Ok {
    Result<Content> found = parts->content(connection, queue_id);
    if (!found) return fail(found.error());
    *content = std::move(*found);
    return {};
  };
  const Ok done = co_await database_.read(std::move(job));
  if (!done) co_return fail(done.error());
  co_return *content;
}

}  // namespace glasspost::store
