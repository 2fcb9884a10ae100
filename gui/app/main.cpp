// glasspost-studio [FILE]: the window. docs/studio.md says what it shows.

#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "engine/base/time.h"
#include "gui/app/picture.h"
#include "gui/app/settings.h"
#include "gui/app/studio.h"
#include "gui/app/window.h"
#include "gui/model/apply.h"

namespace glasspost::gui {
namespace {

struct Options {
  std::string file, at, layout, language, theme, picture, size = "1600x900", variant, serve;
  float scale = 0;
  bool overview = false;
  bool full_screen = false;
  double close_after = 0;
};

int complain(const std::string& words) {
  std::fprintf(stderr, "glasspost-studio: %s\n", words.c_str());
  return 2;
}

bool parse_size(const std::string& text, int& width, int& height) {
  return std::sscanf(text.c_str(), "%dx%d", &width, &height) == 2 && width >= 320 && height >= 200 &&
         width <= 8192 && height <= 8192;
}

// "#120" is an event, "+1.5s" a moment of the run, "12.5s" one of the screen's clock.
bool place_cursor(Studio& studio, const std::string& at) {
  if (at.empty() || studio.recording() == nullptr) return true;
  const Recording& run = *studio.recording();
  const Pace pace = studio.view().playback.pace;
  if (at.front() == '#') {
    studio.view().cursor = cursor_at(run, pace, std::strtoull(at.c_str() + 1, nullptr, 10));
    return true;
  }
  const bool simulated = at.front() == '+';
  const auto moment = parse_duration(simulated ? at.substr(1) : at);
  if (!moment) return false;
  const Duration screen = simulated ? run.schedule(pace).screen_of_time(run.epoch() + *moment) : *moment;
  studio.view().cursor = run.schedule(pace).at(screen);
  return true;
}

int make_picture(Studio& studio, const Options& options, int width, int height) {
  auto screen = HeadlessScreen::make(width, height);
  if (!screen) return complain(screen.error().message);
  auto picture = (*screen)->picture(studio);
  if (!picture) return complain(picture.error().message);
  if (const Ok written = write_png(*picture, options.picture); !written)
    return complain(written.error().message);
  return 0;
}

// Everything that can be wrong with the command line; empty: nothing is.
std::string take_options(Studio& studio, const Options& options) {
  ViewState& view = studio.view();
  if (!options.language.empty()) {
    const auto language = parse_language(options.language);
    if (!language) return "--lang wants en or ko";
    view.language = *language;
  }
  if (options.scale > 0) view.scale = options.scale;
  if (options.overview) view.playback.pace = Pace::kOverview;
  if (!options.theme.empty() && !parse_theme(options.theme, view.theme)) {
    return "--theme wants light, dark, contrast or colour-blind";
  }
  return {};
}

int show_window(Studio& studio, const Options& options, int width, int height, Settings settings) {
  const std::string file = settings_file();
  if (!options.serve.empty()) studio.serve(found_file(options.serve));
  if (!options.file.empty()) studio.open({found_file(options.file), options.variant, {}});
  const Ok done = run_window(studio, {width, height, options.full_screen, options.close_after},
                             [&studio] { studio.look_at_file(); });
  const ViewState& view = studio.view();
  const Settings now{view.theme, view.language, view.scale, view.reduced_motion, studio.recent()};
  if (!(now == settings)) write_settings(now, file);
  return done ? 0 : complain(done.error().message);
}

int run(const Options& options) {
  auto fonts = find_fonts();
  if (!fonts) return complain(fonts.error().message);
  int width = 0;
  int height = 0;
  if (!parse_size(options.size, width, height)) {
    return complain("--size wants WIDTHxHEIGHT, 320x200 to 8192x8192");
  }
  Studio studio(std::move(*fonts));
  Settings settings;
  // Pictures depend on nothing but the command line.
  if (options.picture.empty()) {
    settings = read_settings(settings_file());
    studio.view().theme = settings.theme;
    studio.view().language = settings.language;
    studio.view().scale = settings.scale;
    studio.view().reduced_motion = settings.reduced_motion;
    studio.set_recent(settings.recent);
  }
  if (const std::string wrong = take_options(studio, options); !wrong.empty()) return complain(wrong);
  if (options.picture.empty() && options.at.empty() && options.layout.empty()) {
    return show_window(studio, options, width, height, std::move(settings));
  }
  if (!options.file.empty()) {
    JobResult result = do_job(
        {found_file(options.file), options.variant, {}}, [](float) {}, nullptr);
    if (!result.recording) return complain(result.error);
    studio.show(std::move(result));
  }
  if (!options.layout.empty() && !parse_layout(options.layout, studio.view().layout)) {
    return complain("--layout wants start, stage, explore or mailboxes");
  }
  if (!place_cursor(studio, options.at)) {
    return complain("--at wants #EVENT, +MOMENT of the run or MOMENT of the screen's clock");
  }
  if (!options.picture.empty()) return make_picture(studio, options, width, height);
  Options opened = options;
  opened.file.clear();
  return show_window(studio, opened, width, height, std::move(settings));
}

}  // namespace
}  // namespace glasspost::gui

int main(int argc, char** argv) {
  glasspost::gui::Options options;
  CLI::App app{"Glasspost's studio: watch a message travel, and go back"};
  app.add_option("file", options.file, "a scenario, the name of a bundled one, or a recorded trace");
  app.add_option("--at", options.at,
                 "#EVENT, +MOMENT of the run (+1.5s) or MOMENT of the screen's clock (20s)");
  app.add_option("--layout", options.layout, "start, stage, explore, mailboxes");
  app.add_option("--lang", options.language, "en, ko");
  app.add_option("--theme", options.theme, "light, dark, contrast, colour-blind");
  app.add_option("--scale", options.scale, "1 to 3")->check(CLI::Range(1.0, 3.0));
  app.add_option("--variant", options.variant, "a variant of the scenario");
  app.add_flag("--overview", options.overview, "each dialogue in one move");
  app.add_option("--serve", options.serve, "run this scenario's servers on real ports, and watch them live");
  app.add_flag("--full-screen", options.full_screen, "begin in full screen");
  app.add_option("--close-after", options.close_after,
                 "seconds after which the window closes by itself, for tests");
  app.add_option("--picture", options.picture,
                 "draw one frame without a display into this PNG file, and end");
  app.add_option("--size", options.size, "of the picture or window, WIDTHxHEIGHT");
  CLI11_PARSE(app, argc, argv);
  return glasspost::gui::run(options);
}
