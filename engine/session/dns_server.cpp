#include "engine/session/dns_server.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/runtime/byte_stream.h"
#include "engine/runtime/network.h"
#include "engine/session/dns_wire.h"

namespace glasspost::dns {
namespace {

// After an error that may pass (no more descriptors).
constexpr Duration kPause = Duration::milliseconds(100);

// What arrived: a query to be answered, an answer to something malformed, or nothing to answer.
struct Incoming {
  std::optional<Message> query;
  std::optional<Message> refusal;
};

Incoming read_incoming(std::string_view bytes) {
  Incoming in;
  const std::optional<Message> header = decode_header(bytes);
  if (!header || header->response) return in;
  Result<Message> message = decode_message(bytes);
  if (message) {
    in.query = std::move(*message);
  } else {
    in.refusal = make_response(*header, ResponseCode::kFormErr);
  }
  return in;
}

}  // namespace

struct Server::Socket {
  std::unique_ptr<DatagramSocket> socket;
};
struct Server::Port {
  std::unique_ptr<Listener> listener;
};
struct Server::Connection {
  ByteStreamPtr stream;
};

Server::Server(HostServices host, Responder& responder, ServerLimits limits)
    : host_(host), responder_(responder), limits_(limits) {}

Server::~Server() = default;

Ok Server::start(const std::vector<IpAddress>& addresses, std::uint16_t port) {
  std::vector<std::shared_ptr<Socket>> sockets;
  std::vector<std::shared_ptr<Port>> ports;
  for (const IpAddress& address : addresses) {
    auto socket = host_.network.bind({address, port});
    if (!socket) return fail(socket.error());
    sockets.push_back(std::make_shared<Socket>(Socket{std::move(*socket)}));
    auto listener = host_.network.listen({address, port});
    if (!listener) return fail(listener.error());
    ports.push_back(std::make_shared<Port>(Port{std::move(*listener)}));
  }
  sockets_ = std::move(sockets);
  ports_ = std::move(ports);
  for (const auto& socket : sockets_)
    tasks_.spawn(serve_datagrams(socket));
  for (const auto& listening : ports_)
    tasks_.spawn(accept_connections(listening));
  return {};
}

void Server::stop() {
  // Closing may end a task at once, which takes its entry out of the list.
  const auto sockets = std::exchange(sockets_, {});
  const auto ports = std::exchange(ports_, {});
  const auto connections = connections_;
  for (const auto& socket : sockets)
    socket->socket->close();
  for (const auto& port : ports)
    port->listener->close();
  for (const auto& connection : connections)
    connection->stream->abort();
}

Task<void> Server::serve_datagrams(std::shared_ptr<Socket> socket) {
  const std::unique_ptr<Timer> pause = host_.clock.make_timer("dns server pause");
  for (;;) {
    const Result<ReceivedDatagram> got = co_await socket->socket->receive(Instant::never());
    if (!got) {
      if (got.error().code == ErrorCode::kAborted) co_return;
      co_await pause->wait_until(host_.clock.now() + kPause);
      continue;
    }
    Incoming in = read_incoming(got->bytes);
    if (in.refusal) {
      const std::string bytes = encode_message(*in.refusal, kPlainUdpSize);
      co_await socket->socket->send(got->from, bytes);
    } else if (in.query && pending_ < limits_.pending_queries) {
      tasks_.spawn(answer_datagram(socket, std::move(*in.query), got->from));
    }
  }
}

Task<void> Server::answer_datagram(std::shared_ptr<Socket> socket, Message query, Endpoint client) {
  ++pending_;
  const std::size_t limit = udp_limit(query);
  const std::optional<Message> response = co_await responder_.respond(std::move(query), client);
  --pending_;
  if (!response) co_return;
  const std::string bytes = encode_message(*response, limit);
  // A lost answer is asked for again: there is nothing to do about a failure.
  co_await socket->socket->send(client, bytes);
}

Task<void> Server::accept_connections(std::shared_ptr<Port> port) {
  const std::unique_ptr<Timer> pause = host_.clock.make_timer("dns server pause");
  for (;;) {
    Result<ByteStreamPtr> stream = co_await port->listener->accept();
    if (!stream) {
      if (stream.error().code == ErrorCode::kAborted) co_return;
      co_await pause->wait_until(host_.clock.now() + kPause);
      continue;
    }
    if (connections_.size() >= limits_.tcp_connections) {
      (*stream)->abort();
      continue;
    }
    auto connection = std::make_shared<Connection>(Connection{std::move(*stream)});
    connections_.push_back(connection);
    tasks_.spawn(serve_connection(connection));
  }
}

Task<void> Server::serve_connection(std::shared_ptr<Connection> connection) {
  ByteStream& stream = *connection->stream;
  for (std::size_t i = 0; i < limits_.queries_a_connection; ++i) {
    stream.set_deadline(host_.clock.now() + limits_.tcp_idle);
    const Result<std::optional<std::string>> bytes = co_await read_tcp_message(stream);
    if (!bytes) break;
    if (!*bytes) break;
    Incoming in = read_incoming(**bytes);
    std::optional<Message> response = std::move(in.refusal);
    if (in.query) {
      response = co_await responder_.respond(std::move(*in.query), stream.remote());
    }
    if (!response) break;
    stream.set_deadline(host_.clock.now() + limits_.tcp_idle);
    const Ok written = co_await write_tcp_message(stream, encode_message(*response));
    if (!written) break;
  }
  std::erase(connections_, connection);
}

}  // namespace glasspost::dns
