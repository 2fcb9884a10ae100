#pragma once

#include <cstdint>

#include "engine/dissect/dialogue.h"
#include "engine/dissect/ladder.h"
#include "engine/trace/trace.h"
#include "gui/model/density.h"

namespace glasspost::gui {

/// What all panels need of a trace and what takes a look at every event: the dialogues' lines, the ladder's
/// rows, where events lie. It is made once, a slice at a time, so that a long trace can be looked at before
/// it is read to the end; and it goes on when the trace grows. One thread at a time.
class Digest {
 public:
  /// Takes in at most `most` events more; false if there are none left.
  bool advance(const trace::Trace& trace, std::uint64_t most = UINT64_MAX);
  /// Every event up to here has been taken in.
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] bool complete(const trace::Trace& trace) const { return seen_ >= trace.last_seq(); }

  [[nodiscard]] const dissect::Dialogues& dialogues() const { return dialogues_; }
  [[nodiscard]] const dissect::LadderIndex& ladder() const { return ladder_; }
  [[nodiscard]] const EventDensity& density() const { return density_; }

 private:
  std::uint64_t seen_ = 0;
  dissect::Dialogues dialogues_;
  dissect::LadderIndex ladder_;
  EventDensity density_;
};

}  // namespace glasspost::gui
