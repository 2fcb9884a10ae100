#include "gui/model/digest.h"

#include <algorithm>

namespace glasspost::gui {

bool Digest::advance(const trace::Trace& trace, std::uint64_t most) {
  if (complete(trace)) return false;
  const std::uint64_t from = std::max(seen_, trace.first_seq() - 1);
  const std::uint64_t left = trace.last_seq() - from;
  const std::uint64_t last = from + std::min(left, most);
  dialogues_.update(trace, last);
  ladder_.extend(trace, dialogues_, last);
  density_.extend(trace, last);
  seen_ = last;
  return !complete(trace);
}

}  // namespace glasspost::gui
