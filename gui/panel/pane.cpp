#include "gui/panel/pane.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <imgui.h>

#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

constexpr float kHead = 40;
constexpr float kBar = 10;

}  // namespace

Pane begin_pane(Frame& frame, std::string_view id, std::string_view title, const Rect& area) {
  frame.enter("panel", id, area);
  card(frame, area.inset(1));
  Pane pane;
  pane.body = area.inset(frame.px(10), frame.px(6));
  pane.head = pane.body.cut_top(frame.px(kHead));
  const TextStyle style = frame.style(Type::kBody, frame.theme().ink, Face::kBold);
  const float wanted = frame.pen().measure(title, style.size, Face::kBold).x + frame.px(14);
  frame.text(pane.head.cut_left(std::min(wanted, pane.head.w * 0.5F)), title, style);
  return pane;
}

void end_pane(Frame& frame) {
  frame.leave();
}

bool pane_tool(Frame& frame, Rect& head, std::string_view id, std::string_view symbol, std::string_view words,
               bool on, bool enabled) {
  const float gap = frame.px(6);
  const float down = frame.px(4);
  float wide = button_width(frame, symbol, words, Type::kDense);
  const bool short_of_room = !symbol.empty() && head.w < wide + frame.px(120);
  if (short_of_room) wide = head.h - 2 * down;
  if (head.w < wide) return false;
  const Rect place = head.cut_right(wide).inset(0, down);
  head.cut_right(gap);
  if (short_of_room) return icon_button(frame, id, place, symbol, words, enabled, on);
  return button(frame, id, place, symbol, words, enabled, on, Type::kDense);
}

PlacedText scrolled_text(Frame& frame, const Rect& clip, const Rect& box, std::string_view words,
                         const TextStyle& style) {
  if (clip.contains(Rect{box.x, box.y, 0, box.h})) return frame.text(box, words, style);
  return frame.pen().text(box, words, style);
}

PlacedText scrolled_paragraph(Frame& frame, const Rect& clip, const Rect& box, std::string_view words,
                              const TextStyle& style, int most_lines) {
  if (clip.contains(Rect{box.x, box.y, 0, box.h})) return frame.paragraph(box, words, style, most_lines);
  return frame.pen().paragraph(box, words, style, most_lines);
}

float scroll_bar_width(const Frame& frame) {
  return frame.px(kBar + 4);
}

Scrolled scroll_list(Frame& frame, std::string_view id, const Rect& body, const Scroll& scroll,
                     const ScrollInput& input) {
  const double most = std::max(0.0, input.total - input.page);
  const auto within = [most](double top) { return std::clamp(top, 0.0, most); };
  Scrolled out;
  const bool stays = scroll.stays(input.anchor);
  out.top = within(stays ? scroll.top : input.follow);
  const auto hold = [&](double top) {
    out.top = within(top);
    out.changed = Scroll{out.top, input.anchor, input.selected, true};
  };
  if (input.selected != scroll.selected) {
    // Something else was selected, perhaps in another panel: it must be seen.
    const bool seen =
        !input.target || (*input.target >= out.top && *input.target + 1 <= out.top + input.page);
    if (seen) {
      out.changed = Scroll{out.top, input.anchor, input.selected, stays};
    } else {
      hold(*input.target - input.page * 0.4);
    }
  }
  const float wheel = frame.wheel(body);
  if (wheel != 0 && most > 0) hold(out.top - static_cast<double>(wheel) * input.step);
  if (most <= 0) return out;
  Rect track = body;
  track = track.cut_right(frame.px(kBar));
  const auto share = static_cast<float>(input.page / input.total);
  const float long_enough = std::min(track.h, std::max(frame.px(24), track.h * share));
  const float free = track.h - long_enough;
  const auto at = static_cast<float>(out.top / most);
  const std::string name = std::string(id) + ".bar";
  const Touch touch = frame.touch(name, track, true, false);
  if (touch.held && free > 0) {
    const float place = (frame.pointer().y - track.y - long_enough / 2) / free;
    hold(static_cast<double>(place) * most);
  }
  frame.pen().fill(track, faded(frame.theme().edge, 0.35F), frame.px(kBar / 2));
  frame.pen().fill({track.x, track.y + free * at, track.w, long_enough},
                   touch.hovered || touch.held ? frame.theme().accent : frame.theme().muted,
                   frame.px(kBar / 2));
  return out;
}

ListTouch list_keys(Frame& frame, std::string_view id, const Rect& body) {
  ListTouch out;
  // The rows take the pointer, so the list itself only takes the keyboard.
  const Touch touch = frame.touch(id, {body.x, body.y, 1, body.h}, true, true);
  if (!touch.focused) return out;
  frame.pen().outline(body, frame.theme().focus, frame.line_width(3), frame.px(6));
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_UpArrow))) out.key = ListKey::kUp;
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_DownArrow))) out.key = ListKey::kDown;
  out.entered = touch.clicked;
  return out;
}

Tone tone_of(Mood mood) {
  switch (mood) {
    case Mood::kGood:
      return Tone::kGood;
    case Mood::kMore:
      return Tone::kMore;
    case Mood::kWait:
      return Tone::kWait;
    case Mood::kBad:
      return Tone::kBad;
    case Mood::kNames:
      return Tone::kNames;
    case Mood::kCipher:
      return Tone::kCipher;
    case Mood::kClient:
      return Tone::kClient;
    case Mood::kServer:
      return Tone::kServer;
    case Mood::kPlain:
      break;
  }
  return Tone::kQuiet;
}

Color color_of(const Theme& theme, Mood mood) {
  return mood == Mood::kPlain ? theme.ink : color_of(theme, tone_of(mood));
}

}  // namespace glasspost::gui
