#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::imap {

/// Numbers from first to last, both included; 0 stands for "*", the largest number in use, until resolved.
struct SequenceRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  friend bool operator==(const SequenceRange&, const SequenceRange&) = default;
};

/// Message numbers or UIDs as a client wrote them: "1,3:5,*". It is never expanded: a set of four thousand
/// million numbers takes the room of one range. // RFC 3501 9 sequence-set
struct SequenceSet {
  std::vector<SequenceRange> ranges;

  /// With "*" as `largest` (0: nothing is in use), each range the right way round, sorted, overlapping ones
  /// joined: nothing overlaps or touches. // RFC 3501 9: "2:4" and "4:2" are the same
  [[nodiscard]] std::vector<SequenceRange> resolved(std::uint32_t largest) const;

  friend bool operator==(const SequenceSet&, const SequenceSet&) = default;
};

/// The whole of `text`. Error: kInvalidInput with offset. As many ranges as `text` has room for, so its
/// length bounds them.
[[nodiscard]] Result<SequenceSet> parse_sequence_set(std::string_view text);
/// Numbers as a set in their own order: {1,2,3,7,5} is "1:3,7,5"; empty for none. So the n-th number of one
/// set can stand beside the n-th of another. // RFC 4315 3
[[nodiscard]] std::string format_sequence_set(const std::vector<std::uint32_t>& numbers);
/// Whether resolved ranges hold the number.
[[nodiscard]] bool contains(const std::vector<SequenceRange>& resolved, std::uint32_t number);

}  // namespace glasspost::imap
