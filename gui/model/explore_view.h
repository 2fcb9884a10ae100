#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace glasspost::gui {

// What the panels of the Explore layout remember besides the selection. Values; a panel asks for a change by
// an Update... command.

struct LadderView {
  friend bool operator==(const LadderView&, const LadderView&) = default;
};
struct TranscriptView {
  friend bool operator==(const TranscriptView&, const TranscriptView&) = default;
};
struct InspectorView {
  friend bool operator==(const InspectorView&, const InspectorView&) = default;
};
struct TimelineView {
  friend bool operator==(const TimelineView&, const TimelineView&) = default;
};

}  // namespace glasspost::gui
