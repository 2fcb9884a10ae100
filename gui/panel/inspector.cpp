#include "gui/panel/inspector.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_inspector(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                    const ViewState&) {
  frame.enter("panel", "inspector", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
