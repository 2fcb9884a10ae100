#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/observe/explanation.h"

namespace glasspost::trace {

/// An explanation as the blob of a decision event: stable, independent of the machine.
[[nodiscard]] std::string encode_explanation(const Explanation& explanation);
/// The longest and deepest that is written or read: steps below are left out when writing, an error when
/// reading.
inline constexpr std::size_t kMaxExplanationDepth = 64;
/// Errors: kCorrupt with offset.
[[nodiscard]] Result<Explanation> decode_explanation(std::string_view bytes);

}  // namespace glasspost::trace
