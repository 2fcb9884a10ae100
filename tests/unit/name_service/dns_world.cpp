#include "tests/unit/name_service/dns_world.h"

#include <algorithm>

#include "engine/protocol/dns/zone_file.h"

namespace glasspost::test {

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

dns::Zone zone(std::string_view text, std::string_view origin) {
  auto parsed = dns::parse_zone_file(text, name(origin));
  EXPECT_TRUE(parsed) << parsed.error().line << ":" << parsed.error().column << " " << parsed.error().message;
  return std::move(*parsed);
}

std::string data(const std::vector<dns::Record>& records) {
  std::string out;
  for (const dns::Record& record : records)
    out += (out.empty() ? "" : "; ") + dns::to_string(record.data);
  return out;
}

bool RecordingObserver::has(std::string_view owner, std::string_view type, std::string_view answer) const {
  return std::any_of(notices.begin(), notices.end(), [&](const DnsCached& cached) {
    return cached.name == owner && cached.type == type && cached.answer == answer;
  });
}

void QueryCounter::judge(const sim::Packet& packet, sim::Passage&) {
  if (packet.destination.port != dns::kPort) return;
  ++(packet.connection ? packets : datagrams)[packet.destination.address];
}

namespace {

constexpr std::string_view kRoot = R"(
@             NS  a.root-servers.example.
a.root-servers.example. A 198.51.100.1
alpha.example NS  ns1.alpha.example.
              NS  ns2.alpha.example.
ns1.alpha.example A 192.0.2.53
ns2.alpha.example A 192.0.2.54
beta.example  NS  ns.beta.example.
ns.beta.example A 198.51.100.53
gamma.example NS  ns.hosting.beta.example.
lost.example  NS  ns.lost.example.
)";

constexpr std::string_view kAlpha = R"(
$TTL 60
@     SOA ns1 hostmaster 1 7200 900 1209600 30
      NS  ns1
      NS  ns2
      MX  10 mx1
ns1   A   192.0.2.53
ns2   A   192.0.2.54
mx1   A   192.0.2.1
www   CNAME host.beta.example.
loop  CNAME loop.beta.example.
self  CNAME self
)";

constexpr std::string_view kBeta = R"(
$TTL 60
@     NS  ns
ns    A   198.51.100.53
host  A   198.51.100.7
loop  CNAME loop.alpha.example.
ns.hosting A 198.51.100.53
)";

}  // namespace

DnsWorld::DnsWorld()
    : world_({.seed = 5, .start = Instant{} + Duration::days(20'000)}),
      root_(world_.add_host("root", {ip("198.51.100.1")})),
      ns1_(world_.add_host("ns1", {ip("192.0.2.53")})),
      ns2_(world_.add_host("ns2", {ip("192.0.2.54")})),
      beta_(world_.add_host("beta", {ip("198.51.100.53"), ip("2001:db8::53")})),
      resolver_(world_.add_host("resolver", {ip("203.0.113.53")})),
      client_(world_.add_host("client", {ip("203.0.113.10")})) {
  auto counter = std::make_unique<QueryCounter>();
  counter_ = counter.get();
  world_.add_rule(std::move(counter));
  start_server(root_, {zone(kRoot, ".")});
  start_server(ns1_, {zone(kAlpha, "alpha.example")});
  start_server(ns2_, {zone(kAlpha, "alpha.example")});
  start_server(beta_, {zone(kBeta, "beta.example"),
                       zone("@ NS ns.hosting.beta.example.\nhost A 198.51.100.8\n", "gamma.example")});
  resolver_.install([this](sim::Incarnation& incarnation) -> std::shared_ptr<void> {
    agent::ResolverHostConfig config;
    config.root_hints = {{name("a.root-servers.example"), {ip("198.51.100.1")}}};
    resolver_host_ = std::make_shared<agent::ResolverHost>(incarnation.services(), observer_, config);
    EXPECT_TRUE(resolver_host_->start());
    return resolver_host_;
  });
  dns::StubConfig stub;
  stub.servers = {{ip("203.0.113.53"), dns::kPort}};
  // Longer than the resolver host may take.
  stub.timeout = Duration::seconds(15);
  stub.rounds = 1;
  stub_ = std::make_unique<dns::StubResolver>(client_.services(), stub);
  world_.run_until(world_.now());
}

DnsWorld::~DnsWorld() = default;

agent::NameServer& DnsWorld::start_server(sim::Host& host, std::vector<dns::Zone> zones) {
  host.install(
      [this, &host, zones = std::move(zones)](sim::Incarnation& incarnation) -> std::shared_ptr<void> {
        dns::ZoneSet set;
        for (const dns::Zone& each : zones)
          set.set(each);
        auto server = std::make_shared<agent::NameServer>(incarnation.services(), std::move(set));
        EXPECT_TRUE(server->start());
        servers_[host.name()] = server;
        return server;
      });
  world_.run_until(world_.now());
  return *servers_[host.name()];
}

}  // namespace glasspost::test
