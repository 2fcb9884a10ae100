#include "engine/store/sqlite.h"

#include <sqlite3.h>

namespace glasspost::store {

namespace {

ErrorCode error_code(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
      return ErrorCode::kConflict;
    case SQLITE_TOOBIG:
      return ErrorCode::kTooLarge;
    default:
      return ErrorCode::kIo;
  }
}

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Connection::~Connection() {
  // Statements that are still prepared keep it half alive until they go.
  if (handle_ != nullptr) sqlite3_close_v2(handle_);
}

Ok Connection::open(const std::string& path, const std::string& vfs) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &handle_, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (opened != SQLITE_OK) {
    Error why = error(opened);
    why.message += ": " + path;
    return fail(std::move(why));
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  // In the place of SQLite's own hook, which would carry the log over within a commit.
  sqlite3_wal_hook(handle_, note_log_pages, &log_pages_);
  // Exclusive locking before the first access keeps the WAL's index in memory, so that a VFS without shared
  // memory will do. Small pages, because a delivery touches half a dozen of them and each goes to the log
  // whole. Deleted mail is not overwritten with zeros: that would double the writing.
  return run(
      "PRAGMA page_size=1024;"
      "PRAGMA locking_mode=EXCLUSIVE;"
      "PRAGMA journal_mode=WAL;"
      "PRAGMA synchronous=FULL;"
      "PRAGMA secure_delete=OFF;"
      "PRAGMA temp_store=MEMORY;"
      "PRAGMA cache_size=-16000;"
      "PRAGMA trusted_schema=OFF;");
}

Ok Connection::run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(error(code));
  return {};
}

Result<std::int64_t> Connection::number(const char* sql) {
  Statement statement(sql);
  Query query(*this, statement);
  const Result<bool> row = query.step();
  if (!row) return fail(row.error());
  return *row ? query.integer(0) : 0;
}

void Connection::checkpoint() {
  log_pages_ = 0;
  static_cast<void>(sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr));
}

std::int64_t Connection::last_row_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(handle_);
}

Error Connection::error(int code) const {
  const char* text = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  return Error{error_code(code), std::string("the mail store: ") + text, std::nullopt};
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Query::Query(Connection& connection, Statement& statement) : connection_(connection) {
  if (statement.handle_ == nullptr) {
    failed_ = sqlite3_prepare_v3(connection.handle(), statement.sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                 &statement.handle_, nullptr);
  }
  handle_ = statement.handle_;
}

Query::~Query() {
  if (handle_ != nullptr) sqlite3_reset(handle_);
}

Query& Query::bind(std::int64_t value) {
  if (failed_ == SQLITE_OK) failed_ = sqlite3_bind_int64(handle_, ++bound_, value);
  return *this;
}

Query& Query::bind_text(std::string_view value) {
  // A null pointer would bind NULL, not the empty text.
  const char* bytes = value.empty() ? "" : value.data();
  if (failed_ == SQLITE_OK) {
    failed_ = sqlite3_bind_text64(handle_, ++bound_, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Query& Query::bind_blob(std::string_view value) {
  const char* bytes = value.empty() ? "" : value.data();
  if (failed_ == SQLITE_OK) {
    failed_ = sqlite3_bind_blob64(handle_, ++bound_, bytes, value.size(), SQLITE_STATIC);
  }
  return *this;
}

Result<bool> Query::step() {
  if (failed_ == SQLITE_OK) {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    failed_ = code;
  }
  return fail(connection_.error(failed_));
}

Ok Query::done() {
  const Result<bool> row = step();
  if (!row) return fail(row.error());
  return {};
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

}  // namespace glasspost::store
