#include <cstdio>

#include "engine/runtime/task_group.h"
#include "tests/bench/bench.h"
#include "tests/bench/bench_world.h"

namespace glasspost::bench {
namespace {

constexpr std::uint32_t kSessions = 10'000;

// Says EHLO and then nothing more until the world ends.
Task<void> stay_idle(HostServices host, Endpoint server, Timer& until, std::uint32_t& open) {
  static Observer nobody;
  const Instant deadline = host.clock.now() + Duration::minutes(1);
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, deadline);
  if (!stream) co_return;
  smtp::ClientOptions options;
  options.helo_name = "sender.example";
  const smtp::ClientContext context{host.clock, host.random, nobody, nullptr};
  smtp::ClientSession session(std::move(options), context);
  const auto connected = co_await session.connect(std::move(*stream));
  if (!connected) co_return;
  ++open;
  const Instant never = Instant::never();
  co_await until.wait_until(never);
}

}  // namespace

void bench_sessions() {
  MailWorld world;
  for (scenario::Host& host : world.scenario.hosts) {
    if (host.mail_server) host.mail_server->listeners.front().max_sessions = kSessions + 10;
  }
  std::uint32_t open = 0;
  std::vector<std::unique_ptr<Timer>> timers;
  TaskGroup tasks;
  const std::uint64_t before = resident_bytes();
  const std::uint64_t traced_before = world.recorder->last_seq();
  for (std::uint32_t i = 0; i < kSessions; ++i) {
    timers.push_back(world.sender->services().clock.make_timer("idle"));
    tasks.spawn(stay_idle(world.sender->services(), world.server, *timers.back(), open));
  }
  sim::World& machine = world.world->world();
  machine.run_until(machine.now() + Duration::seconds(20));
  const std::uint64_t used = resident_bytes() - before;
  note("sessions that are open", open, "sessions");
  note("  events traced meanwhile", static_cast<double>(world.recorder->last_seq() - traced_before),
       "events");
  report("10,000 idle sessions, both ends, with their trace", static_cast<double>(used) / (1 << 20), "MiB",
         Goal::kAtMost, 100);
}

}  // namespace glasspost::bench
