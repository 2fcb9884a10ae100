#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/observe/explanation.h"
#include "engine/trace/trace.h"

namespace glasspost::dissect {

/// Of a decision; nothing of other events, or if it cannot be read.
[[nodiscard]] std::optional<Explanation> explanation_of(const trace::EventView& event);

/// What an event came from, back to the first cause: at most kMostCauses.
[[nodiscard]] std::vector<trace::Event> causes_of(const trace::Trace& trace, const trace::EventView& event);
inline constexpr std::size_t kMostCauses = 10'000;

/// Packets only carry what caused the next thing.
[[nodiscard]] constexpr bool only_carries(trace::Kind kind) {
  return kind >= trace::Kind::kSegmentSent && kind <= trace::Kind::kDatagramLost;
}

}  // namespace glasspost::dissect
