// The keyboard: what each key asks for.

#include <imgui.h>

#include "gui/app/studio.h"

namespace glasspost::gui {
namespace {

bool pressed(ImGuiKey key, bool repeat = true) {
  return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), repeat);
}

// Letters, digits and signs come as characters: they do not depend on where a keyboard has them.
bool typed(ImWchar character) {
  const ImGuiIO& io = ImGui::GetIO();
  for (int i = 0; i < io.InputQueueCharacters.Size; ++i) {
    if (io.InputQueueCharacters[i] == character) return true;
  }
  return false;
}

ThemeName next_theme(ThemeName theme) {
  return static_cast<ThemeName>((static_cast<int>(theme) + 1) % 4);
}

}  // namespace

void Studio::keys() {
  const ImGuiIO& io = ImGui::GetIO();
  const bool writing = io.WantTextInput;
  if (pressed(ImGuiKey_Escape, false)) {
    if (view_.blank) {
      commands_.emplace_back(SetBlank{false});
    } else if (work_.busy()) {
      commands_.emplace_back(CancelWork{});
    } else {
      commands_.emplace_back(Dismiss{});
    }
  }
  if (function_keys_.help)
    commands_.emplace_back(SetOverlay{view_.overlay == Overlay::kHelp ? Overlay::kNone : Overlay::kHelp});
  if (function_keys_.full_screen) commands_.emplace_back(ToggleFullScreen{});
  // Control and a letter arrive as a key, or as the character that they made on a terminal.
  if (io.KeyCtrl && recording_ && (ImGui::IsKeyPressed('K', false) || typed('k') || typed('\x0b')))
    commands_.emplace_back(SetOverlay{view_.overlay == Overlay::kFinder ? Overlay::kNone : Overlay::kFinder});
  focus_.activate = false;
  if (pressed(ImGuiKey_Tab)) move_focus(io.KeyShift ? -1 : 1);
  if (writing) return;
  if (pressed(ImGuiKey_Enter, false) && focus_.visible) focus_.activate = true;
  const int forwards = pressed(ImGuiKey_RightArrow) ? 1 : pressed(ImGuiKey_LeftArrow) ? -1 : 0;
  if (forwards != 0) {
    const Grain grain = io.KeyCtrl ? Grain::kScene : io.KeyShift ? Grain::kEvent : Grain::kExchange;
    commands_.emplace_back(Step{grain, forwards});
  }
  if (pressed(ImGuiKey_PageDown)) commands_.emplace_back(Step{Grain::kScene, 1});
  if (pressed(ImGuiKey_PageUp)) commands_.emplace_back(Step{Grain::kScene, -1});
  if (pressed(ImGuiKey_Home, false)) commands_.emplace_back(GoToEnd{false});
  if (pressed(ImGuiKey_End, false)) commands_.emplace_back(GoToEnd{true});
  if (typed(' ')) commands_.emplace_back(SetPlaying{!view_.playback.playing});
  if (typed(',')) commands_.emplace_back(GoToCause{});
  if (typed('.')) commands_.emplace_back(GoToConsequence{});
  if (typed('b') || typed('B')) commands_.emplace_back(SetBlank{!view_.blank});
  if (typed('l') || typed('L')) {
    commands_.emplace_back(
        SetLanguage{view_.language == Language::kEnglish ? Language::kKorean : Language::kEnglish});
  }
  if (typed('t') || typed('T')) commands_.emplace_back(SetTheme{next_theme(view_.theme)});
  const bool bigger = typed('+') || typed('=') || function_keys_.bigger;
  const bool smaller = typed('-') || function_keys_.smaller;
  if (io.KeyCtrl && (bigger || smaller)) {
    commands_.emplace_back(SetScale{view_.scale + (bigger ? 0.25F : -0.25F)});
  } else if (bigger || smaller) {
    commands_.emplace_back(SetSpeed{view_.playback.speed + (bigger ? 1 : -1)});
  }
  if (recording_ == nullptr) return;
  if (typed('1')) commands_.emplace_back(SetLayout{Layout::kStage});
  if (typed('2')) commands_.emplace_back(SetLayout{Layout::kExplore});
  if (typed('4')) commands_.emplace_back(SetLayout{Layout::kMailboxes});
}

void Studio::move_focus(int direction) {
  const std::vector<std::string>& order = focus_.order;
  if (order.empty()) return;
  focus_.visible = true;
  const auto count = static_cast<int>(order.size());
  int at = direction > 0 ? -1 : count;
  for (int i = 0; i < count; ++i) {
    if (order[static_cast<std::size_t>(i)] == focus_.id) at = i;
  }
  focus_.id = order[static_cast<std::size_t>(((at + direction) % count + count) % count)];
}

}  // namespace glasspost::gui
