// Any text gives a key record or an error inside it; one with a key can be asked.
#include <cstdint>
#include <string_view>

#include "engine/auth/dkim_key.h"
#include "engine/base/assert.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16'384) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<auth::DkimKeyRecord> record = auth::parse_dkim_key_record(text);
  if (!record) {
    GLASSPOST_ASSERT(record.error().offset.value_or(0) <= size);
    return 0;
  }
  GLASSPOST_ASSERT(record->kind == "rsa" || record->kind == "ed25519");
  if (record->key) {
    GLASSPOST_ASSERT(record->bits > 0);
    if (record->bits <= 8'192) (void)record->key->verify("bytes", "signature");
  }
  return 0;
}
