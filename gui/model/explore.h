#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/dissect/ladder.h"
#include "gui/model/finder.h"
#include "gui/model/inspection.h"
#include "gui/model/ladder_sheet.h"
#include "gui/model/timeline_sheet.h"
#include "gui/model/transcript_sheet.h"
#include "gui/model/view_state.h"

namespace glasspost::gui {

class Recording;

/// What the Explore panels show of one recording, kept from frame to frame: each is a function of the
/// recording and its arguments, and made anew only where those have changed. One thread.
class Explore {
 public:
  const LadderSheet& ladder(const Recording& recording, const ViewState& view);
  const dissect::LadderAxes& axes(const Recording& recording, const ViewState& view, std::size_t most);
  const dissect::LadderWords& words(const Recording& recording, Language language);

  /// The dialogue of what is selected, else of what happened last.
  const TranscriptSheet& transcript(const Recording& recording, const ViewState& view);
  /// The rows of it that hold the text that is looked for.
  const std::vector<std::size_t>& found(const TranscriptView& view);

  const TimelineSheet& timeline(const Recording& recording, const ViewState& view, std::size_t columns,
                                std::size_t lanes);
  const Inspection& inspection(const Recording& recording, const trace::Projection& world,
                               const ViewState& view);
  const Finder& finder(const Recording& recording, const trace::Projection& world, const ViewState& view);

 private:
  LadderSheet ladder_;
  std::optional<dissect::LadderAxes> axes_;
  std::uint64_t axes_seen_ = 0;
  std::size_t axes_most_ = 0;
  bool axes_by_role_ = false;
  Language axes_language_ = Language::kEnglish;
  std::optional<dissect::LadderWords> words_;
  std::uint64_t words_seen_ = 0;
  Language words_language_ = Language::kEnglish;
  TranscriptSheet transcript_;
  std::vector<std::size_t> found_;
  std::string found_text_;
  ConnectionId found_connection_;
  std::size_t found_rows_ = 0;
  TimelineSheet timeline_;
  Inspection inspection_;
  Selection inspected_;
  std::uint64_t inspected_seq_ = 0, inspected_seen_ = 0;
  Language inspected_language_ = Language::kEnglish;
  Finder finder_;
};

}  // namespace glasspost::gui
