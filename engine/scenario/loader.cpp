#include "engine/scenario/loader.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

/// 2026-03-02T09:00:00Z, a Monday morning: runs look the same in every year.
constexpr Instant kDefaultStart{1'772'442'000'000'000'000};
constexpr Duration kLongestRun = Duration::days(365);

Scenario read_scenario(Reader& reader, const YamlNode& root) {
  Scenario scenario;
  Fields top(reader, root, Section::kTop);
  if (!top.is_map()) return scenario;
  scenario.format = static_cast<int>(top.whole("glasspost").value_or(kFormatVersion));
  scenario.title = top.words("title").value_or(Words{});
  scenario.moral = top.words("moral");
  scenario.description = top.words("description").value_or(Words{});
  scenario.seed = top.whole("seed").value_or(1);
  scenario.start = top.instant("start").value_or(kDefaultStart);
  scenario.until = top.duration("until").value_or(Duration::hours(1));
  if (scenario.until > kLongestRun) reader.error(top.place("until"), "a run lasts at most 365d");
  const WrittenWorld world = read_world(reader, top);
  const std::size_t problems = reader.error_count();
  resolve_world(reader, world, scenario);
  make_dkim_keys(reader, scenario);
  if (!scenario.hosts.empty()) resolve_zones(reader, world, scenario);
  scenario.variants = read_variants(reader, top);
  // Names in the script mean hosts and users: a world that is wrong would only repeat its errors there.
  if (reader.error_count() == problems) {
    read_script(reader, top, world, scenario);
    read_expectations(reader, top, scenario);
  }
  return scenario;
}

void sort_errors(LoadErrors& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const LoadError& a, const LoadError& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
}

}  // namespace

std::string LoadError::to_string() const {
  return place.to_string() + ": error: " + message;
}

tl::expected<Scenario, LoadErrors> load_scenario_text(std::string_view text, const std::string& file,
                                                      const LoadOptions& options) {
  LoadErrors errors;
  YamlNode root = read_yaml(text, file, errors);
  Reader reader(file, errors);
  Scenario scenario;
  if (!root.is_null()) {
    if (!options.variant.empty()) apply_variant(reader, root, options.variant);
    scenario = read_scenario(reader, root);
  }
  if (!errors.empty()) {
    sort_errors(errors);
    return tl::unexpected(std::move(errors));
  }
  scenario.name = std::filesystem::path(file).stem().string();
  return scenario;
}

tl::expected<Scenario, LoadErrors> load_scenario(const std::filesystem::path& file,
                                                 const LoadOptions& options) {
  std::error_code problem;
  const bool regular = std::filesystem::is_regular_file(file, problem);
  std::ifstream in(file, std::ios::binary);
  if (!regular || !in) {
    const std::string why = std::filesystem::exists(file, problem) ? "cannot be read" : "does not exist";
    return tl::unexpected(LoadErrors{{{file.string(), 0, 0}, "the file " + why}});
  }
  std::string text(kMaxScenarioBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return load_scenario_text(text, file.string(), options);
}

}  // namespace glasspost::scenario
