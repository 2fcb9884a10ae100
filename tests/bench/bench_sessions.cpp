#include <filesystem>

#include "engine/runtime/task_group.h"
#include "tests/bench/bench.h"
#include "tests/bench/bench_world.h"

namespace glasspost::bench {
namespace {

constexpr std::uint32_t kSessions = 10'000;
constexpr std::uint32_t kDialers = 20;  // a listener keeps few connections that are not yet accepted

using Sessions = std::vector<std::unique_ptr<smtp::ClientSession>>;

// Opens sessions one after another; each says EHLO and then nothing more.
Task<void> open_sessions(HostServices host, Endpoint server, std::uint32_t count, Sessions& idle) {
  static Observer nobody;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Instant deadline = host.clock.now() + Duration::minutes(1);
    Result<ByteStreamPtr> stream = co_await host.network.dial(server, deadline);
    if (!stream) co_return;
    smtp::ClientOptions options;
    options.helo_name = "sender.example";
    const smtp::ClientContext context{host.clock, host.random, nobody, nullptr};
    auto session = std::make_unique<smtp::ClientSession>(std::move(options), context);
    const auto connected = co_await session->connect(std::move(*stream));
    if (!connected) co_return;
    idle.push_back(std::move(session));
  }
}

}  // namespace

void bench_sessions() {
  // The trace goes to a file, as in a run of that size: what counts here is what a session costs.
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / "glasspost-bench-idle.glasspost";
  MailWorld world(file.string(), kSessions);
  sim::World& machine = world.world->world();
  Sessions idle;
  TaskGroup tasks;
  const std::uint64_t before = resident_bytes();
  const std::uint64_t traced_before = world.recorder->last_seq();
  for (std::uint32_t i = 0; i < kDialers; ++i) {
    tasks.spawn(open_sessions(world.sender->services(), world.server, kSessions / kDialers, idle));
  }
  machine.run_until(machine.now() + Duration::seconds(60));
  const std::uint64_t used = resident_bytes() - before;
  note("sessions that are open", static_cast<double>(idle.size()), "sessions");
  note("  events traced meanwhile", static_cast<double>(world.recorder->last_seq() - traced_before),
       "events");
  report("10,000 idle sessions, both ends, their trace in a file", static_cast<double>(used) / (1 << 20),
         "MiB", Goal::kAtMost, 100);
  std::filesystem::remove(file);
}

}  // namespace glasspost::bench
