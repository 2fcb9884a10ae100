#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "engine/net/io_world.h"
#include "engine/runtime/scheduler.h"

namespace glasspost::net {
namespace {

struct Job {
  std::function<void()> work;
  /// Who waits for it; touched on the world's thread alone, null once its frame has gone.
  Completion<bool>* waiting = nullptr;
};
using JobPtr = std::shared_ptr<Job>;

class JobWait {
 public:
  JobWait(Scheduler& scheduler, JobPtr job) : done_(scheduler), job_(std::move(job)) {
    job_->waiting = &done_;
  }
  ~JobWait() { job_->waiting = nullptr; }
  JobWait(const JobWait&) = delete;
  JobWait& operator=(const JobWait&) = delete;
  Completion<bool>& done() { return done_; }

 private:
  Completion<bool> done_;
  JobPtr job_;
};

}  // namespace

struct DiskThread::State {
  explicit State(IoWorld& its_world) : world(its_world) {}

  void work();

  IoWorld& world;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<JobPtr> queue;
  bool ending = false;
  std::thread thread;
};

void DiskThread::State::work() {
  for (;;) {
    std::vector<JobPtr> batch;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return ending || !queue.empty(); });
      if (queue.empty()) return;
      batch = std::exchange(queue, {});
    }
    for (const JobPtr& job : batch)
      job->work();
    world.post_from_any_thread([batch = std::move(batch)] {
      for (const JobPtr& job : batch) {
        Completion<bool>* waiting = std::exchange(job->waiting, nullptr);
        if (waiting != nullptr) waiting->complete(true);
      }
    });
  }
}

DiskThread::DiskThread(IoWorld& world) : state_(std::make_unique<State>(world)) {
  state_->thread = std::thread([state = state_.get()] { state->work(); });
}

DiskThread::~DiskThread() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

Task<void> DiskThread::run(std::function<void()> job) {
  auto handed = std::make_shared<Job>();
  handed->work = std::move(job);
  JobWait wait(state_->world.scheduler(), handed);
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.push_back(handed);
  }
  state_->changed.notify_one();
  Completion<bool>& done = wait.done();
  co_await done;
}

}  // namespace glasspost::net
