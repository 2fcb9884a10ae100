#include "engine/store/database.h"

#include <atomic>
#include <utility>

#include "engine/store/schema.h"
#include "engine/store/sqlite.h"

namespace glasspost::store {

namespace {

// Bounds the size of one transaction, and so the wait of those who come first.
constexpr std::size_t kMaxBatch = 256;

enum class Role { kLeads, kServed };

}  // namespace

struct Database::Operation {
  Operation(Scheduler& scheduler, Job work, bool writes)
      : job(std::move(work)), is_write(writes), turn(scheduler) {}
  Job job;
  bool is_write;
  Ok result;
  Completion<Role> turn;
};

// What the executor's thread works on. The batch and this are all that it touches.
struct Database::Core {
  using Batch = std::vector<std::shared_ptr<Operation>>;

  void run_batch(Batch& batch);
  Ok run_writes(Batch& batch, bool several);
  Ok run_in_savepoint(Operation& operation);
  Ok run(Statement& statement) { return Query(connection, statement).done(); }

  Connection connection;
  int checkpoint_pages = 0;
  Statement begin{"BEGIN IMMEDIATE"};
  Statement commit{"COMMIT"};
  std::atomic<std::uint64_t> commits = 0;
};

Database::Database(Scheduler& scheduler, BlockingExecutor& executor)
    : scheduler_(scheduler), executor_(executor), core_(std::make_shared<Core>()) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const DatabaseConfig& config, Scheduler& scheduler,
                                                 BlockingExecutor& executor) {
  std::unique_ptr<Database> database(new Database(scheduler, executor));
  if (Ok opened = database->core_->connection.open(config.path, config.vfs); !opened) {
    return fail(std::move(opened).error());
  }
  database->core_->checkpoint_pages = static_cast<int>(config.checkpoint_pages);
  if (Ok prepared = prepare_schema(database->core_->connection); !prepared) {
    Error why = std::move(prepared).error();
    why.message += ": " + config.path;
    return fail(std::move(why));
  }
  return database;
}

// The first that comes leads: it takes all that wait, has them done as one batch, tells the others, and hands
// the lead to the first of those that came meanwhile.
Task<Ok> Database::submit(Job job, bool is_write) {
  const auto mine = std::make_shared<Operation>(scheduler_, std::move(job), is_write);
  waiting_.push_back(mine);
  if (busy_) {
    const Role role = co_await mine->turn;
    if (role == Role::kServed) co_return std::move(mine->result);
  }
  busy_ = true;
  const auto batch = std::make_shared<Core::Batch>();
  while (!waiting_.empty() && batch->size() < kMaxBatch) {
    batch->push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  std::function<void()> work = [core = core_, batch] { core->run_batch(*batch); };
  co_await executor_.run(std::move(work));
  // The others go on for their own reasons, not because of who led.
  const CauseScope nobody(scheduler_, Cause{});
  for (const auto& operation : *batch) {
    if (operation != mine) operation->turn.complete(Role::kServed);
  }
  busy_ = !waiting_.empty();
  if (busy_) waiting_.front()->turn.complete(Role::kLeads);
  co_return std::move(mine->result);
}

void Database::Core::run_batch(Batch& batch) {
  std::size_t writes = 0;
  for (const auto& operation : batch) {
    if (operation->is_write) {
      ++writes;
    } else {
      operation->result = operation->job(connection);
    }
  }
  if (writes == 0) return;
  const Ok transaction = run_writes(batch, writes > 1);
  if (transaction) return;
  for (const auto& operation : batch) {
    if (operation->is_write && operation->result.has_value()) operation->result = fail(transaction.error());
  }
}

// Gives the transaction's own failure; each operation has its result.
Ok Database::Core::run_writes(Batch& batch, bool several) {
  if (connection.log_pages() >= checkpoint_pages) connection.checkpoint();
  if (Ok begun = run(begin); !begun) return begun;
  bool changed = false;
  for (const auto& operation : batch) {
    if (!operation->is_write) continue;
    operation->result = several ? run_in_savepoint(*operation) : operation->job(connection);
    changed = changed || operation->result.has_value();
  }
  Ok committed;
  if (changed) {
    committed = run(commit);
    if (committed) {
      ++commits;
      return committed;
    }
  }
  // Best effort: after some failures SQLite has rolled back already.
  static_cast<void>(connection.run("ROLLBACK"));
  return committed;
}

Ok Database::Core::run_in_savepoint(Operation& operation) {
  Ok saved = connection.run("SAVEPOINT one");
  if (!saved) return saved;
  Ok result = operation.job(connection);
  Ok released = connection.run(result ? "RELEASE one" : "ROLLBACK TO one; RELEASE one");
  if (!released && result) return released;
  return result;
}

std::uint64_t Database::commits() const {
  return core_->commits;
}

Task<Result<std::vector<std::string>>> Database::check() {
  const auto faults = std::make_shared<std::vector<std::string>>();
  Job job = [faults](Connection& connection) -> Ok {
    Result<std::vector<std::string>> found = find_faults(connection);
    if (!found) return fail(found.error());
    *faults = std::move(*found);
    return {};
  };
  const Ok checked = co_await read(std::move(job));
  if (!checked) co_return fail(checked.error());
  co_return std::move(*faults);
}

}  // namespace glasspost::store
