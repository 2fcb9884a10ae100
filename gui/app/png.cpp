#include "gui/app/png.h"

#include <cstring>

#include <png.h>

namespace glasspost::gui {

Ok write_png(const Picture& picture, const std::string& file) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, file.c_str(), 0, picture.pixels.data(), 0, nullptr) == 0) {
    return fail(ErrorCode::kIo, "cannot write " + file + ": " + image.message);
  }
  return {};
}

}  // namespace glasspost::gui
