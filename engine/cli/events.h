#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/cli/view.h"

namespace glasspost::cli {

/// All events up to the view's last: a stable line each (engine/trace/event_text.h), or one JSON object a
/// line.
[[nodiscard]] std::string events(const View& view);
/// The events that match a query, in the same form. Error: kInvalidInput with the query's offset.
[[nodiscard]] Result<std::string> matching_events(const View& view, std::string_view query);

}  // namespace glasspost::cli
