#include "gui/model/explore.h"

#include "gui/model/recording.h"

namespace glasspost::gui {

const LadderSheet& Explore::ladder(const Recording& recording, const ViewState& view) {
  ladder_.update(recording.digest().ladder(), view.ladder, recording.schedule(view.playback.pace));
  return ladder_;
}

const dissect::LadderAxes& Explore::axes(const Recording& recording, const ViewState& view,
                                         std::size_t most) {
  const std::uint64_t seen = recording.digest().seen();
  const bool same = axes_ && axes_seen_ == seen && axes_most_ == most &&
                    axes_by_role_ == view.ladder.by_role && axes_language_ == view.language;
  if (!same) {
    axes_seen_ = seen;
    axes_most_ = most;
    axes_by_role_ = view.ladder.by_role;
    axes_language_ = view.language;
    axes_.emplace(recording.digest().ladder(), recording.end(), view.language,
                  view.ladder.by_role ? dissect::AxisBy::kRole : dissect::AxisBy::kHost, most);
  }
  return *axes_;
}

const dissect::LadderWords& Explore::words(const Recording& recording, Language language) {
  const std::uint64_t seen = recording.digest().seen();
  if (!words_ || words_seen_ != seen || words_language_ != language) {
    words_seen_ = seen;
    words_language_ = language;
    words_.emplace(recording.trace(), recording.digest().ladder(), recording.digest().dialogues(),
                   recording.end(), language);
  }
  return *words_;
}

const TranscriptSheet& Explore::transcript(const Recording& recording, const ViewState& view) {
  const Digest& digest = recording.digest();
  ConnectionId connection = focal_of(recording.trace(), digest, view.selection).connection;
  if (!connection) {
    // The latest dialogue at the cursor; before the first one, that one.
    const std::vector<dissect::LadderRow>& rows = digest.ladder().rows();
    std::size_t at = digest.ladder().rows_until(view.cursor.seq);
    while (at > 0 && !rows[at - 1].connection)
      --at;
    if (at > 0) {
      connection = rows[at - 1].connection;
    } else {
      for (std::size_t i = 0; i < rows.size() && !connection; ++i)
        connection = rows[i].connection;
    }
  }
  transcript_.update(recording.trace(), digest.dialogues(), connection, view.transcript.hex);
  return transcript_;
}

const std::vector<std::size_t>& Explore::found(const TranscriptView& view) {
  const bool same = found_text_ == view.find && found_connection_ == transcript_.connection() &&
                    found_rows_ == transcript_.rows().size();
  if (!same) {
    found_text_ = view.find;
    found_connection_ = transcript_.connection();
    found_rows_ = transcript_.rows().size();
    found_ = transcript_.find(view.find);
  }
  return found_;
}

const TimelineSheet& Explore::timeline(const Recording& recording, const ViewState& view, std::size_t columns,
                                       std::size_t lanes) {
  const Speaker say(view.language);
  timeline_.update(recording.digest().density(), recording.schedule(view.playback.pace), recording.end(),
                   view.timeline, columns, lanes, say("explore.others"));
  return timeline_;
}

const Inspection& Explore::inspection(const Recording& recording, const trace::Projection& world,
                                      const ViewState& view) {
  const std::uint64_t seen = recording.digest().seen();
  const bool same = inspected_seen_ == seen && inspected_seq_ == view.cursor.seq &&
                    inspected_language_ == view.language && inspected_ == view.selection;
  if (!same) {
    inspected_seen_ = seen;
    inspected_seq_ = view.cursor.seq;
    inspected_language_ = view.language;
    inspected_ = view.selection;
    inspection_ = inspect({recording.trace(), recording.digest(), world, view.cursor.seq, view.language},
                          view.selection);
  }
  return inspection_;
}

const Finder& Explore::finder(const Recording& recording, const trace::Projection& world,
                              const ViewState& view) {
  finder_.update(recording.trace(), recording.digest(), world, view.language, view.finder.text);
  return finder_;
}

}  // namespace glasspost::gui
