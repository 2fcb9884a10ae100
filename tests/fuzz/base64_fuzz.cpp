// Base64: what the strict reader accepts is written back the same, and both readers agree on it.
#include <cstdint>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/crypto/base64.h"

using namespace glasspost::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string tolerant = base64_decode_tolerant(bytes);
  if (const auto strict = base64_decode(bytes)) {
    GLASSPOST_ASSERT(base64_encode(*strict) == bytes);
    GLASSPOST_ASSERT(*strict == tolerant);
  }
  GLASSPOST_ASSERT(base64_decode(base64_encode(bytes)).value() == bytes);
  return 0;
}
