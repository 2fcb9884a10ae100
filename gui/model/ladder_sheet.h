#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "gui/model/digest.h"
#include "gui/model/explore_view.h"
#include "gui/model/schedule.h"

namespace glasspost::gui {

/// The ladder's rows laid out along time, without folded ones. Lengths are in rows: an arrow or a note is one
/// row high. What a frame shows is found by binary search.
class LadderSheet {
 public:
  struct Placed {
    std::uint32_t row = 0;     ///< in LadderIndex::rows()
    std::uint32_t hidden = 0;  ///< of a head of a folded part: how many rows it stands for
    double y = 0;              ///< its upper edge
  };

  /// Lays out what is new since the last call, or everything if the view is another.
  void update(const dissect::LadderIndex& index, const LadderView& view, const Schedule& schedule);

  [[nodiscard]] const std::vector<Placed>& placed() const { return placed_; }
  [[nodiscard]] double height() const { return bottom_; }
  /// The places [first, last) of what lies within [top, bottom], arrows that reach into it included.
  [[nodiscard]] std::pair<std::size_t, std::size_t> within(double top, double bottom) const;
  /// Where the time line of a moment is: below the last row that has happened.
  [[nodiscard]] double y_after(const dissect::LadderIndex& index, std::uint64_t seq) const;
  /// The place of a row, or of the head that stands for it; size() if nothing is shown for it.
  [[nodiscard]] std::size_t place_of(const dissect::LadderIndex& index, std::uint32_t row) const;
  /// How far below its departure an arrow arrives: by the latency.
  [[nodiscard]] double slant(const dissect::LadderIndex& index, std::size_t place) const;

  [[nodiscard]] static double height_of(const dissect::LadderRow& row);

 private:
  [[nodiscard]] bool folded_away(const dissect::LadderRow& row);
  [[nodiscard]] double clock_of(Instant time) const;

  LadderView view_;
  const Schedule* schedule_ = nullptr;
  std::size_t anchors_ = 0;
  std::size_t done_ = 0;  // rows
  std::vector<Placed> placed_;
  std::map<std::uint32_t, std::size_t> connection_heads_;
  std::map<std::pair<std::uint32_t, std::uint8_t>, std::size_t> phase_heads_;
  double bottom_ = 0;
};

}  // namespace glasspost::gui
