#pragma once

// How a trace stands in its SQLite file; for the sources of this folder only.

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/trace/chunk.h"
#include "engine/trace/database.h"
#include "engine/trace/file.h"

namespace glasspost::trace {

/// The table `events` (a row an event: its header, i0..i7, t0..t7, b) and a view for each known kind.
[[nodiscard]] std::string schema_sql();

/// Writes rows of chunks.
class RowWriter {
 public:
  static Result<RowWriter> create(sqlite3* db);
  Ok write(const EventView& event);

 private:
  RowWriter(sqlite3* db, Statement insert) : db_(db), insert_(std::move(insert)) {}
  sqlite3* db_;
  Statement insert_;
};

/// Looks at the first bytes of a file. Errors: kInvalidInput, kUnsupported, kCorrupt.
[[nodiscard]] Ok check_file_header(std::string_view first_bytes, std::uint64_t file_size, bool has_log);

/// Reads events in the order of their numbers.
class RowReader {
 public:
  /// From the event with this number. Errors: kCorrupt, kInvalidInput (no table `events`).
  static Result<RowReader> create(sqlite3* db, std::uint64_t first_seq);
  /// The number of the next event, 0 at the end.
  Result<std::uint64_t> next();
  /// Adds the event that next() found to a chunk. Errors: kCorrupt with the event's number.
  Ok append_to(Chunk& chunk);

 private:
  RowReader(sqlite3* db, Statement select) : db_(db), select_(std::move(select)) {}
  sqlite3* db_;
  Statement select_;
  std::uint64_t seq_ = 0;
};

}  // namespace glasspost::trace
