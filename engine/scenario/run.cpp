#include "engine/scenario/run.h"

#include <memory>
#include <utility>

#include "engine/scenario/virtual_world.h"
#include "engine/trace/file.h"
#include "engine/trace/payload.h"
#include "engine/trace/recorder.h"

namespace glasspost::scenario {
namespace {

constexpr std::uint64_t kEventsBetweenReports = 20'000;

Result<std::unique_ptr<trace::Recorder>> make_recorder(const std::filesystem::path& file) {
  trace::RecorderOptions options;
  options.file = file.string();
  return trace::Recorder::create(options);
}

// True if it ran to its end, false if it was cancelled.
bool run_to_end(VirtualWorld& world, Instant end, const RunOptions& options, Instant start) {
  sim::World& machine = world.world();
  for (std::uint64_t count = 0; machine.next_event() <= end && !world.failure(); ++count) {
    if (!machine.step()) break;
    if (count % kEventsBetweenReports != 0) continue;
    if (options.cancel != nullptr && options.cancel->load()) return false;
    if (options.progress) options.progress({machine.now() - start, end - start, machine.events_run()});
  }
  return true;
}

void tell_expectations(tap::Tap& tap, const Scenario& scenario,
                       const std::vector<ExpectationResult>& results) {
  for (const ExpectationResult& result : results) {
    const Expectation& expectation = scenario.expectations[result.index];
    trace::payload::Expectation payload;
    payload.held = result.held;
    payload.line = expectation.place.line;
    payload.expected = expectation.text;
    payload.seen = result.seen;
    tap.record({}, {}, {}, payload);
  }
}

}  // namespace

Result<RunReport> run_scenario(const Scenario& scenario, const RunOptions& options) {
  auto recorder = make_recorder(options.trace_file);
  if (!recorder) return fail(recorder.error());
  const std::uint64_t seed = options.seed.value_or(scenario.seed);
  auto world = VirtualWorld::make(scenario, seed, **recorder, options.source);
  if (!world) return fail(world.error());

  RunReport report;
  const Instant end = scenario.start + options.until.value_or(scenario.until);
  report.cancelled = !run_to_end(**world, end, options, scenario.start);
  if ((*world)->failure()) return fail(*(*world)->failure());
  const Instant stopped = (*world)->world().now();
  report.ended = stopped - scenario.start;

  report.expectations = judge_expectations(scenario, (*recorder)->snapshot());
  (*world)->world().scheduler().set_cause(Cause{});
  tell_expectations((*world)->tap(), scenario, report.expectations);
  trace::payload::RunEnded ended;
  ended.reason = report.cancelled ? "cancelled" : "end of the scenario";
  (*world)->tap().record({}, {}, {}, ended);
  (*world)->tap().silence();
  world->reset();
  report.trace = (*recorder)->snapshot();
  if (Ok closed = (*recorder)->close(); !closed) return fail(closed.error());
  if (options.trace_file.empty()) return report;
  auto reopened = trace::open_trace(options.trace_file.string());
  if (!reopened) return fail(reopened.error());
  report.trace = std::move(*reopened);
  return report;
}

}  // namespace glasspost::scenario
