// A whole client session before a hostile server, whose every octet is there from the start. Whatever comes,
// each recipient is settled and the session ends.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/session/smtp_client.h"
#include "tests/unit/support/memory_stream.h"

using namespace glasspost;
using namespace glasspost::smtp;

namespace {

Task<void> dialogue(ClientSession& session, ByteStreamPtr stream, std::optional<Delivery>& delivery,
                    bool& done) {
  const tl::expected<void, ClientError> connected = co_await session.connect(std::move(stream));
  Envelope envelope;
  envelope.recipients = {*parse_forward_path("bob@beta.example"), *parse_forward_path("eve@beta.example")};
  Delivery sent = co_await session.send(envelope, "Subject: x\n\n\xc3\xa9\n");
  GLASSPOST_ASSERT(connected.has_value() || !sent.all_accepted());
  delivery = std::move(sent);
  co_await session.quit();
  done = true;
}

Task<void> say(ByteStream& stream, std::string bytes) {
  const Ok said = co_await stream.write(bytes);
  const Ok closed = co_await stream.close_write();
  static_cast<void>(said);
  static_cast<void>(closed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  test::World world;
  test::SeededRandom random;
  Observer observer;
  ClientOptions options;
  options.helo_name = "mail.alpha.example";
  options.password_without_tls = true;
  if ((data[0] & 1) != 0) options.credentials = sasl::Credentials{"alice", "secret", ""};
  if ((data[0] & 2) != 0) options.tls = TlsPolicy::kOpportunistic;
  options.pipelining = (data[0] & 4) != 0;
  options.eight_bit_anyway = (data[0] & 8) != 0;
  test::MemoryStream::Settings settings;
  settings.most_per_read = 1 + (data[0] >> 4) * 37u;
  ClientSession session(options, ClientContext{world, random, observer, nullptr});
  auto [client, server] = test::connect(world, ConnectionId{1}, settings, {});
  std::optional<Delivery> delivery;
  bool done = false;
  TaskGroup group;
  group.spawn(say(*server, bytes));
  group.spawn(dialogue(session, std::move(client), delivery, done));
  world.run();
  GLASSPOST_ASSERT(done && delivery.has_value() && delivery->recipients.size() == 2);
  for (const auto& recipient : delivery->recipients)
    GLASSPOST_ASSERT(!recipient.text.empty());
  return 0;
}
