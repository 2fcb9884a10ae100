#include "gui/panel/pen.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

#include <imgui.h>

namespace glasspost::gui {
namespace {

ImVec2 vec(Point p) {
  return {p.x, p.y};
}
constexpr std::string_view kEllipsis = "\u2026";
constexpr float kTurn = 2.0F * std::numbers::pi_v<float>;

// The length of the UTF-8 sequence that begins with this byte.
std::size_t sequence_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return 2;
}

}  // namespace

std::string showable(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const std::size_t length = std::min(sequence_length(utf8[i]), utf8.size() - i);
    if (length == 1) {
      const char c = utf8[i];
      out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
    } else if (length == 4) {
      const auto bits = [&](std::size_t k) { return static_cast<unsigned>(utf8[i + k]) & 0x3FU; };
      const unsigned code =
          ((static_cast<unsigned>(utf8[i]) & 7U) << 18U) | (bits(1) << 12U) | (bits(2) << 6U) | bits(3);
      char chip[16];
      std::snprintf(chip, sizeof chip, "U+%X", code);
      out += chip;
    } else {
      out += utf8.substr(i, length);
    }
    i += length;
  }
  return out;
}

std::uint32_t Pen::packed(Color color) const {
  const Color c = opacity_ < 1 ? faded(color, opacity_) : color;
  return IM_COL32(c.r, c.g, c.b, c.a);
}

void Pen::fill(const Rect& r, Color color, float radius) {
  if (!r.empty()) list_.AddRectFilled(vec(r.min()), vec(r.max()), packed(color), radius);
}
void Pen::outline(const Rect& r, Color color, float width, float radius) {
  if (!r.empty()) list_.AddRect(vec(r.min()), vec(r.max()), packed(color), radius, 0, width);
}
void Pen::dashed_outline(const Rect& r, Color color, float width) {
  const float dash = std::max(4.0F, width * 4);
  dashes(r.min(), {r.right(), r.y}, color, width, dash);
  dashes({r.right(), r.y}, r.max(), color, width, dash);
  dashes(r.max(), {r.x, r.bottom()}, color, width, dash);
  dashes({r.x, r.bottom()}, r.min(), color, width, dash);
}
void Pen::line(Point a, Point b, Color color, float width) {
  list_.AddLine(vec(a), vec(b), packed(color), width);
}
void Pen::dashes(Point a, Point b, Color color, float width, float dash, float phase) {
  const Point d = b - a;
  const float length = std::sqrt(d.x * d.x + d.y * d.y);
  if (length < 1 || dash < 1) return;
  for (float at = -std::fmod(phase, dash * 2); at < length; at += dash * 2) {
    const float from = std::max(at, 0.0F) / length;
    const float to = std::min(at + dash, length) / length;
    if (to > from) line(between(a, b, from), between(a, b, to), color, width);
  }
}
void Pen::curve(Point a, Point b, Point c, Point d, Color color, float width) {
  list_.AddBezierCubic(vec(a), vec(b), vec(c), vec(d), packed(color), width);
}
void Pen::disc(Point center, float radius, Color color) {
  list_.AddCircleFilled(vec(center), radius, packed(color));
}
void Pen::ring(Point center, float radius, Color color, float width) {
  list_.AddCircle(vec(center), radius, packed(color), 0, width);
}
void Pen::arc(Point center, float radius, float from, float to, Color color, float width) {
  list_.PathArcTo(vec(center), radius, (from - 0.25F) * kTurn, (to - 0.25F) * kTurn, 48);
  list_.PathStroke(packed(color), 0, width);
}
void Pen::polygon(std::span<const Point> points, Color color) {
  for (const Point p : points)
    list_.PathLineTo(vec(p));
  list_.PathFillConvex(packed(color));
}
void Pen::polyline(std::span<const Point> points, Color color, float width, bool closed) {
  for (const Point p : points)
    list_.PathLineTo(vec(p));
  list_.PathStroke(packed(color), closed ? ImDrawFlags_Closed : 0, width);
}
void Pen::shadow(const Rect& rect, float radius, float depth) {
  for (int i = 3; i >= 1; --i) {
    const float grow = depth * static_cast<float>(i) / 3;
    const Rect r{rect.x - grow * 0.5F, rect.y - grow * 0.25F + depth * 0.35F, rect.w + grow,
                 rect.h + grow * 0.75F};
    fill(r, rgb(0x000000, 12), radius + grow * 0.5F);
  }
}
void Pen::hatch(const Rect& rect, Color color, float width, float gap) {
  clip(rect);
  for (float x = rect.x - rect.h; x < rect.right(); x += gap) {
    line({x, rect.bottom()}, {x + rect.h, rect.y}, color, width);
  }
  unclip();
}

Point Pen::measure(std::string_view text, float size, Face face) {
  fonts_.need(face, size, text);
  ImFont* font = fonts_.get(face, size);
  if (font == nullptr || text.empty()) return {0, size};
  const ImVec2 s = font->CalcTextSizeA(std::round(size), 1e9F, 0, text.data(), text.data() + text.size());
  return {s.x, s.y};
}

std::string Pen::shortened(std::string text, float width, float size, Face face) {
  fonts_.need(face, size, text);
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U)
      --last;
    text.resize(last);
    while (!text.empty() && text.back() == ' ')
      text.pop_back();
    if (measure(text + std::string(kEllipsis), size, face).x <= width) break;
  }
  return text + std::string(kEllipsis);
}

PlacedText Pen::text(const Rect& box, std::string_view raw, const TextStyle& style) {
  PlacedText placed;
  std::string words = showable(raw);
  Point extent = measure(words, style.size, style.face);
  if (extent.x > box.w + 0.5F && !words.empty()) {
    words = shortened(std::move(words), box.w, style.size, style.face);
    extent = measure(words, style.size, style.face);
    placed.cut = true;
  }
  const auto start = [](float from, float room, float taken, Align align) {
    if (align == Align::kMiddle) return from + (room - taken) / 2;
    return align == Align::kEnd ? from + room - taken : from;
  };
  const Point at{std::round(start(box.x, box.w, extent.x, style.across)),
                 std::round(start(box.y, box.h, extent.y, style.down))};
  placed.rect = {at.x, at.y, extent.x, extent.y};
  ImFont* font = fonts_.get(style.face, style.size);
  if (font != nullptr && font->ContainerAtlas != nullptr && font->ContainerAtlas->IsBuilt()) {
    list_.AddText(font, std::round(style.size), vec(at), packed(style.color), words.data(),
                  words.data() + words.size());
  }
  return placed;
}

std::vector<std::string> Pen::broken(std::string_view raw, float width, float size, Face face) {
  std::vector<std::string> lines;
  std::string line;
  const std::string text = showable(raw);
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t stop = std::min(text.find_first_of(" \n", at), text.size());
    std::string word = text.substr(at, stop - at);
    const std::string longer = line.empty() ? word : line + " " + word;
    if (line.empty() || measure(longer, size, face).x <= width) {
      line = longer;
    } else {
      lines.push_back(std::move(line));
      line = std::move(word);
    }
    if (stop < text.size() && text[stop] == '\n') {
      lines.push_back(std::move(line));
      line.clear();
    }
    at = stop + 1;
  }
  lines.push_back(std::move(line));
  return lines;
}

int Pen::lines_of(std::string_view text, float width, float size, Face face) {
  return static_cast<int>(broken(text, width, size, face).size());
}

PlacedText Pen::paragraph(const Rect& box, std::string_view words, const TextStyle& style, int most_lines) {
  std::vector<std::string> lines = broken(words, box.w, style.size, style.face);
  PlacedText placed;
  const float step = std::round(style.size * 1.28F);
  const int fitting = std::max(1, static_cast<int>((box.h + step - style.size) / step));
  const auto most = static_cast<std::size_t>(std::max(1, std::min(most_lines, fitting)));
  if (lines.size() > most) {
    lines.resize(most);
    lines.back() = shortened(lines.back() + "  ", box.w, style.size, style.face);
    placed.cut = true;
  }
  const float height = step * static_cast<float>(lines.size() - 1) + style.size;
  float y = box.y;
  if (style.down == Align::kMiddle) y += (box.h - height) / 2;
  if (style.down == Align::kEnd) y += box.h - height;
  TextStyle one = style;
  one.down = Align::kStart;
  placed.rect = {box.x, y, 0, 0};
  for (const std::string& line : lines) {
    const PlacedText done = text({box.x, y, box.w, style.size}, line, one);
    placed.cut = placed.cut || done.cut;
    const float left = placed.rect.w == 0 ? done.rect.x : std::min(placed.rect.x, done.rect.x);
    const float right = std::max(placed.rect.w == 0 ? 0.0F : placed.rect.right(), done.rect.right());
    placed.rect = {left, placed.rect.y, right - left, done.rect.bottom() - placed.rect.y};
    y += step;
  }
  return placed;
}

void Pen::clip(const Rect& rect) {
  list_.PushClipRect(vec(rect.min()), vec(rect.max()), true);
}
void Pen::unclip() {
  list_.PopClipRect();
}

}  // namespace glasspost::gui
