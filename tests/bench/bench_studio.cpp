#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "engine/base/random.h"
#include "engine/runtime/task_group.h"
#include "gui/app/studio.h"
#include "tests/bench/bench.h"
#include "tests/bench/bench_world.h"

namespace glasspost::bench {
namespace {

constexpr int kFrames = 200;
constexpr int kSeeks = 1'000;

trace::Trace traffic(std::uint64_t events) {
  MailWorld world;
  const std::string content = small_message();
  std::uint64_t accepted = 0;
  while (world.recorder->last_seq() < events) {
    TaskGroup tasks;
    tasks.spawn(send_messages(world.sender->services(), world.server, 100, content, accepted));
    world.world->world().run_until_idle();
  }
  world.world->tap().silence();
  const trace::Trace trace = world.recorder->snapshot();
  world.world.reset();
  return trace;
}

double percentile_95(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  return values[values.size() * 95 / 100];
}

void measure(std::uint64_t events, double first_goal, bool frames) {
  const trace::Trace trace = traffic(events);
  auto fonts = gui::find_fonts();
  if (!fonts) {
    fmt::print("  {}\n", to_string(fonts.error()));
    return;
  }
  gui::Studio studio(*fonts);
  gui::FrameInput input;
  const double first = seconds([&] {
    gui::JobResult result;
    result.recording = std::make_shared<gui::Recording>(trace, nullptr, "bench", "");
    studio.show(std::move(result));
    studio.frame(input);
    studio.frame(input);
  });
  report(fmt::format("first frame of a trace of {} events in memory", trace.last_seq()), first, "s",
         Goal::kAtMost, first_goal);
  if (!frames) return;
  RandomStream random(1, "bench", "studio");
  std::vector<double> times;
  for (int i = 0; i < kSeeks; ++i)
    times.push_back(1000 *
                    seconds([&] { (void)studio.recording()->at(1 + random.below(trace.last_seq())); }));
  report("  a random seek, 95th percentile of 1,000", percentile_95(times), "ms", Goal::kAtMost, 5);
  for (const gui::Layout layout : {gui::Layout::kStage, gui::Layout::kExplore, gui::Layout::kMailboxes}) {
    studio.apply(gui::SetLayout{layout});
    for (int i = 0; i < 8; ++i)
      studio.frame(input);
    times.clear();
    for (int i = 0; i < kFrames; ++i) {
      studio.apply(gui::SetCursor{1 + random.below(trace.last_seq())});
      times.push_back(1000 * seconds([&] { studio.frame(input); }));
    }
    report(fmt::format("  a frame at a random moment, {}, 95th percentile", gui::to_string(layout)),
           percentile_95(times), "ms", Goal::kAtMost, 4);
  }
}

}  // namespace

void bench_studio() {
  measure(100'000, 0.5, false);
  measure(1'000'000, 2, true);
}

}  // namespace glasspost::bench
