#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace glasspost::gui {

// What the panels of the Explore layout remember besides the selection. Values; a panel asks for a change by
// an Update... command.

/// How far a list is scrolled. It follows what is happening until somebody scrolls; and again as soon as
/// `anchor` (the cursor) is another than at that time. `selected` marks what it has last gone to.
struct Scroll {
  double top = 0;
  std::uint64_t anchor = 0;
  std::uint64_t selected = 0;
  bool held = false;
  /// Whether the list stays where it was put.
  [[nodiscard]] bool stays(std::uint64_t at) const { return held && anchor == at; }
  friend bool operator==(const Scroll&, const Scroll&) = default;
};

struct LadderView {
  bool by_role = false;            ///< an axis a role, not a host
  bool by_clock = false;           ///< time by the screen's clock, not by event
  bool names = true;               ///< the DNS is shown
  std::set<std::uint32_t> folded;  ///< connections
  std::set<std::pair<std::uint32_t, std::uint8_t>> folded_phases;  ///< connection and phase
  Scroll scroll;                                                   ///< in rows
  friend bool operator==(const LadderView&, const LadderView&) = default;
};
struct TranscriptView {
  bool hex = false;
  std::string find;
  Scroll scroll;  ///< in rows
  friend bool operator==(const TranscriptView&, const TranscriptView&) = default;
};
struct InspectorView {
  std::set<std::string> closed;  ///< parts that are folded, by their ids
  Scroll scroll;                 ///< in logical pixels
  friend bool operator==(const InspectorView&, const InspectorView&) = default;
};
struct TimelineView {
  double zoom = 1;                       ///< 1: the whole run; n: a n-th part of it
  double begin = 0;                      ///< of what is shown, as a share of the run on the screen's clock
  std::vector<std::uint64_t> bookmarks;  ///< events, in order
  friend bool operator==(const TimelineView&, const TimelineView&) = default;
};
/// Ctrl+K.
struct FinderView {
  std::string text;
  std::uint32_t chosen = 0;  ///< of the results
  friend bool operator==(const FinderView&, const FinderView&) = default;
};

}  // namespace glasspost::gui
