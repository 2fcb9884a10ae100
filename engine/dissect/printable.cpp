#include "engine/dissect/printable.h"

#include "engine/base/text.h"

namespace glasspost::dissect {

std::string printable(std::string_view bytes) {
  if (!is_utf8(bytes)) return escaped(bytes);
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    // C1 controls are two bytes in UTF-8.
    const bool high = byte == 0xc2 && static_cast<unsigned char>(bytes[i + 1]) < 0xa0;
    if (high) {
      out += escaped(bytes.substr(i, 2), false);
      ++i;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += escaped(bytes.substr(i, 1), false);
    } else {
      out += bytes[i];
    }
  }
  return out;
}

}  // namespace glasspost::dissect
