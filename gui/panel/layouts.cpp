#include "gui/panel/layouts.h"

#include "gui/panel/finder.h"
#include "gui/panel/inspector.h"
#include "gui/panel/ladder.h"
#include "gui/panel/mailboxes.h"
#include "gui/panel/stage.h"
#include "gui/panel/timeline.h"
#include "gui/panel/transcript.h"
#include "gui/panel/transport.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

// Below these logical sizes a panel is left away.
constexpr float kLeastSide = 330;
constexpr float kLeastHeight = 150;
constexpr float kLeastForTimeline = 330;

void draw_explore(Frame& frame, Rect area, const Recording& recording, const trace::Projection& world,
                  const ViewState& view) {
  Splitters splitters = view.splitters;
  const float gap = frame.px(8);
  // In a low window the ladder needs the room more.
  if (area.h >= frame.px(kLeastForTimeline)) {
    const Rect strip = area.cut_bottom(frame.px(118));
    draw_timeline(frame, strip.inset(gap, gap / 2), recording, world, view);
  }
  const bool right = area.w * (1 - splitters.explore_right) >= frame.px(kLeastSide);
  Rect left = area;
  if (right) {
    left = area;
    left.w = area.w * splitters.explore_right;
    Rect side{left.right(), area.y, area.w - left.w, area.h};
    const bool both = side.h * (1 - splitters.explore_transcript) >= frame.px(kLeastHeight);
    Rect upper = side;
    if (both) upper.h = side.h * splitters.explore_transcript;
    draw_inspector(frame, upper.inset(gap / 2), recording, world, view);
    if (both) {
      draw_transcript(frame, Rect{side.x, upper.bottom(), side.w, side.h - upper.h}.inset(gap / 2), recording,
                      world, view);
      if (const auto share = splitter(frame, "split.transcript", side, splitters.explore_transcript, false)) {
        splitters.explore_transcript = *share;
      }
    }
  }
  const bool both = left.h * splitters.explore_stage >= frame.px(kLeastHeight);
  Rect lower = left;
  if (both) {
    const Rect upper = lower.cut_top(left.h * splitters.explore_stage);
    draw_stage(frame, upper.inset(gap / 2), recording, world, view);
    if (const auto share = splitter(frame, "split.stage", left, splitters.explore_stage, false)) {
      splitters.explore_stage = *share;
    }
  }
  draw_ladder(frame, lower.inset(gap / 2), recording, world, view);
  if (right) {
    if (const auto share = splitter(frame, "split.inspector", area, splitters.explore_right, true)) {
      splitters.explore_right = *share;
    }
  }
  if (!(splitters == view.splitters)) frame.emit(SetSplitters{splitters});
}

}  // namespace

void draw_layout(Frame& frame, const Recording& recording, const ViewState& view) {
  const trace::Projection& world = recording.at(view.cursor.seq);
  const bool reachable = frame.reachable();
  const bool finding = view.overlay == Overlay::kFinder;
  if (finding) frame.set_reachable(false);
  Rect area = frame.window();
  const Rect bar = area.cut_bottom(frame.px(56));
  switch (view.layout) {
    case Layout::kExplore:
      draw_explore(frame, area, recording, world, view);
      break;
    case Layout::kMailboxes:
      draw_mailboxes(frame, area, recording, world, view);
      break;
    case Layout::kStage:
    case Layout::kStart:
      draw_stage(frame, area, recording, world, view);
      break;
  }
  draw_transport(frame, bar, recording, world, view);
  frame.set_reachable(reachable || finding);
  if (finding) draw_finder(frame, recording, world, view);
}

}  // namespace glasspost::gui
