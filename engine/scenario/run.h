#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/scenario/data/scenario.h"
#include "engine/trace/trace.h"

namespace glasspost::scenario {

/// How far a run is; told every few thousand events.
struct Progress {
  Duration simulated;  ///< since the start of the run
  Duration until;      ///< where it ends at the latest
  std::uint64_t events = 0;
};

struct RunOptions {
  std::optional<std::uint64_t> seed;  ///< instead of the scenario's
  std::optional<Duration> until;      ///< instead of the scenario's
  std::filesystem::path trace_file;   ///< empty: the trace stays in memory
  std::string source;                 ///< the scenario's text, kept in the trace; may be empty
  std::function<void(const Progress&)> progress;
  const std::atomic<bool>* cancel = nullptr;  ///< set from any thread: the run ends early
};

/// What became of one expectation.
struct ExpectationResult {
  std::size_t index = 0;  ///< in Scenario::expectations
  bool held = false;
  std::string seen;         ///< if it did not hold: what was there instead, one line
  std::uint64_t event = 0;  ///< the trace's event that decided it; 0: none
};

struct RunReport {
  trace::Trace trace;
  std::vector<ExpectationResult> expectations;  ///< one for each, in their order
  Duration ended;                               ///< since the start of the run
  bool cancelled = false;

  [[nodiscard]] bool all_held() const {
    for (const ExpectationResult& result : expectations) {
      if (!result.held) return false;
    }
    return true;
  }
};

/// Runs a scenario on the virtual network to its end. Deterministic: the same scenario and seed give the same
/// trace. Errors: kIo (the trace file), kInvalidInput (a zone or certificate that cannot be made), those of
/// the crypto library.
[[nodiscard]] Result<RunReport> run_scenario(const Scenario& scenario, const RunOptions& options);

/// Judges expectations on a finished trace: what run_scenario() does at the end, for traces of any origin.
[[nodiscard]] std::vector<ExpectationResult> judge_expectations(const Scenario& scenario,
                                                                const trace::Trace& trace);

}  // namespace glasspost::scenario
