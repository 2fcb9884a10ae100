#pragma once

#include <cstdint>

#include "gui/model/view_state.h"

namespace glasspost::gui {

/// sRGB.
struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;
  friend bool operator==(const Color&, const Color&) = default;
};
/// 0xRRGGBB.
[[nodiscard]] constexpr Color rgb(std::uint32_t value, std::uint8_t alpha = 255) {
  return {static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U),
          static_cast<std::uint8_t>(value), alpha};
}
[[nodiscard]] Color faded(Color color, float opacity);
/// From a to b; f = 0 is a.
[[nodiscard]] Color mixed(Color a, Color b, float f);
/// The ratio of WCAG 2, from 1 to 21.
[[nodiscard]] float contrast(Color a, Color b);
/// As somebody sees it whose red, green or blue cones are lacking (Viénot, Brettel and Mollon's projections).
enum class ColourVision : std::uint8_t { kProtan, kDeutan, kTritan };
[[nodiscard]] Color seen_by(Color color, ColourVision vision);
/// How far apart two colours look: the distance in CIE L*a*b*.
[[nodiscard]] float distance(Color a, Color b);

/// Colours by what they mean. Meaning never hangs on them alone: shape, icon and word say it too.
struct Theme {
  Color ground;     ///< behind everything
  Color surface;    ///< rooms, cards, bars
  Color raised;     ///< what lies on a surface: fields, buttons
  Color edge;       ///< outlines of surfaces
  Color ink;        ///< words
  Color muted;      ///< lesser words
  Color accent;     ///< what is chosen or may be pressed
  Color on_accent;  ///< words on it
  Color focus;      ///< the keyboard's place
  Color client;     ///< what a client says
  Color server;     ///< what a server says
  Color good;       ///< 2xx, pass, delivered
  Color more;       ///< 3xx
  Color wait;       ///< 4xx, deferred, softfail
  Color bad;        ///< 5xx, fail, lost
  Color names;      ///< the DNS
  Color cipher;     ///< TLS
  Color baton;      ///< responsibility
  Color letter;     ///< paper
  Color on_colour;  ///< words on client, server, good, more, wait, bad, names, cipher
  float line = 1;   ///< factor on the width of lines
};
[[nodiscard]] const Theme& theme_of(ThemeName name);

}  // namespace glasspost::gui
