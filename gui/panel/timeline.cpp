#include "gui/panel/timeline.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_timeline(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                   const ViewState&) {
  frame.enter("panel", "timeline", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
