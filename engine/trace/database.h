#pragma once

// SQLite behind a thin wall; for the sources of this folder only.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace glasspost::trace {

struct DatabaseCloser {
  void operator()(sqlite3* db) const;
};
struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const;
};
using Database = std::unique_ptr<sqlite3, DatabaseCloser>;
using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

/// SQLite's last error as ours: kCorrupt, kNotFound, or kIo. `doing` begins the sentence.
[[nodiscard]] Error database_error(sqlite3* db, std::string_view doing);
[[nodiscard]] Result<Statement> prepare(sqlite3* db, std::string_view sql);
[[nodiscard]] Ok execute(sqlite3* db, const std::string& sql);

/// Opens an existing file for reading; schemas are not trusted.
[[nodiscard]] Result<Database> open_for_reading(const std::string& file);
/// A database in memory from the bytes of a file.
[[nodiscard]] Result<Database> open_bytes(std::string_view bytes);

}  // namespace glasspost::trace
