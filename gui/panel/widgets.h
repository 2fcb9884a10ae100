#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gui/model/tone.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// Font Awesome's symbols that the studio uses, as UTF-8.
namespace icon {
inline constexpr std::string_view kPlay = "\uf04b", kPause = "\uf04c", kStart = "\uf049", kEnd = "\uf050",
                                  kBack = "\uf048", kForward = "\uf051", kEventBack = "\uf104",
                                  kEventForward = "\uf105", kSceneBack = "\uf100", kSceneForward = "\uf101",
                                  kLock = "\uf023", kUnlock = "\uf09c", kLetter = "\uf0e0",
                                  kOpenLetter = "\uf2b6", kServer = "\uf233", kLaptop = "\uf109",
                                  kPhone = "\uf10b", kPerson = "\uf007", kClock = "\uf017", kCross = "\uf00d",
                                  kCheck = "\uf00c", kQuestion = "\uf128", kSearch = "\uf002",
                                  kFolder = "\uf07b", kFile = "\uf15b", kCog = "\uf013", kSend = "\uf1d8",
                                  kInbox = "\uf01c", kStack = "\uf24d", kBook = "\uf02d", kEye = "\uf06e",
                                  kCause = "\uf112", kConsequence = "\uf064", kWarning = "\uf071",
                                  kStranger = "\uf21b", kBaton = "\uf024", kFlag = "\uf024", kStar = "\uf005",
                                  kTrash = "\uf1f8", kMenu = "\uf0c9", kSun = "\uf185", kMoon = "\uf186",
                                  kLanguage = "\uf1ab", kHome = "\uf015", kRefresh = "\uf021",
                                  kColumns = "\uf0db", kTable = "\uf0ce", kLink = "\uf0c1", kGhost = "\uf2a8",
                                  kStamp = "\uf058", kDown = "\uf078", kRight = "\uf054",
                                  kKeyboard = "\uf11c", kPlug = "\uf1e6", kBookmark = "\uf02e",
                                  kCopy = "\uf0c5", kLive = "\uf111";
}  // namespace icon

[[nodiscard]] Color color_of(const Theme& theme, Tone tone);

/// A button with a symbol, words or both. Gives true when pressed. `on`: a switch that is on.
bool button(Frame& frame, std::string_view id, const Rect& rect, std::string_view symbol,
            std::string_view words, bool enabled = true, bool on = false, Type type = Type::kBody,
            int layer = 0);
/// A quiet button of a symbol alone; `label` is what it is called.
bool icon_button(Frame& frame, std::string_view id, const Rect& rect, std::string_view symbol,
                 std::string_view label, bool enabled = true, bool on = false, int layer = 0);
/// How wide a button wants to be.
[[nodiscard]] float button_width(Frame& frame, std::string_view symbol, std::string_view words,
                                 Type type = Type::kBody);

/// A verb or a code in a rounded shape; the server's has a notch at its foot, failures a jagged edge.
void capsule(Frame& frame, std::string_view id, const Rect& rect, std::string_view words, Tone tone,
             bool hatched = false, float text_size = 0, int layer = 1);
/// A letter in its envelope. `edge` tells what became of it.
void envelope(Frame& frame, std::string_view id, const Rect& rect, std::string_view label, Color edge,
              bool open = false, int layer = 1);
/// A verdict's stamp; `fall` is 0 while it is still above and 1 once it is there.
void stamp(Frame& frame, std::string_view id, const Rect& rect, std::string_view words, Tone tone,
           float fall = 1, int layer = 1);
/// Few words on a coloured ground.
void badge(Frame& frame, std::string_view id, const Rect& rect, std::string_view symbol,
           std::string_view words, Tone tone, Type type = Type::kLeast, int layer = 0);
/// A surface with an edge and a soft shadow.
void card(Frame& frame, const Rect& rect, bool raised = false);

/// A line between two areas that can be dragged; gives the new share while it is.
std::optional<float> splitter(Frame& frame, std::string_view id, const Rect& whole, float share,
                              bool upright);

/// One line of text that can be changed; gives the new text when it is.
std::optional<std::string> text_field(Frame& frame, std::string_view id, const Rect& rect,
                                      std::string_view label, std::string_view text, int layer = 0);
std::optional<std::string> text_area(Frame& frame, std::string_view id, const Rect& rect,
                                     std::string_view label, std::string_view text, int layer = 0);
std::optional<std::string> search_box(Frame& frame, std::string_view id, const Rect& rect,
                                      std::string_view label, std::string_view text, int layer = 0);

/// How far something that takes from `begin` to `end` is at `now`: 0 to 1, eased at both ends.
[[nodiscard]] float eased(float linear);

}  // namespace glasspost::gui
