#include "gui/model/recording.h"

#include <algorithm>
#include <utility>

namespace glasspost::gui {

Recording::Recording(trace::Trace trace, std::shared_ptr<const scenario::Scenario> scenario, std::string file,
                     std::string variant)
    : trace_(std::move(trace)),
      scenario_(std::move(scenario)),
      file_(std::move(file)),
      variant_(std::move(variant)),
      dialogues_(std::make_unique<dissect::Dialogues>()) {
  compute();
}

void Recording::grow(trace::Trace trace) {
  trace_ = std::move(trace);
  compute();
}

const trace::Projection& Recording::at(std::uint64_t seq) const {
  if (world_ && world_->seq() == seq) return *world_;
  // A little further on is cheaper by replay than from a keyframe.
  if (world_ && world_->seq() < seq && seq - world_->seq() < 256) {
    trace_.for_each(world_->seq() + 1, seq, [this](const trace::EventView& event) { world_->apply(event); });
  } else {
    world_ = trace_.project(seq);
  }
  return *world_;
}

Duration Recording::stop(Pace pace, bool, Duration from, int direction) const {
  const Duration second = Duration::seconds(1);
  const Duration to = direction > 0 ? from + second : from - second;
  return std::clamp(to, Duration{}, schedule(pace).length());
}

void Recording::compute() {
  dialogues_->update(trace_);
  logs_.update(trace_);
  end_ = trace_.project(trace_.last_seq());
  std::vector<Anchor> anchors;
  trace_.for_each([&](const trace::EventView& event) {
    anchors.push_back({event.seq(), event.time().ns, static_cast<std::int64_t>(event.seq()) * 100'000'000});
  });
  schedules_[0] = Schedule(anchors);
  schedules_[1] = Schedule(std::move(anchors));
}

}  // namespace glasspost::gui
