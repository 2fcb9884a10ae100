#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/trace/trace.h"

namespace glasspost::gui {

/// An event that stands out on the timeline.
enum class LandmarkKind : std::uint8_t { kPerson, kVerdict, kDelivered, kDeferred, kBounced, kFault };
struct Landmark {
  std::uint64_t seq = 0;
  Instant time;
  LandmarkKind kind{};
  HostId host;
  bool bad = false;  ///< a verdict that is no pass, a failure
};

/// Where a trace's events lie: how many a host has within any range, without looking at each. Events are
/// appended in order; 10 bytes of memory an event.
class EventDensity {
 public:
  /// More hosts than these share the last lane.
  static constexpr std::size_t kMostLanes = 32;
  /// Takes in the events up to `last` that it has not seen.
  void extend(const trace::Trace& trace, std::uint64_t last);

  [[nodiscard]] std::uint64_t first_seq() const { return first_seq_; }
  [[nodiscard]] std::uint64_t last_seq() const { return first_seq_ + times_.size() - 1; }
  [[nodiscard]] bool empty() const { return times_.empty(); }
  /// Hosts that have events, by lane. Events of no host are in none.
  [[nodiscard]] const std::vector<HostId>& lanes() const { return lanes_; }
  /// Of all of a lane.
  [[nodiscard]] std::uint32_t events_of(std::size_t lane) const { return running_[lane]; }
  [[nodiscard]] const std::vector<Landmark>& landmarks() const { return landmarks_; }
  /// Mail-altered events.
  [[nodiscard]] const std::vector<std::uint64_t>& alterations() const { return alterations_; }

  [[nodiscard]] Instant time_of(std::uint64_t seq) const;
  /// The last event at or before the moment; first_seq() - 1 if there is none.
  [[nodiscard]] std::uint64_t seq_at(Instant moment) const;

  /// For each lane (rows) and each pair of neighbouring edges (columns): how many events e there are with
  /// edges[i] < e <= edges[i + 1]. Edges ascend. Cost: the edges and a few hundred events for each.
  void count(std::span<const std::uint64_t> edges, std::vector<std::uint32_t>& out) const;

 private:
  static constexpr std::size_t kMark = 256;  // cumulative counts are kept every so many events
  static constexpr std::uint8_t kNoLane = 255;

  void add_landmark(const trace::EventView& event);
  [[nodiscard]] std::uint8_t lane_of(HostId host);
  /// Counts of all lanes up to and including `seq`, into `out`.
  void cumulate(std::uint64_t seq, std::span<std::uint32_t> out) const;

  std::uint64_t first_seq_ = 1;
  std::vector<std::int64_t> times_;
  std::vector<std::uint8_t> lane_;
  std::vector<HostId> lanes_;
  std::vector<std::uint32_t> running_;  // of each lane
  std::vector<std::uint32_t> marks_;    // kMostLanes numbers for each kMark events: before the first of them
  std::vector<Landmark> landmarks_;
  std::vector<std::uint64_t> alterations_;
};

}  // namespace glasspost::gui
