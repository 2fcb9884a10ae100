#include "gui/model/density.h"

#include <algorithm>
#include <array>

#include "engine/trace/payload.h"

namespace glasspost::gui {

namespace payload = trace::payload;
using trace::Kind;

void EventDensity::extend(const trace::Trace& trace, std::uint64_t last) {
  if (trace.empty()) return;
  if (times_.empty()) first_seq_ = trace.first_seq();
  last = std::min(last, trace.last_seq());
  if (running_.empty()) running_.resize(kMostLanes);
  trace.for_each(first_seq_ + times_.size(), last, [this](const trace::EventView& event) {
    if (times_.size() % kMark == 0) marks_.insert(marks_.end(), running_.begin(), running_.end());
    const std::uint8_t lane = event.host() ? lane_of(event.host()) : kNoLane;
    if (lane != kNoLane) ++running_[lane];
    times_.push_back(event.time().ns);
    lane_.push_back(lane);
    add_landmark(event);
  });
}

std::uint8_t EventDensity::lane_of(HostId host) {
  const auto known = std::find(lanes_.begin(), lanes_.end(), host);
  if (known != lanes_.end()) return static_cast<std::uint8_t>(known - lanes_.begin());
  if (lanes_.size() == kMostLanes) return kMostLanes - 1;
  lanes_.push_back(host);
  return static_cast<std::uint8_t>(lanes_.size() - 1);
}

void EventDensity::add_landmark(const trace::EventView& event) {
  const auto add = [&](LandmarkKind kind, bool bad) {
    landmarks_.push_back({event.seq(), event.time(), kind, event.host(), bad});
  };
  switch (event.kind()) {
    case Kind::kUserAction:
      add(LandmarkKind::kPerson, false);
      break;
    case Kind::kDecision: {
      const auto decision = *event.as<payload::Decision>();
      if (decision.kind <= DecisionKind::kArc) add(LandmarkKind::kVerdict, decision.outcome != "pass");
      break;
    }
    case Kind::kMailboxStored:
      add(LandmarkKind::kDelivered, false);
      break;
    case Kind::kMailSettled: {
      const MailOutcome outcome = event.as<payload::MailSettled>()->outcome;
      if (outcome == MailOutcome::kDeferred) add(LandmarkKind::kDeferred, true);
      if (outcome == MailOutcome::kBounced || outcome == MailOutcome::kExpired)
        add(LandmarkKind::kBounced, true);
      break;
    }
    case Kind::kFaultBegan:
    case Kind::kConnectionReset:
    case Kind::kConnectionFailed:
      add(LandmarkKind::kFault, true);
      break;
    case Kind::kMailAltered:
      alterations_.push_back(event.seq());
      break;
    default:
      break;
  }
}

Instant EventDensity::time_of(std::uint64_t seq) const {
  if (times_.empty()) return {};
  seq = std::clamp(seq, first_seq_, last_seq());
  return {times_[seq - first_seq_]};
}

std::uint64_t EventDensity::seq_at(Instant moment) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), moment.ns);
  return first_seq_ + static_cast<std::uint64_t>(after - times_.begin()) - 1;
}

void EventDensity::cumulate(std::uint64_t seq, std::span<std::uint32_t> out) const {
  std::fill(out.begin(), out.end(), 0U);
  if (times_.empty() || seq < first_seq_) return;
  const std::uint64_t end = std::min<std::uint64_t>(seq - first_seq_ + 1, times_.size());
  const std::uint64_t mark = std::min<std::uint64_t>(end / kMark, (times_.size() - 1) / kMark);
  for (std::size_t lane = 0; lane < out.size(); ++lane)
    out[lane] = marks_[mark * kMostLanes + lane];
  for (std::uint64_t i = mark * kMark; i < end; ++i) {
    if (lane_[i] < out.size()) ++out[lane_[i]];
  }
}

void EventDensity::count(std::span<const std::uint64_t> edges, std::vector<std::uint32_t>& out) const {
  const std::size_t bins = edges.empty() ? 0 : edges.size() - 1;
  const std::size_t rows = lanes_.size();
  out.assign(bins * rows, 0);
  if (bins == 0 || rows == 0) return;
  std::array<std::uint32_t, kMostLanes> before{};
  std::array<std::uint32_t, kMostLanes> after{};
  cumulate(edges[0], std::span(before).first(rows));
  for (std::size_t bin = 0; bin < bins; ++bin) {
    if (edges[bin + 1] == edges[bin]) continue;
    cumulate(edges[bin + 1], std::span(after).first(rows));
    for (std::size_t lane = 0; lane < rows; ++lane)
      out[lane * bins + bin] = after[lane] - before[lane];
    std::swap(before, after);
  }
}

}  // namespace glasspost::gui
