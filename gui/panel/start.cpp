#include "gui/panel/start.h"

#include <algorithm>
#include <cmath>

#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

const std::string& in_language(const scenario::Words& words, Language language) {
  return language == Language::kKorean && !words.ko.empty() ? words.ko : words.en;
}

// A small stage: each domain's servers in their column, devices below, a letter on its way.
void draw_thumbnail(Frame& frame, const Rect& area, const scenario::Scenario& scenario) {
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  pen.fill(area, theme.ground, frame.px(6));
  struct Column {
    std::string domain;
    int servers = 0, devices = 0;
    bool stranger = false;
  };
  std::vector<Column> columns;
  for (const scenario::Host& host : scenario.hosts) {
    const bool stranger = host.has(scenario::Role::kStranger);
    if (!stranger && !host.device && !host.mail_server) continue;
    const std::string key = stranger ? host.name : host.domain;
    auto found =
        std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.domain == key; });
    if (found == columns.end())
      found = columns.insert(stranger ? columns.begin() : columns.end(), Column{key});
    found->stranger = stranger;
    (host.device ? found->devices : found->servers) += 1;
  }
  if (columns.size() > 4) columns.resize(4);
  if (columns.empty()) return;
  Rect inside = area.inset(area.w * 0.08F, area.h * 0.1F);
  const Rect shelf = inside.cut_top(area.h * 0.1F);
  pen.fill(shelf, faded(theme.names, 0.5F), frame.px(2));
  inside.cut_top(area.h * 0.12F);
  const auto n = static_cast<float>(columns.size());
  const float width = std::min(inside.w / n * 0.55F, area.h * 0.42F);
  const float y = inside.y + area.h * 0.12F;
  const auto center = [&](std::size_t i) {
    return n == 1 ? inside.center().x
                  : inside.x + width / 2 + (inside.w - width) * static_cast<float>(i) / (n - 1);
  };
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    pen.line({center(i) + width / 2, y}, {center(i + 1) - width / 2, y}, theme.muted, frame.line_width(1.5F));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const Rect room{center(i) - width / 2, y - area.h * 0.11F, width, area.h * 0.22F};
    pen.fill(room, theme.surface, frame.px(3));
    pen.outline(room, column.stranger ? theme.bad : theme.server, frame.line_width(2), frame.px(3));
    const float size = area.h * 0.13F;
    pen.text(
        room, column.stranger ? icon::kStranger : icon::kServer,
        {size, column.stranger ? theme.bad : theme.server, Face::kWords, Align::kMiddle, Align::kMiddle});
    for (int d = 0; d < std::min(column.devices, 2); ++d) {
      const float x =
          center(i) +
          (static_cast<float>(d) - static_cast<float>(std::min(column.devices, 2) - 1) / 2) * width * 0.6F;
      pen.line({x, room.bottom()}, {x, inside.bottom() - area.h * 0.16F}, theme.edge, frame.line_width(1.5F));
      pen.text({x - size, inside.bottom() - area.h * 0.18F, 2 * size, area.h * 0.18F},
               d == 0 ? icon::kLaptop : icon::kPhone,
               {size, theme.client, Face::kWords, Align::kMiddle, Align::kMiddle});
    }
  }
  if (columns.size() < 2) return;
  const Point at{(center(0) + center(1)) / 2, y};
  const float h = area.h * 0.13F;
  const Rect paper{at.x - h * 0.75F, at.y - h / 2, h * 1.5F, h};
  pen.fill(paper, theme.letter, frame.px(2));
  pen.outline(paper, columns.front().stranger ? theme.bad : theme.client, frame.line_width(1.5F),
              frame.px(2));
}

void draw_entry(Frame& frame, const Rect& area, const LibraryEntry& entry, const ViewState& view) {
  const Theme& theme = frame.theme();
  const scenario::Scenario& scenario = *entry.scenario;
  const Touch touch = frame.touch("open." + scenario.name, area);
  frame.enter("entry", scenario.name, area.inset(-frame.px(2)));
  card(frame, area.inset(frame.px(2)), touch.hovered);
  if (touch.clicked) frame.emit(OpenFile{entry.file});
  Rect rest = area.inset(frame.px(14));
  const Rect picture = rest.cut_left(std::min(rest.h * 1.5F, rest.w * 0.36F));
  draw_thumbnail(frame, picture, scenario);
  rest.cut_left(frame.px(16));
  frame.text(rest.cut_top(frame.px(28)), in_language(scenario.title, view.language),
             frame.style(Type::kTitle, theme.ink, Face::kBold));
  const Rect foot = rest.cut_bottom(frame.px(20));
  rest.cut_top(frame.px(8));
  const auto& moral = scenario.moral ? *scenario.moral : scenario.description;
  frame.paragraph(rest, in_language(moral, view.language),
                  frame.style(Type::kBody, theme.muted, Face::kWords, Align::kStart, Align::kStart), 3);
  std::string facts = frame.words()("studio.entry-hosts", {{"n", std::to_string(scenario.hosts.size())}});
  if (!scenario.variants.empty()) {
    facts +=
        "   " + frame.words()("studio.entry-variants", {{"n", std::to_string(scenario.variants.size())}});
  }
  frame.text(foot, facts, frame.style(Type::kDense, theme.muted));
  frame.leave();
}

}  // namespace

void draw_start(Frame& frame, const Rect& area, const Library& library, const Busy&, const ViewState& view) {
  const Theme& theme = frame.theme();
  frame.enter("panel", "start", area);
  Rect rest = area.inset(std::max(frame.px(24), area.w * 0.06F), frame.px(24));
  Rect head = rest.cut_top(frame.px(64));
  const float size = frame.px(40);
  const Rect menu = head.cut_right(frame.px(44));
  if (icon_button(frame, "menu", {menu.x, menu.y, menu.w, menu.w}, icon::kMenu,
                  frame.words()("studio.menu"))) {
    frame.emit(SetOverlay{Overlay::kMenu});
  }
  frame.pen().text(head.cut_left(frame.px(58)), icon::kOpenLetter,
                   {size, theme.accent, Face::kWords, Align::kStart, Align::kMiddle});
  const float title = std::min(head.w, frame.pen().measure("Glasspost", size, Face::kBold).x + frame.px(24));
  frame.text(head.cut_left(title), "Glasspost",
             {size, theme.ink, Face::kBold, Align::kStart, Align::kMiddle});
  frame.text(head, frame.words()("studio.subtitle"), frame.style(Type::kBody, theme.muted));
  rest.cut_top(frame.px(10));
  if (!library.recent.empty()) {
    Rect row = rest.cut_bottom(frame.px(38));
    rest.cut_bottom(frame.px(10));
    const std::string label = frame.words()("studio.recent");
    frame.text(row.cut_left(frame.pen().measure(label, frame.type(Type::kBody)).x + frame.px(14)), label,
               frame.style(Type::kBody, theme.muted));
    for (std::size_t i = 0; i < library.recent.size() && i < 6; ++i) {
      const std::string& file = library.recent[i];
      const std::string name = file.substr(file.rfind('/') == std::string::npos ? 0 : file.rfind('/') + 1);
      const float width = button_width(frame, icon::kFile, name);
      if (width > row.w) break;
      if (button(frame, "recent." + std::to_string(i), row.cut_left(width), icon::kFile, name))
        frame.emit(OpenFile{file});
      row.cut_left(frame.px(8));
    }
  }
  const float gap = frame.px(14);
  const int columns = rest.w > frame.px(1000) ? 2 : 1;
  const float width = (rest.w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float height = frame.px(148);
  const int rows = std::max(1, static_cast<int>((rest.h + gap) / (height + gap)));
  const auto fit = static_cast<std::size_t>(rows * columns);
  for (std::size_t i = 0; i < std::min(fit, library.scenarios.size()); ++i) {
    const auto column = static_cast<float>(static_cast<int>(i) % columns);
    const auto row = static_cast<float>(static_cast<int>(i) / columns);
    draw_entry(
        frame,
        {rest.x + column * (width + gap), rest.y + row * (height + gap), width, std::min(height, rest.h)},
        library.scenarios[i], view);
  }
  frame.leave();
}

void draw_notice(Frame& frame, const Rect& window, const Busy& busy, const ViewState& view) {
  const Theme& theme = frame.theme();
  if (busy.busy) {
    const Rect bar{window.x, window.y, window.w * std::clamp(busy.progress, 0.02F, 1.0F), frame.px(5)};
    frame.pen().fill(bar, theme.accent);
    frame.record().add({.kind = "progress",
                        .id = "work",
                        .label = busy.file,
                        .value = std::to_string(busy.progress),
                        .rect = bar,
                        .layer = 2});
  }
  if (view.notice.empty()) return;
  const float size = frame.type(Type::kBody);
  const float width = std::min(window.w * 0.8F, frame.pen().measure(view.notice, size).x + frame.px(110));
  const int lines = std::min(3, frame.pen().lines_of(view.notice, width - frame.px(110), size));
  const float height = size * 1.3F * static_cast<float>(lines) + frame.px(20);
  const Rect box{window.center().x - width / 2, window.y + frame.px(12), width, height};
  frame.enter("notice", "notice", box.inset(-frame.px(4)), true, 2);
  frame.pen().fill(box, theme.surface, frame.px(8));
  frame.pen().outline(box, theme.bad, frame.line_width(2), frame.px(8));
  Rect rest = box.inset(frame.px(12), frame.px(8));
  frame.pen().text(rest.cut_left(frame.px(34)), icon::kWarning,
                   {size, theme.bad, Face::kWords, Align::kStart, Align::kMiddle});
  const Rect close = rest.cut_right(frame.px(34));
  if (icon_button(frame, "notice.close", {close.x, close.center().y - close.w / 2, close.w, close.w},
                  icon::kCross, frame.words()("studio.close"), true, false, 2)) {
    frame.emit(Dismiss{});
  }
  frame.paragraph(rest, view.notice, {size, theme.ink, Face::kWords, Align::kStart, Align::kMiddle}, 3, 2);
  frame.leave();
}

}  // namespace glasspost::gui
