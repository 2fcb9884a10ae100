#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/trace/projection.h"
#include "gui/model/density.h"
#include "gui/model/explore_view.h"
#include "gui/model/schedule.h"

namespace glasspost::gui {

/// The timeline's lanes and columns for one width: how many events each host has in each column of the
/// screen's clock. Its cost depends on lanes and columns, not on the length of the trace.
class TimelineSheet {
 public:
  struct Lane {
    std::string name;
    std::vector<HostId> hosts;
    std::vector<std::uint32_t> counts;  ///< a column each
    friend bool operator==(const Lane&, const Lane&) = default;
  };
  /// A landmark that is shown; those of one kind that fall on each other are one.
  struct Mark {
    Landmark landmark;
    std::uint32_t count = 1;
    float x = 0;  ///< share of the width
  };

  /// At most `lanes` lanes: name servers and resolvers are one, and what is too many is one. `others` is the
  /// word for those. Made anew if anything has changed since the last call.
  void update(const EventDensity& density, const Schedule& schedule, const trace::Projection& world,
              const TimelineView& view, std::size_t columns, std::size_t lanes, const std::string& others);

  [[nodiscard]] const std::vector<Lane>& lanes() const { return lanes_; }
  [[nodiscard]] const std::vector<Mark>& marks() const { return marks_; }
  /// The highest count of a column of any lane; at least 1.
  [[nodiscard]] std::uint32_t most() const { return most_; }

  /// Shares of the width, for what is shown; below 0 or above 1: outside of it.
  [[nodiscard]] float x_of(Duration screen) const;
  [[nodiscard]] Duration screen_at(float x) const;

 private:
  void arrange(const EventDensity& density, const trace::Projection& world, std::size_t lanes,
               const std::string& others);
  void count(const EventDensity& density, const Schedule& schedule);
  void place_marks(const EventDensity& density, const Schedule& schedule);

  std::uint64_t seen_ = 0;
  const Schedule* schedule_ = nullptr;
  std::size_t anchors_ = 0;
  std::size_t columns_ = 0;
  std::size_t most_lanes_ = 0;
  std::string others_;
  double zoom_ = 0, shown_ = -1;
  double begin_ns_ = 0, length_ns_ = 1;
  std::vector<Lane> lanes_;
  std::vector<std::size_t> lane_of_;  // by the density's lanes
  std::vector<Mark> marks_;
  std::uint32_t most_ = 1;
};

}  // namespace glasspost::gui
