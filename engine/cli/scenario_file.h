#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/scenario/loader.h"

namespace glasspost::cli {

struct ScenarioFile {
  scenario::Scenario scenario;
  std::string source;  ///< the file's text
};

/// Loads what a command line names: a file, or the name of one in scenarios/ without its ending. Queries of
/// expectations are parsed too. Errors as the loader gives them.
[[nodiscard]] tl::expected<ScenarioFile, scenario::LoadErrors> open_scenario(const std::string& name,
                                                                             const std::string& variant);
/// The scenario that is built in.
[[nodiscard]] tl::expected<ScenarioFile, scenario::LoadErrors> default_scenario(const std::string& variant);

/// Writes the errors to standard error, one a line.
void report(const scenario::LoadErrors& errors);

}  // namespace glasspost::cli
