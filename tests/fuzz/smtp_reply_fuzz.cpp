// The reply codec is total; a reply that is written is read alike.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/smtp/capabilities.h"
#include "engine/protocol/smtp/reply.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  smtp::ReplyParser parser;
  for (const std::string_view line : split(bytes, '\n')) {
    const auto reply = parser.feed(line);
    if (!reply || !*reply) continue;
    const smtp::Reply& first = **reply;
    GLASSPOST_ASSERT(first.code >= 200 && first.code <= 599 && !first.lines.empty());
    static_cast<void>(smtp::parse_ehlo_reply(first));
    std::string wire;
    smtp::encode_reply(first, true, wire);
    smtp::ReplyParser again;
    std::optional<smtp::Reply> second;
    for (const std::string_view written : split(std::string_view(wire).substr(0, wire.size() - 2), '\n')) {
      GLASSPOST_ASSERT(!second.has_value() && written.size() + 1 <= 512);
      const std::string_view text = written.back() == '\r' ? written.substr(0, written.size() - 1) : written;
      const auto fed = again.feed(text);
      GLASSPOST_ASSERT(fed.has_value());
      second = *fed;
    }
    GLASSPOST_ASSERT(second.has_value() && second->code == first.code &&
                     second->lines.size() == first.lines.size());
  }
  return 0;
}
