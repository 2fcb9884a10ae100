#pragma once

#include <algorithm>

namespace glasspost::gui {

/// Logical pixels, or any other unit that the user of a model chooses. y grows downwards.
struct Point {
  float x = 0;
  float y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};
[[nodiscard]] constexpr Point operator+(Point a, Point b) {
  return {a.x + b.x, a.y + b.y};
}
[[nodiscard]] constexpr Point operator-(Point a, Point b) {
  return {a.x - b.x, a.y - b.y};
}
[[nodiscard]] constexpr Point operator*(Point a, float f) {
  return {a.x * f, a.y * f};
}
/// From a to b; f = 0 is a.
[[nodiscard]] constexpr Point between(Point a, Point b, float f) {
  return a + (b - a) * f;
}

struct Rect {
  float x = 0;
  float y = 0;
  float w = 0;
  float h = 0;

  [[nodiscard]] constexpr float right() const { return x + w; }
  [[nodiscard]] constexpr float bottom() const { return y + h; }
  [[nodiscard]] constexpr Point min() const { return {x, y}; }
  [[nodiscard]] constexpr Point max() const { return {x + w, y + h}; }
  [[nodiscard]] constexpr Point center() const { return {x + w / 2, y + h / 2}; }
  [[nodiscard]] constexpr bool empty() const { return w <= 0 || h <= 0; }
  [[nodiscard]] constexpr bool contains(Point p) const {
    return p.x >= x && p.y >= y && p.x < right() && p.y < bottom();
  }
  [[nodiscard]] constexpr bool contains(const Rect& o) const {
    return o.x >= x && o.y >= y && o.right() <= right() && o.bottom() <= bottom();
  }
  [[nodiscard]] constexpr bool overlaps(const Rect& o) const {
    return x < o.right() && o.x < right() && y < o.bottom() && o.y < bottom();
  }
  /// Smaller by so much on each side; never of negative size.
  [[nodiscard]] constexpr Rect inset(float dx, float dy) const {
    return {x + dx, y + dy, std::max(0.0F, w - 2 * dx), std::max(0.0F, h - 2 * dy)};
  }
  [[nodiscard]] constexpr Rect inset(float d) const { return inset(d, d); }
  [[nodiscard]] constexpr Rect moved(Point by) const { return {x + by.x, y + by.y, w, h}; }
  /// Cuts a strip of that height or width off and gives it back.
  constexpr Rect cut_top(float height) {
    height = std::clamp(height, 0.0F, h);
    const Rect strip{x, y, w, height};
    y += height;
    h -= height;
    return strip;
  }
  constexpr Rect cut_bottom(float height) {
    height = std::clamp(height, 0.0F, h);
    h -= height;
    return {x, y + h, w, height};
  }
  constexpr Rect cut_left(float width) {
    width = std::clamp(width, 0.0F, w);
    const Rect strip{x, y, width, h};
    x += width;
    w -= width;
    return strip;
  }
  constexpr Rect cut_right(float width) {
    width = std::clamp(width, 0.0F, w);
    w -= width;
    return {x + w, y, width, h};
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

}  // namespace glasspost::gui
