// Scenario files: any bytes give a scenario or errors with places, in bounded time and memory.
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/scenario/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::scenario;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = load_scenario_text(text, "f.yaml");
  if (!scenario) {
    GLASSPOST_ASSERT(!scenario.error().empty() && scenario.error().size() <= kMaxLoadErrors);
    return 0;
  }
  for (const Host& host : scenario->hosts)
    GLASSPOST_ASSERT(!host.addresses.empty() && !host.roles.empty());
  for (const Variant& variant : scenario->variants) {
    static_cast<void>(load_scenario_text(text, "f.yaml", {variant.name}));
  }
  return 0;
}
