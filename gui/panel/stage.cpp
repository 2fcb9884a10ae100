#include "gui/panel/stage.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_stage(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                const ViewState&) {
  frame.enter("panel", "stage", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
