#include "gui/app/settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "engine/base/text.h"

namespace glasspost::gui {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostRecent = 12;
constexpr std::size_t kMostBytes = 64 * 1024;

}  // namespace

std::string settings_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state != '\0') return (fs::path(state) / "glasspost" / "studio").string();
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return (fs::path(home) / ".local" / "state" / "glasspost" / "studio").string();
}

Settings parse_settings(const std::string& text) {
  Settings settings;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, space);
    const std::string value(line.substr(space + 1));
    if (key == "theme") (void)parse_theme(value, settings.theme);
    if (key == "language") settings.language = parse_language(value).value_or(settings.language);
    if (key == "scale") settings.scale = std::clamp(std::strtof(value.c_str(), nullptr), 1.0F, 3.0F);
    if (key == "reduced-motion") settings.reduced_motion = value == "yes";
    if (key == "recent" && settings.recent.size() < kMostRecent) settings.recent.push_back(value);
  }
  return settings;
}

std::string written(const Settings& settings) {
  std::string text = "theme " + std::string(to_string(settings.theme)) + "\n";
  text += std::string("language ") + (settings.language == Language::kKorean ? "ko" : "en") + "\n";
  text += "scale " + std::to_string(settings.scale) + "\n";
  text += std::string("reduced-motion ") + (settings.reduced_motion ? "yes" : "no") + "\n";
  for (const std::string& file : settings.recent) {
    if (file.find('\n') == std::string::npos) text += "recent " + file + "\n";
  }
  return text;
}

Settings read_settings(const std::string& file) {
  if (file.empty()) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.size() > kMostBytes) text.resize(kMostBytes);
  return parse_settings(text);
}

void write_settings(const Settings& settings, const std::string& file) {
  if (file.empty()) return;
  std::error_code ignored;
  fs::create_directories(fs::path(file).parent_path(), ignored);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << written(settings);
}

}  // namespace glasspost::gui
