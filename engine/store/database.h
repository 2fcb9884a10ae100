#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/executor.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/task.h"

namespace glasspost::store {

class Connection;

struct DatabaseConfig {
  std::string path;
  std::string vfs;  ///< SQLite's name of the disk to use; empty: the system's own
  /// Pages of 1 KiB in the write-ahead log before they are carried over into the file. That is done before
  /// the next write, never between a commit and the word of its success.
  std::uint32_t checkpoint_pages = 4'000;
};

/// One mail store's file: mailboxes and spool of one host, in one SQLite database.
///
/// Work is done by the executor, so that the world does not wait for the disk. Writes that come while others
/// are being done share the next transaction and its sync (group commit); each of them succeeds or fails by
/// itself, unless the commit fails, which fails them all.
class Database {
 public:
  using Job = std::function<Ok(Connection&)>;

  /// Opens or makes the file, at once. Errors: kIo, kConflict (another process has it open), kCorrupt (not a
  /// mail store, damaged), kUnsupported (of a later version).
  static Result<std::unique_ptr<Database>> open(const DatabaseConfig& config, Scheduler& scheduler,
                                                BlockingExecutor& executor);
  /// No operation may be pending, or the scheduler never runs again.
  ~Database();

  /// Runs the job inside a transaction; durable when the task ends with success. What the job refers to must
  /// live as long as the job does.
  Task<Ok> write(Job job) { return submit(std::move(job), true); }
  Task<Ok> read(Job job) { return submit(std::move(job), false); }

  /// Compares everything that is stored twice: SQLite's own structures, counters against rows, contents
  /// against holders. Each sentence is a fault; none: the store is whole.
  Task<Result<std::vector<std::string>>> check();

  /// Transactions committed since opening: with group commit at most as many as there were writes.
  [[nodiscard]] std::uint64_t commits() const;

 private:
  struct Operation;
  struct Core;

  Database(Scheduler& scheduler, BlockingExecutor& executor);
  Task<Ok> submit(Job job, bool is_write);

  Scheduler& scheduler_;
  BlockingExecutor& executor_;
  std::shared_ptr<Core> core_;  // shared with jobs that the executor may still hold
  std::deque<std::shared_ptr<Operation>> waiting_;
  bool busy_ = false;  // somebody leads a batch
};

}  // namespace glasspost::store
