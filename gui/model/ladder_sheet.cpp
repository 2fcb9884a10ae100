#include "gui/model/ladder_sheet.h"

#include <algorithm>

namespace glasspost::gui {
namespace {

using dissect::LadderRow;
using dissect::LadderRowKind;
using dissect::LadderTopic;

// A line of dialogue takes a second of the screen's clock at teaching pace, and two rows: command and reply.
constexpr double kRowsPerSecond = 2;
// The longest slant by the clock: beyond it an arrow would run through what it did not cause.
constexpr double kMostSlant = 3;

std::pair<std::uint32_t, std::uint8_t> phase_key(const LadderRow& row) {
  return {row.connection.value, static_cast<std::uint8_t>(row.phase)};
}

bool is_head(const LadderRow& row) {
  return row.kind == LadderRowKind::kSection && row.topic == LadderTopic::kConnection;
}

}  // namespace

double LadderSheet::height_of(const LadderRow& row) {
  switch (row.kind) {
    case LadderRowKind::kSection:
      return 1.25;
    case LadderRowKind::kPhase:
      return 0.75;
    default:
      return 1;
  }
}

bool LadderSheet::folded_away(const LadderRow& row) {
  if (row.dns && !view_.names) return true;
  if (!row.connection) return false;
  if (is_head(row)) {
    connection_heads_[row.connection.value] = placed_.size();
    return false;
  }
  if (view_.folded.contains(row.connection.value)) {
    const auto head = connection_heads_.find(row.connection.value);
    if (head != connection_heads_.end()) ++placed_[head->second].hidden;
    return true;
  }
  if (view_.folded_phases.empty() || !view_.folded_phases.contains(phase_key(row))) return false;
  const auto head = phase_heads_.find(phase_key(row));
  if (row.kind == LadderRowKind::kPhase) {
    // A phase that comes again (the second letter's envelope) is folded into its first head.
    if (head == phase_heads_.end()) phase_heads_[phase_key(row)] = placed_.size();
    return head != phase_heads_.end();
  }
  if (head == phase_heads_.end()) return false;
  ++placed_[head->second].hidden;
  return true;
}

double LadderSheet::clock_of(Instant time) const {
  return static_cast<double>(schedule_->screen_of_time(time).ns) / 1e9 * kRowsPerSecond;
}

void LadderSheet::update(const dissect::LadderIndex& index, const LadderView& view,
                         const Schedule& schedule) {
  const bool same = view.folded == view_.folded && view.folded_phases == view_.folded_phases &&
                    view.names == view_.names && view.by_clock == view_.by_clock && schedule_ == &schedule &&
                    (!view.by_clock || anchors_ == schedule.anchors().size()) && index.rows().size() >= done_;
  view_ = view;
  schedule_ = &schedule;
  anchors_ = schedule.anchors().size();
  if (!same) {
    placed_.clear();
    connection_heads_.clear();
    phase_heads_.clear();
    bottom_ = 0;
    done_ = 0;
  }
  const std::vector<LadderRow>& rows = index.rows();
  for (; done_ < rows.size(); ++done_) {
    const LadderRow& row = rows[done_];
    if (folded_away(row)) continue;
    double y = bottom_;
    if (view_.by_clock) y = std::max(y, clock_of(row.time));
    placed_.push_back({static_cast<std::uint32_t>(done_), 0, y});
    bottom_ = y + height_of(row);
  }
}

std::pair<std::size_t, std::size_t> LadderSheet::within(double top, double bottom) const {
  const auto less = [](const Placed& placed, double y) { return placed.y < y; };
  const auto first = std::lower_bound(placed_.begin(), placed_.end(), top - kMostSlant - 1, less);
  const auto last = std::lower_bound(first, placed_.end(), bottom, less);
  return {static_cast<std::size_t>(first - placed_.begin()),
          static_cast<std::size_t>(last - placed_.begin())};
}

double LadderSheet::y_after(const dissect::LadderIndex& index, std::uint64_t seq) const {
  const std::size_t happened = index.rows_until(seq);
  const auto after = std::lower_bound(placed_.begin(), placed_.end(), happened,
                                      [](const Placed& placed, std::size_t row) { return placed.row < row; });
  if (after == placed_.begin()) return 0;
  const Placed& last = *(after - 1);
  return last.y + height_of(index.rows()[last.row]);
}

std::size_t LadderSheet::place_of(const dissect::LadderIndex& index, std::uint32_t row) const {
  const auto at = std::lower_bound(placed_.begin(), placed_.end(), row,
                                   [](const Placed& placed, std::uint32_t r) { return placed.row < r; });
  if (at != placed_.end() && at->row == row) return static_cast<std::size_t>(at - placed_.begin());
  if (row >= index.rows().size()) return placed_.size();
  const LadderRow& meant = index.rows()[row];
  if (view_.folded.contains(meant.connection.value)) {
    const auto head = connection_heads_.find(meant.connection.value);
    if (head != connection_heads_.end()) return head->second;
  }
  const auto head = phase_heads_.find(phase_key(meant));
  return head == phase_heads_.end() ? placed_.size() : head->second;
}

double LadderSheet::slant(const dissect::LadderIndex& index, std::size_t place) const {
  const LadderRow& row = index.rows()[placed_[place].row];
  const double latency = static_cast<double>((row.arrives - row.departs).ns) / 1e9;
  if (latency <= 0) return 0;
  // By event each row is as high as any other: longer is steeper, and never out of the row.
  if (!view_.by_clock) return 0.36 * latency / (latency + 0.03);
  return std::clamp(clock_of(row.arrives) - clock_of(row.departs), 0.05, kMostSlant);
}

}  // namespace glasspost::gui
