#include "engine/trace/file_format.h"

#include <array>

#include <sqlite3.h>

namespace glasspost::trace {

namespace {

constexpr int kFirstInteger = 7;  // after seq, time, cause, host, connection, message, kind
constexpr int kFirstText = kFirstInteger + static_cast<int>(kMaxIntegers);
constexpr int kBlobColumn = kFirstText + static_cast<int>(kMaxTexts);
constexpr std::string_view kHeaderColumns = "seq, time, cause, host, connection, message, kind";

std::string column_names() {
  std::string names(kHeaderColumns);
  for (std::size_t i = 0; i < kMaxIntegers; ++i)
    names += ", i" + std::to_string(i);
  for (std::size_t i = 0; i < kMaxTexts; ++i)
    names += ", t" + std::to_string(i);
  return names + ", b";
}

std::string stored_name(const Column& column) {
  if (column.type == ColumnType::kBlob) return "b";
  return (is_number(column.type) ? "i" : "t") + std::to_string(column.slot);
}

std::string view_sql(const KindInfo& info) {
  std::string name(info.name);
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  std::string sql = "CREATE VIEW \"" + name + "\" AS SELECT seq, time, cause, host, connection, message";
  for (const Column& column : info.columns) {
    sql += ", ";
    if (column.type == ColumnType::kEnum) {
      sql += "CASE " + stored_name(column);
      for (std::size_t i = 0; i < column.names.size(); ++i) {
        sql += " WHEN " + std::to_string(i) + " THEN '" + std::string(column.names[i]) + "'";
      }
      sql += " END";
    } else {
      sql += stored_name(column);
    }
    // A column may bear the name of one of the header's.
    const bool taken = column.name == "host" || column.name == "message" || column.name == "connection";
    sql += " AS \"" + std::string(column.name) + (taken ? "_\"" : "\"");
  }
  return sql + " FROM events WHERE kind = " + std::to_string(static_cast<int>(info.kind)) + ";\n";
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

std::string schema_sql() {
  std::string sql =
      "CREATE TABLE events(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, cause INTEGER NOT NULL,"
      " host INTEGER NOT NULL, connection INTEGER NOT NULL, message TEXT NOT NULL, kind INTEGER NOT NULL";
  for (std::size_t i = 0; i < kMaxIntegers; ++i)
    sql += ", i" + std::to_string(i) + " INTEGER";
  for (std::size_t i = 0; i < kMaxTexts; ++i)
    sql += ", t" + std::to_string(i) + " TEXT";
  sql += ", b BLOB);\n";
  sql += "CREATE TABLE kinds(kind INTEGER PRIMARY KEY, name TEXT NOT NULL, meaning TEXT NOT NULL);\n";
  for (const KindInfo& info : all_kinds()) {
    sql += "INSERT INTO kinds VALUES(" + std::to_string(static_cast<int>(info.kind)) + ", '" +
           std::string(info.name) + "', '";
    for (const char c : info.meaning)
      sql += c == '\'' ? std::string("''") : std::string(1, c);
    sql += "');\n";
    sql += view_sql(info);
  }
  return sql;
}

Result<RowWriter> RowWriter::create(sqlite3* db) {
  std::string sql = "INSERT OR REPLACE INTO events(" + column_names() + ") VALUES(?";
  for (int i = 0; i < kBlobColumn; ++i)
    sql += ",?";
  Result<Statement> insert = prepare(db, sql + ")");
  if (!insert) return fail(std::move(insert.error()));
  return RowWriter(db, std::move(*insert));
}

Ok RowWriter::write(const EventView& event) {
  sqlite3_stmt* const s = insert_.get();
  const auto text = [s](int index, std::string_view value) {
    // An empty view may have no pointer, which SQLite would take for NULL.
    sqlite3_bind_text(s, index, value.empty() ? "" : value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
  };
  sqlite3_clear_bindings(s);
  sqlite3_bind_int64(s, 1, static_cast<sqlite3_int64>(event.seq()));
  sqlite3_bind_int64(s, 2, event.time().ns);
  sqlite3_bind_int64(s, 3, static_cast<sqlite3_int64>(event.cause()));
  sqlite3_bind_int64(s, 4, event.host().value);
  sqlite3_bind_int64(s, 5, event.connection().value);
  text(6, event.message());
  sqlite3_bind_int64(s, 7, static_cast<sqlite3_int64>(event.kind()));
  for (std::size_t i = 0; i < event.integer_count(); ++i) {
    sqlite3_bind_int64(s, kFirstInteger + 1 + static_cast<int>(i), event.integer(i));
  }
  for (std::size_t i = 0; i < event.text_count(); ++i) {
    text(kFirstText + 1 + static_cast<int>(i), event.text(i));
  }
  if (event.has_blob()) {
    const std::string_view blob = event.blob();
    sqlite3_bind_blob(s, kBlobColumn + 1, blob.empty() ? "" : blob.data(), static_cast<int>(blob.size()),
                      SQLITE_STATIC);
  }
  const int code = sqlite3_step(s);
  sqlite3_reset(s);
  if (code != SQLITE_DONE) return fail(database_error(db_, "cannot write the trace"));
  return {};
}

Ok check_file_header(std::string_view first, std::uint64_t file_size, bool has_log) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  if (first.size() < 100) {
    if (first.size() < 16 || first.substr(0, 16) == kMagic) {
      if (kMagic.starts_with(first.substr(0, 16)) && !first.empty()) {
        return fail(ErrorCode::kCorrupt, "truncated: only " + std::to_string(file_size) + " bytes are left");
      }
    }
    return fail(ErrorCode::kInvalidInput, "not a trace: it is not an SQLite database");
  }
  if (first.substr(0, 16) != kMagic) {
    return fail(ErrorCode::kInvalidInput, "not a trace: it is not an SQLite database");
  }
  if (big_endian(first, 68) != static_cast<std::uint32_t>(kApplicationId)) {
    return fail(ErrorCode::kInvalidInput, "an SQLite database, but not a Glasspost trace");
  }
  const std::uint32_t version = big_endian(first, 60);
  if (version != static_cast<std::uint32_t>(kFileVersion)) {
    return fail(ErrorCode::kUnsupported, "a trace of version " + std::to_string(version) +
                                             "; this program reads version " + std::to_string(kFileVersion));
  }
  // Pages that are still in the write-ahead log are not in the file yet.
  if (has_log) return {};
  const std::uint64_t page_field = static_cast<std::uint64_t>(static_cast<unsigned char>(first[16])) << 8 |
                                   static_cast<unsigned char>(first[17]);
  const std::uint64_t page_size = page_field == 1 ? 65536 : page_field;
  const std::uint64_t expected = page_size * big_endian(first, 28);
  if (file_size < expected) {
    return fail_at(ErrorCode::kCorrupt, file_size,
                   "truncated: " + std::to_string(file_size) + " of " + std::to_string(expected) + " bytes");
  }
  return {};
}

Result<RowReader> RowReader::create(sqlite3* db, std::uint64_t first_seq) {
  // Only a plain table is read: a view could compute for ever.
  Result<Statement> table =
      prepare(db,
              "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'events'"
              " AND sql NOT LIKE '%VIRTUAL%' AND sql NOT LIKE '%GENERATED%' AND sql NOT LIKE '%(%AS%(%'");
  if (!table) return fail(std::move(table.error()));
  const int found = sqlite3_step(table->get());
  if (found != SQLITE_ROW) return fail(database_error(db, "cannot read the trace's schema"));
  if (sqlite3_column_int(table->get(), 0) != 1) {
    return fail(ErrorCode::kCorrupt, "there is no table of events");
  }
  Result<Statement> select =
      prepare(db, "SELECT " + column_names() + " FROM events WHERE seq >= ? ORDER BY seq");
  if (!select) return fail(std::move(select.error()));
  sqlite3_bind_int64(select->get(), 1, static_cast<sqlite3_int64>(first_seq));
  return RowReader(db, std::move(*select));
}

Result<std::uint64_t> RowReader::next() {
  const int code = sqlite3_step(select_.get());
  if (code == SQLITE_DONE) return std::uint64_t{0};
  if (code != SQLITE_ROW) {
    return fail(database_error(db_, "damaged after event " + std::to_string(seq_)));
  }
  const sqlite3_int64 seq = sqlite3_column_int64(select_.get(), 0);
  if (seq <= 0) return fail(ErrorCode::kCorrupt, "there is an event with the number " + std::to_string(seq));
  seq_ = static_cast<std::uint64_t>(seq);
  return seq_;
}

Ok RowReader::append_to(Chunk& chunk) {
  sqlite3_stmt* const s = select_.get();
  const auto wrong = [this](std::string_view what) {
    return fail(ErrorCode::kCorrupt, "event " + std::to_string(seq_) + ": " + std::string(what));
  };
  const auto text_of = [s](int index) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(s, index));
    return std::string_view(bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(s, index)));
  };
  for (const int index : {1, 2, 3, 4, 6}) {
    if (sqlite3_column_type(s, index) != SQLITE_INTEGER) return wrong("a header column is not a number");
  }
  if (sqlite3_column_type(s, 5) != SQLITE_TEXT) return wrong("the message column is not a text");
  Header header;
  header.time = Instant{sqlite3_column_int64(s, 1)};
  header.cause = static_cast<std::uint64_t>(sqlite3_column_int64(s, 2));
  const sqlite3_int64 host = sqlite3_column_int64(s, 3);
  const sqlite3_int64 connection = sqlite3_column_int64(s, 4);
  const sqlite3_int64 kind = sqlite3_column_int64(s, 6);
  if (host < 0 || host > 0xFFFF'FFFF || connection < 0 || connection > 0xFFFF'FFFF) {
    return wrong("host or connection is out of range");
  }
  if (kind < 0 || kind > 0xFFFF) return wrong("the kind is out of range");
  header.host = HostId{static_cast<std::uint32_t>(host)};
  header.connection = ConnectionId{static_cast<std::uint32_t>(connection)};
  header.message = text_of(5);

  std::array<std::int64_t, kMaxIntegers> integers{};
  std::array<std::string_view, kMaxTexts> texts;
  std::size_t integer_count = 0;
  std::size_t text_count = 0;
  for (; integer_count < kMaxIntegers; ++integer_count) {
    const int index = kFirstInteger + static_cast<int>(integer_count);
    const int type = sqlite3_column_type(s, index);
    if (type == SQLITE_NULL) break;
    if (type != SQLITE_INTEGER) return wrong("column i" + std::to_string(integer_count) + " is not a number");
    integers[integer_count] = sqlite3_column_int64(s, index);
  }
  for (; text_count < kMaxTexts; ++text_count) {
    const int index = kFirstText + static_cast<int>(text_count);
    const int type = sqlite3_column_type(s, index);
    if (type == SQLITE_NULL) break;
    if (type != SQLITE_TEXT) return wrong("column t" + std::to_string(text_count) + " is not a text");
    texts[text_count] = text_of(index);
  }
  std::optional<std::string_view> blob;
  const int type = sqlite3_column_type(s, kBlobColumn);
  if (type == SQLITE_BLOB) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(s, kBlobColumn));
    blob.emplace(bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(s, kBlobColumn)));
  } else if (type != SQLITE_NULL) {
    return wrong("column b is not a blob");
  }
  chunk.append(header, static_cast<Kind>(kind), std::span(integers.data(), integer_count),
               std::span(texts.data(), text_count), blob);
  return {};
}

}  // namespace glasspost::trace
