#include "engine/store/notes.h"

#include <utility>

#include "engine/store/sqlite.h"

namespace glasspost::store {

// Touched on the executor's thread only.
struct SqliteNotes::Parts {
  // With every job: a transaction that is undone takes the table with it.
  static Ok prepare(Connection& connection) {
    return connection.run(
        "CREATE TABLE IF NOT EXISTS note(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
  }
  Ok apply(Connection& connection, const std::vector<NoteChange>& changes);
  Result<std::map<std::string, std::string>> load(Connection& connection);

  Statement put_{
      "INSERT INTO note(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value"};
  Statement remove_{"DELETE FROM note WHERE key = ?"};
  Statement load_{"SELECT key, value FROM note ORDER BY key"};
};

Ok SqliteNotes::Parts::apply(Connection& connection, const std::vector<NoteChange>& changes) {
  if (Ok ready = prepare(connection); !ready) return ready;
  for (const NoteChange& change : changes) {
    Query query(connection, change.value ? put_ : remove_);
    query.bind_text(change.key);
    if (change.value) query.bind_text(*change.value);
    if (Ok done = query.done(); !done) return done;
  }
  return {};
}

Result<std::map<std::string, std::string>> SqliteNotes::Parts::load(Connection& connection) {
  const Result<std::int64_t> tables =
      connection.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'note'");
  if (!tables) return fail(tables.error());
  std::map<std::string, std::string> notes;
  if (*tables == 0) return notes;
  Query query(connection, load_);
  while (true) {
    const Result<bool> row = query.step();
    if (!row) return fail(row.error());
    if (!*row) return notes;
    notes.emplace(query.bytes(0), query.bytes(1));
  }
}

SqliteNotes::SqliteNotes(Database& database) : database_(database), parts_(std::make_shared<Parts>()) {}

SqliteNotes::~SqliteNotes() = default;

Task<Ok> SqliteNotes::apply(std::vector<NoteChange> changes) {
  Database::Job job = [parts = parts_, changes = std::move(changes)](Connection& connection) {
    return parts->apply(connection, changes);
  };
  return database_.write(std::move(job));
}

Task<Result<std::map<std::string, std::string>>> SqliteNotes::load() {
  const auto notes = std::make_shared<std::map<std::string, std::string>>();
  Database::Job job = [parts = parts_, notes](Connection& connection) -> Ok {
    auto loaded = parts->load(connection);
    if (!loaded) return fail(loaded.error());
    *notes = std::move(*loaded);
    return {};
  };
  const Ok done = co_await database_.read(std::move(job));
  if (!done) co_return fail(done.error());
  co_return std::move(*notes);
}

}  // namespace glasspost::store
