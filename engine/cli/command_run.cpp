#include <atomic>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/cli/commands.h"
#include "engine/cli/json_text.h"
#include "engine/cli/ladder.h"
#include "engine/cli/progress.h"
#include "engine/cli/scenario_file.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"
#include "engine/scenario/run.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

/// Set by Ctrl-C; a signal handler can reach nothing that is not global.
std::atomic<bool> interrupted{false};

void interrupt(int) {
  interrupted.store(true);
}

std::string_view in_language(const scenario::Words& words, Language language) {
  return language == Language::kKorean ? words.ko : words.en;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string report_text(const RunCommand& command, const scenario::Scenario& scenario,
                        const scenario::RunReport& report) {
  const Speaker words(command.language);
  std::string out;
  std::size_t held = 0;
  for (const scenario::ExpectationResult& result : report.expectations) {
    const scenario::Expectation& expectation = scenario.expectations[result.index];
    if (result.held) {
      ++held;
      out += fmt::format("  ok    {}\n", expectation.text);
      continue;
    }
    out += fmt::format("  FAIL  {}: {} {}\n        {}: {}\n", expectation.place.to_string(),
                       words("cli.expected"), expectation.text, words("cli.seen"), result.seen);
  }
  if (report.expectations.empty()) return words("cli.no-expectations") + "\n";
  if (held == report.expectations.size()) return out + words("cli.passed") + "\n";
  return out +
         words("cli.held",
               {{"held", std::to_string(held)}, {"all", std::to_string(report.expectations.size())}}) +
         "\n";
}

std::string report_json(const RunCommand& command, const scenario::Scenario& scenario,
                        const scenario::RunReport& report) {
  Json out = {{"scenario", scenario.name},
              {"title", in_language(scenario.title, command.language)},
              {"seed", command.seed.value_or(scenario.seed)},
              {"ended_ns", report.ended.ns},
              {"events", report.trace.last_seq()},
              {"cancelled", report.cancelled},
              {"held", report.all_held()},
              {"expectations", Json::array()}};
  for (const scenario::ExpectationResult& result : report.expectations) {
    const scenario::Expectation& expectation = scenario.expectations[result.index];
    Json entry = {
        {"place", expectation.place.to_string()}, {"expected", expectation.text}, {"held", result.held}};
    if (!result.held) entry["seen"] = result.seen;
    if (result.event != 0) entry["event"] = result.event;
    out["expectations"].push_back(std::move(entry));
  }
  if (command.ladder)
    out["ladder"] =
        Json::parse(ladder_json(build_ladder(report.trace, report.trace.last_seq(), command.language)));
  return json_text(out);
}

}  // namespace

int run_command(const RunCommand& command) {
  auto file = open_scenario(command.scenario, command.variant);
  if (!file) {
    report(file.error());
    return kBadInput;
  }
  const scenario::Scenario& scenario = file->scenario;
  scenario::RunOptions options;
  options.seed = command.seed;
  options.trace_file = command.trace;
  options.source = file->source;
  options.cancel = &interrupted;
  if (!command.until.empty()) {
    const auto until = parse_duration(command.until);
    if (!until || until->ns < 0) {
      std::fprintf(stderr, "glasspost run: --until wants a time with its unit, such as 10s or 5m, not `%s`\n",
                   command.until.c_str());
      return kBadInput;
    }
    options.until = *until;
  }
  ProgressBar bar;
  options.progress = [&bar](const scenario::Progress& progress) {
    bar.show(
        static_cast<std::uint64_t>(progress.simulated.ns), static_cast<std::uint64_t>(progress.until.ns),
        fmt::format("{} events, {}", progress.events, short_time(Instant{} + progress.simulated, Instant{})));
  };
  std::signal(SIGINT, interrupt);
  const auto result = scenario::run_scenario(scenario, options);
  std::signal(SIGINT, SIG_DFL);
  bar.clear();
  if (!result) {
    std::fprintf(stderr, "glasspost run: %s\n", to_string(result.error()).c_str());
    return kBadInput;
  }
  if (command.json) {
    print(report_json(command, scenario, *result));
  } else {
    if (command.ladder)
      print(ladder_text(build_ladder(result->trace, result->trace.last_seq(), command.language),
                        command.width) +
            "\n");
    print(fmt::format("{} ({}, {} events)\n", in_language(scenario.title, command.language),
                      short_time(Instant{} + result->ended, Instant{}), result->trace.last_seq()));
    if (scenario.moral) print(fmt::format("{}\n", in_language(*scenario.moral, command.language)));
    print(report_text(command, scenario, *result));
  }
  return result->all_held() && !result->cancelled ? kGood : kNotHeld;
}

}  // namespace glasspost::cli
