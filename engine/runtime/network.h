#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/task.h"

namespace glasspost {

/// A listening TCP socket. Destroying it closes it; no accept may be pending then.
class Listener {
 public:
  virtual ~Listener() = default;
  /// The next connection, in order of arrival. Errors: kAborted after close() or when the host goes down.
  virtual Task<Result<ByteStreamPtr>> accept() = 0;
  /// A pending accept completes with kAborted; new connections are refused.
  virtual void close() = 0;
  [[nodiscard]] virtual Endpoint local() const = 0;
};

struct ReceivedDatagram {
  Endpoint from;
  std::string bytes;
};

/// A bound UDP socket. Destroying it closes it; no operation may be pending then.
class DatagramSocket {
 public:
  virtual ~DatagramSocket() = default;
  /// The next datagram, whole. Errors: kTimedOut once `deadline` has passed, kAborted after close().
  virtual Task<Result<ReceivedDatagram>> receive(Instant deadline) = 0;
  /// Sends one datagram of at most 65,507 bytes; success does not mean that it arrives. Errors: kTooLarge,
  /// kAborted, kUnreachable (no such network).
  virtual Task<Ok> send(Endpoint to, std::string_view bytes) = 0;
  virtual void close() = 0;
  [[nodiscard]] virtual Endpoint local() const = 0;
};

/// What one host can do on its network. Addresses and ports are the scenario's, in both worlds: on real
/// sockets the implementation maps them to loopback addresses and offset ports, both ways.
class Network {
 public:
  virtual ~Network() = default;
  /// Opens a connection from this host. Port 0 of the local side is chosen. Errors: kRefused (nobody listens,
  /// or policy forbids the target), kUnreachable, kTimedOut once `deadline` has passed, kAborted.
  virtual Task<Result<ByteStreamPtr>> dial(Endpoint remote, Instant deadline) = 0;
  /// Errors: kConflict (port taken), kUnreachable (not an address of this host), kRefused (not permitted).
  virtual Result<std::unique_ptr<Listener>> listen(Endpoint local) = 0;
  /// Port 0 picks a free one. Errors as listen().
  virtual Result<std::unique_ptr<DatagramSocket>> bind(Endpoint local) = 0;
  /// The host's own addresses, IPv4 first. At least one.
  [[nodiscard]] virtual std::vector<IpAddress> addresses() const = 0;
};

}  // namespace glasspost
