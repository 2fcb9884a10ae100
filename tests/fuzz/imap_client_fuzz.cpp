// An IMAP client session before a hostile server: whatever it says, every call ends; and the response parser,
// whose pieces must not depend on how the bytes arrive.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/protocol/imap/response_reader.h"
#include "engine/session/imap_client.h"
#include "tests/unit/support/memory_stream.h"

using namespace glasspost;
using namespace glasspost::imap;

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

Task<void> use(ClientSession& client, ByteStreamPtr stream, Instant soon, bool& ended) {
  const auto opened = co_await client.connect(std::move(stream));
  if (opened) {
    const auto listed = co_await client.list("*");
    const auto selected = co_await client.select("INBOX", false);
    const auto fetched = co_await client.uid_fetch("1:*", "(FLAGS ENVELOPE BODY.PEEK[])", std::nullopt);
    const auto found = co_await client.uid_search_text("x");
    const auto moved = co_await client.uid_move("1", "Trash");
    const auto appended = co_await client.append("Sent", FlagList(), soon, "x");
    const auto idled = co_await client.idle(soon);
    GLASSPOST_ASSERT(client.mailbox().uids.size() <= 1000);
    static_cast<void>(client.take_news());
  }
  const auto left = co_await client.logout();
  static_cast<void>(left);
  ended = true;
}

std::string shape_of(std::string_view bytes, std::size_t chunk) {
  ResponseReader reader({4096, 4096, 16});
  std::string shape;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    std::string_view block = bytes.substr(at, chunk);
    while (!block.empty()) {
      const auto event = reader.next(block);
      if (!event) break;
      if (*event != ResponseReader::Event::kResponse) return shape + "broken";
      const auto response = parse_response(reader.take());
      shape += response ? std::to_string(response->data.index()) + response->tag + response->text + "|"
                        : response.error().message + "|";
    }
  }
  return shape;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = shape_of(bytes, bytes.size());
  GLASSPOST_ASSERT(shape_of(bytes, 1) == whole);
  GLASSPOST_ASSERT(shape_of(bytes, 1 + data[0] % 7u) == whole);
  test::World world;
  test::SeededRandom random;
  Observer observer;
  ClientOptions options;
  options.credentials = {"bob", "secret", {}};
  options.password_without_tls = true;
  options.max_answer_bytes = 4096;
  options.max_messages = 1000;
  ClientSession client(options, {world, random, observer, nullptr});
  test::MemoryStream::Settings ours;
  ours.most_per_read = 1 + data[0] * 5u;
  auto [client_end, server_end] = test::connect(world, ConnectionId{1}, ours, {});
  TaskGroup group;
  bool ended = false;
  group.spawn(use(client, std::move(client_end), world.now() + Duration::seconds(1), ended));
  group.spawn(talk(std::move(server_end), bytes));
  world.run();
  GLASSPOST_ASSERT(ended && !client.usable());
  return 0;
}
