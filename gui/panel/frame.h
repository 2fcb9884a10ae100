#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/observe/speaker.h"
#include "gui/model/commands.h"
#include "gui/model/view_state.h"
#include "gui/panel/pen.h"
#include "gui/panel/record.h"
#include "gui/panel/theme.h"

namespace glasspost::gui {

/// The heights of words, as shares of the window's height on the Stage and in logical pixels elsewhere.
enum class Type : std::uint8_t {
  kCaption,  ///< 4.5 %
  kVerb,     ///< 3.3 %
  kRoom,     ///< 2.8 %
  kLeast,    ///< 2.2 %: the smallest on the Stage
  kTitle,    ///< 24: headings of dense panels
  kBody,     ///< 16: what is read in dense panels
  kDense,    ///< 14: tables and code
};

/// What the pointer did to a place in this frame.
struct Touch {
  bool hovered = false;
  bool clicked = false;  ///< pressed and let go there, or Enter with the keyboard's focus
  bool double_clicked = false;
  bool held = false;     ///< pressed there and still down
  Point drag;            ///< while held: how far the pointer has moved in this frame
  bool focused = false;  ///< the keyboard is there
};

/// Keyboard focus: which widget has it, remembered between frames by the window.
struct Focus {
  std::string id;                  ///< empty: none
  bool visible = false;            ///< the keyboard was used last
  bool activate = false;           ///< Enter was pressed in this frame
  std::vector<std::string> order;  ///< all that can have it, in the frame's order
  std::string help;                ///< the id under the pointer, for F1
};

/// What a panel gets besides the models: how to draw, what to say, where to tell what the person wants. A
/// panel is
///   void draw_ladder(Frame& frame, const Rect& area, const Recording& recording, const Projection& world,
///                    const ViewState& view);
/// a function that draws and emits commands, and keeps nothing.
class Frame {
 public:
  Frame(Pen& pen, const Theme& theme, const ViewState& view, const Rect& window, Record& record, Focus& focus,
        std::vector<Command>& commands, double seconds);

  [[nodiscard]] Pen& pen() { return pen_; }
  [[nodiscard]] const Theme& theme() const { return theme_; }
  [[nodiscard]] const Speaker& words() const { return words_; }
  [[nodiscard]] const Rect& window() const { return window_; }
  [[nodiscard]] Record& record() { return record_; }
  /// The real clock, for what pulses; frozen for pictures.
  [[nodiscard]] double seconds() const { return seconds_; }

  [[nodiscard]] float type(Type type) const;
  /// Logical pixels as pixels: `scale` and the window's own density are in it.
  [[nodiscard]] float px(float logical) const { return logical * unit_; }
  [[nodiscard]] float line_width(float logical) const;

  void emit(Command command) { commands_.push_back(std::move(command)); }

  /// Draws and records a line of words; gives where it stands.
  PlacedText text(const Rect& box, std::string_view words, const TextStyle& style, int layer = 0);
  PlacedText paragraph(const Rect& box, std::string_view words, const TextStyle& style, int most_lines,
                       int layer = 0);
  [[nodiscard]] TextStyle style(Type type, Color color, Face face = Face::kWords,
                                Align across = Align::kStart, Align down = Align::kMiddle) const;

  /// A place that can be pressed, dragged and, if `focusable`, reached by Tab. `id` is unique in the frame.
  Touch touch(std::string_view id, const Rect& rect, bool enabled = true, bool focusable = true);
  /// The pointer's wheel over that place in this frame, in lines; positive is up.
  [[nodiscard]] float wheel(const Rect& rect) const;
  [[nodiscard]] Point pointer() const;
  [[nodiscard]] bool pointer_in(const Rect& rect) const;

  /// What is drawn until leave() stands in `rect` and is clipped to it.
  void enter(std::string_view kind, std::string_view id, const Rect& rect, bool solid = true, int layer = 0,
             std::string_view label = {});
  void leave();

  /// What is drawn from now on takes no pointer if something lies over it.
  void set_reachable(bool reachable) { reachable_ = reachable; }
  [[nodiscard]] bool reachable() const { return reachable_; }

 private:
  Pen& pen_;
  const Theme& theme_;
  const ViewState& view_;
  Speaker words_;
  Rect window_;
  Record& record_;
  Focus& focus_;
  std::vector<Command>& commands_;
  double seconds_;
  float unit_ = 1;
  bool reachable_ = true;
};

}  // namespace glasspost::gui
