#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace glasspost {

/// A 64-bit hash that is the same on every machine and in every build; not for adversaries.
[[nodiscard]] std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

/// A seeded stream of numbers (xoshiro256**), the same on every machine. Streams are keyed by (seed, host,
/// purpose, ordinal) and never shared, so that a change at one host leaves all others' draws alone.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view host, std::string_view purpose,
               std::uint64_t ordinal = 0);

  std::uint64_t next();
  /// Uniform in [0, bound); bound must be above 0.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  void fill(std::span<unsigned char> out);
  /// `length` characters of lower-case letters and digits without look-alikes, for ids that people read
  /// aloud.
  std::string token(std::size_t length);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace glasspost
