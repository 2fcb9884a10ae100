// Any text gives a record or a place in it, by either RFC.
#include <cstdint>
#include <string_view>

#include "engine/auth/dmarc_record.h"
#include "engine/base/assert.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)auth::is_dmarc_record(text);
  for (const auth::DmarcProfile profile : {auth::DmarcProfile::kRfc9989, auth::DmarcProfile::kRfc7489}) {
    const Result<auth::DmarcRecord> record = auth::parse_dmarc_record(text, profile);
    if (!record) {
      GLASSPOST_ASSERT(record.error().offset.value_or(0) <= size);
      continue;
    }
    GLASSPOST_ASSERT(record->pct <= 100 && record->ignored.size() <= 50);
    for (const auth::TextPlace& place :
         {record->p_place, record->sp_place, record->np_place, record->t_place})
      GLASSPOST_ASSERT(place.offset + place.length <= size);
    for (const auth::DmarcIgnored& ignored : record->ignored)
      GLASSPOST_ASSERT(ignored.place.length > 0 && ignored.place.offset + ignored.place.length <= size);
  }
  return 0;
}
