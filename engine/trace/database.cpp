#include "engine/trace/database.h"

#include <cstring>

#include <sqlite3.h>

namespace glasspost::trace {

void DatabaseCloser::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

void StatementCloser::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Error database_error(sqlite3* db, std::string_view doing) {
  const int code = db ? sqlite3_errcode(db) & 0xFF : SQLITE_NOMEM;
  ErrorCode ours = ErrorCode::kIo;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_SCHEMA || code == SQLITE_INTERRUPT ||
      code == SQLITE_ERROR) {
    ours = ErrorCode::kCorrupt;
  } else if (code == SQLITE_CANTOPEN) {
    ours = ErrorCode::kNotFound;
  }
  std::string message(doing);
  message += ": ";
  message += db ? sqlite3_errmsg(db) : "out of memory";
  return Error{ours, std::move(message), std::nullopt};
}

Result<Statement> prepare(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, nullptr) != SQLITE_OK) {
    return fail(database_error(db, "the database does not understand a statement"));
  }
  return Statement(raw);
}

Ok execute(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(database_error(db, "a database statement failed"));
  }
  return {};
}

namespace {

// A file from elsewhere may hold views and triggers that do harm or never end.
void distrust(sqlite3* db) {
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 128 * 1024 * 1024);
}

}  // namespace

Result<Database> open_for_reading(const std::string& file) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);
  if (code != SQLITE_OK) return fail(database_error(raw, "cannot open " + file));
  distrust(raw);
  sqlite3_busy_timeout(raw, 5000);
  return db;
}

Result<Database> open_bytes(std::string_view bytes) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);
  if (code != SQLITE_OK) return fail(database_error(raw, "cannot open a database in memory"));
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size() + 1));
  if (!copy) return fail(ErrorCode::kIo, "out of memory");
  std::memcpy(copy, bytes.data(), bytes.size());
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  // SQLite owns the copy from here, whatever the call says.
  if (sqlite3_deserialize(raw, "main", copy, size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
    return fail(database_error(raw, "cannot read the bytes as a database"));
  }
  distrust(raw);
  return db;
}

}  // namespace glasspost::trace
