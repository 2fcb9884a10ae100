#include "engine/sim/link.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/sim/world.h"

namespace glasspost::sim {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

std::string percent(std::uint32_t ppm) {
  std::string text = std::to_string(ppm / 10'000);
  if (const std::uint32_t rest = ppm % 10'000; rest != 0) {
    std::string digits = std::to_string(rest);
    digits.insert(0, 4 - digits.size(), '0');
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "%";
}

// Nanoseconds that `bytes` take at `bandwidth` bits a second, rounded up.
Duration transmission_time(std::uint32_t bytes, std::uint64_t bandwidth) {
  const std::uint64_t bits = std::uint64_t{bytes} * 8;
  return Duration::nanoseconds(static_cast<std::int64_t>((bits * 1'000'000'000 + bandwidth - 1) / bandwidth));
}

}  // namespace

std::string to_string(const LinkOptions& options) {
  std::string text = "latency " + to_string(options.latency);
  if (options.jitter.ns != 0) text += ", jitter " + to_string(options.jitter);
  if (options.bandwidth != 0) text += ", bandwidth " + std::to_string(options.bandwidth) + " bit/s";
  if (options.loss_ppm != 0) text += ", loss " + percent(options.loss_ppm);
  return text;
}

Link::Link(World& world, std::string name, HostId a, HostId b, const LinkOptions& options)
    : world_(world),
      name_(std::move(name)),
      a_(a),
      b_(b),
      options_(options),
      from_a_{RandomStream(world.seed(), name_, "link loss, from a"),
              RandomStream(world.seed(), name_, "link jitter, from a"),
              {},
              {}},
      to_a_{RandomStream(world.seed(), name_, "link loss, to a"),
            RandomStream(world.seed(), name_, "link jitter, to a"),
            {},
            {}} {}

void Link::cut() {
  if (std::exchange(cut_, true)) return;
  world_.tell_fault(FaultKind::kLinkCut, {}, name_);
}

void Link::restore() {
  if (!std::exchange(cut_, false)) return;
  world_.tell_fault(FaultKind::kLinkRestored, {}, name_);
}

void Link::set_options(const LinkOptions& options) {
  if (options == options_) return;
  options_ = options;
  world_.tell_fault(FaultKind::kLinkChanged, {}, name_ + ": " + to_string(options));
}

void Link::set_latency(Duration latency) {
  LinkOptions options = options_;
  options.latency = latency;
  set_options(options);
}

void Link::set_loss_ppm(std::uint32_t loss_ppm) {
  LinkOptions options = options_;
  options.loss_ppm = loss_ppm;
  set_options(options);
}

void Link::judge(const Packet& packet, Passage& passage) {
  if (cut_) {
    passage.lost = LossReason::kLinkCut;
    return;
  }
  Direction& direction = packet.from == a_ ? from_a_ : to_a_;
  if (options_.loss_ppm != 0 && direction.loss.below(kMillion) < options_.loss_ppm) {
    passage.lost = LossReason::kRandom;
    return;
  }
  Instant at = passage.at;
  if (options_.bandwidth != 0) {
    const Duration length = transmission_time(packet.size, options_.bandwidth);
    const Instant begin = direction.gap(world_.now(), at, length);
    if (begin - at > options_.max_queue) {
      passage.lost = LossReason::kQueueFull;
      return;
    }
    direction.occupy(begin, length);
    at = begin + length;
  }
  at = at + options_.latency;
  if (options_.jitter.ns > 0)
    at = at + Duration::nanoseconds(static_cast<std::int64_t>(
                  direction.jitter.below(static_cast<std::uint64_t>(options_.jitter.ns))));
  Instant& last = direction.last_arrival[packet.from];
  last = std::max(last, at);
  passage.at = last;
}

Instant Link::Direction::gap(Instant now, Instant at, Duration length) {
  const auto current =
      std::find_if(busy.begin(), busy.end(), [now](const auto& interval) { return interval.second > now; });
  busy.erase(busy.begin(), current);
  Instant begin = at;
  for (const auto& [from, to] : busy) {
    if (begin + length <= from) break;
    begin = std::max(begin, to);
  }
  return begin;
}

void Link::Direction::occupy(Instant begin, Duration length) {
  const Instant end = begin + length;
  const auto after =
      std::find_if(busy.begin(), busy.end(), [end](const auto& interval) { return interval.first >= end; });
  const bool touches_after = after != busy.end() && after->first == end;
  const bool touches_before = after != busy.begin() && std::prev(after)->second == begin;
  if (touches_before && touches_after) {
    std::prev(after)->second = after->second;
    busy.erase(after);
  } else if (touches_before) {
    std::prev(after)->second = end;
  } else if (touches_after) {
    after->first = begin;
  } else {
    busy.insert(after, {begin, end});
  }
}

std::optional<LossReason> Link::severed(const Packet&) const {
  return cut_ ? std::optional(LossReason::kLinkCut) : std::nullopt;
}

std::optional<LossReason> Partition::severed(const Packet& packet) const {
  if (island_.contains(packet.from) == island_.contains(packet.to)) return std::nullopt;
  return LossReason::kPartitioned;
}

}  // namespace glasspost::sim
