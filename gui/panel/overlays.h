#pragma once

#include "gui/model/library.h"
#include "gui/model/recording.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// Whatever the view says lies over the layout. `recording` may be null.
void draw_overlay(Frame& frame, const Rect& window, const Recording* recording, const ViewState& view,
                  const std::string& help);

}  // namespace glasspost::gui
