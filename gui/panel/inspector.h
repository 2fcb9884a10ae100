#pragma once

#include "engine/trace/projection.h"
#include "gui/model/recording.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

void draw_inspector(Frame& frame, const Rect& area, const Recording& recording,
                    const trace::Projection& world, const ViewState& view);

}  // namespace glasspost::gui
