#pragma once

#include "engine/trace/projection.h"
#include "gui/model/recording.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// Ctrl+K: an overlay with a line to type in and what fits. Drawn when view.overlay is kFinder.
void draw_finder(Frame& frame, const Recording& recording, const trace::Projection& world,
                 const ViewState& view);

}  // namespace glasspost::gui
