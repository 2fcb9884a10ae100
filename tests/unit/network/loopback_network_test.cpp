#include <unistd.h>

#include "engine/net/io_world.h"
#include "tests/unit/network/network_conformance.h"

namespace glasspost {
namespace {

class LoopbackNetworkWorld final : public NetworkWorld {
 public:
  LoopbackNetworkWorld()
      : world_(options()),
        client_(*world_.add_host({HostId{1}, addresses("192.0.2.1", "2001:db8::1"), false})),
        server_(*world_.add_host({HostId{2}, addresses("198.51.100.1", "2001:db8::2"), false})) {}

  HostServices client() override { return client_; }
  HostServices server() override { return server_; }
  bool run_until(const std::function<bool()>& done) override {
    return world_.run_until(done, Duration::seconds(20));
  }

 private:
  static net::IoWorldOptions options() {
    net::IoWorldOptions options;
    // Programs of this test that run side by side stay out of each other's way.
    options.loopback_network = static_cast<std::uint8_t>(1 + ::getpid() % 250);
    return options;
  }
  static std::vector<IpAddress> addresses(std::string_view v4, std::string_view v6) {
    return {IpAddress::parse(v6).value(), IpAddress::parse(v4).value()};
  }

  net::IoWorld world_;
  HostServices client_;
  HostServices server_;
};

INSTANTIATE_TEST_SUITE_P(Loopback, NetworkConformance,
                         testing::Values(NetworkKind{
                             "Sockets", [] { return std::make_unique<LoopbackNetworkWorld>(); }}),
                         kind_name);

}  // namespace
}  // namespace glasspost
