#include "gui/panel/frame.h"

#include <algorithm>
#include <cmath>

#include <imgui.h>

namespace glasspost::gui {

Frame::Frame(Pen& pen, const Theme& theme, const ViewState& view, const Rect& window, Record& record,
             Focus& focus, std::vector<Command>& commands, double seconds)
    : pen_(pen),
      theme_(theme),
      view_(view),
      words_(view.language),
      window_(window),
      record_(record),
      focus_(focus),
      commands_(commands),
      seconds_(seconds) {
  // A window of 900 pixels' height has its logical pixels as they are; others follow slowly, a projector's
  // large picture faster than a small window.
  const float density = std::clamp(window.h / 900.0F, 0.8F, 4.0F);
  unit_ = density * std::clamp(view.scale, 1.0F, 3.0F);
}

float Frame::type(Type type) const {
  const float swell = std::min(1.0F + (std::clamp(view_.scale, 1.0F, 3.0F) - 1.0F) * 0.2F, 1.4F);
  const float least = 13.0F;
  switch (type) {
    case Type::kCaption:
      return std::max(least, window_.h * 0.045F * swell);
    case Type::kVerb:
      return std::max(least, window_.h * 0.033F * swell);
    case Type::kRoom:
      return std::max(least, window_.h * 0.028F * swell);
    case Type::kLeast:
      return std::max(least, window_.h * 0.0225F * swell);
    case Type::kTitle:
      return px(24);
    case Type::kBody:
      return std::max(least, px(17));
    case Type::kDense:
      return std::max(least, px(15));
  }
  return px(16);
}

float Frame::line_width(float logical) const {
  return std::max(1.0F, logical * std::clamp(window_.h / 900.0F, 0.8F, 4.0F) * theme_.line);
}

TextStyle Frame::style(Type kind, Color color, Face face, Align across, Align down) const {
  return {type(kind), color, face, across, down};
}

PlacedText Frame::text(const Rect& box, std::string_view words, const TextStyle& style, int layer) {
  const PlacedText placed = pen_.text(box, words, style);
  if (!words.empty()) {
    record_.add({.kind = "text",
                 .label = std::string(words),
                 .rect = placed.rect,
                 .text_size = style.size,
                 .layer = layer,
                 .cut = placed.cut});
  }
  return placed;
}

PlacedText Frame::paragraph(const Rect& box, std::string_view words, const TextStyle& style, int most_lines,
                            int layer) {
  const PlacedText placed = pen_.paragraph(box, words, style, most_lines);
  if (!words.empty()) {
    record_.add({.kind = "text",
                 .label = std::string(words),
                 .rect = placed.rect,
                 .text_size = style.size,
                 .layer = layer,
                 .cut = placed.cut});
  }
  return placed;
}

Touch Frame::touch(std::string_view id, const Rect& rect, bool enabled, bool focusable) {
  Touch touch;
  if (rect.empty() || !enabled || !reachable_) return touch;
  ImGui::SetCursorScreenPos({rect.x, rect.y});
  const std::string name(id);
  touch.clicked = ImGui::InvisibleButton(name.c_str(), {rect.w, rect.h});
  touch.hovered = ImGui::IsItemHovered();
  touch.held = ImGui::IsItemActive();
  touch.double_clicked = touch.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  if (touch.held) touch.drag = {ImGui::GetIO().MouseDelta.x, ImGui::GetIO().MouseDelta.y};
  if (touch.hovered) focus_.help = name;
  if (!focusable) return touch;
  focus_.order.push_back(name);
  if (touch.clicked) focus_.id = name;
  if (focus_.id == name) {
    touch.focused = focus_.visible;
    touch.clicked = touch.clicked || focus_.activate;
  }
  if (touch.focused) {
    pen_.outline(rect.inset(-line_width(2)), theme_.focus, line_width(3), px(6));
  }
  return touch;
}

float Frame::wheel(const Rect& rect) const {
  return pointer_in(rect) ? ImGui::GetIO().MouseWheel : 0.0F;
}
Point Frame::pointer() const {
  return {ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y};
}
bool Frame::pointer_in(const Rect& rect) const {
  return reachable_ && rect.contains(pointer());
}

void Frame::enter(std::string_view kind, std::string_view id, const Rect& rect, bool solid, int layer,
                  std::string_view label) {
  record_.enter({.kind = std::string(kind),
                 .id = std::string(id),
                 .label = std::string(label),
                 .rect = rect,
                 .layer = layer,
                 .solid = solid});
  ImGui::PushID(std::string(id).c_str());
  // Outlines lie half outside.
  const Rect clip = rect.inset(-line_width(4));
  ImGui::PushClipRect({clip.x, clip.y}, {clip.right(), clip.bottom()}, true);
}

void Frame::leave() {
  ImGui::PopClipRect();
  ImGui::PopID();
  record_.leave();
}

namespace {

std::string where(const Recorded& r) {
  const auto n = [](float v) { return std::to_string(static_cast<int>(std::lround(v))); };
  return r.kind + " " + r.id + " \"" + r.label + "\" at " + n(r.rect.x) + "," + n(r.rect.y) + " " +
         n(r.rect.w) + "x" + n(r.rect.h);
}

bool within(const Rect& inner, const Rect& outer) {
  return Rect{outer.x - 1.5F, outer.y - 1.5F, outer.w + 3, outer.h + 3}.contains(inner);
}

bool stands_in(const std::vector<Recorded>& all, int inner, int outer) {
  for (int at = inner; at >= 0; at = all[static_cast<std::size_t>(at)].parent) {
    if (at == outer) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> faults_of(const Record& record, const Rect& window, float least_size) {
  std::vector<std::string> faults;
  const std::vector<Recorded>& all = record.all();
  const bool overlay = std::any_of(all.begin(), all.end(), [](const Recorded& r) { return r.layer >= 2; });
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Recorded& a = all[i];
    if (a.rect.empty()) continue;
    if (!within(a.rect, window)) faults.push_back("leaves the window: " + where(a));
    if (a.text_size > 0 && a.text_size < least_size) faults.push_back("too small: " + where(a));
    if (a.parent >= 0 && a.kind == "text" && !within(a.rect, all[static_cast<std::size_t>(a.parent)].rect)) {
      faults.push_back("is clipped: " + where(a) + " by " + where(all[static_cast<std::size_t>(a.parent)]));
    }
    if (overlay && a.layer < 2) continue;
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      const Recorded& b = all[k];
      if (b.layer != a.layer || b.rect.empty() || !b.rect.inset(1).overlaps(a.rect.inset(1))) continue;
      const bool texts = a.kind == "text" && b.kind == "text";
      const bool solids = a.solid && b.solid && a.parent == b.parent;
      const bool mixed =
          (a.solid && b.kind == "text" && !stands_in(all, static_cast<int>(k), static_cast<int>(i))) &&
          a.parent == b.parent;
      if (texts || solids || mixed) faults.push_back("overlaps: " + where(a) + " and " + where(b));
    }
  }
  return faults;
}

}  // namespace glasspost::gui
