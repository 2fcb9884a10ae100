#pragma once

#include <string_view>

#include "engine/base/random.h"

namespace glasspost {

/// Where a host's random numbers come from: seeded streams in a virtual world, the operating system's entropy
/// outside.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// A new stream for a purpose ("queue id", "boundary"); each call gives the next ordinal of that purpose.
  virtual RandomStream stream(std::string_view purpose) = 0;
};

}  // namespace glasspost
