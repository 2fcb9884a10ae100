#include "engine/sim/world.h"
#include "tests/unit/network/network_conformance.h"

namespace glasspost {
namespace {

IpAddress address(std::string_view text) {
  return IpAddress::parse(text).value();
}

class VirtualNetworkWorld final : public NetworkWorld {
 public:
  explicit VirtualNetworkWorld(const sim::LinkOptions& link)
      : world_({.seed = 7, .start = Instant{} + Duration::days(20'000), .link = link}),
        client_(world_.add_host("client.example", {address("192.0.2.1"), address("2001:db8::1")})),
        server_(world_.add_host("server.example", {address("198.51.100.1"), address("2001:db8::2")})) {}

  HostServices client() override { return client_.services(); }
  HostServices server() override { return server_.services(); }
  bool run_until(const std::function<bool()>& done) override {
    // Lossy links need longer for their megabytes.
    return world_.run_until(done, world_.now() + Duration::hours(1));
  }

 private:
  sim::World world_;
  sim::Host& client_;
  sim::Host& server_;
};

NetworkKind virtual_network(std::string name, const sim::LinkOptions& link) {
  return {std::move(name), [link] { return std::make_unique<VirtualNetworkWorld>(link); }};
}

INSTANTIATE_TEST_SUITE_P(Virtual, NetworkConformance,
                         testing::Values(virtual_network("Plain", {}),
                                         virtual_network("NoLatency", {.latency = Duration{}}),
                                         virtual_network("Slow", {.latency = Duration::milliseconds(100),
                                                                  .bandwidth = 10'000'000}),
                                         virtual_network("Jitter", {.jitter = Duration::milliseconds(30)})),
                         kind_name);

}  // namespace
}  // namespace glasspost
