// Responses, listings and multi-line content: total, and content comes out of its encoding as it went in.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/pop3/listing.h"
#include "engine/protocol/pop3/response.h"

using namespace glasspost;
using namespace glasspost::pop3;

namespace {

void check_content(std::string_view content, std::size_t chunk) {
  std::string encoded;
  MultiLineEncoder encoder;
  for (std::size_t at = 0; at < content.size(); at += chunk)
    encoder.encode(content.substr(at, chunk), encoded);
  encoder.finish(encoded);
  std::string_view rest = encoded;
  std::string decoded;
  ContentDecoder decoder({});
  GLASSPOST_ASSERT(decoder.decode(rest, decoded) && rest.empty());
  // A client that takes LF for a line's end sees the end at the same place.
  GLASSPOST_ASSERT(encoded.find("\n.\n") == std::string::npos);
  const std::size_t end = encoded.find("\n.\r\n");
  GLASSPOST_ASSERT(encoded == ".\r\n" || end == encoded.size() - 4);
  if (content.find("\n.") == std::string_view::npos && content.ends_with("\r\n")) {
    GLASSPOST_ASSERT(decoded == content);
  }
  GLASSPOST_ASSERT(decoded.size() >= content.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto response = parse_response(bytes)) {
    std::string written;
    encode_response(*response, written);
    GLASSPOST_ASSERT(written.ends_with("\r\n") && written.find('\n') == written.size() - 1);
    const auto again = parse_response(std::string_view(written).substr(0, written.size() - 2));
    GLASSPOST_ASSERT(again.has_value() && again->status == response->status);
  }
  const auto drop = parse_drop_listing(bytes);
  const auto scan = parse_scan_listings(bytes);
  const auto ids = parse_unique_ids(bytes);
  GLASSPOST_ASSERT(drop || drop.error().offset == 0u);
  GLASSPOST_ASSERT(scan || scan.error().offset.value_or(0) <= size);
  GLASSPOST_ASSERT(ids || ids.error().offset.value_or(0) <= size);
  GLASSPOST_ASSERT(parse_capabilities(bytes).mechanisms.size() <= 100);
  check_content(bytes, 1 + size % 7);
  for (const std::uint32_t lines : {0u, 1u, 5u, 4294967295u})
    GLASSPOST_ASSERT(top_length(bytes, lines) <= size);
  return 0;
}
