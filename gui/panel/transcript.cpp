#include "gui/panel/transcript.h"

#include "gui/panel/widgets.h"

namespace glasspost::gui {

void draw_transcript(Frame& frame, const Rect& area, const Recording&, const trace::Projection&,
                     const ViewState&) {
  frame.enter("panel", "transcript", area);
  card(frame, area.inset(1));
  frame.leave();
}

}  // namespace glasspost::gui
