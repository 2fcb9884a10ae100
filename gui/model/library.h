#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/scenario/data/scenario.h"

namespace glasspost::gui {

/// A scenario that the start page offers.
struct LibraryEntry {
  std::string file;
  std::shared_ptr<const scenario::Scenario> scenario;
};

/// Everything that is on the start page.
struct Library {
  std::vector<LibraryEntry> scenarios;
  std::vector<std::string> recent;  ///< files, the latest first
};

/// What is under way in the background.
struct Busy {
  bool busy = false;
  float progress = 0;
  std::string file;
};

}  // namespace glasspost::gui
