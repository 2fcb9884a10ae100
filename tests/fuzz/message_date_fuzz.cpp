// Dates: what is read is written and read as the same instant.
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/message/date_time.h"

using namespace glasspost::message;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto date = parse_date_time(text);
  if (!date) {
    GLASSPOST_ASSERT(date.error().offset.value_or(0) <= size);
    return 0;
  }
  const auto again = parse_date_time(format_date_time(date->instant, date->offset_minutes));
  GLASSPOST_ASSERT(again && again->instant == date->instant && again->offset_minutes == date->offset_minutes);
  return 0;
}
