#include "gui/panel/finder.h"

#include <algorithm>
#include <array>
#include <string>

#include <imgui.h>

#include "gui/panel/pane.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

constexpr int kLayer = 2;
constexpr float kRow = 34;

std::string_view key_of(FoundKind kind) {
  static constexpr std::array<std::string_view, 5> kKeys = {"explore.finder-action", "explore.finder-host",
                                                            "explore.finder-connection",
                                                            "explore.finder-letter", "explore.finder-line"};
  return kKeys[static_cast<std::size_t>(kind)];
}
std::string_view symbol_of(FoundKind kind) {
  static constexpr std::array<std::string_view, 5> kSymbols = {icon::kCog, icon::kServer, icon::kLink,
                                                               icon::kLetter, icon::kRight};
  return kSymbols[static_cast<std::size_t>(kind)];
}

void choose(Frame& frame, const Found& found) {
  for (const Command& command : found.commands)
    frame.emit(command);
  if (found.kind != FoundKind::kAction) frame.emit(SetLayout{Layout::kExplore});
  frame.emit(SetOverlay{Overlay::kNone});
}

void result(Frame& frame, Rect row, const Found& found, std::size_t number, bool chosen) {
  const Theme& theme = frame.theme();
  const Touch touch = frame.touch("finder.result." + std::to_string(number), row, true, false);
  if (chosen || touch.hovered) frame.pen().fill(row, faded(theme.accent, chosen ? 0.2F : 0.08F), frame.px(6));
  if (touch.clicked) choose(frame, found);
  row = row.inset(frame.px(10), 0);
  const TextStyle muted = frame.style(Type::kDense, theme.muted);
  frame.text(row.cut_left(frame.px(28)), symbol_of(found.kind), frame.style(Type::kDense, theme.accent),
             kLayer);
  TextStyle kind = muted;
  kind.across = Align::kEnd;
  frame.text(row.cut_right(std::min(row.w * 0.2F, frame.px(90))), frame.words()(key_of(found.kind)), kind,
             kLayer);
  if (!found.detail.empty()) {
    const float wide = std::min(row.w * 0.4F, frame.pen().measure(found.detail, muted.size).x + 1);
    frame.text(row.cut_right(wide), found.detail, kind, kLayer);
    row.cut_right(frame.px(12));
  }
  frame.text(row, found.label, frame.style(Type::kBody, theme.ink), kLayer);
}

}  // namespace

void draw_finder(Frame& frame, const Recording& recording, const trace::Projection& world,
                 const ViewState& view) {
  const Theme& theme = frame.theme();
  const Finder& finder = recording.explore().finder(recording, world, view);
  const Rect& window = frame.window();
  const float wide = std::min(window.w * 0.9F, frame.px(760));
  const float high = std::min(window.h * 0.8F, frame.px(560));
  const Rect area{(window.w - wide) / 2, window.h * 0.1F, wide, high};
  frame.pen().fill(window, faded(rgb(0x000000), 0.35F));
  frame.enter("overlay", "finder", area, true, kLayer);
  frame.pen().shadow(area, frame.px(12), frame.px(16));
  frame.pen().fill(area, theme.surface, frame.px(12));
  frame.pen().outline(area, theme.edge, frame.line_width(1), frame.px(12));
  Rect inner = area.inset(frame.px(14));
  FinderView changed = view.finder;
  if (!ImGui::IsAnyItemActive()) ImGui::SetKeyboardFocusHere();
  const auto text = search_box(frame, "finder.text", inner.cut_top(frame.px(42)),
                               frame.words()("explore.finder"), view.finder.text, kLayer);
  if (text) changed = FinderView{*text, 0};
  inner.cut_top(frame.px(8));
  const std::vector<Found>& found = finder.found();
  const float row = std::max(frame.px(kRow), frame.type(Type::kBody) * 1.5F);
  const auto fitting = static_cast<std::size_t>(std::max(1.0F, inner.h / row));
  const std::uint32_t last = found.empty() ? 0 : static_cast<std::uint32_t>(found.size() - 1);
  changed.chosen = std::min(changed.chosen, last);
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_DownArrow)))
    changed.chosen = std::min(changed.chosen + 1, last);
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_UpArrow)) && changed.chosen > 0) --changed.chosen;
  const bool entered = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter));
  if (found.empty()) {
    frame.text(inner.cut_top(row), frame.words()("explore.finder-none"),
               frame.style(Type::kBody, theme.muted), kLayer);
  }
  const std::size_t first = changed.chosen >= fitting ? changed.chosen - fitting + 1 : 0;
  for (std::size_t i = first; i < found.size() && i < first + fitting; ++i)
    result(frame, inner.cut_top(row), found[i], i, i == changed.chosen);
  if (entered && !found.empty()) choose(frame, found[changed.chosen]);
  if (!(changed == view.finder)) frame.emit(UpdateFinder{changed});
  frame.leave();
}

}  // namespace glasspost::gui
