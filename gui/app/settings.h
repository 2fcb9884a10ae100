#pragma once

#include <string>
#include <vector>

#include "gui/model/view_state.h"

namespace glasspost::gui {

/// What the studio remembers from one time to the next.
struct Settings {
  ThemeName theme = ThemeName::kLight;
  Language language = Language::kEnglish;
  float scale = 1;
  bool reduced_motion = false;
  std::vector<std::string> recent;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// `$XDG_STATE_HOME/glasspost/studio`, else below ~/.local/state. Empty where there is no home.
[[nodiscard]] std::string settings_file();
/// Lines of "key value"; what is not understood is left out.
[[nodiscard]] Settings parse_settings(const std::string& text);
[[nodiscard]] std::string written(const Settings& settings);
/// A file that is not there gives what a first start has.
[[nodiscard]] Settings read_settings(const std::string& file);
/// Failing to remember is no reason to disturb anybody.
void write_settings(const Settings& settings, const std::string& file);

}  // namespace glasspost::gui
