#include "engine/scenario/virtual_world.h"

#include <utility>
#include <variant>

#include "engine/base/assert.h"
#include "engine/scenario/world_events.h"
#include "engine/sim/disk.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kDatabaseFile = "mail.db";

sim::LinkOptions whole_path(const LinkProfile& profile) {
  sim::LinkOptions out;
  out.latency = profile.latency;
  out.jitter = profile.jitter;
  out.bandwidth = profile.bandwidth;
  out.loss_ppm = profile.loss;
  return out;
}

// The loss of each of two links in a row that together lose `ppm`: both let through the root of what is kept.
// Whole numbers only, so that every build finds the same.
std::uint32_t half_loss(std::uint32_t ppm) {
  constexpr std::uint64_t kWhole = 1'000'000;
  const std::uint64_t kept = (kWhole - ppm) * kWhole;
  std::uint64_t root = kWhole;
  while (root * root > kept)
    root = (root + kept / root) / 2;
  return static_cast<std::uint32_t>(kWhole - root);
}

// A path through the internet passes two access links: each has half of the path's latency and jitter.
sim::LinkOptions half_path(const LinkProfile& profile) {
  sim::LinkOptions out = whole_path(profile);
  out.latency = profile.latency / 2;
  out.jitter = profile.jitter / 2;
  out.loss_ppm = half_loss(profile.loss);
  return out;
}

}  // namespace

struct VirtualWorld::Perform {
  VirtualWorld& self;

  void operator()(const SendMail& a) const {
    if (HostSoftware* software = self.software(a.device)) software->send(a);
  }
  void operator()(const UseDevice& a) const {
    if (HostSoftware* software = self.software(a.device)) software->use(a);
  }
  void operator()(const InjectMail& a) const {
    if (HostSoftware* software = self.software(a.host)) software->inject(a);
  }
  void operator()(const StopHost& a) const { host(a.host).stop(); }
  void operator()(const CrashHost& a) const { host(a.host).crash(); }
  void operator()(const RestartHost& a) const { host(a.host).restart(); }
  void operator()(const CutLink& a) const {
    self.for_links(a.name, a.pairs, [](sim::Link& link) { link.cut(); });
  }
  void operator()(const RestoreLink& a) const {
    self.for_links(a.name, a.pairs, [](sim::Link& link) { link.restore(); });
  }
  void operator()(const ChangeLink& a) const {
    const LinkProfile& profile = a.profile;
    self.for_links(a.name, a.pairs, [&](sim::Link& link) { link.set_options(whole_path(profile)); });
  }
  void operator()(const SignWith& a) const {
    for (const Host& candidate : self.scenario_.hosts) {
      HostSoftware* software = candidate.mail_server ? self.software(candidate.name) : nullptr;
      if (software != nullptr) software->sign_with(a);
    }
  }
  void operator()(const SetRecord& a) const {
    // Every running server of the zone gets the new records, as a zone transfer would see to.
    for (const Host& candidate : self.scenario_.hosts) {
      if (!candidate.name_server) continue;
      for (const std::string& zone : candidate.name_server->zones) {
        HostSoftware* software = zone == a.zone ? self.software(candidate.name) : nullptr;
        if (software == nullptr) continue;
        const Ok changed = software->set_record(a);
        if (!changed && !self.failure_) self.failure_ = changed.error();
      }
    }
  }

  sim::Host& host(const std::string& name) const {
    sim::Host* found = self.world_->find_host(name);
    GLASSPOST_ASSERT(found != nullptr);  // the loader knows every host's name
    return *found;
  }
};

VirtualWorld::VirtualWorld(const Scenario& scenario, trace::Recorder& recorder)
    : scenario_(scenario), recorder_(recorder) {}

VirtualWorld::~VirtualWorld() = default;

Result<std::unique_ptr<VirtualWorld>> VirtualWorld::make(const Scenario& scenario, std::uint64_t seed,
                                                         trace::Recorder& recorder, std::string_view source) {
  std::unique_ptr<VirtualWorld> self(new VirtualWorld(scenario, recorder));
  Result<WorldPki> pki = WorldPki::make_virtual(scenario, seed);
  if (!pki) return fail(pki.error());
  self->pki_.emplace(std::move(*pki));

  sim::WorldOptions options;
  options.seed = seed;
  options.start = scenario.start;
  options.link = half_path(scenario.network.default_link);
  self->world_ = std::make_unique<sim::World>(options);
  sim::World* world = self->world_.get();
  self->tap_ = std::make_unique<tap::Tap>(
      recorder, world->scheduler(), [world] { return world->now(); }, tap::TapOptions{});
  tell_world(*self->tap_, scenario, {seed, scenario.start, true, source});
  world->set_tap(&self->tap_->wire());

  self->add_hosts();
  self->add_links();
  self->install_software();
  self->schedule_script();
  return self;
}

void VirtualWorld::add_hosts() {
  for (std::size_t i = 0; i < scenario_.hosts.size(); ++i) {
    const Host& host = scenario_.hosts[i];
    const sim::Host& added = world_->add_host(host.name, host.addresses);
    GLASSPOST_ASSERT(added.id().value == i + 1);
  }
}

void VirtualWorld::add_links() {
  for (const Link& link : scenario_.network.links) {
    world_->connect(*world_->find_host(link.a), *world_->find_host(link.b), whole_path(link.profile));
  }
}

void VirtualWorld::install_software() {
  for (const Host& host : scenario_.hosts) {
    sim::Host& machine = *world_->find_host(host.name);
    machine.install([this, &host, &machine](sim::Incarnation& incarnation) -> std::shared_ptr<void> {
      SoftwareGround ground{scenario_, host, machine.id(), *tap_, *pki_, {}, {}, false};
      const HostServices services = incarnation.services();
      ground.open_database = [this, &machine, &scheduler = services.scheduler] {
        const store::DatabaseConfig config{std::string(kDatabaseFile), machine.disk().vfs_name()};
        return store::Database::open(config, scheduler, executor_);
      };
      ground.failed = [this](Error error) {
        if (!failure_) failure_ = std::move(error);
      };
      auto software = std::make_shared<HostSoftware>(std::move(ground), services);
      running_[host.name] = software;
      software->start([] {});
      return software;
    });
  }
}

void VirtualWorld::schedule_script() {
  for (const Action& action : scenario_.script) {
    world_->at(scenario_.start + action.at, [this, &action] { perform(action); });
  }
}

void VirtualWorld::perform(const Action& action) {
  const CauseScope scope(world_->scheduler(), Cause{});
  tell_action(*tap_, scenario_, action);
  std::visit(Perform{*this}, action.what);
}

HostSoftware* VirtualWorld::software(std::string_view host) {
  const sim::Host* machine = world_->find_host(host);
  if (machine == nullptr || machine->state() != sim::Host::State::kUp) return nullptr;
  const auto it = running_.find(host);
  return it == running_.end() ? nullptr : it->second.lock().get();
}

sim::Link& VirtualWorld::pair_link(const HostPair& pair) {
  sim::Host& a = *world_->find_host(pair.a);
  sim::Host& b = *world_->find_host(pair.b);
  if (sim::Link* link = world_->find_link(pair.a + "~" + pair.b)) return *link;
  if (sim::Link* link = world_->find_link(pair.b + "~" + pair.a)) return *link;
  // From now on these two have a path of their own, like the one through the internet.
  return world_->connect(a, b, whole_path(scenario_.network.default_link));
}

template <class Change>
void VirtualWorld::for_links(const std::string& name, const std::vector<HostPair>& pairs, Change change) {
  // A host's name means its way to everybody: its access link, and its own cables.
  if (const sim::Host* machine = world_->find_host(name)) {
    change(world_->access_link(*machine));
    for (const Link& link : scenario_.network.links) {
      if (link.a == name || link.b == name) change(pair_link({link.a, link.b}));
    }
    return;
  }
  for (const HostPair& pair : pairs)
    change(pair_link(pair));
}

}  // namespace glasspost::scenario
