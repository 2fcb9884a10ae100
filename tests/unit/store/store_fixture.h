#pragma once

#include <cstdio>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/runtime/clock.h"
#include "engine/runtime/executor.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/task_group.h"
#include "engine/store/database.h"
#include "engine/store/mailbox_store.h"
#include "engine/store/spool.h"

namespace glasspost::store {

class QueueScheduler final : public Scheduler {
 public:
  void resume_later(std::coroutine_handle<> frame, Cause cause) override { ready_.push_back({frame, cause}); }
  void run() {
    while (!ready_.empty()) {
      const auto [frame, cause] = ready_.front();
      ready_.pop_front();
      set_cause(cause);
      frame.resume();
      set_cause({});
    }
  }

 private:
  std::deque<std::pair<std::coroutine_handle<>, Cause>> ready_;
};

/// Holds jobs until run_one(): a disk that takes time.
class SlowExecutor final : public BlockingExecutor {
 public:
  explicit SlowExecutor(Scheduler& scheduler) : scheduler_(scheduler) {}
  Task<void> run(std::function<void()> job) override {
    Completion<bool> done(scheduler_);
    waiting_.push_back({std::move(job), &done});
    const bool ran = co_await done;
    static_cast<void>(ran);
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  void run_one() {
    const auto [job, done] = std::move(waiting_.front());
    waiting_.pop_front();
    job();
    done->complete(true);
  }

 private:
  Scheduler& scheduler_;
  std::deque<std::pair<std::function<void()>, Completion<bool>*>> waiting_;
};

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return moment; }
  std::unique_ptr<Timer> make_timer(std::string_view) override { return nullptr; }
  Instant moment{1'770'000'000'000'000'000};
};

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& result) {
  T value = co_await task;
  result.emplace(std::move(value));
}

/// A store file in a folder of its own, with an executor that works at once.
class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = std::filesystem::temp_directory_path() /
              ("glasspost_store_" + name + "_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    reopen();
  }
  ~StoreFixture() override {
    close();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::string path() const { return (folder_ / "mail.db").string(); }
  void close() {
    spool_.reset();
    mailboxes_.reset();
    database_.reset();
  }
  void reopen() {
    close();
    auto opened = Database::open({path(), ""}, scheduler_, executor_);
    ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
    database_ = std::move(*opened);
    mailboxes_ = std::make_unique<SqliteMailboxStore>(*database_, clock_);
    spool_ = std::make_unique<SqliteSpool>(*database_);
  }

  /// Runs a task that never has to wait.
  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    TaskGroup group;
    group.spawn(keep(std::move(task), result));
    scheduler_.run();
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
  }
  void expect_whole() {
    const auto faults = now(database_->check());
    ASSERT_TRUE(faults.has_value()) << to_string(faults.error());
    EXPECT_EQ(*faults, std::vector<std::string>{});
  }

  std::filesystem::path folder_;
  QueueScheduler scheduler_;
  InlineExecutor executor_;
  FixedClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteMailboxStore> mailboxes_;
  std::unique_ptr<SqliteSpool> spool_;
};

}  // namespace glasspost::store
