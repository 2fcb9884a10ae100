#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/cli/view.h"
#include "engine/dissect/dialogue.h"

namespace glasspost::cli {

/// The lines of one connection with what each means; of a letter its lines. Error: kNotFound.
[[nodiscard]] Result<std::string> transcript(const View& view, ConnectionId connection);

/// The catalogue key that says what a line of an SMTP dialogue means; empty if there is none.
[[nodiscard]] std::string_view meaning_of(const dissect::Line& line);

}  // namespace glasspost::cli
