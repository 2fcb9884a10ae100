// A set is never expanded, resolves to ranges apart from each other, and holds what a look at each range
// says.
#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/protocol/imap/list_pattern.h"
#include "engine/protocol/imap/sequence_set.h"

using namespace glasspost::imap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 4096));
  if (text.size() > 2 && text.size() < 300) {
    // The same bytes as a pattern and a name: only that it ends.
    static_cast<void>(matches_pattern(text.substr(1), text.substr(0, text.size() / 2)));
  }
  const auto set = parse_sequence_set(text);
  if (!set) {
    GLASSPOST_ASSERT(set.error().offset.value_or(size + 1) <= size);
    return 0;
  }
  GLASSPOST_ASSERT(set->ranges.size() <= text.size());
  for (const std::uint32_t largest : {0u, 1u, 10u, 4294967295u}) {
    const auto resolved = set->resolved(largest);
    for (std::size_t i = 0; i < resolved.size(); ++i) {
      GLASSPOST_ASSERT(resolved[i].first >= 1 && resolved[i].first <= resolved[i].last);
      GLASSPOST_ASSERT(i == 0 || resolved[i - 1].last < resolved[i].first - 1);
    }
    for (std::uint32_t number = 1; number < 40; ++number) {
      const bool within = std::any_of(resolved.begin(), resolved.end(), [number](const SequenceRange& range) {
        return range.first <= number && number <= range.last;
      });
      GLASSPOST_ASSERT(contains(resolved, number) == within);
    }
  }
  return 0;
}
