#pragma once

#include "engine/trace/projection.h"
#include "gui/model/recording.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// The whole window of a run that is open: the layout's panels with their dividing lines, and the transport.
void draw_layout(Frame& frame, const Recording& recording, const ViewState& view);

}  // namespace glasspost::gui
