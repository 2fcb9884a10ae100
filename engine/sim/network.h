#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "engine/runtime/clock.h"
#include "engine/runtime/network.h"
#include "engine/sim/tcp.h"

namespace glasspost::sim {

class Incarnation;
class Wait;
class World;

/// What the software of a host holds of a connection's end.
class Stream final : public ByteStream {
 public:
  Stream(Incarnation& incarnation, End& end) : incarnation_(incarnation), end_(end) { end_.attached = true; }
  ~Stream() override;
  /// Waits for the handshake that Tcp::open began.
  Task<Ok> wait_established(Instant deadline);

  Task<Result<std::size_t>> read(std::span<char> into) override;
  Task<Ok> write(std::string_view bytes) override;
  Task<Ok> close_write() override;
  void abort() override;
  void set_deadline(Instant deadline) override;
  [[nodiscard]] ConnectionId connection() const override { return end_.connection->id; }
  [[nodiscard]] Endpoint local() const override { return end_.local; }
  [[nodiscard]] Endpoint remote() const override { return end_.peer().local; }

 private:
  [[nodiscard]] bool past_deadline() const;
  Ok close_write_now();

  Incarnation& incarnation_;
  End& end_;
  Instant deadline_ = Instant::never();
};

/// A listening socket.
class ListeningPort final : public Listener {
 public:
  ListeningPort(Incarnation& incarnation, Endpoint local);
  ~ListeningPort() override;

  Task<Result<ByteStreamPtr>> accept() override;
  void close() override;
  [[nodiscard]] Endpoint local() const override { return local_; }

  void deliver(ByteStreamPtr stream);
  /// Connections that were not accepted yet, half-open ones included.
  [[nodiscard]] std::size_t waiting() const { return half_open + arrived_.size(); }
  std::size_t half_open = 0;

 private:
  Incarnation& incarnation_;
  Endpoint local_;
  bool closed_ = false;
  std::deque<ByteStreamPtr> arrived_;
  Wait* acceptor_ = nullptr;
};

/// A UDP socket.
class DatagramPort final : public DatagramSocket {
 public:
  static constexpr std::size_t kMaximumDatagram = 65'507;
  static constexpr std::size_t kReceiveBuffer = 262'144;  ///< bytes not yet received by the software

  DatagramPort(Incarnation& incarnation, Endpoint local, bool holds_port);
  ~DatagramPort() override;

  Task<Result<ReceivedDatagram>> receive(Instant deadline) override;
  Task<Ok> send(Endpoint to, std::string_view bytes) override;
  void close() override;
  [[nodiscard]] Endpoint local() const override { return local_; }

  [[nodiscard]] bool has_room(std::size_t bytes) const { return arrived_bytes_ + bytes <= kReceiveBuffer; }
  void deliver(const Endpoint& from, std::string bytes);

 private:
  Ok send_now(const Endpoint& to, std::string_view bytes);

  Incarnation& incarnation_;
  Endpoint local_;
  bool holds_port_;
  bool closed_ = false;
  std::deque<ReceivedDatagram> arrived_;
  std::size_t arrived_bytes_ = 0;
  Wait* receiver_ = nullptr;
};

class HostTimer final : public Timer {
 public:
  HostTimer(Incarnation& incarnation, std::string_view purpose)
      : incarnation_(incarnation), purpose_(purpose) {}
  ~HostTimer() override;
  Task<Ok> wait_until(Instant moment) override;
  void cancel() override;

 private:
  Incarnation& incarnation_;
  std::string_view purpose_;
  Wait* waiter_ = nullptr;
};

}  // namespace glasspost::sim
