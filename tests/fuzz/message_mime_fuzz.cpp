// MIME: parts lie inside their parents, limits hold, decoders give the same at any split.
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/limits.h"
#include "engine/message/media_type.h"
#include "engine/message/mime.h"
#include "engine/message/transfer_encoding.h"

using namespace glasspost;
using namespace glasspost::message;

namespace {

std::size_t check(std::string_view message, const Part& part, std::size_t begin, std::size_t end,
                  std::size_t depth) {
  GLASSPOST_ASSERT(depth <= kMaxPartDepth);
  GLASSPOST_ASSERT(begin <= part.header_begin && part.header_begin <= part.body_begin &&
                   part.body_begin <= part.end && part.end <= end);
  GLASSPOST_ASSERT(part.file_name().find('/') == std::string::npos);
  std::size_t count = 1;
  std::size_t next = part.body_begin;
  for (const Part& child : part.children) {
    count += check(message, child, next, part.end, depth + 1);
    next = child.end;
  }
  if (part.children.empty()) GLASSPOST_ASSERT(is_utf8(decoded_text(message, part)));
  return count;
}

template <class Decoder>
void same_at_a_split(std::string_view text) {
  std::string whole;
  Decoder one;
  one.decode(text, whole);
  one.finish(whole);
  std::string split;
  Decoder two;
  two.decode(text.substr(0, text.size() / 3), split);
  two.decode(text.substr(text.size() / 3), split);
  two.finish(split);
  GLASSPOST_ASSERT(whole == split && one.clean() == two.clean());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MimeTree tree = parse_mime(text);
  GLASSPOST_ASSERT(check(text, tree.root, 0, size, 1) == tree.part_count && tree.part_count <= kMaxParts);
  (void)view_of(tree);
  same_at_a_split<Base64Decoder>(text);
  same_at_a_split<QuotedPrintableDecoder>(text);
  GLASSPOST_ASSERT(decode_base64(encode_base64_lines(text)) == text);
  GLASSPOST_ASSERT(decode_quoted_printable(encode_quoted_printable(text)) == text);
  const auto type = parse_media_type(text);
  if (type) {
    for (const Parameter& parameter : type->parameters.list) {
      GLASSPOST_ASSERT(is_utf8(parameter.value));
      const auto again = parse_media_type("a/b" + format_parameter("x", parameter.value));
      const std::string* value = again ? again->parameters.find("x") : nullptr;
      GLASSPOST_ASSERT(value != nullptr && *value == parameter.value);
    }
  }
  return 0;
}
