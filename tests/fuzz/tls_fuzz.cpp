// TLS fed by a hostile peer. The first byte chooses: bit 0 the role, bit 1 whether the bytes come after the
// handshake or in place of it, the rest of it the size of the pieces.
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "tests/unit/tls/tls_world.h"

using namespace glasspost;
using namespace glasspost::tls;
using namespace glasspost::tls::test;

namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

void from_the_beginning(TlsRole role, std::size_t chunk, std::string_view bytes) {
  TlsWorld world;
  Pipe pipe(world.scheduler, world.clock, {chunk, kMostBytes * 2});
  Notes notes;
  auto upgrader = make_tls_upgrader({world.scheduler, world.clock, world.server_random, notes}, world.library,
                                    role == TlsRole::kServer ? world.server : world.client);
  GLASSPOST_ASSERT(upgrader.has_value());
  std::optional<Ok> sent;
  world.tasks.spawn(
      TlsWorld::upgrade(**upgrader, std::move(pipe.server), role, "mx.beta.example", world.server_result));
  world.tasks.spawn(send(*pipe.client, bytes, true, sent));
  world.scheduler.run();
  GLASSPOST_ASSERT(world.server_result.has_value() && !world.server_result->has_value());
}

void after_the_handshake(std::size_t chunk, std::string_view bytes) {
  TlsWorld world;
  world.connect("mx.beta.example", {chunk, kMostBytes * 2});
  GLASSPOST_ASSERT(world.both_up());
  world.pipe->to_server->waiting += bytes;
  world.pipe->to_server->ended = true;
  std::string got;
  std::optional<Ok> read;
  world.tasks.spawn(collect(world.server_stream(), got, read));
  world.scheduler.run();
  GLASSPOST_ASSERT(read.has_value() && !read->has_value() && got.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kMostBytes) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t chunk = 1 + static_cast<std::size_t>(data[0] >> 3) * 37;
  const TlsRole role = (data[0] & 1) != 0 ? TlsRole::kServer : TlsRole::kClient;
  if ((data[0] & 2) != 0) {
    after_the_handshake(chunk, bytes);
  } else {
    from_the_beginning(role, chunk, bytes);
  }
  return 0;
}
