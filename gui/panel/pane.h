#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gui/model/explore_view.h"
#include "gui/model/inspection.h"
#include "gui/model/tone.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// A dense panel's head and what is below it.
struct Pane {
  Rect head;  ///< what is left for tools and words
  Rect body;
};
/// Draws the card and the title. Between it and end_pane() everything stands in the panel.
Pane begin_pane(Frame& frame, std::string_view id, std::string_view title, const Rect& area);
void end_pane(Frame& frame);

/// A tool of symbol and word at the head's right end; without its word where there is no room for it.
bool pane_tool(Frame& frame, Rect& head, std::string_view id, std::string_view symbol, std::string_view words,
               bool on = false, bool enabled = true);

/// Words in something that is scrolled: those that stick out of `clip` are drawn, but are not words that
/// somebody could read, so they are not recorded.
PlacedText scrolled_text(Frame& frame, const Rect& clip, const Rect& box, std::string_view words,
                         const TextStyle& style);
PlacedText scrolled_paragraph(Frame& frame, const Rect& clip, const Rect& box, std::string_view words,
                              const TextStyle& style, int most_lines);

/// What a list shows: its top, and the scroll to remember if the person moved it.
struct Scrolled {
  double top = 0;
  std::optional<Scroll> changed;
};
/// A list of `total` units, of which `page` fit into `body`, with a bar at its right edge if it does not fit
/// as a whole. `follow` is where it would stand by itself, `anchor` what that depends on; `step` units go by
/// at a notch of the wheel. When `selected` (a mark of the selection, 0: none) is another than at the last
/// time, the list goes to `target`.
struct ScrollInput {
  double total = 0, page = 1, step = 3;
  double follow = 0;
  std::uint64_t anchor = 0;
  std::uint64_t selected = 0;
  std::optional<double> target;
};
Scrolled scroll_list(Frame& frame, std::string_view id, const Rect& body, const Scroll& scroll,
                     const ScrollInput& input);
[[nodiscard]] float scroll_bar_width(const Frame& frame);

enum class ListKey : std::uint8_t { kNone, kUp, kDown };
/// Makes the whole list one stop of the keyboard; gives what was pressed while it is there.
struct ListTouch {
  ListKey key = ListKey::kNone;
  bool entered = false;  ///< Enter
};
ListTouch list_keys(Frame& frame, std::string_view id, const Rect& body);

[[nodiscard]] Color color_of(const Theme& theme, Mood mood);
[[nodiscard]] Tone tone_of(Mood mood);

}  // namespace glasspost::gui
