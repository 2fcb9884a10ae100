#include "gui/panel/ladder.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_ladder(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                 const ViewState&) {
  frame.enter("panel", "ladder", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
