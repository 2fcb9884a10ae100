// Any bytes give a message or an error; a message is written and read back as the same, and what is made of
// it by a server and by resolvers is bounded.
#include <cstdint>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/protocol/dns/message.h"
#include "engine/protocol/dns/reply.h"
#include "engine/protocol/dns/zone.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  dns::MessageLayout layout;
  const Result<dns::Message> message = dns::decode_message(bytes, &layout);
  if (!message) {
    GLASSPOST_ASSERT(message.error().offset && *message.error().offset <= size);
    return 0;
  }
  for (const dns::MessageLayout::Span& span : layout.spans)
    GLASSPOST_ASSERT(span.offset + span.length <= size);
  const std::string written = dns::encode_message(*message);
  const Result<dns::Message> again = dns::decode_message(written);
  GLASSPOST_ASSERT(again.has_value());
  // Names that were compressed better than we do may not fit any more; then TC says so.
  GLASSPOST_ASSERT(written.size() <= dns::kMaxMessageSize);
  GLASSPOST_ASSERT(again->truncated || *again == *message || written.size() > 60'000);
  const std::string small = dns::encode_message(*message, dns::kPlainUdpSize);
  GLASSPOST_ASSERT(small.size() <= dns::kPlainUdpSize);
  GLASSPOST_ASSERT(dns::decode_message(small).has_value());
  if (!message->questions.empty()) {
    (void)dns::read_answer(message->questions.front(), *message).summary();
    (void)dns::read_reply(message->questions.front(), *message, message->questions.front().name.parent());
  }
  static const dns::ZoneSet zones = [] {
    dns::ZoneSet set;
    set.set(dns::Zone(dns::Name(), {}));
    return set;
  }();
  (void)dns::encode_message(dns::answer_from_zones(zones, *message), dns::udp_limit(*message));
  return 0;
}
