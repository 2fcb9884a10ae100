#include "gui/model/view_state.h"

#include <iterator>

namespace glasspost::gui {
namespace {
constexpr std::string_view kLayouts[] = {"start", "stage", "explore", "mailboxes"};
constexpr std::string_view kThemes[] = {"light", "dark", "contrast", "colour-blind"};
}  // namespace

std::string_view to_string(Layout layout) {
  return kLayouts[static_cast<std::size_t>(layout)];
}
std::string_view to_string(ThemeName theme) {
  return kThemes[static_cast<std::size_t>(theme)];
}
bool parse_layout(std::string_view text, Layout& layout) {
  for (std::size_t i = 0; i < std::size(kLayouts); ++i) {
    if (kLayouts[i] != text) continue;
    layout = static_cast<Layout>(i);
    return true;
  }
  return false;
}
bool parse_theme(std::string_view text, ThemeName& theme) {
  for (std::size_t i = 0; i < std::size(kThemes); ++i) {
    if (kThemes[i] != text) continue;
    theme = static_cast<ThemeName>(i);
    return true;
  }
  return false;
}

}  // namespace glasspost::gui
