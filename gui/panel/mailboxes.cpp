#include "gui/panel/mailboxes.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_mailboxes(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                    const ViewState&) {
  frame.enter("panel", "mailboxes", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
