#pragma once

// Inner header of engine/net.

#include <memory>
#include <optional>

#include "engine/net/world_state.h"
#include "engine/runtime/byte_stream.h"

namespace glasspost::net {

/// A TCP socket, shared with the handlers that Asio holds.
struct StreamState : std::enable_shared_from_this<StreamState> {
  StreamState(WorldState& its_world, asio::ip::tcp::socket its_socket)
      : world(its_world), socket(std::move(its_socket)), timer(its_world.io) {}

  [[nodiscard]] bool expired() { return deadline != Instant::never() && world.wall.now() >= deadline; }
  /// Sees to it that a pending operation ends once the deadline has passed.
  void watch_deadline();
  void set_deadline(Instant moment);
  void start_read(std::span<char> into);
  void wait_writable();
  void start_connect(const Endpoint& real);
  /// Asio's error as ours: what cancels an operation is the deadline, or else abort().
  [[nodiscard]] Error error_of(const ErrorNumber& error);
  void tell_reset(ResetReason reason);
  [[nodiscard]] ConnectionEnd end() const { return {connection, host, dialler}; }

  WorldState& world;
  asio::ip::tcp::socket socket;
  asio::steady_timer timer;
  Instant deadline = Instant::never();
  bool timer_is_set = false;
  Instant timer_set_for = Instant::never();
  Waiting reading = nullptr;  // also connecting
  Waiting writing = nullptr;
  bool aborted = false;
  bool through = false;  // its closing or reset has been told
  ConnectionId connection;
  HostId host;
  bool dialler = false;
  Endpoint local;
  Endpoint remote;
  Cause cause;  // of its opening, then of its being established

 private:
  void set_timer();
  void look_at_deadline();
};

/// A connected socket's stream. TCP_NODELAY is set: a dialogue's lines are small and each is waited for.
class IoStream final : public ByteStream {
 public:
  explicit IoStream(std::shared_ptr<StreamState> state);
  ~IoStream() override;

  Task<Result<std::size_t>> read(std::span<char> into) override;
  Task<Ok> write(std::string_view bytes) override;
  Task<Ok> close_write() override;
  void abort() override;
  void set_deadline(Instant deadline) override { state_->set_deadline(deadline); }
  [[nodiscard]] ConnectionId connection() const override { return state_->connection; }
  [[nodiscard]] Endpoint local() const override { return state_->local; }
  [[nodiscard]] Endpoint remote() const override { return state_->remote; }

 private:
  std::shared_ptr<StreamState> state_;
  bool at_end_ = false;
  bool write_closed_ = false;
  std::optional<Error> read_error_;
  std::optional<Error> write_error_;
};

}  // namespace glasspost::net
