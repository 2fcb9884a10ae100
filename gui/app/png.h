#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::gui {

/// 8 bits each of red, green, blue, rows from the top.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};
/// Errors: kIo with the file's name.
[[nodiscard]] Ok write_png(const Picture& picture, const std::string& file);

}  // namespace glasspost::gui
