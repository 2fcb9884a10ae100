#pragma once

// Inner header of engine/net.

#include <memory>

#include "engine/net/world_state.h"

namespace glasspost::net {

struct DatagramState;

class IoDatagramSocket final : public DatagramSocket {
 public:
  /// As IoListener::open.
  static Result<std::unique_ptr<DatagramSocket>> open(WorldState& world, HostId host, Endpoint local,
                                                      const Endpoint& real);
  explicit IoDatagramSocket(std::shared_ptr<DatagramState> state) : state_(std::move(state)) {}
  ~IoDatagramSocket() override { close(); }

  Task<Result<ReceivedDatagram>> receive(Instant deadline) override;
  Task<Ok> send(Endpoint to, std::string_view bytes) override;
  void close() override;
  [[nodiscard]] Endpoint local() const override;

 private:
  std::shared_ptr<DatagramState> state_;
};

}  // namespace glasspost::net
