#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/cli/view.h"
#include "engine/observe/explanation.h"

namespace glasspost::cli {

/// Why an event happened: if it is a decision, its tree of steps; then what it came from, back to the first
/// cause. `id` is an event's number (with or without "#"), or a message's id: then all decisions about it.
/// Errors: kNotFound, kInvalidInput.
[[nodiscard]] Result<std::string> why(const View& view, std::string_view id);

/// An explanation as an indented tree.
[[nodiscard]] std::string explanation_text(const Explanation& explanation, Language language,
                                           std::size_t width, std::size_t indent = 0);
/// The same as a JSON text, with inputs, byte ranges and look-ups.
[[nodiscard]] std::string explanation_json(const Explanation& explanation, Language language);

}  // namespace glasspost::cli
