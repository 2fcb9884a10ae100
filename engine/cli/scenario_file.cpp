#include "engine/cli/scenario_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/dissect/query.h"

namespace glasspost::cli {
namespace {

std::string found_file(const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::exists(name, ignored)) return name;
  const std::filesystem::path in_collection = std::filesystem::path("scenarios") / (name + ".yaml");
  return std::filesystem::exists(in_collection, ignored) ? in_collection.string() : name;
}

/// Queries that cannot be read, at their expectation's place.
scenario::LoadErrors query_errors(const scenario::Scenario& scenario) {
  scenario::LoadErrors errors;
  for (const scenario::Expectation& expectation : scenario.expectations) {
    const auto* query = std::get_if<scenario::ExpectQuery>(&expectation.what);
    if (query == nullptr) continue;
    const auto parsed = dissect::Query::parse(query->query);
    if (!parsed)
      errors.push_back({expectation.place, "the query cannot be read: " + to_string(parsed.error())});
  }
  return errors;
}

tl::expected<ScenarioFile, scenario::LoadErrors> checked(
    tl::expected<scenario::Scenario, scenario::LoadErrors> loaded, std::string source) {
  if (!loaded) return tl::unexpected(std::move(loaded.error()));
  scenario::LoadErrors errors = query_errors(*loaded);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return ScenarioFile{std::move(*loaded), std::move(source)};
}

}  // namespace

tl::expected<ScenarioFile, scenario::LoadErrors> open_scenario(const std::string& name,
                                                               const std::string& variant) {
  const std::string file = found_file(name);
  auto loaded = scenario::load_scenario(file, {variant});
  std::ifstream in(file, std::ios::binary);
  std::string source((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return checked(std::move(loaded), std::move(source));
}

tl::expected<ScenarioFile, scenario::LoadErrors> default_scenario(const std::string& variant) {
  const std::string source(scenario::default_scenario_text());
  return checked(scenario::load_scenario_text(source, "built-in.yaml", {variant}), source);
}

void report(const scenario::LoadErrors& errors) {
  for (const scenario::LoadError& error : errors)
    std::fprintf(stderr, "%s\n", error.to_string().c_str());
}

}  // namespace glasspost::cli
