#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/cli/view.h"

namespace glasspost::cli {

/// The life of one mail, hop by hop: envelope, size, what was added or removed, verdicts, and what became of
/// each recipient. `id` is a queue id, a Message-ID with or without angle brackets, or HOST/QUEUE-ID. Error:
/// kNotFound.
[[nodiscard]] Result<std::string> biography(const View& view, std::string_view id);

}  // namespace glasspost::cli
