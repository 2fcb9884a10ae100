#include "engine/trace/file_sink.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <sqlite3.h>

#include "engine/trace/file_format.h"

namespace glasspost::trace {

Result<std::shared_ptr<const Chunk>> FileSource::load(std::uint64_t first_seq) {
  const std::lock_guard lock(mutex_);
  for (auto it = kept_.begin(); it != kept_.end(); ++it) {
    if ((*it)->first_seq() != first_seq) continue;
    std::shared_ptr<const Chunk> found = *it;
    kept_.erase(it);
    kept_.push_back(found);
    return found;
  }
  if (!db_) {
    Result<Database> db = open_for_reading(file_);
    if (!db) return fail(std::move(db.error()));
    db_ = std::move(*db);
  }
  Result<RowReader> rows = RowReader::create(db_.get(), first_seq);
  if (!rows) return fail(std::move(rows.error()));
  auto chunk = std::make_shared<Chunk>(first_seq);
  while (!chunk->full()) {
    const Result<std::uint64_t> seq = rows->next();
    if (!seq) return fail(seq.error());
    if (*seq == 0) break;
    if (*seq != first_seq + chunk->size()) {
      return fail(ErrorCode::kCorrupt, "event " + std::to_string(first_seq + chunk->size()) + " is missing");
    }
    const Ok read = rows->append_to(*chunk);
    if (!read) return fail(read.error());
  }
  kept_.push_back(chunk);
  if (kept_.size() > kKeptChunks) kept_.pop_front();
  return std::shared_ptr<const Chunk>(chunk);
}

Result<Database> create_file(const std::string& file) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file + suffix, ignored)) {
      std::filesystem::remove(file + suffix, ignored);
    }
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);
  const auto failed = [&](Error error) {
    return fail(ErrorCode::kIo, "cannot write the trace " + file + ": " + error.message);
  };
  if (code != SQLITE_OK) return failed(database_error(raw, "SQLite"));
  // The schema is in the file itself before the log is used, so that a file cut off later tells what it is.
  Ok done =
      execute(raw, "PRAGMA page_size = 4096; PRAGMA application_id = " + std::to_string(kApplicationId) +
                       "; PRAGMA user_version = " + std::to_string(kFileVersion) + "; BEGIN; " +
                       schema_sql() + "COMMIT; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  if (!done) return failed(done.error());
  return db;
}

Result<std::unique_ptr<FileSink>> FileSink::create(const std::string& file) {
  Result<Database> db = create_file(file);
  if (!db) return fail(std::move(db.error()));
  return std::unique_ptr<FileSink>(new FileSink(file, std::move(*db)));
}

FileSink::FileSink(const std::string& file, Database db)
    : db_(std::move(db)), source_(std::make_shared<FileSource>(file)), thread_([this] { run(); }) {}

FileSink::~FileSink() {
  static_cast<void>(close());
}

void FileSink::write(std::shared_ptr<const ChunkSlot> slot, std::shared_ptr<const Chunk> chunk,
                     std::size_t size) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.size() < kMostWaiting || error_.has_value(); });
  if (error_) return;  // what comes now stays in memory
  jobs_.push_back({std::move(slot), std::move(chunk), size});
  changed_.notify_all();
}

void FileSink::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !jobs_.empty() || closing_; });
    if (jobs_.empty()) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Ok done = write_job(job);
    lock.lock();
    if (!done && !error_) {
      error_ = std::move(done.error());
      jobs_.clear();
    }
    changed_.notify_all();
  }
}

Ok FileSink::write_job(const Job& job) {
  Result<RowWriter> rows = RowWriter::create(db_.get());
  if (!rows) return fail(std::move(rows.error()));
  Ok begun = execute(db_.get(), "BEGIN");
  if (!begun) return begun;
  const std::uint64_t last = job.chunk->first_seq() + job.size - 1;
  for (std::uint64_t seq = std::max(job.chunk->first_seq(), written_ + 1); seq <= last; ++seq) {
    Ok written = rows->write(job.chunk->at(seq - job.chunk->first_seq()));
    if (!written) {
      static_cast<void>(execute(db_.get(), "ROLLBACK"));
      return written;
    }
  }
  Ok committed = execute(db_.get(), "COMMIT");
  if (!committed) return committed;
  written_ = std::max(written_, last);
  if (job.size == kChunkEvents) job.slot->memory.store(nullptr, std::memory_order_release);
  return {};
}

Ok FileSink::close() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
    // Readers of this run may hold the file open, and then it keeps its log; a reader finds both.
    static_cast<void>(execute(db_.get(), "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;"));
    db_.reset();
  }
  if (error_) return fail(*error_);
  return {};
}

}  // namespace glasspost::trace
