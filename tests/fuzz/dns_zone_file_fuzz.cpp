// Any text gives a zone or a place; a zone answers every question about its own records.
#include <cstdint>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/protocol/dns/zone_file.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const dns::Name origin = *dns::Name::parse("alpha.example");
  const auto zone = dns::parse_zone_file(text, origin);
  if (!zone) {
    GLASSPOST_ASSERT(zone.error().line >= 1 && zone.error().column >= 1);
    GLASSPOST_ASSERT(!zone.error().message.empty());
    return 0;
  }
  for (const dns::Record& record : zone->records()) {
    GLASSPOST_ASSERT(dns::data_fits(record.type, record.data));
    const dns::ZoneLookup found = zone->lookup({record.owner, record.type});
    GLASSPOST_ASSERT(found.outcome == dns::ZoneOutcome::kAnswer ||
                     found.outcome == dns::ZoneOutcome::kReferral);
    const auto below = record.owner.child("x");
    if (below) (void)zone->lookup({*below, dns::RecordType::kA});
  }
  return 0;
}
