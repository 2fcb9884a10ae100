#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace glasspost::store {

/// A database file, opened by one owner: exclusive locking, write-ahead log, synced at every commit. Used by
/// one thread at a time.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// `vfs` empty: the system's own. Errors: kIo, kCorrupt (not a database), kConflict (another process has
  /// it).
  Ok open(const std::string& path, const std::string& vfs);
  /// One or more statements without results.
  Ok run(const char* sql);
  /// The single number that a query gives.
  Result<std::int64_t> number(const char* sql);

  /// Pages in the write-ahead log after the last commit.
  [[nodiscard]] int log_pages() const { return log_pages_; }
  /// Carries the log over into the file. A failure changes nothing: the log stays, and the next commit meets
  /// the same disk.
  void checkpoint();

  [[nodiscard]] sqlite3* handle() const { return handle_; }
  [[nodiscard]] std::int64_t last_row_id() const;
  [[nodiscard]] std::int64_t changes() const;
  /// The last failure as an Error.
  [[nodiscard]] Error error(int code) const;

 private:
  sqlite3* handle_ = nullptr;
  int log_pages_ = 0;
};

/// SQL that is prepared at its first use and kept.
class Statement {
 public:
  explicit Statement(const char* sql) : sql_(sql) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

 private:
  friend class Query;
  const char* sql_;
  sqlite3_stmt* handle_ = nullptr;
};

/// One run of a statement: bind in order, then step; it is reset at the end of the scope. Bound text and
/// blobs must outlive the query.
class Query {
 public:
  Query(Connection& connection, Statement& statement);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& bind(std::int64_t value);
  Query& bind_text(std::string_view value);
  Query& bind_blob(std::string_view value);
  /// True: a row is there. False: there are no more.
  Result<bool> step();
  /// Runs a statement that gives no rows.
  Ok done();

  [[nodiscard]] std::int64_t integer(int column) const;
  /// Text or blob; valid until the next step.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  Connection& connection_;
  sqlite3_stmt* handle_ = nullptr;
  int bound_ = 0;
  int failed_ = 0;  // SQLite's code of the first failure, 0 if none
};

}  // namespace glasspost::store
