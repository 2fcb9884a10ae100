#pragma once

#include <functional>

#include "engine/runtime/task.h"

namespace glasspost {

/// Where work goes that blocks its thread (a database, fsync).
class BlockingExecutor {
 public:
  virtual ~BlockingExecutor() = default;
  /// Runs `job` and ends when it has run. Jobs run one at a time, in the order of the calls; a job must not
  /// throw and, in the real world, runs on another thread: it touches only what it was given. Jobs already
  /// handed over run even if nobody waits any more.
  virtual Task<void> run(std::function<void()> job) = 0;
};

/// Runs each job at once where it is awaited: for virtual worlds, where a disk takes no time or the world's
/// own.
class InlineExecutor final : public BlockingExecutor {
 public:
  Task<void> run(std::function<void()> job) override {
    job();
    co_return;
  }
};

}  // namespace glasspost
