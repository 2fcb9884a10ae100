// Both sides of every mechanism before hostile messages, one a line; the first octet chooses the mechanism.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/sasl/sasl.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto mechanism = static_cast<sasl::Mechanism>(data[0] % 5);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto messages = split(bytes, '\n');
  auto server = sasl::make_server(mechanism, {"0123456789abcdef", "saltsalt", "mx.example", 0});
  sasl::ServerStep step = server->start(messages.front());
  for (std::size_t i = 1; i < messages.size() && i < 8; ++i) {
    if (step == sasl::ServerStep::kNeedSecret) step = server->secret(sasl::Secret{"secret"});
    if (step != sasl::ServerStep::kChallenge) break;
    step = server->respond(messages[i]);
  }
  auto client = sasl::make_client(mechanism, {"alice", "secret", ""}, "fedcba9876543210");
  static_cast<void>(client->initial_response());
  for (std::size_t i = 0; i < messages.size() && i < 4; ++i) {
    // A server may ask for many rounds of work; what this costs is bounded elsewhere.
    if (messages[i].find(",i=") != std::string_view::npos && messages[i].size() > messages[i].find(",i=") + 8)
      break;
    if (!client->respond(messages[i])) break;
  }
  if (mechanism == sasl::Mechanism::kScramSha1 || mechanism == sasl::Mechanism::kScramSha256) {
    GLASSPOST_ASSERT(!client->finish().has_value());
  }
  return 0;
}
