#include "gui/panel/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <imgui.h>
#include <imgui_stdlib.h>

namespace glasspost::gui {
namespace {

std::string joined(std::string_view symbol, std::string_view words) {
  std::string out(symbol);
  if (!symbol.empty() && !words.empty()) out += "  ";
  return out += words;
}

/// What a field shows while it is edited: ImGui draws it with our face and colours.
struct FieldLook {
  FieldLook(Frame& frame, const Rect& rect, std::string_view text) {
    const Theme& theme = frame.theme();
    const float size = frame.type(Type::kBody);
    frame.pen().fonts().need(Face::kWords, size, text);
    ImGui::PushFont(frame.pen().fonts().get(Face::kWords, size));
    const auto color = [](Color c) { return ImVec4{c.r / 255.0F, c.g / 255.0F, c.b / 255.0F, c.a / 255.0F}; };
    ImGui::PushStyleColor(ImGuiCol_FrameBg, color(theme.raised));
    ImGui::PushStyleColor(ImGuiCol_Text, color(theme.ink));
    ImGui::PushStyleColor(ImGuiCol_Border, color(theme.edge));
    ImGui::PushStyleColor(ImGuiCol_TextSelectedBg, color(faded(theme.accent, 0.35F)));
    ImGui::PushStyleVar(ImGuiStyleVar_FrameRounding, frame.px(6));
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1);
    const float down = std::max(0.0F, (std::min(rect.h, size * 2) - size) / 2);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2{frame.px(10), down});
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::SetNextItemWidth(rect.w);
  }
  ~FieldLook() {
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor(4);
    ImGui::PopFont();
  }
  FieldLook(const FieldLook&) = delete;
  FieldLook& operator=(const FieldLook&) = delete;
};

std::optional<std::string> field(Frame& frame, std::string_view id, const Rect& rect, std::string_view label,
                                 std::string_view text, bool lines, int layer) {
  std::string value(text);
  bool changed = false;
  if (frame.reachable()) {
    const FieldLook look(frame, rect, text);
    const std::string name = "##" + std::string(id);
    changed = lines ? ImGui::InputTextMultiline(name.c_str(), &value, {rect.w, rect.h})
                    : ImGui::InputText(name.c_str(), &value);
    if (ImGui::IsItemHovered()) frame.touch(std::string(id) + ".place", {}, false);
    if (ImGui::IsItemActive()) {
      frame.pen().outline(rect.inset(-frame.line_width(1)), frame.theme().focus, frame.line_width(2),
                          frame.px(6));
    }
  }
  frame.record().add({.kind = "field",
                      .id = std::string(id),
                      .label = std::string(label),
                      .value = value,
                      .rect = rect,
                      .text_size = frame.type(Type::kBody),
                      .layer = layer,
                      .solid = true});
  if (!changed) return std::nullopt;
  return value;
}

}  // namespace

Color color_of(const Theme& theme, Tone tone) {
  switch (tone) {
    case Tone::kClient:
      return theme.client;
    case Tone::kServer:
      return theme.server;
    case Tone::kGood:
      return theme.good;
    case Tone::kMore:
      return theme.more;
    case Tone::kWait:
      return theme.wait;
    case Tone::kBad:
      return theme.bad;
    case Tone::kNames:
      return theme.names;
    case Tone::kCipher:
      return theme.cipher;
    case Tone::kQuiet:
      return theme.muted;
  }
  return theme.muted;
}

float eased(float linear) {
  const float t = std::clamp(linear, 0.0F, 1.0F);
  return t * t * (3 - 2 * t);
}

float button_width(Frame& frame, std::string_view symbol, std::string_view words, Type type) {
  const float size = frame.type(type);
  return frame.pen().measure(joined(symbol, words), size).x + size * 1.4F;
}

bool button(Frame& frame, std::string_view id, const Rect& rect, std::string_view symbol,
            std::string_view words, bool enabled, bool on, Type type, int layer) {
  const Theme& theme = frame.theme();
  const Touch touch = frame.touch(id, rect, enabled);
  const float radius = std::min(frame.px(8), rect.h / 3);
  Color ground = on ? theme.accent : theme.raised;
  if (touch.hovered && enabled) ground = mixed(ground, theme.ink, 0.08F);
  if (touch.held && enabled) ground = mixed(ground, theme.ink, 0.16F);
  Pen& pen = frame.pen();
  pen.fill(rect, enabled ? ground : faded(ground, 0.5F), radius);
  pen.outline(rect, on ? theme.accent : theme.edge, frame.line_width(1), radius);
  const Color ink = on ? theme.on_accent : theme.ink;
  TextStyle style = frame.style(type, enabled ? ink : faded(ink, 0.45F), Face::kWords, Align::kMiddle);
  style.size = std::min(style.size, rect.h * 0.8F);
  const std::string shown = joined(symbol, words);
  const PlacedText placed = pen.text(rect.inset(style.size * 0.3F, 0), shown, style);
  frame.record().add({.kind = "button",
                      .id = std::string(id),
                      .label = words.empty() ? shown : std::string(words),
                      .value = on ? "on" : "",
                      .rect = rect,
                      .text_size = style.size,
                      .layer = layer,
                      .enabled = enabled,
                      .solid = true,
                      .cut = placed.cut});
  return touch.clicked;
}

bool icon_button(Frame& frame, std::string_view id, const Rect& rect, std::string_view symbol,
                 std::string_view label, bool enabled, bool on, int layer) {
  const Theme& theme = frame.theme();
  const Touch touch = frame.touch(id, rect, enabled);
  const float radius = std::min(frame.px(8), rect.h / 3);
  Pen& pen = frame.pen();
  if (on) pen.fill(rect, theme.accent, radius);
  if (touch.hovered || touch.held) pen.fill(rect, faded(theme.ink, touch.held ? 0.18F : 0.09F), radius);
  const Color ink = on ? theme.on_accent : theme.ink;
  TextStyle style{rect.h * 0.5F, enabled ? ink : faded(ink, 0.35F), Face::kWords, Align::kMiddle,
                  Align::kMiddle};
  pen.text(rect, symbol, style);
  frame.record().add({.kind = "button",
                      .id = std::string(id),
                      .label = std::string(label),
                      .value = on ? "on" : "",
                      .rect = rect,
                      .text_size = style.size,
                      .layer = layer,
                      .enabled = enabled,
                      .solid = true});
  return touch.clicked;
}

void capsule(Frame& frame, std::string_view id, const Rect& rect, std::string_view words, Tone tone,
             bool hatched, float text_size, int layer) {
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const Color color = color_of(theme, tone);
  const float radius = rect.h / 2;
  pen.shadow(rect, radius, rect.h * 0.12F);
  pen.fill(rect, color, radius);
  if (tone != Tone::kClient && tone != Tone::kNames && tone != Tone::kCipher) {
    // The notch of a reply, at its foot.
    const float n = rect.h * 0.18F;
    const std::array<Point, 3> notch = {Point{rect.center().x - n, rect.bottom() - 0.5F},
                                        Point{rect.center().x + n, rect.bottom() - 0.5F},
                                        Point{rect.center().x, rect.bottom() + n}};
    pen.polygon(notch, color);
  }
  if (hatched)
    pen.hatch(rect.inset(radius * 0.6F, 0), faded(theme.on_colour, 0.25F), frame.line_width(2), rect.h / 3);
  TextStyle style{text_size > 0 ? text_size : rect.h * 0.6F, theme.on_colour, Face::kBold, Align::kMiddle,
                  Align::kMiddle};
  const PlacedText placed = pen.text(rect.inset(rect.h * 0.25F, 0), words, style);
  frame.record().add({.kind = "capsule",
                      .id = std::string(id),
                      .label = std::string(words),
                      .rect = rect,
                      .text_size = style.size,
                      .layer = layer,
                      .solid = true,
                      .cut = placed.cut});
}

void envelope(Frame& frame, std::string_view id, const Rect& rect, std::string_view label, Color edge,
              bool open, int layer) {
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const float radius = rect.h * 0.08F;
  const float width = frame.line_width(2);
  pen.shadow(rect, radius, rect.h * 0.1F);
  pen.fill(rect, theme.letter, radius);
  pen.outline(rect, edge, width, radius);
  const Point tip{rect.center().x, open ? rect.y - rect.h * 0.32F : rect.y + rect.h * 0.55F};
  const std::array<Point, 3> flap = {Point{rect.x + width / 2, rect.y + width / 2}, tip,
                                     Point{rect.right() - width / 2, rect.y + width / 2}};
  if (open) pen.polygon(flap, mixed(theme.letter, edge, 0.18F));
  pen.polyline(flap, edge, width, false);
  frame.record().add({.kind = "envelope",
                      .id = std::string(id),
                      .label = std::string(label),
                      .rect = rect,
                      .layer = layer,
                      .solid = true});
}

void stamp(Frame& frame, std::string_view id, const Rect& rect, std::string_view words, Tone tone, float fall,
           int layer) {
  const Color color = color_of(frame.theme(), tone);
  Pen& pen = frame.pen();
  const float rise = (1 - fall) * rect.h * 1.2F;
  const Rect at = rect.moved({0, -rise});
  const float before = pen.opacity();
  pen.set_opacity(before * std::clamp(0.3F + fall, 0.0F, 1.0F));
  pen.fill(at, faded(color, 0.14F), rect.h * 0.18F);
  pen.outline(at, color, frame.line_width(3), rect.h * 0.18F);
  TextStyle style{rect.h * 0.5F, color, Face::kBold, Align::kMiddle, Align::kMiddle};
  const PlacedText placed = pen.text(at.inset(rect.h * 0.15F, 0), words, style);
  pen.set_opacity(before);
  frame.record().add({.kind = "stamp",
                      .id = std::string(id),
                      .label = std::string(words),
                      .rect = rect,
                      .text_size = style.size,
                      .layer = layer,
                      .cut = placed.cut});
}

void badge(Frame& frame, std::string_view id, const Rect& rect, std::string_view symbol,
           std::string_view words, Tone tone, Type type, int layer) {
  const Color color = color_of(frame.theme(), tone);
  Pen& pen = frame.pen();
  pen.fill(rect, faded(color, 0.13F), rect.h / 2);
  pen.outline(rect, color, frame.line_width(1.5F), rect.h / 2);
  TextStyle style = frame.style(type, color, Face::kBold, Align::kMiddle);
  style.size = std::min(style.size, rect.h * 0.75F);
  const PlacedText placed = pen.text(rect.inset(rect.h * 0.3F, 0), joined(symbol, words), style);
  frame.record().add({.kind = "badge",
                      .id = std::string(id),
                      .label = std::string(words),
                      .rect = rect,
                      .text_size = style.size,
                      .layer = layer,
                      .solid = true,
                      .cut = placed.cut});
}

void card(Frame& frame, const Rect& rect, bool raised) {
  const Theme& theme = frame.theme();
  const float radius = frame.px(10);
  frame.pen().shadow(rect, radius, frame.px(raised ? 16 : 6));
  frame.pen().fill(rect, theme.surface, radius);
  frame.pen().outline(rect, theme.edge, frame.line_width(1), radius);
}

std::optional<float> splitter(Frame& frame, std::string_view id, const Rect& whole, float share,
                              bool upright) {
  const float grip = frame.px(8);
  const float at = upright ? whole.x + whole.w * share : whole.y + whole.h * share;
  const Rect rect =
      upright ? Rect{at - grip / 2, whole.y, grip, whole.h} : Rect{whole.x, at - grip / 2, whole.w, grip};
  const Touch touch = frame.touch(id, rect, true, false);
  const Color color = touch.hovered || touch.held ? frame.theme().accent : frame.theme().edge;
  const Rect bar = upright
                       ? Rect{at - frame.px(1), rect.center().y - frame.px(18), frame.px(2), frame.px(36)}
                       : Rect{rect.center().x - frame.px(18), at - frame.px(1), frame.px(36), frame.px(2)};
  frame.pen().fill(bar, color, frame.px(1));
  frame.record().add(
      {.kind = "splitter", .id = std::string(id), .value = std::to_string(share), .rect = rect});
  const float moved =
      upright ? touch.drag.x / std::max(1.0F, whole.w) : touch.drag.y / std::max(1.0F, whole.h);
  if (!touch.held || moved == 0) return std::nullopt;
  return std::clamp(share + moved, 0.15F, 0.85F);
}

std::optional<std::string> text_field(Frame& frame, std::string_view id, const Rect& rect,
                                      std::string_view label, std::string_view text, int layer) {
  return field(frame, id, rect, label, text, false, layer);
}

std::optional<std::string> text_area(Frame& frame, std::string_view id, const Rect& rect,
                                     std::string_view label, std::string_view text, int layer) {
  return field(frame, id, rect, label, text, true, layer);
}

std::optional<std::string> search_box(Frame& frame, std::string_view id, const Rect& rect,
                                      std::string_view label, std::string_view text, int layer) {
  Rect rest = rect;
  const Rect symbol = rest.cut_left(rect.h);
  frame.pen().text(symbol, icon::kSearch, {rect.h * 0.5F, frame.theme().muted, Face::kWords, Align::kMiddle});
  return field(frame, id, rest, label, text, false, layer);
}

}  // namespace glasspost::gui
