// What decodes has one form only: encoding it gives the wire's bytes again. What is encoded decodes.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/imap/modified_utf7.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = imap::decode_modified_utf7(text);
  if (decoded) {
    GLASSPOST_ASSERT(is_utf8(*decoded));
    GLASSPOST_ASSERT(imap::encode_modified_utf7(*decoded) == text);
  } else {
    GLASSPOST_ASSERT(decoded.error().offset.value_or(size + 1) <= size);
  }
  const auto back = imap::decode_modified_utf7(imap::encode_modified_utf7(text));
  GLASSPOST_ASSERT(back.has_value());
  GLASSPOST_ASSERT(!is_utf8(text) || *back == text);
  return 0;
}
