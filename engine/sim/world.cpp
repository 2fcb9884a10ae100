#include "engine/sim/world.h"

#include <algorithm>

#include "engine/sim/disk.h"
#include "engine/sim/tcp.h"

namespace glasspost::sim {
namespace {

/// From a host to itself.
constexpr Duration kLoopbackDelay = Duration::microseconds(10);

}  // namespace

World::World(const WorldOptions& options)
    : start_(options.start),
      now_(options.start),
      seed_(options.seed),
      default_link_(options.link),
      tap_(options.tap != nullptr ? options.tap : &null_tap_),
      tcp_(std::make_unique<Tcp>(*this)) {}

World::~World() {
  tap_ = &null_tap_;
  for (const auto& host : hosts_)
    host->end_incarnation(false);
  settle();
}

void World::set_tap(WireTap* tap) {
  tap_ = tap != nullptr ? tap : &null_tap_;
}

Host& World::add_host(std::string name, std::vector<IpAddress> addresses) {
  return add_host(std::move(name), std::move(addresses), default_link_);
}

Host& World::add_host(std::string name, std::vector<IpAddress> addresses, const LinkOptions& link) {
  const HostId id{static_cast<std::uint32_t>(hosts_.size() + 1)};
  GLASSPOST_ASSERT(!addresses.empty());
  GLASSPOST_ASSERT(hosts_by_name_.emplace(name, id).second);
  for (const IpAddress& address : addresses) {
    GLASSPOST_ASSERT(!address.is_loopback() && !address.is_unspecified());
    GLASSPOST_ASSERT(hosts_by_address_.emplace(address, id).second);
  }
  hosts_.push_back(std::make_unique<Host>(*this, id, std::move(name), std::move(addresses)));
  Host& host = *hosts_.back();
  links_.push_back(std::make_unique<Link>(*this, host.name() + "~internet", id, HostId{}, link));
  host.access_link_ = links_.back().get();
  return host;
}

Host* World::find_host(std::string_view name) {
  const auto found = hosts_by_name_.find(name);
  return found == hosts_by_name_.end() ? nullptr : find_host(found->second);
}

Host* World::find_host(HostId id) {
  return id.value == 0 || id.value > hosts_.size() ? nullptr : hosts_[id.value - 1].get();
}

Host* World::find_host(const IpAddress& address) {
  const auto found = hosts_by_address_.find(address);
  return found == hosts_by_address_.end() ? nullptr : find_host(found->second);
}

Link& World::access_link(const Host& host) {
  return *host.access_link_;
}

Link& World::connect(Host& a, Host& b, const LinkOptions& options) {
  GLASSPOST_ASSERT(&a != &b);
  if (const auto found = a.direct_links_.find(b.id()); found != a.direct_links_.end()) {
    found->second->set_options(options);
    return *found->second;
  }
  links_.push_back(std::make_unique<Link>(*this, a.name() + "~" + b.name(), a.id(), b.id(), options));
  Link* const link = links_.back().get();
  a.direct_links_.emplace(b.id(), link);
  b.direct_links_.emplace(a.id(), link);
  return *link;
}

Link* World::find_link(std::string_view name) {
  for (const auto& link : links_)
    if (link->name() == name) return link.get();
  return nullptr;
}

World::RuleId World::add_rule(std::unique_ptr<PacketRule> rule) {
  rules_.push_back({next_rule_, {}, std::move(rule)});
  return next_rule_++;
}

World::RuleId World::partition(const std::vector<HostId>& island) {
  std::string names;
  for (const HostId id : island) {
    const Host* const host = find_host(id);
    if (host != nullptr) names += (names.empty() ? "" : ", ") + host->name();
  }
  const RuleId id = add_rule(std::make_unique<Partition>(std::set<HostId>(island.begin(), island.end())));
  tell_fault(FaultKind::kPartitioned, {}, names);
  rules_.back().partition = std::move(names);
  return id;
}

void World::remove_rule(RuleId id) {
  const auto found =
      std::find_if(rules_.begin(), rules_.end(), [id](const AddedRule& rule) { return rule.id == id; });
  if (found == rules_.end()) return;
  const std::optional<std::string> partition = std::move(found->partition);
  rules_.erase(found);
  if (partition) tell_fault(FaultKind::kHealed, {}, *partition);
}

Cause World::tell_fault(FaultKind kind, HostId host, std::string detail) {
  return tap_->fault(occasion(), FaultNotice{kind, host, std::move(detail)});
}

// The link that a packet takes first; `second` where it goes on through the internet.
Link* World::route(const Packet& packet, Link*& second) {
  second = nullptr;
  Host& from = *find_host(packet.from);
  if (!from.direct_links_.empty()) {
    const auto direct = from.direct_links_.find(packet.to);
    if (direct != from.direct_links_.end()) return direct->second;
  }
  if (Host* const to = find_host(packet.to); to != nullptr) second = to->access_link_;
  return from.access_link_;
}

Passage World::depart(const Packet& packet) {
  Passage passage{now_, std::nullopt};
  if (packet.from == packet.to) {
    passage.at = now_ + kLoopbackDelay;
    return passage;
  }
  for (const AddedRule& added : rules_) {
    added.rule->judge(packet, passage);
    if (passage.lost) return passage;
  }
  Link* second = nullptr;
  route(packet, second)->judge(packet, passage);
  if (passage.lost) return passage;
  if (!packet.to)
    passage.lost = LossReason::kNoRoute;
  else if (second != nullptr)
    second->judge(packet, passage);
  return passage;
}

std::optional<LossReason> World::severed(const Packet& packet) {
  if (packet.from == packet.to) return std::nullopt;
  for (const AddedRule& added : rules_)
    if (const auto reason = added.rule->severed(packet)) return reason;
  Link* second = nullptr;
  if (const auto reason = route(packet, second)->severed(packet)) return reason;
  return second != nullptr ? second->severed(packet) : std::nullopt;
}

void World::forget_ready(std::coroutine_handle<> frame) {
  const auto forget = [frame](Ready& ready) {
    if (ready.frame == frame) ready.frame = nullptr;
  };
  std::for_each(running_.begin() + static_cast<std::ptrdiff_t>(running_next_), running_.end(), forget);
  std::for_each(scheduler_.arriving.begin(), scheduler_.arriving.end(), forget);
}

bool World::run_ready() {
  bool ran = false;
  while (!scheduler_.arriving.empty()) {
    running_.swap(scheduler_.arriving);
    for (running_next_ = 0; running_next_ < running_.size();) {
      const Ready ready = running_[running_next_++];
      if (!ready.frame) continue;
      scheduler_.set_cause(ready.cause);
      ready.frame.resume();
    }
    running_.clear();
    running_next_ = 0;
    ran = true;
  }
  scheduler_.set_cause({});
  return ran;
}

// Runs everything that happens at this moment because of what has happened, and then lets the dead go.
bool World::settle() {
  bool ran = false;
  for (;;) {
    if (run_ready()) {
      ran = true;
    } else if (tcp_->has_pending_acks()) {
      tcp_->send_pending_acks();
      ran = true;
    } else if (!dying_.empty()) {
      Incarnation* const dead = dying_.front();
      dying_.erase(dying_.begin());
      dead->software_.reset();
    } else {
      return ran;
    }
  }
}

void World::run_event() {
  now_ = std::max(now_, events_.next_time());
  ++events_run_;
  events_.run_next();
  settle();
}

bool World::step() {
  if (settle()) return true;
  if (events_.empty()) return false;
  run_event();
  return true;
}

void World::run_until(Instant moment) {
  settle();
  while (!events_.empty() && events_.next_time() <= moment)
    run_event();
  now_ = std::max(now_, moment);
}

bool World::run_until_idle(std::uint64_t max_events) {
  settle();
  for (; !events_.empty(); --max_events) {
    if (max_events == 0) return false;
    run_event();
  }
  return true;
}

bool World::run_until(const std::function<bool()>& done, Instant limit) {
  settle();
  while (!done()) {
    if (events_.empty() || events_.next_time() > limit) return false;
    run_event();
  }
  return true;
}

}  // namespace glasspost::sim
