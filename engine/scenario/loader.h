#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/scenario/data/scenario.h"

namespace glasspost::scenario {

/// One thing wrong with a scenario file.
struct LoadError {
  SourcePlace place;
  std::string message;  ///< one sentence, what was expected included, without a final full stop

  /// "FILE:LINE:COLUMN: error: MESSAGE".
  [[nodiscard]] std::string to_string() const;
};

/// What was wrong, in the order of the file; never empty when returned. At most kMaxLoadErrors.
using LoadErrors = std::vector<LoadError>;
inline constexpr std::size_t kMaxLoadErrors = 50;
inline constexpr std::size_t kMaxScenarioBytes = 1024 * 1024;

struct LoadOptions {
  std::string variant;  ///< a name of `variants:`; empty: the scenario as it stands
};

/// Reads a scenario from YAML text. `file` is only the name that errors and places bear.
[[nodiscard]] tl::expected<Scenario, LoadErrors> load_scenario_text(std::string_view text,
                                                                    const std::string& file,
                                                                    const LoadOptions& options = {});
/// Reads a scenario file of at most kMaxScenarioBytes. What cannot be read is an error at line 0.
[[nodiscard]] tl::expected<Scenario, LoadErrors> load_scenario(const std::filesystem::path& file,
                                                               const LoadOptions& options = {});
/// The scenario that `serve` uses when it is given none: two domains, TLS offered.
[[nodiscard]] std::string_view default_scenario_text();

}  // namespace glasspost::scenario
