#include "gui/model/cursor.h"

#include <algorithm>

namespace glasspost::gui {

Duration advance(const Playback& playback, Duration wall) {
  if (!playback.playing) return {};
  const Speed speed = kSpeeds[std::clamp(playback.speed, 0, kSpeedCount - 1)];
  const Duration passed = std::clamp(wall, Duration{}, Duration::milliseconds(250));
  return passed * speed.numerator / speed.denominator;
}

}  // namespace glasspost::gui
