#pragma once

#include <cstdint>

#include "engine/base/time.h"

namespace glasspost::gui {

/// A moment of a run, as the trace and as the screen's clock have it: everything up to and including event
/// `seq` has happened. `screen` counts from the beginning of the schedule (gui/model/schedule.h) and moves
/// between events too, while things travel.
struct Cursor {
  std::uint64_t seq = 0;
  Instant time;
  Duration screen;
  bool follow = false;  ///< stays at the end of a trace that grows

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// Teaching shows each line; overview folds a dialogue into one move.
enum class Pace : std::uint8_t { kTeaching, kOverview };

/// How playback goes. Speeds multiply the screen's clock.
struct Playback {
  bool playing = false;
  Pace pace = Pace::kTeaching;
  int speed = 1;  ///< index into kSpeeds

  friend bool operator==(const Playback&, const Playback&) = default;
};
struct Speed {
  int numerator = 1;
  int denominator = 1;
};
inline constexpr Speed kSpeeds[] = {{1, 2}, {1, 1}, {2, 1}, {4, 1}};
inline constexpr int kSpeedCount = 4;

/// What the screen's clock does in `wall` of a real clock at this speed. A long pause of the program (more
/// than a quarter of a second) counts as a quarter, so that nothing is skipped.
[[nodiscard]] Duration advance(const Playback& playback, Duration wall);

}  // namespace glasspost::gui
