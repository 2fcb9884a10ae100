#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "engine/runtime/host_services.h"

namespace glasspost {

/// Two hosts on one network, the virtual one or real sockets: what the conformance body needs of either.
class NetworkWorld {
 public:
  virtual ~NetworkWorld() = default;
  virtual HostServices client() = 0;
  virtual HostServices server() = 0;
  /// Runs the world until `done()` is true. False if that has not come after a minute of the world's time (a
  /// few seconds on real sockets), or if nothing is left that could happen.
  virtual bool run_until(const std::function<bool()>& done) = 0;
};

/// One network to test. The body needs ports 2525, 2526 and 5353 of both hosts.
struct NetworkKind {
  std::string name;
  std::function<std::unique_ptr<NetworkWorld>()> make;
  friend void PrintTo(const NetworkKind& kind, std::ostream* out) { *out << kind.name; }
};

/// Both ends of one connection.
struct Pair {
  std::unique_ptr<Listener> listener;
  ByteStreamPtr client;
  ByteStreamPtr server;
};

/// Instantiated once a network in a file beside this one:
/// `INSTANTIATE_TEST_SUITE_P(Virtual, NetworkConformance, testing::Values(NetworkKind{...}), kind_name)`.
class NetworkConformance : public testing::TestWithParam<NetworkKind> {
 protected:
  static constexpr std::uint16_t kPort = 2525;

  void SetUp() override { world_ = GetParam().make(); }
  void TearDown() override { world_.reset(); }
  [[nodiscard]] bool run_until(const std::function<bool()>& done) { return world_->run_until(done); }
  [[nodiscard]] Endpoint server_endpoint() const {
    return {world_->server().network.addresses().front(), kPort};
  }
  [[nodiscard]] static Instant soon(HostServices host) {
    return host.clock.now() + Duration::milliseconds(50);
  }
  /// Listens at the server and opens one connection to there.
  void connect(Pair& pair);

  std::unique_ptr<NetworkWorld> world_;
};

inline std::string kind_name(const testing::TestParamInfo<NetworkKind>& info) {
  return info.param.name;
}

}  // namespace glasspost
