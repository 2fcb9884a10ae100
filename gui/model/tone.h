#pragma once

#include <cstdint>

namespace glasspost::gui {

/// What a coloured thing means; themes give the colours.
enum class Tone : std::uint8_t { kClient, kServer, kGood, kMore, kWait, kBad, kNames, kCipher, kQuiet };

/// Of a reply: 2xx good, 3xx more, 4xx wait, 5xx bad; else as a server's word.
[[nodiscard]] constexpr Tone tone_of_code(std::uint32_t code) {
  switch (code / 100) {
    case 2:
      return Tone::kGood;
    case 3:
      return Tone::kMore;
    case 4:
      return Tone::kWait;
    case 5:
      return Tone::kBad;
    default:
      return Tone::kServer;
  }
}

}  // namespace glasspost::gui
