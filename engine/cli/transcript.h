#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/cli/view.h"

namespace glasspost::cli {

/// The lines of one connection with what each means; of a letter its lines. Error: kNotFound.
[[nodiscard]] Result<std::string> transcript(const View& view, ConnectionId connection);

}  // namespace glasspost::cli
