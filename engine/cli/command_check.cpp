#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/cli/commands.h"
#include "engine/cli/json_text.h"
#include "engine/cli/scenario_file.h"
#include "engine/trace/file.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

struct Finding {
  std::string file;
  std::string kind;  ///< "scenario" or "trace"
  bool good = false;
  std::string summary;                ///< of a good one
  std::vector<std::string> problems;  ///< "file:line:column: error: ..."
};

bool is_trace(const std::string& file) {
  if (file.ends_with(".glasspost")) return true;
  std::ifstream in(file, std::ios::binary);
  std::string head(16, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.starts_with("SQLite format 3");
}

Finding checked_trace(const std::string& file) {
  Finding out{file, "trace", false, "", {}};
  const auto check = trace::check_trace(file);
  if (!check) {
    // The error names the file itself.
    out.problems.push_back("error: " + to_string(check.error()));
    return out;
  }
  out.good = true;
  out.summary = fmt::format("{} events", check->events);
  if (check->unknown_kinds > 0) out.summary += fmt::format(", {} of unknown kinds", check->unknown_kinds);
  return out;
}

Finding checked_scenario(const std::string& file) {
  Finding out{file, "scenario", false, "", {}};
  const auto add = [&out](const scenario::LoadErrors& errors, const std::string& variant) {
    for (const scenario::LoadError& error : errors) {
      out.problems.push_back(error.to_string() +
                             (variant.empty() ? "" : fmt::format(" (in variant `{}`)", variant)));
    }
  };
  const auto loaded = open_scenario(file, "");
  if (!loaded) {
    add(loaded.error(), "");
    return out;
  }
  const scenario::Scenario& scenario = loaded->scenario;
  for (const scenario::Variant& variant : scenario.variants) {
    const auto switched = open_scenario(file, variant.name);
    if (!switched) add(switched.error(), variant.name);
  }
  out.good = out.problems.empty();
  out.summary = fmt::format("{} hosts, {} domains, {} actions, {} expectations, {} variants",
                            scenario.hosts.size(), scenario.domains.size(), scenario.script.size(),
                            scenario.expectations.size(), scenario.variants.size());
  return out;
}

}  // namespace

int check_command(const CheckCommand& command) {
  bool all_good = true;
  Json json = Json::array();
  for (const std::string& file : command.files) {
    const Finding found = is_trace(file) ? checked_trace(file) : checked_scenario(file);
    all_good = all_good && found.good;
    if (command.json) {
      Json entry = {{"file", found.file}, {"kind", found.kind}, {"good", found.good}};
      if (found.good) entry["summary"] = found.summary;
      if (!found.good) entry["problems"] = found.problems;
      json.push_back(std::move(entry));
      continue;
    }
    for (const std::string& problem : found.problems)
      std::fprintf(stderr, "%s\n", problem.c_str());
    if (found.good)
      std::printf("%s: good %s: %s\n", found.file.c_str(), found.kind.c_str(), found.summary.c_str());
  }
  if (command.json) std::fputs(json_text(json).c_str(), stdout);
  return all_good ? kGood : kBadInput;
}

}  // namespace glasspost::cli
