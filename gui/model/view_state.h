#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/observe/catalogue.h"
#include "gui/model/cursor.h"
#include "gui/model/explore_view.h"
#include "gui/model/geometry.h"
#include "gui/model/selection.h"

namespace glasspost::gui {

enum class Layout : std::uint8_t { kStart, kStage, kExplore, kMailboxes };
enum class ThemeName : std::uint8_t { kLight, kDark, kHighContrast, kColourBlindSafe };
/// What lies over the layout; at most one.
enum class Overlay : std::uint8_t { kNone, kSendAs, kHelp, kMenu, kFinder };

/// "stage", "explore", "mailboxes", "start"; "light", "dark", "contrast", "colour-blind".
[[nodiscard]] std::string_view to_string(Layout layout);
[[nodiscard]] std::string_view to_string(ThemeName theme);
[[nodiscard]] bool parse_layout(std::string_view text, Layout& layout);
[[nodiscard]] bool parse_theme(std::string_view text, ThemeName& theme);

/// The form of "Send as...": a letter as anybody could claim it.
struct SendForm {
  std::string from;           ///< the letter's From
  std::string envelope_from;  ///< MAIL FROM
  std::string host;           ///< who dials
  std::string helo;
  std::string to;
  std::string subject;
  std::string text;
  friend bool operator==(const SendForm&, const SendForm&) = default;
};

/// Where the dividing lines stand, as shares of what they divide.
struct Splitters {
  float stage_side = 0.72F;          ///< Stage: the world's width; the rest is the exchange strip
  float explore_right = 0.64F;       ///< Explore: what is left of the inspector
  float explore_stage = 0.42F;       ///< Explore: the stage's height; the ladder below
  float explore_transcript = 0.55F;  ///< Explore: the inspector's height; the transcript below
  friend bool operator==(const Splitters&, const Splitters&) = default;
};

/// Everything about how a run is looked at; nothing of the run itself. A value: the picture is a function of
/// the recording, the projection at the cursor and this.
struct ViewState {
  Layout layout = Layout::kStage;
  Language language = Language::kEnglish;
  ThemeName theme = ThemeName::kLight;
  float scale = 1;  ///< 1 to 3
  bool reduced_motion = false;
  bool blank = false;  ///< the presenter's B: nothing is drawn
  Overlay overlay = Overlay::kNone;
  Cursor cursor;
  Playback playback;
  Selection selection;
  Splitters splitters;
  LadderView ladder;
  TranscriptView transcript;
  InspectorView inspector;
  TimelineView timeline;
  FinderView finder;
  SendForm form;
  std::map<std::string, Point> moved_hosts;  ///< dragged away, by host name: shares of the stage
  float stage_zoom = 1;
  Point stage_pan;
  std::string notice;  ///< a line for the person: what went wrong, or what is under way
  friend bool operator==(const ViewState&, const ViewState&) = default;
};

}  // namespace glasspost::gui
