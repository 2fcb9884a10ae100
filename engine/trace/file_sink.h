#pragma once

// The thread that writes a trace's file; for the sources of this folder only.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/trace/database.h"
#include "engine/trace/trace.h"

namespace glasspost::trace {

/// Reads chunks of a file back. The database is opened at the first need.
class FileSource final : public ChunkSource {
 public:
  explicit FileSource(std::string file) : file_(std::move(file)) {}
  Result<std::shared_ptr<const Chunk>> load(std::uint64_t first_seq) override;

 private:
  static constexpr std::size_t kKeptChunks = 64;
  std::string file_;
  std::mutex mutex_;
  Database db_;
  std::deque<std::shared_ptr<const Chunk>> kept_;  // the latest used, the newest last
};

/// Writes chunks on its own thread, a transaction each, and lets sealed ones leave memory.
class FileSink {
 public:
  static Result<std::unique_ptr<FileSink>> create(const std::string& file);
  ~FileSink();
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  /// Takes the chunk's first `size` events, as far as they are not written yet. Waits where the disk is more
  /// than kMostWaiting chunks behind.
  void write(std::shared_ptr<const ChunkSlot> slot, std::shared_ptr<const Chunk> chunk, std::size_t size);
  /// Waits for the thread and closes the file: one plain file is left. The first error of all.
  Ok close();
  [[nodiscard]] std::shared_ptr<ChunkSource> source() const { return source_; }

 private:
  static constexpr std::size_t kMostWaiting = 32;
  struct Job {
    std::shared_ptr<const ChunkSlot> slot;
    std::shared_ptr<const Chunk> chunk;
    std::size_t size = 0;
  };

  FileSink(const std::string& file, Database db);
  void run();
  Ok write_job(const Job& job);

  Database db_;
  std::shared_ptr<ChunkSource> source_;
  std::uint64_t written_ = 0;  // the thread's: the last number in the file
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool closing_ = false;
  std::optional<Error> error_;
  std::thread thread_;
};

/// Makes a new, empty trace file, open for writing.
[[nodiscard]] Result<Database> create_file(const std::string& file);

}  // namespace glasspost::trace
