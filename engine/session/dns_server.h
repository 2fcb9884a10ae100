#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/protocol/dns/message.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/runtime/task_group.h"

namespace glasspost::dns {

/// Decides what is answered to a well-formed query.
class Responder {
 public:
  virtual ~Responder() = default;
  /// Gives the response to a message with QR clear, or nothing to stay silent.
  virtual Task<std::optional<Message>> respond(Message query, Endpoint client) = 0;
};

struct ServerLimits {
  std::size_t pending_queries = 1'000;        ///< over UDP; more are dropped
  std::size_t tcp_connections = 64;           ///< more are reset
  std::size_t queries_a_connection = 1'000;   ///< then it is closed
  Duration tcp_idle = Duration::seconds(10);  ///< for a query to begin or go on // RFC 7766 6.2.3
};

/// The server's side of the wire: listens over UDP and TCP on one port, reads messages, asks the responder
/// and sends what it gives, cut to size. Malformed queries get FORMERR, responses are dropped.
class Server {
 public:
  Server(HostServices host, Responder& responder, ServerLimits limits = {});
  ~Server();

  /// Listens on each address. Errors as Network::listen and Network::bind; nothing listens then.
  Ok start(const std::vector<IpAddress>& addresses, std::uint16_t port = kPort);
  /// Closes everything; the server may be destroyed once `stopped()`, or when the scheduler never runs again.
  void stop();
  [[nodiscard]] bool stopped() const { return tasks_.empty(); }

 private:
  struct Socket;
  struct Port;
  struct Connection;

  Task<void> serve_datagrams(std::shared_ptr<Socket> socket);
  Task<void> answer_datagram(std::shared_ptr<Socket> socket, Message query, Endpoint client);
  Task<void> accept_connections(std::shared_ptr<Port> port);
  Task<void> serve_connection(std::shared_ptr<Connection> connection);

  HostServices host_;
  Responder& responder_;
  ServerLimits limits_;
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::vector<std::shared_ptr<Port>> ports_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::size_t pending_ = 0;
  TaskGroup tasks_;
};

}  // namespace glasspost::dns
