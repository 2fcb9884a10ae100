// A whole server session before a hostile client that may log in. The first octet chooses the size of the
// blocks and whether a login comes first. Whatever comes, the session ends, what it says is in lines, and the
// store is whole.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "tests/unit/imap/imap_fixture.h"

using namespace glasspost;
using namespace glasspost::imap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 64 * 1024) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ImapBench bench;
  bench.options.limits = {4096, 1024, 4096, 10, 65536};
  bench.deliver(mail("one"));
  bench.deliver(mail("two", "second\r\n"));
  ImapBench::Line& line = bench.connect();
  if ((data[0] & 1) != 0) line.ask("0 LOGIN bob secret");
  if ((data[0] & 2) != 0) line.ask("0 SELECT INBOX");
  line.heard();
  const std::size_t chunk = 1 + (data[0] >> 3) * 37u;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    line.send(bytes.substr(at, chunk));
  line.half_close();
  bench.world.run();
  GLASSPOST_ASSERT(line.served && bench.service.reasons.size() == 1);
  const std::string heard = line.heard();
  GLASSPOST_ASSERT(heard.empty() || heard.ends_with("\r\n"));
  GLASSPOST_ASSERT(bench.faults().empty());
  return 0;
}
