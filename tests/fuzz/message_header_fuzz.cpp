// Headers: the same bytes again, alterations that are exactly what they say, line ends at every split.
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/message/header.h"
#include "engine/message/line_ends.h"
#include "engine/message/message_id.h"

using namespace glasspost::message;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Message message(text);
  const Header header = message.header();
  std::string out;
  for (const HeaderField& field : header.fields) {
    GLASSPOST_ASSERT(field.offset == out.size());
    out += field.raw;
    (void)field.unfolded();
    (void)parse_message_ids(field.value());
  }
  GLASSPOST_ASSERT(out.size() == header.end);
  GLASSPOST_ASSERT(out + text.substr(header.end) == text);

  message.apply(prepend_field(header, "Received: x\r\n"));
  GLASSPOST_ASSERT(message.bytes() == "Received: x\r\n" + text);
  message.apply(remove_field(message.header(), 0));
  // A line that continued nothing now has something to continue, so only then more may go.
  const bool continues = !text.empty() && (text[0] == ' ' || text[0] == '\t');
  GLASSPOST_ASSERT(continues || message.bytes() == text);

  const std::string crlf = to_crlf(text);
  GLASSPOST_ASSERT(has_only_crlf(crlf) && to_crlf(crlf) == crlf);
  std::string split;
  CrlfConverter converter;
  const std::size_t middle = size / 2;
  converter.convert(std::string_view(text).substr(0, middle), split);
  converter.convert(std::string_view(text).substr(middle), split);
  converter.finish(split);
  GLASSPOST_ASSERT(split == crlf);
  return 0;
}
