#include "gui/model/recording.h"

#include <utility>

namespace glasspost::gui {

Recording::Recording(trace::Trace trace, std::shared_ptr<const scenario::Scenario> scenario, std::string file,
                     std::string variant)
    : trace_(std::move(trace)),
      scenario_(std::move(scenario)),
      file_(std::move(file)),
      variant_(std::move(variant)) {
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

const Choreography& Recording::choreography(Pace pace) const {
  std::optional<Choreography>& mine = choreographies_[static_cast<std::size_t>(pace)];
  if (!mine) mine = choreograph(trace_, dialogues(), logs_, pace);
  return *mine;
}

void Recording::compute() {
  digest_.advance(trace_);
  logs_.update(trace_);
  end_ = trace_.project(trace_.last_seq());
  names_.emplace(end_);
  mail_table_ = MailTable(trace_, end_);
  for (std::optional<Choreography>& each : choreographies_)
    each.reset();
  (void)choreography(Pace::kTeaching);
}

}  // namespace glasspost::gui
