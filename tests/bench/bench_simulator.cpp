#include "engine/base/random.h"
#include "engine/sim/event_queue.h"
#include "tests/bench/bench.h"

namespace glasspost::bench {
namespace {

// The hold model: the queue keeps its size; each event that runs puts a new one at a random later time.
struct Hold {
  sim::EventQueue& queue;
  RandomStream& random;
  Instant now;

  void operator()() const {
    const Instant next = now + Duration::nanoseconds(static_cast<std::int64_t>(random.below(1'000'000'000)));
    queue.push(next, Hold{queue, random, next});
  }
};

double events_per_second(std::size_t pending, std::uint64_t events) {
  sim::EventQueue queue;
  RandomStream random(1, "bench", "hold");
  for (std::size_t i = 0; i < pending; ++i) {
    const Instant at{static_cast<std::int64_t>(random.below(1'000'000'000))};
    queue.push(at, Hold{queue, random, at});
  }
  const double time = seconds([&] {
    for (std::uint64_t i = 0; i < events; ++i)
      queue.run_next();
  });
  return static_cast<double>(events) / time;
}

}  // namespace

void bench_simulator() {
  note("simulator events, hold model, 1,000 pending", events_per_second(1'000, 5'000'000), "events/s");
  report("simulator events, hold model, 100,000 pending", events_per_second(100'000, 5'000'000), "events/s",
         Goal::kAtLeast, 2'000'000);
  note("simulator events, hold model, 1,000,000 pending", events_per_second(1'000'000, 5'000'000),
       "events/s");
}

}  // namespace glasspost::bench
