#include "gui/model/timeline_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/dissect/short_names.h"

namespace glasspost::gui {
namespace {

// Landmarks nearer than this share of the width fall on each other.
constexpr float kMarkWidth = 0.012F;
constexpr std::ptrdiff_t kMostLooked = 4000;

bool serves_names(const trace::Projection& world, HostId host) {
  const trace::HostView* view = world.hosts().find(host);
  return view != nullptr && !view->roles.empty() &&
         std::all_of(view->roles.begin(), view->roles.end(),
                     [](const std::string& role) { return role == "name-server" || role == "resolver"; });
}

}  // namespace

void TimelineSheet::update(const EventDensity& density, const Schedule& schedule,
                           const trace::Projection& world, const TimelineView& view, std::size_t columns,
                           std::size_t lanes, const std::string& others) {
  const std::uint64_t seen = density.empty() ? 0 : density.last_seq();
  const bool same = seen == seen_ && schedule_ == &schedule && anchors_ == schedule.anchors().size() &&
                    columns == columns_ && lanes == most_lanes_ && others == others_ && view.zoom == zoom_ &&
                    view.begin == shown_;
  if (same) return;
  seen_ = seen;
  schedule_ = &schedule;
  anchors_ = schedule.anchors().size();
  columns_ = columns;
  most_lanes_ = lanes;
  others_ = others;
  zoom_ = view.zoom;
  shown_ = view.begin;
  const double whole = std::max(1.0, static_cast<double>(schedule.length().ns));
  length_ns_ = whole / std::max(1.0, view.zoom);
  begin_ns_ = std::clamp(view.begin * whole, 0.0, whole - length_ns_);
  arrange(density, world, lanes, others);
  count(density, schedule);
  place_marks(density, schedule);
}

void TimelineSheet::arrange(const EventDensity& density, const trace::Projection& world, std::size_t most,
                            const std::string& others) {
  lanes_.clear();
  lane_of_.assign(density.lanes().size(), 0);
  const dissect::ShortNames names(world);
  std::vector<std::size_t> own;
  std::vector<std::size_t> dns;
  for (std::size_t i = 0; i < density.lanes().size(); ++i)
    (serves_names(world, density.lanes()[i]) ? dns : own).push_back(i);
  const std::size_t room = std::max<std::size_t>(most, 2) - (dns.empty() ? 0 : 1);
  const auto add = [&](std::string name) {
    Lane lane;
    lane.name = std::move(name);
    lanes_.push_back(std::move(lane));
  };
  // The busiest keep lanes of their own, in the order in which they came in.
  std::vector<std::size_t> busiest = own;
  std::stable_sort(busiest.begin(), busiest.end(),
                   [&](std::size_t a, std::size_t b) { return density.events_of(a) > density.events_of(b); });
  if (own.size() > room) busiest.resize(room - 1);
  std::vector<std::size_t> rest;
  for (const std::size_t i : own) {
    if (std::find(busiest.begin(), busiest.end(), i) == busiest.end()) {
      rest.push_back(i);
      continue;
    }
    add(names.host(world, density.lanes()[i]));
    lanes_.back().hosts.push_back(density.lanes()[i]);
    lane_of_[i] = lanes_.size() - 1;
  }
  if (!rest.empty()) add(others);
  for (const std::size_t i : rest) {
    lanes_.back().hosts.push_back(density.lanes()[i]);
    lane_of_[i] = lanes_.size() - 1;
  }
  if (dns.empty()) return;
  add("DNS");
  for (const std::size_t i : dns) {
    lanes_.back().hosts.push_back(density.lanes()[i]);
    lane_of_[i] = lanes_.size() - 1;
  }
}

void TimelineSheet::count(const EventDensity& density, const Schedule& schedule) {
  std::vector<std::uint64_t> edges(columns_ + 1);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i <= columns_; ++i) {
    const float x = static_cast<float>(i) / static_cast<float>(std::max<std::size_t>(columns_, 1));
    edges[i] = std::max(before, schedule.at(screen_at(x)).seq);
    before = edges[i];
  }
  std::vector<std::uint32_t> counts;
  density.count(edges, counts);
  most_ = 1;
  for (Lane& lane : lanes_)
    lane.counts.assign(columns_, 0);
  for (std::size_t lane = 0; lane < lane_of_.size(); ++lane) {
    for (std::size_t column = 0; column < columns_; ++column) {
      std::uint32_t& cell = lanes_[lane_of_[lane]].counts[column];
      cell += counts[lane * columns_ + column];
      most_ = std::max(most_, cell);
    }
  }
}

void TimelineSheet::place_marks(const EventDensity& density, const Schedule& schedule) {
  marks_.clear();
  const std::uint64_t first = schedule.at(screen_at(0)).seq;
  const std::uint64_t last = schedule.at(screen_at(1)).seq;
  const std::vector<Landmark>& all = density.landmarks();
  auto at = std::lower_bound(all.begin(), all.end(), first,
                             [](const Landmark& mark, std::uint64_t seq) { return mark.seq < seq; });
  const auto end = std::upper_bound(at, all.end(), last,
                                    [](std::uint64_t seq, const Landmark& mark) { return seq < mark.seq; });
  // Of very many only every n-th is looked at: there is no room for the others.
  const std::ptrdiff_t step = 1 + (end - at) / kMostLooked;
  std::array<std::size_t, 6> latest{};  // place + 1 in marks_, by kind
  for (; at < end; at += std::min(step, end - at)) {
    const float x = x_of(schedule.screen_of(at->seq));
    std::size_t& same = latest[static_cast<std::size_t>(at->kind)];
    if (same != 0 && x - marks_[same - 1].x < kMarkWidth) {
      ++marks_[same - 1].count;
      marks_[same - 1].landmark.bad |= at->bad;
    } else {
      marks_.push_back({*at, 1, x});
      same = marks_.size();
    }
  }
}

float TimelineSheet::x_of(Duration screen) const {
  return static_cast<float>((static_cast<double>(screen.ns) - begin_ns_) / length_ns_);
}

Duration TimelineSheet::screen_at(float x) const {
  return {static_cast<std::int64_t>(std::llround(begin_ns_ + static_cast<double>(x) * length_ns_))};
}

}  // namespace glasspost::gui
