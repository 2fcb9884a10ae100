// Any value gives a signature or a problem, and its places lie inside.
#include <cstdint>
#include <string_view>

#include "engine/auth/dkim_signature.h"
#include "engine/base/assert.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auth::ReadDkimSignature read = auth::read_dkim_signature(text);
  GLASSPOST_ASSERT(read.signature.has_value() != read.problem.has_value());
  if (read.problem) {
    const auth::TextPlace& place = read.problem->place;
    GLASSPOST_ASSERT(place.offset <= size && place.length <= size - place.offset);
    return 0;
  }
  const auth::DkimSignature& signature = *read.signature;
  GLASSPOST_ASSERT(!signature.fields.empty() && !signature.signature.empty() && !signature.domain.empty());
  const auth::TextPlace& b = signature.b_value;
  GLASSPOST_ASSERT(b.offset <= size && b.length <= size - b.offset);
  return 0;
}
