#include "engine/scenario/real_world.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/scenario/world_events.h"
#include "engine/trace/payload.h"

namespace glasspost::scenario {
namespace {

// How long software may take to stop in order before it is left where it stands.
constexpr Duration kStopPatience = Duration::seconds(10);

std::string_view protocol_of(Service service) {
  switch (service) {
    case Service::kSmtp:
      return "smtp";
    case Service::kSubmission:
      return "submission";
    case Service::kSubmissions:
      return "submissions";
    case Service::kImap:
      return "imap";
    case Service::kImaps:
      return "imaps";
    case Service::kPop3:
      return "pop3";
    case Service::kPop3s:
      return "pop3s";
  }
  return "";
}

std::string_view tls_of(const Listener& listener) {
  if (is_implicit_tls(listener.service)) return "implicit";
  return listener.tls == TlsPolicy::kNone ? "none" : "starttls";
}

}  // namespace

struct RealWorld::Perform {
  RealWorld& self;

  void operator()(const SendMail& a) const {
    if (HostSoftware* software = self.software(a.device)) software->send(a);
  }
  void operator()(const UseDevice& a) const {
    if (HostSoftware* software = self.software(a.device)) software->use(a);
  }
  void operator()(const InjectMail& a) const {
    if (HostSoftware* software = self.software(a.host)) software->inject(a);
  }
  void operator()(const StopHost& a) const { self.stop_host(a.host); }
  void operator()(const CrashHost& a) const { self.stop_host(a.host); }
  void operator()(const RestartHost& a) const { self.restart_host(a.host); }
  void operator()(const CutLink&) const { not_done(); }
  void operator()(const RestoreLink&) const { not_done(); }
  void operator()(const ChangeLink&) const { not_done(); }
  void operator()(const SignWith& a) const {
    for (const Host& candidate : self.scenario_.hosts) {
      HostSoftware* software = candidate.mail_server ? self.software(candidate.name) : nullptr;
      if (software != nullptr) software->sign_with(a);
    }
  }
  void operator()(const SetRecord& a) const {
    for (const Host& candidate : self.scenario_.hosts) {
      if (!candidate.name_server) continue;
      const auto& zones = candidate.name_server->zones;
      if (std::find(zones.begin(), zones.end(), a.zone) == zones.end()) continue;
      HostSoftware* software = self.software(candidate.name);
      if (software == nullptr) continue;
      const Ok changed = software->set_record(a);
      if (!changed) self.fail_with(changed.error());
    }
  }

  void not_done() const {
    trace::payload::UserAction told;
    told.who = "glasspost";
    told.action = "not-done";
    told.detail = "a link of real sockets cannot be cut, restored or changed";
    self.tap_->record({}, {}, {}, told);
  }
};

RealWorld::RealWorld(const Scenario& scenario, const ServeOptions& options, std::filesystem::path state,
                     trace::Recorder& recorder)
    : scenario_(scenario), options_(options), state_(std::move(state)), recorder_(recorder) {}

RealWorld::~RealWorld() = default;

Result<std::unique_ptr<RealWorld>> RealWorld::make(const Scenario& scenario, const ServeOptions& options,
                                                   const std::filesystem::path& state,
                                                   trace::Recorder& recorder) {
  std::unique_ptr<RealWorld> self(new RealWorld(scenario, options, state, recorder));
  net::IoWorldOptions io;
  io.port_offset = options.port_offset;
  self->io_ = std::make_unique<net::IoWorld>(io);
  self->disk_ = std::make_unique<net::DiskThread>(*self->io_);
  net::IoWorld* world = self->io_.get();
  tap::TapOptions tap_options;
  tap_options.redact = !options.keep_secrets;
  self->tap_ = std::make_unique<tap::Tap>(
      recorder, world->scheduler(), [world] { return world->clock().now(); }, tap_options);
  tell_world(*self->tap_, scenario, {scenario.seed, world->clock().now(), false, options.source});
  world->set_tap(&self->tap_->wire());
  Ok added = self->add_hosts();
  if (!added) return fail(added.error());

  WorldPki::LocalNames local;
  local.dns_names = {"localhost"};
  for (const Host& host : scenario.hosts) {
    std::vector<IpAddress>& addresses = local.addresses[host.name];
    addresses.push_back(IpAddress::v4({127, 0, 0, 1}));
    for (const IpAddress& address : host.addresses) {
      if (const auto real = world->addresses().real_address(address)) addresses.push_back(*real);
    }
  }
  Result<WorldPki> pki = WorldPki::make_real(scenario, world->clock().now(), state, local);
  if (!pki) return fail(pki.error());
  self->pki_.emplace(std::move(*pki));
  return self;
}

Ok RealWorld::add_hosts() {
  for (std::size_t i = 0; i < scenario_.hosts.size(); ++i) {
    const Host& host = scenario_.hosts[i];
    const bool first_mail_server = host.mail_server && localhost_host_.empty();
    if (first_mail_server) localhost_host_ = host.name;
    const HostId id{static_cast<std::uint32_t>(i + 1)};
    auto services = io_->add_host({id, host.addresses, first_mail_server});
    if (!services) return fail(services.error());
    services_.push_back(*services);
  }
  return {};
}

std::unique_ptr<HostSoftware> RealWorld::make_software(std::size_t index) {
  const Host& host = scenario_.hosts[index];
  const HostServices& services = services_[index];
  SoftwareGround ground{scenario_, host, HostId{static_cast<std::uint32_t>(index + 1)}, *tap_, *pki_, {},
                        {},        true};
  ground.open_database = [this, &host, &scheduler = services.scheduler] {
    const store::DatabaseConfig config{(state_ / (host.name + ".db")).string(), ""};
    return store::Database::open(config, scheduler, *disk_);
  };
  ground.failed = [this](Error error) { fail_with(std::move(error)); };
  return std::make_unique<HostSoftware>(std::move(ground), services);
}

void RealWorld::start(std::function<void()> ready) {
  const auto waiting = std::make_shared<std::size_t>(scenario_.hosts.size());
  const auto started = [this, waiting, ready = std::move(ready)] {
    if (--*waiting == 0 && !failure_) ready();
  };
  for (std::size_t i = 0; i < scenario_.hosts.size(); ++i) {
    const std::string& name = scenario_.hosts[i].name;
    running_[name] = make_software(i);
    running_[name]->start(started);
  }
}

void RealWorld::run_script() {
  script_timer_ = io_->clock().make_timer("script");
  tasks_.spawn(act_in_time(io_->clock().now()));
}

Task<void> RealWorld::act_in_time(Instant start) {
  for (const Action& action : scenario_.script) {
    const Instant moment = start + action.at;
    const Ok waited = co_await script_timer_->wait_until(moment);
    if (!waited || ending_) co_return;
    perform(action);
  }
}

void RealWorld::perform(const Action& action) {
  const CauseScope scope(io_->scheduler(), Cause{});
  tell_action(*tap_, scenario_, action);
  std::visit(Perform{*this}, action.what);
}

void RealWorld::stop_host(std::string_view host) {
  const auto it = running_.find(host);
  if (it == running_.end()) return;
  stopped_.push_back(std::move(it->second));
  running_.erase(it);
  trace::payload::HostState state;
  state.up = false;
  state.reason = "stopped";
  tap_->record(host_id(scenario_, host), {}, {}, state);
  tasks_.spawn(stop_software(stopped_.back().get()));
}

void RealWorld::restart_host(std::string_view host) {
  stop_host(host);
  const HostId id = host_id(scenario_, host);
  if (!id) return;
  trace::payload::HostState state;
  state.incarnation = 2;
  state.reason = "restarted";
  tap_->record(id, {}, {}, state);
  auto software = make_software(id.value - 1);
  software->start([] {});
  running_[std::string(host)] = std::move(software);
}

Task<void> RealWorld::stop_software(HostSoftware* software) {
  co_await software->stop();
}

void RealWorld::run() {
  if (!failure_) io_->run();
}

void RealWorld::end(std::string_view reason) {
  if (ending_) return;
  ending_ = true;
  io_->scheduler().set_cause(Cause{});
  trace::payload::RunEnded ended;
  ended.reason = reason;
  tap_->record({}, {}, {}, ended);
  if (script_timer_) script_timer_->cancel();
  end_timer_ = io_->clock().make_timer("stop");
  tasks_.spawn(give_up_stopping());
  tasks_.spawn(stop_all());
}

Task<void> RealWorld::stop_all() {
  // Those who send stop before those who answer: in the order of the scenario, name servers and resolvers
  // last.
  std::vector<HostSoftware*> order;
  for (const bool names : {false, true}) {
    for (const Host& host : scenario_.hosts) {
      const bool answers_names = host.name_server.has_value() || host.resolver.has_value();
      HostSoftware* running = answers_names == names ? software(host.name) : nullptr;
      if (running != nullptr) order.push_back(running);
    }
  }
  for (HostSoftware* running : order) {
    co_await running->stop();
  }
  end_timer_->cancel();
  io_->stop();
}

Task<void> RealWorld::give_up_stopping() {
  const Instant limit = io_->clock().now() + kStopPatience;
  const Ok waited = co_await end_timer_->wait_until(limit);
  if (waited) io_->stop();
}

void RealWorld::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
  io_->stop();
}

HostSoftware* RealWorld::software(std::string_view host) {
  const auto it = running_.find(host);
  return it == running_.end() ? nullptr : it->second.get();
}

std::vector<ServedPort> RealWorld::ports() const {
  std::vector<ServedPort> out;
  for (const Host& host : scenario_.hosts) {
    const auto add = [&](std::string_view protocol, std::string_view tls, std::uint16_t port) {
      if (const auto real = io_->addresses().real({host.addresses.front(), port})) {
        const bool localhost = host.name == localhost_host_ && protocol != "dns";
        out.push_back({host.name, std::string(protocol), std::string(tls), *real, localhost});
      }
    };
    if (host.mail_server) {
      for (const Listener& listener : host.mail_server->listeners) {
        add(protocol_of(listener.service), tls_of(listener), listener.port);
      }
    }
    if (host.name_server || host.resolver) add("dns", "none", 53);
  }
  return out;
}

}  // namespace glasspost::scenario
