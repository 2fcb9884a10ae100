#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/observe/catalogue.h"
#include "gui/model/view_state.h"

namespace glasspost::gui {

// What a panel asks for. Commands are applied after the frame, in their order.

/// To the moment at which this event has just happened.
struct SetCursor {
  std::uint64_t seq = 0;
};
/// To a moment of the screen's clock.
struct SetScreenTime {
  Duration screen;
};
enum class Grain : std::uint8_t { kExchange, kEvent, kScene };
struct Step {
  Grain grain = Grain::kExchange;
  int direction = 1;  ///< 1 forwards, -1 backwards
};
struct GoToEnd {
  bool end = true;  ///< false: to the beginning
};
/// To what caused the selected event (or the cursor's), or to the first thing that came of it.
struct GoToCause {};
struct GoToConsequence {};
struct SetPlaying {
  bool playing = true;
};
struct SetSpeed {
  int speed = 1;
};
struct SetPace {
  Pace pace = Pace::kTeaching;
};
struct Select {
  Selection selection;
};
struct SetLayout {
  Layout layout = Layout::kStage;
};
struct SetLanguage {
  Language language = Language::kEnglish;
};
struct SetTheme {
  ThemeName theme = ThemeName::kLight;
};
struct SetScale {
  float scale = 1;
};
struct SetOverlay {
  Overlay overlay = Overlay::kNone;
};
struct SetSplitters {
  Splitters splitters;
};
struct UpdateLadder {
  LadderView view;
};
struct UpdateTranscript {
  TranscriptView view;
};
struct UpdateInspector {
  InspectorView view;
};
struct UpdateTimeline {
  TimelineView view;
};
struct UpdateFinder {
  FinderView view;
};
struct UpdateForm {
  SendForm form;
};
/// The form's letter is injected and the run goes on live.
struct SendAs {
  SendForm form;
};
struct MoveHost {
  std::string host;
  Point place;  ///< shares of the stage
};
struct SetStageView {
  float zoom = 1;
  Point pan;
};
/// A scenario, a lesson or a trace.
struct OpenFile {
  std::string path;
};
/// The same scenario and seed with another variant; empty: as it is written.
struct RunVariant {
  std::string name;
};
struct CancelWork {};
struct CopyText {
  std::string text;
};
struct SetBlank {
  bool blank = false;
};
struct SetReducedMotion {
  bool reduced = false;
};
struct ToggleFullScreen {};
struct Dismiss {};  ///< the notice, or the overlay, or the selection: whatever lies on top
struct Quit {};

using Command =
    std::variant<SetCursor, SetScreenTime, Step, GoToEnd, GoToCause, GoToConsequence, SetPlaying, SetSpeed,
                 SetPace, Select, SetLayout, SetLanguage, SetTheme, SetScale, SetOverlay, SetSplitters,
                 UpdateLadder, UpdateTranscript, UpdateInspector, UpdateTimeline, UpdateFinder, UpdateForm,
                 SendAs, MoveHost, SetStageView, OpenFile, RunVariant, CancelWork, CopyText, SetBlank,
                 SetReducedMotion, ToggleFullScreen, Dismiss, Quit>;

}  // namespace glasspost::gui
