#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/dissect/dialogue.h"
#include "engine/scenario/data/scenario.h"
#include "engine/trace/byte_logs.h"
#include "engine/trace/projection.h"
#include "engine/trace/trace.h"
#include "gui/model/cursor.h"
#include "gui/model/schedule.h"

namespace glasspost::gui {

/// One run that is looked at: its trace, and what is computed from it once. One thread.
class Recording {
 public:
  /// `scenario` is what it ran; null where that is not known (a trace of which the text could not be read).
  Recording(trace::Trace trace, std::shared_ptr<const scenario::Scenario> scenario, std::string file,
            std::string variant);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  /// The same run, further on.
  void grow(trace::Trace trace);

  [[nodiscard]] const trace::Trace& trace() const { return trace_; }
  [[nodiscard]] const dissect::Dialogues& dialogues() const { return *dialogues_; }
  [[nodiscard]] const trace::ByteLogs& logs() const { return logs_; }
  [[nodiscard]] const scenario::Scenario* scenario() const { return scenario_.get(); }
  [[nodiscard]] const std::string& file() const { return file_; }        ///< as it was opened
  [[nodiscard]] const std::string& variant() const { return variant_; }  ///< empty: none
  [[nodiscard]] Instant epoch() const { return trace_.epoch(); }

  /// The world at the end: for names, which do not change.
  [[nodiscard]] const trace::Projection& end() const { return end_; }
  /// The world after an event. Good until the next call.
  [[nodiscard]] const trace::Projection& at(std::uint64_t seq) const;

  [[nodiscard]] const Schedule& schedule(Pace pace) const {
    return schedules_[static_cast<std::size_t>(pace)];
  }
  /// Where a step from `from` ends: the next or last exchange (or scene) that is complete; the ends if there
  /// is none.
  [[nodiscard]] Duration stop(Pace pace, bool scene, Duration from, int direction) const;

 private:
  void compute();

  trace::Trace trace_;
  std::shared_ptr<const scenario::Scenario> scenario_;
  std::string file_, variant_;
  std::unique_ptr<dissect::Dialogues> dialogues_;
  trace::ByteLogs logs_;
  trace::Projection end_;
  mutable std::optional<trace::Projection> world_;
  Schedule schedules_[2];
};

}  // namespace glasspost::gui
