#include "engine/trace/file.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <tuple>

#include <sqlite3.h>

#include "engine/trace/file_format.h"
#include "engine/trace/file_sink.h"

namespace glasspost::trace {

namespace {

/// Chunks beyond this many bytes are read from the file when they are needed.
constexpr std::size_t kKeptBytes = std::size_t{1} << 30;

Error in_file(const std::string& file, Error error) {
  error.message = file + ": " + error.message;
  return error;
}

// Reads all events and rebuilds the keyframes. `source` gives chunks that did not stay in memory.
Result<Trace> load(sqlite3* db, std::shared_ptr<ChunkSource> source) {
  Result<RowReader> rows = RowReader::create(db, 1);
  if (!rows) return fail(std::move(rows.error()));
  auto spine = std::make_shared<Spine>();
  spine->source = std::move(source);
  Projection projection;
  std::shared_ptr<Chunk> chunk;
  std::size_t kept = 0;
  std::uint64_t last = 0;
  const auto keep = [&] {
    kept += chunk->memory();
    if (kept > kKeptBytes && spine->source) spine->slots.back()->memory.store(nullptr);
  };
  while (true) {
    const Result<std::uint64_t> seq = rows->next();
    if (!seq) return fail(seq.error());
    if (*seq == 0) break;
    if (chunk && *seq != last + 1) {
      return fail(ErrorCode::kCorrupt,
                  "events " + std::to_string(last + 1) + " to " + std::to_string(*seq - 1) + " are missing");
    }
    if (!chunk || chunk->full()) {
      if (chunk) keep();
      chunk = std::make_shared<Chunk>(*seq);
      auto slot = std::make_shared<ChunkSlot>();
      slot->first_seq = *seq;
      slot->keyframe = projection;
      slot->memory.store(chunk);
      spine->slots.push_back(std::move(slot));
    }
    const Ok read = rows->append_to(*chunk);
    if (!read) return fail(read.error());
    const EventView event = chunk->at(chunk->size() - 1);
    if (last != 0 && event.time() < projection.time()) {
      return fail(ErrorCode::kCorrupt,
                  "event " + std::to_string(*seq) + " is earlier than the one before it");
    }
    projection.apply(event);
    last = *seq;
  }
  return Trace(std::move(spine), last);
}

Ok check_header_of(const std::string& file) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) {
    const bool missing = !std::filesystem::exists(file);
    return fail(missing ? ErrorCode::kNotFound : ErrorCode::kIo,
                missing ? "there is no such file" : "it cannot be read: " + error.message());
  }
  std::ifstream in(file, std::ios::binary);
  std::string first(100, '\0');
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  if (!in && !in.eof()) return fail(ErrorCode::kIo, "it cannot be read");
  first.resize(static_cast<std::size_t>(in.gcount()));
  const std::uint64_t log_size = std::filesystem::file_size(file + "-wal", error);
  return check_file_header(first, size, !error && log_size > 0);
}

// What is wrong with an event as such, if anything; `ends` holds the end of each log.
std::string fault_of(const EventView& event,
                     std::map<std::tuple<std::uint32_t, Direction, Layer>, std::uint64_t>& ends) {
  if (event.cause() >= event.seq()) return "its cause is not before it";
  const KindInfo* info = event.info();
  if (!info) return {};
  std::size_t integers = 0;
  std::size_t texts = 0;
  for (const Column& column : info->columns) {
    const std::string name(column.name);
    if (is_number(column.type)) {
      if (integers++ >= event.integer_count()) return "column " + name + " is missing";
      if (column.type == ColumnType::kEnum &&
          static_cast<std::uint64_t>(event.integer(column.slot)) >= column.names.size()) {
        return "column " + name + " has no such value";
      }
    } else if (column.type == ColumnType::kBlob) {
      if (!event.has_blob()) return "column " + name + " is missing";
    } else {
      if (texts++ >= event.text_count()) return "column " + name + " is missing";
      if (event.text(column.slot).size() > column.maximum) return "column " + name + " is too long";
    }
  }
  if (const auto bytes = event.as<payload::StreamBytes>()) {
    const auto [it, first] = ends.try_emplace({event.connection().value, bytes->direction, bytes->layer}, 0);
    if (!first && it->second != bytes->offset) return "its bytes do not follow those before";
    it->second = bytes->offset + bytes->length;
  }
  return {};
}

}  // namespace

Result<Trace> open_trace(const std::string& file) {
  const Ok header = check_header_of(file);
  if (!header) return fail(in_file(file, header.error()));
  Result<Database> db = open_for_reading(file);
  if (!db) return fail(std::move(db.error()));
  Result<Trace> trace = load(db->get(), std::make_shared<FileSource>(file));
  if (!trace) return fail(in_file(file, trace.error()));
  return trace;
}

Result<Trace> open_trace_bytes(std::string_view bytes) {
  const Ok header = check_file_header(bytes.substr(0, 100), bytes.size(), false);
  if (!header) return fail(header.error());
  Result<Database> db = open_bytes(bytes);
  if (!db) return fail(std::move(db.error()));
  return load(db->get(), nullptr);
}

Result<TraceCheck> check_trace(const std::string& file) {
  Result<Trace> trace = open_trace(file);
  if (!trace) return fail(trace.error());
  Result<Database> db = open_for_reading(file);
  if (!db) return fail(std::move(db.error()));
  Result<Statement> integrity = prepare(db->get(), "PRAGMA quick_check(1)");
  if (!integrity) return fail(in_file(file, integrity.error()));
  if (sqlite3_step(integrity->get()) != SQLITE_ROW) {
    return fail(in_file(file, database_error(db->get(), "damaged")));
  }
  const auto* verdict = reinterpret_cast<const char*>(sqlite3_column_text(integrity->get(), 0));
  if (std::string_view(verdict ? verdict : "") != "ok") {
    return fail(ErrorCode::kCorrupt, file + ": damaged: " + (verdict ? verdict : ""));
  }
  TraceCheck check;
  std::map<std::tuple<std::uint32_t, Direction, Layer>, std::uint64_t> ends;
  std::string fault;
  trace->for_each([&](const EventView& event) {
    ++check.events;
    if (!event.info()) ++check.unknown_kinds;
    fault = fault_of(event, ends);
    if (!fault.empty()) fault = "event " + std::to_string(event.seq()) + ": " + fault;
    return fault.empty();
  });
  if (!fault.empty()) return fail(ErrorCode::kCorrupt, file + ": " + fault);
  if (trace->error()) return fail(in_file(file, *trace->error()));
  return check;
}

Ok save_trace(const Trace& trace, const std::string& file) {
  Result<Database> db = create_file(file);
  if (!db) return fail(std::move(db.error()));
  Result<RowWriter> rows = RowWriter::create(db->get());
  if (!rows) return fail(std::move(rows.error()));
  Ok done = execute(db->get(), "BEGIN");
  trace.for_each([&](const EventView& event) {
    if (done) done = rows->write(event);
    return done.has_value();
  });
  if (done) done = execute(db->get(), "COMMIT");
  rows = fail(ErrorCode::kAborted, "closed");
  if (done) done = execute(db->get(), "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
  if (done && trace.error()) done = fail(*trace.error());
  return done;
}

}  // namespace glasspost::trace
