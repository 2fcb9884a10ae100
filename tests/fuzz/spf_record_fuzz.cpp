// Any text gives a record or a place in it; a record's macros expand, and the evaluation ends within its
// limits.
#include <cstdint>
#include <optional>
#include <string>

#include "engine/auth/spf.h"
#include "engine/auth/spf_macro.h"
#include "engine/auth/spf_record.h"
#include "engine/base/assert.h"
#include "engine/protocol/dns/static_resolver.h"
#include "engine/runtime/task_group.h"

using namespace glasspost;

namespace {

Task<void> keep(Task<auth::SpfVerdict> task, std::optional<auth::SpfVerdict>& out) {
  auth::SpfVerdict verdict = co_await task;
  out.emplace(std::move(verdict));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4'096) return 0;
  const std::string text = "v=spf1 " + std::string(reinterpret_cast<const char*>(data), size);
  const Result<auth::SpfRecord> record = auth::parse_spf_record(text);
  if (!record) GLASSPOST_ASSERT(record.error().offset && *record.error().offset < text.size());
  const std::string_view raw(text);
  auth::SpfMacroValues values;
  if (auth::is_macro_string(raw, auth::SpfMacroPlace::kExplanation)) (void)auth::expand_macros(raw, values);
  dns::Zone zone(dns::Name(), {});
  const dns::Name domain = *dns::Name::parse("alpha.example");
  (void)zone.add(dns::make_txt(domain, text, 60));
  (void)zone.add(dns::make_address(domain, *IpAddress::parse("192.0.2.1"), 60));
  (void)zone.add(dns::make_mx(domain, 10, domain, 60));
  (void)zone.add(dns::make_ptr(dns::reverse_name(*IpAddress::parse("192.0.2.9")), domain, 60));
  dns::ZoneSet zones;
  zones.set(std::move(zone));
  dns::StaticResolver resolver(std::move(zones));
  auth::SpfRequest request;
  request.client = *IpAddress::parse("192.0.2.9");
  request.helo = "alpha.example";
  request.mail_from = "alice@alpha.example";
  request.explain = true;
  std::optional<auth::SpfVerdict> verdict;
  TaskGroup tasks;
  tasks.spawn(keep(auth::check_spf(resolver, request), verdict));
  GLASSPOST_ASSERT(verdict.has_value());
  GLASSPOST_ASSERT(record || verdict->result == auth::SpfResult::kPermError);
  GLASSPOST_ASSERT(resolver.asked().size() <= 200);
  return 0;
}
