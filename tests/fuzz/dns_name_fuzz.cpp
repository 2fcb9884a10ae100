// A name in presentation form comes back from its own text; order and equality agree.
#include <cstdint>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/protocol/dns/name.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<dns::Name> name = dns::Name::parse(text);
  if (!name) {
    GLASSPOST_ASSERT(name.error().offset && *name.error().offset <= size);
    return 0;
  }
  GLASSPOST_ASSERT(name->wire_size() <= 255);
  const Result<dns::Name> again = dns::Name::parse(name->to_string());
  GLASSPOST_ASSERT(again.has_value());
  GLASSPOST_ASSERT(again->labels() == name->labels());
  GLASSPOST_ASSERT((*again <=> *name) == 0);
  GLASSPOST_ASSERT(name->is_within(name->parent()));
  GLASSPOST_ASSERT(name->is_root() || name->parent() < *name);
  return 0;
}
