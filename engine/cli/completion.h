#pragma once

#include <string>

namespace CLI {
class App;
}

namespace glasspost::cli {

/// A bash script that completes the program's commands, options, their choices, and file names.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

}  // namespace glasspost::cli
