#pragma once

#include <string>

#include "engine/cli/view.h"

namespace glasspost::cli {

// The world as it was after the view's last event.

/// Who holds which messages in which folder, with their flags: on servers and on devices.
[[nodiscard]] std::string mailboxes(const View& view);
/// Which messages wait at which host, for whom and until when; and the connections that are open.
[[nodiscard]] std::string queues(const View& view);

}  // namespace glasspost::cli
