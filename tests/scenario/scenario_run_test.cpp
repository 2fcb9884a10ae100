// Every scenario of the project: what it expects comes true, it repeats to the byte, and its trace can be
// rewound.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/scenario/loader.h"
#include "engine/scenario/run.h"
#include "engine/trace/event_text.h"
#include "engine/trace/file.h"
#include "engine/trace/projection.h"

namespace glasspost::scenario {
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(GLASSPOST_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string all_text(const trace::Trace& trace) {
  const trace::Projection names = trace.project(trace.last_seq());
  std::string text;
  trace.for_each(
      [&](const trace::EventView& event) { text += trace::event_text(event, trace.epoch(), names) + "\n"; });
  return text;
}

class ScenarioRun : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto loaded = load_scenario(GetParam());
    if (!loaded) FAIL() << loaded.error().front().to_string();
    scenario_ = std::move(*loaded);
  }
  [[nodiscard]] RunReport run(const RunOptions& options = {}) const {
    Result<RunReport> report = run_scenario(scenario_, options);
    EXPECT_TRUE(report) << to_string(report.error());
    return report ? std::move(*report) : RunReport{};
  }
  Scenario scenario_;
};

TEST_P(ScenarioRun, WhatItExpectsComesTrue) {
  EXPECT_FALSE(scenario_.expectations.empty()) << "a scenario says what must come true";
  EXPECT_NE(scenario_.title.en, scenario_.title.ko) << "a scenario has its title in both languages";
  ASSERT_TRUE(scenario_.moral) << "a scenario has a moral";
  const RunReport report = run();
  for (const ExpectationResult& result : report.expectations) {
    const Expectation& expectation = scenario_.expectations[result.index];
    EXPECT_TRUE(result.held) << expectation.place.to_string() << ": " << expectation.text
                             << "; seen: " << result.seen;
  }
}

TEST_P(ScenarioRun, WhatItsVariantsExpectComesTrue) {
  const std::vector<Variant> variants = scenario_.variants;
  for (const Variant& variant : variants) {
    auto switched = load_scenario(GetParam(), {variant.name});
    ASSERT_TRUE(switched) << variant.name << ": " << switched.error().front().to_string();
    EXPECT_NE(variant.title.en, variant.title.ko) << variant.name << " has its title in both languages";
    scenario_ = std::move(*switched);
    for (const ExpectationResult& result : run().expectations) {
      const Expectation& expectation = scenario_.expectations[result.index];
      EXPECT_TRUE(result.held) << variant.name << ", " << expectation.place.to_string() << ": "
                               << expectation.text << "; seen: " << result.seen;
    }
  }
}

TEST_P(ScenarioRun, TheSameSeedGivesTheSameTraceAndAnotherSeedAnother) {
  const std::string first = all_text(run().trace);
  EXPECT_EQ(first, all_text(run().trace));
  RunOptions other;
  other.seed = scenario_.seed + 1;
  EXPECT_NE(first, all_text(run(other).trace));
}

TEST_P(ScenarioRun, ATraceInAFileIsTheTraceInMemory) {
  RunOptions options;
  options.trace_file = std::filesystem::path(testing::TempDir()) /
                       ("scenario_run_" + std::filesystem::path(GetParam()).stem().string() + ".glasspost");
  const RunReport filed = run(options);
  EXPECT_EQ(all_text(filed.trace), all_text(run().trace));
  const auto checked = trace::check_trace(options.trace_file.string());
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_EQ(checked->events, filed.trace.last_seq());
  std::filesystem::remove(options.trace_file);
}

TEST_P(ScenarioRun, AThousandRandomMomentsAreWhatReplaySays) {
  const RunReport report = run();
  const trace::Trace& trace = report.trace;
  RandomStream random(42, GetParam().substr(GetParam().rfind('/')), "moments");
  std::vector<std::uint64_t> moments(1000);
  for (std::uint64_t& moment : moments)
    moment = random.below(trace.last_seq() + 1);
  std::vector<std::uint64_t> order = moments;
  std::sort(order.begin(), order.end());
  // One replay from the beginning gives every moment's hash; the keyframes are asked in random order.
  std::vector<std::uint64_t> hashes(trace.last_seq() + 1);
  trace::Projection world;
  hashes[0] = world.hash();
  trace.for_each([&](const trace::EventView& event) {
    world.apply(event);
    if (std::binary_search(order.begin(), order.end(), event.seq())) hashes[event.seq()] = world.hash();
  });
  for (const std::uint64_t moment : moments) {
    ASSERT_EQ(trace.project(moment).hash(), hashes[moment]) << "after event " << moment;
  }
}

TEST_P(ScenarioRun, EveryProjectedEventIsNeeded) {
  const RunReport report = run();
  const trace::Trace& trace = report.trace;
  const std::uint64_t whole = trace.project(trace.last_seq()).hash();
  // Replays without one event each, from the world before it.
  trace::Projection before;
  trace.for_each([&](const trace::EventView& event) {
    if (event.info() != nullptr && event.info()->projected) {
      trace::Projection without = before;
      trace.for_each(event.seq() + 1, trace.last_seq(),
                     [&](const trace::EventView& later) { without.apply(later); });
      EXPECT_NE(without.hash(), whole) << "event " << event.seq() << " (" << event.info()->name << ")";
    }
    before.apply(event);
  });
}

TEST_P(ScenarioRun, EveryCauseComesBefore) {
  const RunReport report = run();
  const trace::Trace& trace = report.trace;
  std::uint64_t without = 0;
  trace.for_each([&](const trace::EventView& event) {
    EXPECT_LT(event.cause(), event.seq());
    if (event.cause() == 0) ++without;
  });
  // What comes from outside: the world's description, the start of the software, the script.
  EXPECT_LT(without, trace.last_seq() / 3);
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioRun, testing::ValuesIn(scenario_files()), name_of);

}  // namespace
}  // namespace glasspost::scenario
