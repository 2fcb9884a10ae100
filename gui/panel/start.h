#pragma once

#include "gui/model/library.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// The page that the studio begins with: scenarios to choose from, and what was open lately.
void draw_start(Frame& frame, const Rect& area, const Library& library, const Busy& busy,
                const ViewState& view);

/// A line above everything: what is under way, and what went wrong.
void draw_notice(Frame& frame, const Rect& window, const Busy& busy, const ViewState& view);

}  // namespace glasspost::gui
