#include <filesystem>

#include "engine/base/random.h"
#include "engine/runtime/task_group.h"
#include "engine/trace/file.h"
#include "tests/bench/bench.h"
#include "tests/bench/bench_world.h"

namespace glasspost::bench {
namespace {

constexpr std::uint64_t kEvents = 100'000;
constexpr int kSeeks = 1'000;

// A trace of real traffic with at least kEvents events.
std::filesystem::path write_trace() {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "glasspost-bench.glasspost";
  MailWorld world(file.string());
  const std::string content = small_message();
  std::uint64_t accepted = 0;
  while (world.recorder->last_seq() < kEvents) {
    TaskGroup tasks;
    tasks.spawn(send_messages(world.sender->services(), world.server, 100, content, accepted));
    world.world->world().run_until_idle();
  }
  world.world->tap().silence();
  world.world.reset();
  const Ok closed = world.recorder->close();
  if (!closed) std::fprintf(stderr, "%s\n", to_string(closed.error()).c_str());
  return file;
}

}  // namespace

void bench_trace() {
  const std::filesystem::path file = write_trace();
  Result<trace::Trace> opened = fail(ErrorCode::kNotFound, "not opened");
  const double open_time = seconds([&] { opened = trace::open_trace(file.string()); });
  if (!opened) {
    std::printf("  cannot open the trace: %s\n", to_string(opened.error()).c_str());
    return;
  }
  const auto events = static_cast<double>(opened->last_seq());
  note("trace with events", events, "events");
  note("  size of the file", static_cast<double>(std::filesystem::file_size(file)) / (1 << 20), "MiB");
  report("opening it, for each 100,000 events", open_time * 1000 * kEvents / events, "ms", Goal::kAtMost,
         300);
  RandomStream random(1, "bench", "seek");
  std::uint64_t sum = 0;
  const double seek_time = seconds([&] {
    for (int i = 0; i < kSeeks; ++i)
      sum += opened->project(1 + random.below(opened->last_seq())).seq();
  });
  report("a random seek, average of 1,000", seek_time * 1000 / kSeeks, "ms", Goal::kAtMost, 2);
  if (sum == 0) std::printf("  the seeks gave nothing\n");
  std::filesystem::remove(file);
}

}  // namespace glasspost::bench
