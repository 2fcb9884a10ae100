#pragma once

#include <memory>

#include "engine/base/result.h"
#include "gui/app/png.h"
#include "gui/app/studio.h"

namespace glasspost::gui {

/// A place to draw in that needs no display: EGL without a surface of any window system, on whatever GL the
/// machine has.
class HeadlessScreen {
 public:
  /// Error kUnsupported with what to install.
  static Result<std::unique_ptr<HeadlessScreen>> make(int width, int height);
  ~HeadlessScreen();
  HeadlessScreen(const HeadlessScreen&) = delete;
  HeadlessScreen& operator=(const HeadlessScreen&) = delete;

  /// Draws frames of the studio until nothing is lacking, and gives the last.
  [[nodiscard]] Result<Picture> picture(Studio& studio);

 private:
  HeadlessScreen();
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace glasspost::gui
