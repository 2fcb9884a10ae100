// A whole server session before a hostile client, over a real mailbox store. Whatever comes, the session
// ends, lets its maildrop go, and only QUIT removes a message.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "tests/unit/pop3/pop3_fixture.h"

using namespace glasspost;
using namespace glasspost::pop3;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ServerOptions options = plain_options();
  options.apop = (data[0] & 1) != 0;
  options.auth_needs_tls = (data[0] & 2) != 0;
  ServerBench bench(options);
  bench.put("bob", ".first\r\n..x\r\n");
  bench.put("bob", "Subject: x\r\n\r\none\n.\r\ntwo");
  auto& connection = bench.connect();
  const std::size_t chunk = 1 + (data[0] >> 4) * 37u;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    bench.send(connection, bytes.substr(at, chunk));
  bench.half_close(connection);
  bench.world.run();
  GLASSPOST_ASSERT(connection.ended && bench.service.reasons.size() == 1);
  GLASSPOST_ASSERT(!bench.locks.is_held("bob") && !bench.locks.is_held("carol"));
  GLASSPOST_ASSERT(connection.received.ends_with("\r\n"));
  const std::string said = to_upper(bytes);
  const bool may_remove = said.find("QUIT") != std::string::npos && said.find("DELE") != std::string::npos;
  GLASSPOST_ASSERT(may_remove || bench.stored("bob").size() == 2);
  return 0;
}
