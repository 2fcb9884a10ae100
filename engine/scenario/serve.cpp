#include "engine/scenario/serve.h"

#include <system_error>
#include <utility>

#include <stdlib.h>

#include "engine/scenario/real_world.h"
#include "engine/trace/recorder.h"

namespace glasspost::scenario {
namespace {

constexpr Duration kFlushInterval = Duration::milliseconds(200);

/// The folder that a serving world keeps its things in; a temporary one is removed at the end.
class StateFolder {
 public:
  static Result<StateFolder> make(const std::filesystem::path& wanted) {
    std::error_code error;
    if (!wanted.empty()) {
      std::filesystem::create_directories(wanted, error);
      if (error) return fail(ErrorCode::kIo, "cannot make " + wanted.string() + ": " + error.message());
      return StateFolder(wanted, false);
    }
    std::string pattern = (std::filesystem::temp_directory_path(error) / "glasspost-XXXXXX").string();
    if (error || mkdtemp(pattern.data()) == nullptr)
      return fail(ErrorCode::kIo, "cannot make a temporary folder");
    return StateFolder(pattern, true);
  }
  StateFolder(StateFolder&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  StateFolder& operator=(StateFolder&&) = delete;
  ~StateFolder() {
    std::error_code ignored;
    if (temporary_) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  StateFolder(std::filesystem::path path, bool temporary) : path_(std::move(path)), temporary_(temporary) {}
  std::filesystem::path path_;
  bool temporary_;
};

Served served(const RealWorld& world, const Scenario& scenario, const std::filesystem::path& state) {
  Served out;
  out.ports = world.ports();
  for (const Domain& domain : scenario.domains) {
    for (const User& user : domain.users) {
      out.accounts.push_back({user.name + "@" + domain.name, user.password, domain.submission_host});
    }
  }
  out.ca_file = std::filesystem::absolute(state / "ca.pem");
  out.state = std::filesystem::absolute(state);
  return out;
}

Task<void> end_later(RealWorld& world, Timer& timer, Instant moment) {
  const Ok waited = co_await timer.wait_until(moment);
  if (waited) world.end("time is up");
}

Task<void> end_when_cancelled(RealWorld& world, Clock& clock, Timer& timer, const std::atomic<bool>& cancel) {
  while (!cancel.load()) {
    const Instant next = clock.now() + kFlushInterval;
    const Ok waited = co_await timer.wait_until(next);
    if (!waited) co_return;
  }
  world.end("cancelled");
}

// Hands what was recorded to the trace's file, so that it can be looked at while the servers run.
Task<void> keep_flushing(trace::Recorder& recorder, Clock& clock, Timer& timer) {
  std::uint64_t flushed = 0;
  for (;;) {
    const Instant next = clock.now() + kFlushInterval;
    const Ok waited = co_await timer.wait_until(next);
    if (!waited) co_return;
    if (recorder.last_seq() == flushed) continue;
    flushed = recorder.last_seq();
    recorder.flush();
  }
}

}  // namespace

Result<ServeReport> serve_scenario(const Scenario& scenario, const ServeOptions& options,
                                   const std::function<void(const Served&)>& ready) {
  Result<StateFolder> state = StateFolder::make(options.state);
  if (!state) return fail(state.error());
  trace::RecorderOptions recorder_options;
  recorder_options.file = options.trace_file.string();
  auto recorder = trace::Recorder::create(recorder_options);
  if (!recorder) return fail(recorder.error());
  if (options.watching) options.watching([source = recorder->get()] { return source->snapshot(); });
  {
    auto world = RealWorld::make(scenario, options, state->path(), **recorder);
    if (!world) return fail(world.error());
    RealWorld& running = **world;
    running.io().on_termination_signal([&running](int) { running.end("signal"); });
    const std::unique_ptr<Timer> timer = running.io().clock().make_timer("serve");
    const std::unique_ptr<Timer> flush_timer = running.io().clock().make_timer("flush");
    const std::unique_ptr<Timer> cancel_timer = running.io().clock().make_timer("cancel");
    TaskGroup tasks;
    if (options.cancel != nullptr) {
      tasks.spawn(end_when_cancelled(running, running.io().clock(), *cancel_timer, *options.cancel));
    }
    if (!options.trace_file.empty())
      tasks.spawn(keep_flushing(**recorder, running.io().clock(), *flush_timer));
    if (options.run_for) {
      const Instant moment = running.io().clock().now() + *options.run_for;
      tasks.spawn(end_later(running, *timer, moment));
    }
    running.start([&] {
      ready(served(running, scenario, state->path()));
      if (options.run_script) running.run_script();
    });
    running.run();
    if (running.failure()) return fail(*running.failure());
  }
  ServeReport report;
  report.events = (*recorder)->last_seq();
  report.trace = (*recorder)->snapshot();
  if (Ok closed = (*recorder)->close(); !closed) return fail(closed.error());
  return report;
}

}  // namespace glasspost::scenario
