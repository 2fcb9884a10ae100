#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "engine/runtime/task_group.h"
#include "engine/sim/disk.h"
#include "engine/sim/world.h"
#include "tests/unit/sim/tap_log.h"

namespace glasspost::sim {

inline IpAddress address(std::string_view text) {
  return IpAddress::parse(text).value();
}

inline std::string random_bytes(std::size_t size, std::uint64_t seed) {
  RandomStream random(seed, "test", "bytes");
  std::string bytes(size, '\0');
  random.fill({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  return bytes;
}

/// What a task found out.
struct Transfer {
  std::string received;
  std::optional<Error> error;
  bool ended = false;
  std::size_t written = 0;
};

inline Task<void> read_all(ByteStream& stream, Transfer& into) {
  std::string buffer(8192, '\0');
  for (;;) {
    const Result<std::size_t> got = co_await stream.read(buffer);
    if (!got) into.error = got.error();
    if (!got || *got == 0) break;
    into.received.append(buffer, 0, *got);
  }
  into.ended = true;
}

inline Task<void> write_all(ByteStream& stream, std::string_view bytes, Transfer& into) {
  while (into.written < bytes.size()) {
    const std::string_view part = bytes.substr(into.written, 9'973);
    const Ok written = co_await stream.write(part);
    if (!written) into.error = written.error();
    if (!written) co_return;
    into.written += part.size();
  }
  co_await stream.close_write();
}

inline Task<void> accept_into(Listener& listener, ByteStreamPtr& into) {
  Result<ByteStreamPtr> accepted = co_await listener.accept();
  if (accepted) into = std::move(*accepted);
}

inline Task<void> dial_into(Network& network, Endpoint remote, Instant deadline, ByteStreamPtr& into,
                            std::optional<Error>& error) {
  Result<ByteStreamPtr> dialled = co_await network.dial(remote, deadline);
  if (dialled)
    into = std::move(*dialled);
  else
    error = dialled.error();
}

inline Task<void> write_text(ByteStream& stream, std::string text, std::optional<Ok>& into) {
  into = co_await stream.write(text);
}

/// Two hosts and a log of all that happens between them.
class TwoHosts {
 public:
  explicit TwoHosts(const LinkOptions& link = {}, std::uint64_t seed = 1)
      : world({.seed = seed, .start = kStart, .tap = &log, .link = link}),
        alpha(world.add_host("alpha", {address("192.0.2.1"), address("2001:db8::1")})),
        beta(world.add_host("beta", {address("198.51.100.2")})) {}

  static constexpr Instant kStart = Instant{} + Duration::days(20'000);
  static constexpr std::uint16_t kPort = 25;

  [[nodiscard]] Endpoint beta_endpoint() const { return {beta.addresses().front(), kPort}; }
  [[nodiscard]] Duration elapsed() const { return world.now() - world.start(); }

  void listen() {
    auto result = beta.services().network.listen(beta_endpoint());
    ASSERT_TRUE(result) << to_string(result.error());
    listener = std::move(*result);
  }
  void start_dial(Instant deadline = Instant::never()) {
    tasks.spawn(dial_into(alpha.services().network, beta_endpoint(), deadline, at_alpha, dial_error));
  }
  void connect() {
    ASSERT_NO_FATAL_FAILURE(listen());
    tasks.spawn(accept_into(*listener, at_beta));
    start_dial();
    ASSERT_TRUE(world.run_until([&] { return at_alpha && at_beta; }, Instant::never()));
  }

  TapLog log;
  World world;
  Host& alpha;
  Host& beta;
  std::unique_ptr<Listener> listener;
  ByteStreamPtr at_alpha;
  ByteStreamPtr at_beta;
  std::optional<Error> dial_error;
  TaskGroup tasks;  // destroyed before the streams that its tasks use
};

}  // namespace glasspost::sim
