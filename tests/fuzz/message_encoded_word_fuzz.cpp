// Encoded words: decoding gives UTF-8 whatever comes; what is encoded is ASCII in short lines.
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/encoded_word.h"
#include "engine/message/fold.h"
#include "engine/message/limits.h"

using namespace glasspost;
using namespace glasspost::message;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  GLASSPOST_ASSERT(is_utf8(decode_unstructured(text)));
  GLASSPOST_ASSERT(is_utf8(decode_encoded_words(text)));
  const std::size_t comma = text.find(',');
  if (comma != std::string_view::npos) {
    GLASSPOST_ASSERT(is_utf8(decode_charset(text.substr(comma + 1), text.substr(0, comma)).text));
  }
  const std::string field = fold_field("Subject", encode_unstructured(text, 7));
  GLASSPOST_ASSERT(is_ascii(field));
  for (std::string_view line : split(field, '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    GLASSPOST_ASSERT(line.size() <= kMaxLineLength);
  }
  GLASSPOST_ASSERT(is_ascii(encode_phrase(text)));
  return 0;
}
