#pragma once

#include "gui/model/commands.h"
#include "gui/model/recording.h"
#include "gui/model/view_state.h"

namespace glasspost::gui {

/// Applies a command that changes only how a run is looked at. False: it needs the program (files, runs, the
/// window), and nothing was changed. `recording` may be null.
bool apply(ViewState& view, const Command& command, const Recording* recording);

/// The cursor at which an event has just happened, or the end of a trace that is followed.
[[nodiscard]] Cursor cursor_at(const Recording& recording, Pace pace, std::uint64_t seq);

/// What the real clock does to the view.
void tick(ViewState& view, const Recording& recording, Duration wall);

}  // namespace glasspost::gui
