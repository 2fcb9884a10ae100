#pragma once

// Inner header of engine/net.

#include <deque>
#include <memory>
#include <vector>

#include "engine/net/world_state.h"

namespace glasspost::net {

struct ListenerState;

/// Listens at the host's own loopback address, and at 127.0.0.1 for a host that wants it. Connections that
/// nobody accepts wait in the kernel's queue; one per address has been taken out of it at most.
class IoListener final : public Listener {
 public:
  /// `local` is the scenario's endpoint, `real` where it stands. Errors: as Network::listen.
  static Result<std::unique_ptr<Listener>> open(WorldState& world, HostId host, Endpoint local,
                                                const Endpoint& real, bool also_on_localhost);
  explicit IoListener(std::shared_ptr<ListenerState> state) : state_(std::move(state)) {}
  ~IoListener() override { close(); }

  Task<Result<ByteStreamPtr>> accept() override;
  void close() override;
  [[nodiscard]] Endpoint local() const override;

 private:
  std::shared_ptr<ListenerState> state_;
};

}  // namespace glasspost::net
