#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/geometry.h"
#include "gui/panel/fonts.h"
#include "gui/panel/theme.h"

struct ImDrawList;

namespace glasspost::gui {

enum class Align : std::uint8_t { kStart, kMiddle, kEnd };

struct TextStyle {
  float size = 16;  ///< height of a line in pixels
  Color color;
  Face face = Face::kWords;
  Align across = Align::kStart;  ///< within the box
  Align down = Align::kMiddle;
};

/// Text as it was placed, and what of it had to go.
struct PlacedText {
  Rect rect;         ///< of the ink's lines
  bool cut = false;  ///< ends in an ellipsis
};

/// Draws into one list. Coordinates are pixels of the window.
class Pen {
 public:
  Pen(ImDrawList& list, Fonts& fonts) : list_(list), fonts_(fonts) {}

  void set_opacity(float opacity) { opacity_ = opacity; }
  [[nodiscard]] float opacity() const { return opacity_; }

  void fill(const Rect& rect, Color color, float radius = 0);
  void outline(const Rect& rect, Color color, float width, float radius = 0);
  void dashed_outline(const Rect& rect, Color color, float width);
  void line(Point a, Point b, Color color, float width);
  void dashes(Point a, Point b, Color color, float width, float dash, float phase = 0);
  void curve(Point a, Point b, Point c, Point d, Color color, float width);
  void disc(Point center, float radius, Color color);
  void ring(Point center, float radius, Color color, float width);
  /// Angles in turns from the top, clockwise.
  void arc(Point center, float radius, float from, float to, Color color, float width);
  void polygon(std::span<const Point> points, Color color);  ///< convex
  void polyline(std::span<const Point> points, Color color, float width, bool closed);
  /// A soft edge below and around a surface.
  void shadow(const Rect& rect, float radius, float depth);
  /// Slanted lines within the rectangle.
  void hatch(const Rect& rect, Color color, float width, float gap);

  [[nodiscard]] Point measure(std::string_view text, float size, Face face = Face::kWords);
  /// One line within the box, shortened by an ellipsis where it does not fit.
  PlacedText text(const Rect& box, std::string_view text, const TextStyle& style);
  /// Lines broken at spaces, at most so many; the last ends in an ellipsis if there is more.
  PlacedText paragraph(const Rect& box, std::string_view text, const TextStyle& style, int most_lines);
  /// How many lines it takes at that width.
  [[nodiscard]] int lines_of(std::string_view text, float width, float size, Face face = Face::kWords);

  void clip(const Rect& rect);
  void unclip();

  [[nodiscard]] ImDrawList& list() { return list_; }
  [[nodiscard]] Fonts& fonts() { return fonts_; }

 private:
  [[nodiscard]] std::uint32_t packed(Color color) const;
  [[nodiscard]] std::vector<std::string> broken(std::string_view text, float width, float size, Face face);
  [[nodiscard]] std::string shortened(std::string text, float width, float size, Face face);

  ImDrawList& list_;
  Fonts& fonts_;
  float opacity_ = 1;
};

/// Characters that the fonts' 16 bits cannot hold become "U+1F600"; control characters become spaces.
[[nodiscard]] std::string showable(std::string_view utf8);

}  // namespace glasspost::gui
