#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/dissect/dialogue.h"
#include "engine/dissect/short_names.h"
#include "engine/scenario/data/scenario.h"
#include "engine/trace/byte_logs.h"
#include "engine/trace/projection.h"
#include "engine/trace/trace.h"
#include "gui/model/choreography.h"
#include "gui/model/cursor.h"
#include "gui/model/digest.h"
#include "gui/model/explore.h"
#include "gui/model/mail_table.h"
#include "gui/model/schedule.h"

namespace glasspost::gui {

/// One run that is looked at: its trace, and what is computed from it once. One thread at a time.
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
  [[nodiscard]] const Digest& digest() const { return digest_; }
  [[nodiscard]] const dissect::Dialogues& dialogues() const { return digest_.dialogues(); }
  /// What the Explore panels have made of it.
  [[nodiscard]] Explore& explore() const { return explore_; }
  [[nodiscard]] const trace::ByteLogs& logs() const { return logs_; }
  [[nodiscard]] const scenario::Scenario* scenario() const { return scenario_.get(); }
  [[nodiscard]] const std::string& file() const { return file_; }        ///< as it was opened
  [[nodiscard]] const std::string& variant() const { return variant_; }  ///< empty: none
  [[nodiscard]] Instant epoch() const { return trace_.epoch(); }

  /// The world at the end: for names, which do not change.
  [[nodiscard]] const trace::Projection& end() const { return end_; }
  [[nodiscard]] const dissect::ShortNames& names() const { return *names_; }
  /// The world after an event. Good until the next call.
  [[nodiscard]] const trace::Projection& at(std::uint64_t seq) const;

  [[nodiscard]] const Choreography& choreography(Pace pace) const;
  [[nodiscard]] const MailTable& mail_table() const { return mail_table_; }
  [[nodiscard]] const Schedule& schedule(Pace pace) const { return choreography(pace).schedule; }

 private:
  void compute();

  trace::Trace trace_;
  std::shared_ptr<const scenario::Scenario> scenario_;
  std::string file_, variant_;
  Digest digest_;
  mutable Explore explore_;
  trace::ByteLogs logs_;
  trace::Projection end_;
  std::optional<dissect::ShortNames> names_;
  MailTable mail_table_;
  mutable std::optional<trace::Projection> world_;
  mutable std::optional<Choreography> choreographies_[2];  // made when asked for
};

}  // namespace glasspost::gui
