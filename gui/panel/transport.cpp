#include "gui/panel/transport.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_transport(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                    const ViewState&) {
  frame.enter("panel", "transport", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
