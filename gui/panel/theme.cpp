#include "gui/panel/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glasspost::gui {
namespace {

constexpr Theme kLight = {.ground = rgb(0xF4F1EA),
                          .surface = rgb(0xFFFFFF),
                          .raised = rgb(0xF1EEE6),
                          .edge = rgb(0xCFC8BA),
                          .ink = rgb(0x20252B),
                          .muted = rgb(0x5C636B),
                          .accent = rgb(0x1F5FA8),
                          .on_accent = rgb(0xFFFFFF),
                          .focus = rgb(0xD9822B),
                          .client = rgb(0x1F5FA8),
                          .server = rgb(0x3A4A5E),
                          .good = rgb(0x2C7048),
                          .more = rgb(0x2D6E86),
                          .wait = rgb(0x96600E),
                          .bad = rgb(0xAE3232),
                          .names = rgb(0x68509F),
                          .cipher = rgb(0x3F6460),
                          .baton = rgb(0xC08A1E),
                          .letter = rgb(0xFFFBEF),
                          .on_colour = rgb(0xFFFFFF),
                          .line = 1.0F};

constexpr Theme kDark = {.ground = rgb(0x14181D),
                         .surface = rgb(0x1F262E),
                         .raised = rgb(0x2A333D),
                         .edge = rgb(0x43505D),
                         .ink = rgb(0xECF0F3),
                         .muted = rgb(0xA9B4BF),
                         .accent = rgb(0x7DB4F0),
                         .on_accent = rgb(0x10161C),
                         .focus = rgb(0xF0A050),
                         .client = rgb(0x7DB4F0),
                         .server = rgb(0xB9C6D6),
                         .good = rgb(0x79C796),
                         .more = rgb(0x7FC4DA),
                         .wait = rgb(0xE3B35C),
                         .bad = rgb(0xF08A82),
                         .names = rgb(0xB9A4EC),
                         .cipher = rgb(0x9CC7C0),
                         .baton = rgb(0xE8BC4E),
                         .letter = rgb(0xF3ECD9),
                         .on_colour = rgb(0x10161C),
                         .line = 1.0F};

constexpr Theme kContrast = {.ground = rgb(0x000000),
                             .surface = rgb(0x000000),
                             .raised = rgb(0x1C1C1C),
                             .edge = rgb(0xFFFFFF),
                             .ink = rgb(0xFFFFFF),
                             .muted = rgb(0xE0E0E0),
                             .accent = rgb(0xFFE14D),
                             .on_accent = rgb(0x000000),
                             .focus = rgb(0xFF9A3C),
                             .client = rgb(0x7FD0FF),
                             .server = rgb(0xFFFFFF),
                             .good = rgb(0x7CF2A0),
                             .more = rgb(0x8DEBFF),
                             .wait = rgb(0xFFD24D),
                             .bad = rgb(0xFF9C94),
                             .names = rgb(0xD9C2FF),
                             .cipher = rgb(0xA8F0E4),
                             .baton = rgb(0xFFE14D),
                             .letter = rgb(0xFFFFFF),
                             .on_colour = rgb(0x000000),
                             .line = 1.6F};

// After Okabe and Ito's eight colours, darkened until words on them can be read.
constexpr Theme kColourBlindSafe = {.ground = rgb(0xF5F5F2),
                                    .surface = rgb(0xFFFFFF),
                                    .raised = rgb(0xEEEEEA),
                                    .edge = rgb(0xC6C6BF),
                                    .ink = rgb(0x1E2226),
                                    .muted = rgb(0x585E64),
                                    .accent = rgb(0x005A8F),
                                    .on_accent = rgb(0xFFFFFF),
                                    .focus = rgb(0xE69F00),
                                    .client = rgb(0x005A8F),
                                    .server = rgb(0x2F3A44),
                                    .good = rgb(0x00735A),
                                    .more = rgb(0x23708F),
                                    .wait = rgb(0x8C6A00),
                                    .bad = rgb(0x861400),
                                    .names = rgb(0x8F4D78),
                                    .cipher = rgb(0x4A5B5B),
                                    .baton = rgb(0xE69F00),
                                    .letter = rgb(0xFFFCF0),
                                    .on_colour = rgb(0xFFFFFF),
                                    .line = 1.2F};

float linear(std::uint8_t channel) {
  const float c = static_cast<float>(channel) / 255.0F;
  return c <= 0.04045F ? c / 12.92F : std::pow((c + 0.055F) / 1.055F, 2.4F);
}
std::uint8_t encoded(float value) {
  const float v = std::clamp(value, 0.0F, 1.0F);
  const float c = v <= 0.0031308F ? v * 12.92F : 1.055F * std::pow(v, 1.0F / 2.4F) - 0.055F;
  return static_cast<std::uint8_t>(std::lround(c * 255.0F));
}
float luminance(Color c) {
  return 0.2126F * linear(c.r) + 0.7152F * linear(c.g) + 0.0722F * linear(c.b);
}

std::array<float, 3> lab(Color c) {
  const float r = linear(c.r);
  const float g = linear(c.g);
  const float b = linear(c.b);
  const auto f = [](float t) { return t > 0.008856F ? std::cbrt(t) : 7.787F * t + 16.0F / 116.0F; };
  const float x = f((0.4124F * r + 0.3576F * g + 0.1805F * b) / 0.9505F);
  const float y = f(0.2126F * r + 0.7152F * g + 0.0722F * b);
  const float z = f((0.0193F * r + 0.1192F * g + 0.9505F * b) / 1.089F);
  return {116.0F * y - 16.0F, 500.0F * (x - y), 200.0F * (y - z)};
}

}  // namespace

Color faded(Color color, float opacity) {
  color.a =
      static_cast<std::uint8_t>(std::lround(static_cast<float>(color.a) * std::clamp(opacity, 0.0F, 1.0F)));
  return color;
}

Color mixed(Color a, Color b, float f) {
  const auto mix = [f](std::uint8_t x, std::uint8_t y) {
    return static_cast<std::uint8_t>(
        std::lround(static_cast<float>(x) * (1 - f) + static_cast<float>(y) * f));
  };
  return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), mix(a.a, b.a)};
}

float contrast(Color a, Color b) {
  const float x = luminance(a) + 0.05F;
  const float y = luminance(b) + 0.05F;
  return x > y ? x / y : y / x;
}

Color seen_by(Color color, ColourVision vision) {
  const float r = linear(color.r);
  const float g = linear(color.g);
  const float b = linear(color.b);
  constexpr std::array<std::array<float, 9>, 3> kProjections = {{
      {0.152286F, 1.052583F, -0.204868F, 0.114503F, 0.786281F, 0.099216F, -0.003882F, -0.048116F, 1.051998F},
      {0.367322F, 0.860646F, -0.227968F, 0.280085F, 0.672501F, 0.047413F, -0.011820F, 0.042940F, 0.968881F},
      {1.255528F, -0.076749F, -0.178779F, -0.078411F, 0.930809F, 0.147602F, 0.004733F, 0.691367F, 0.303900F},
  }};
  const auto& m = kProjections[static_cast<std::size_t>(vision)];
  return {encoded(m[0] * r + m[1] * g + m[2] * b), encoded(m[3] * r + m[4] * g + m[5] * b),
          encoded(m[6] * r + m[7] * g + m[8] * b), color.a};
}

float distance(Color a, Color b) {
  const auto x = lab(a);
  const auto y = lab(b);
  return std::sqrt((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1]) +
                   (x[2] - y[2]) * (x[2] - y[2]));
}

const Theme& theme_of(ThemeName name) {
  switch (name) {
    case ThemeName::kLight:
      return kLight;
    case ThemeName::kDark:
      return kDark;
    case ThemeName::kHighContrast:
      return kContrast;
    case ThemeName::kColourBlindSafe:
      return kColourBlindSafe;
  }
  return kLight;
}

}  // namespace glasspost::gui
