// Content decodes the same whole and in blocks; what is encoded decodes to its canonical form.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/protocol/line/content_codec.h"

namespace {

struct Decoded {
  bool ended = false;
  std::string content;
  std::string rest;
};

Decoded decode(std::string_view bytes, std::size_t chunk, glasspost::ContentDecoder::Options options) {
  glasspost::ContentDecoder decoder(options);
  Decoded result;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    std::string_view rest = bytes.substr(at, chunk);
    if (!result.ended) result.ended = decoder.decode(rest, result.content);
    result.rest += rest;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t chunk = 1 + data[0] % 16;
  glasspost::ContentDecoder::Options options;
  options.normalise_bare_lf = (data[0] & 0x40) != 0;
  options.normalise_bare_cr = options.normalise_bare_lf;
  const Decoded whole = decode(bytes, bytes.size(), options);
  const Decoded cut = decode(bytes, chunk, options);
  GLASSPOST_ASSERT(whole.ended == cut.ended && whole.content == cut.content && whole.rest == cut.rest);
  GLASSPOST_ASSERT(!whole.ended || bytes.substr(0, 3) == ".\r\n" ||
                   bytes.find("\r\n.\r\n") != std::string_view::npos);

  std::string wire;
  glasspost::ContentEncoder encoder;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    encoder.encode(bytes.substr(at, chunk), wire);
  encoder.finish(wire);
  const Decoded back = decode(wire, wire.size(), {});
  GLASSPOST_ASSERT(back.ended && back.rest.empty());
  std::string again;
  glasspost::ContentEncoder second;
  second.encode(back.content, again);
  second.finish(again);
  GLASSPOST_ASSERT(again == wire);
  return 0;
}
