#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/scenario/data/scenario.h"
#include "gui/model/library.h"
#include "gui/model/recording.h"

namespace glasspost::gui {

/// What to open.
struct Job {
  std::string file;                            ///< a scenario, or a recorded trace
  std::string variant;                         ///< of the scenario; empty: none
  std::vector<scenario::InjectMail> injected;  ///< sent by hand after the scenario's end, in this order
};

/// What came of it: a recording, or one line that says why there is none.
struct JobResult {
  std::shared_ptr<Recording> recording;
  std::string error;
  std::optional<Duration> injected_at;  ///< since the run's start: when the last letter by hand was sent
};

/// Does it here and now. `progress` gets shares from 0 to 1. Never throws.
[[nodiscard]] JobResult do_job(const Job& job, const std::function<void(float)>& progress,
                               const std::atomic<bool>* cancel);

/// Does one job at a time on a thread of its own.
class Work {
 public:
  Work() = default;
  ~Work();
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  /// Cancels what is under way.
  void start(Job job);
  void cancel();
  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] float progress() const { return progress_; }
  [[nodiscard]] const Job& job() const { return job_; }
  /// The result, once, when it is there.
  [[nodiscard]] std::optional<JobResult> take();
  [[nodiscard]] bool has_result() const { return finished_; }
  /// Called from the thread when there is something to take: to wake a sleeping window.
  std::function<void()> wake;

 private:
  void join();

  Job job_;
  std::thread thread_;
  std::atomic<bool> busy_ = false;
  std::atomic<bool> finished_ = false;
  std::atomic<bool> cancel_ = false;
  std::atomic<float> progress_ = 0;
  std::mutex mutex_;
  std::optional<JobResult> result_;
};

/// All that can be read in a folder, in the order of a course: first mail first, then by name.
[[nodiscard]] std::vector<LibraryEntry> bundled_scenarios(const std::string& folder);
/// The folder that holds them: beside the program's source tree, or `scenarios` here.
[[nodiscard]] std::string scenario_folder();
/// A file, or the name of a bundled one.
[[nodiscard]] std::string found_file(const std::string& name);

}  // namespace glasspost::gui
