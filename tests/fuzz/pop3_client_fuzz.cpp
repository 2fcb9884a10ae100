// A client session before a hostile server: whatever it says, every call ends.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/session/pop3_client.h"
#include "tests/unit/pop3/pop3_fixture.h"

using namespace glasspost;
using namespace glasspost::pop3;

namespace {

Task<void> talk(ByteStreamPtr server, std::string bytes) {
  const Ok written = co_await server->write(bytes);
  if (!written) co_return;
  const Ok closed = co_await server->close_write();
  if (!closed) co_return;
  std::string block(1024, '\0');
  Result<std::size_t> count = co_await server->read(block);
  while (count && *count > 0)
    count = co_await server->read(block);
}

Task<void> fetch(ClientSession& client, ByteStreamPtr stream, bool& ended) {
  const auto opened = co_await client.connect(std::move(stream));
  if (opened) {
    const auto status = co_await client.stat();
    const auto listed = co_await client.list();
    const auto ids = co_await client.uidl();
    const auto message = co_await client.retr(1);
    const auto marked = co_await client.dele(1);
    // Only a refusal leaves the session as it was.
    const bool well = status && listed && ids && message && marked;
    GLASSPOST_ASSERT(well || !client.usable() || client.capabilities().mechanisms.size() <= 100);
    GLASSPOST_ASSERT(!message || message->size() <= 4096);
  }
  const auto left = co_await client.quit();
  GLASSPOST_ASSERT(left.has_value() || !client.usable());
  ended = true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  test::World world;
  test::SeededRandom random;
  Observer observer;
  ClientOptions options;
  options.credentials = {"bob", "secret", {}};
  options.password_without_tls = true;
  options.max_response_bytes = 4096;
  ClientSession client(options, {world, random, observer, nullptr});
  test::MemoryStream::Settings ours;
  ours.most_per_read = 1 + data[0] * 5u;
  auto [client_end, server_end] = test::connect(world, ConnectionId{1}, ours, {});
  TaskGroup group;
  bool ended = false;
  group.spawn(fetch(client, std::move(client_end), ended));
  group.spawn(talk(std::move(server_end), bytes));
  world.run();
  GLASSPOST_ASSERT(ended && !client.usable());
  return 0;
}
