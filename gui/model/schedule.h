#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/time.h"
#include "gui/model/cursor.h"

namespace glasspost::gui {

/// Where simulated and screen time meet: event `seq` has just happened at `time`, and the screen shows that
/// at `screen`. Between two anchors both run evenly.
struct Anchor {
  std::uint64_t seq = 0;
  std::int64_t time = 0;    ///< ns since the Unix epoch
  std::int64_t screen = 0;  ///< ns since the beginning of the schedule
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

/// The monotone map between a trace and the screen's clock. Anchors never decrease in any of their columns.
class Schedule {
 public:
  Schedule() = default;
  explicit Schedule(std::vector<Anchor> anchors) : anchors_(std::move(anchors)) {}

  /// The length of the whole on the screen.
  [[nodiscard]] Duration length() const;
  /// What has happened at a moment of the screen's clock; cut to the ends.
  [[nodiscard]] Cursor at(Duration screen) const;
  /// When an event has just happened.
  [[nodiscard]] Duration screen_of(std::uint64_t seq) const;
  [[nodiscard]] Duration screen_of_time(Instant time) const;
  [[nodiscard]] const std::vector<Anchor>& anchors() const { return anchors_; }

 private:
  std::vector<Anchor> anchors_;
};

}  // namespace glasspost::gui
