#pragma once

#include <functional>
#include <string>

#include "engine/base/result.h"
#include "gui/app/studio.h"

namespace glasspost::gui {

struct WindowOptions {
  int width = 1600;
  int height = 900;
  bool full_screen = false;
  double close_after = 0;  ///< seconds, for tests; 0: when the person closes it
};

/// Shows the studio in a window until it is closed. Frames are drawn while something moves or the person does
/// something; else the program sleeps. `idle` is called a few times a second. Errors: kUnsupported with what
/// to install or to set.
[[nodiscard]] Ok run_window(Studio& studio, const WindowOptions& options, const std::function<void()>& idle);

}  // namespace glasspost::gui
