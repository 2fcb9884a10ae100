// A network whose streams log their bytes. On real sockets it also tells what the virtual network tells by
// itself: connections and datagrams.
#include <utility>

#include "engine/base/random.h"
#include "engine/tap/state.h"

namespace glasspost::tap {

namespace {

namespace payload = trace::payload;

ByteStreamPtr take_stream(const IncarnationPtr& incarnation, ByteStreamPtr inner, bool client) {
  if (!incarnation->state.options.network_tells && incarnation->alive()) {
    const ConnectionId id = inner->connection();
    ConnectionLog& log = incarnation->state.connections.of(id);
    const HostId us = incarnation->host;
    if (!log.opened) {
      log.opened = true;
      const std::string local = inner->local().to_string();
      const std::string remote = inner->remote().to_string();
      payload::ConnectionOpened opened;
      (client ? opened.client : opened.server) = us;
      opened.client_endpoint = client ? local : remote;
      opened.server_endpoint = client ? remote : local;
      incarnation->tap.record_cause(us, id, {}, opened);
    }
    incarnation->tap.record_cause(us, id, {}, payload::ConnectionEstablished{!client});
  }
  return make_stream(incarnation, std::move(inner), client, trace::Layer::kWire);
}

class TappedListener final : public Listener {
 public:
  TappedListener(IncarnationPtr incarnation, std::unique_ptr<Listener> inner)
      : incarnation_(std::move(incarnation)), inner_(std::move(inner)) {}

  Task<Result<ByteStreamPtr>> accept() override {
    Result<ByteStreamPtr> stream = co_await inner_->accept();
    if (stream) take(*stream);
    co_return stream;
  }
  void close() override { inner_->close(); }
  Endpoint local() const override { return inner_->local(); }

 private:
  void take(ByteStreamPtr& stream) {
    // A client's coming has its cause outside, or in what the virtual network has told.
    if (!incarnation_->state.options.network_tells) incarnation_->scheduler.set_cause(Cause{});
    stream = take_stream(incarnation_, std::move(stream), false);
  }

  IncarnationPtr incarnation_;
  std::unique_ptr<Listener> inner_;
};

class TappedDatagrams final : public DatagramSocket {
 public:
  TappedDatagrams(IncarnationPtr incarnation, std::unique_ptr<DatagramSocket> inner)
      : incarnation_(std::move(incarnation)), inner_(std::move(inner)) {}

  Task<Result<ReceivedDatagram>> receive(Instant deadline) override {
    Result<ReceivedDatagram> received = co_await inner_->receive(deadline);
    if (received) note_received(*received);
    co_return received;
  }
  Task<Ok> send(Endpoint to, std::string_view bytes) override {
    note_sent(to, bytes);
    Ok done = co_await inner_->send(to, bytes);
    co_return done;
  }
  void close() override { inner_->close(); }
  Endpoint local() const override { return inner_->local(); }

 private:
  // Source and destination ports and the content tell datagrams of our own hosts again; addresses may differ
  // where a socket is bound to any.
  static std::string key(std::uint16_t from, const Endpoint& to, std::string_view bytes) {
    return std::to_string(from) + ' ' + to.to_string() + ' ' + std::to_string(stable_hash(bytes));
  }

  void note_sent(const Endpoint& to, std::string_view bytes) {
    if (!incarnation_->alive()) return;
    Tap::State& state = incarnation_->state;
    const std::uint32_t number = ++state.datagrams_sent[incarnation_->host];
    const std::string source = local().to_string();
    const std::string destination = to.to_string();
    payload::DatagramSent sent;
    sent.datagram = number;
    sent.source = source;
    sent.destination = destination;
    sent.bytes = {bytes};
    const std::uint64_t seq = incarnation_->tap.record(incarnation_->host, {}, {}, sent);
    if (state.datagrams.size() >= Tap::State::kMostDatagrams) state.datagrams.erase(state.datagrams.begin());
    state.datagrams.emplace(key(local().port, to, bytes),
                            Tap::State::Underway{incarnation_->host, number, seq});
  }

  void note_received(const ReceivedDatagram& datagram) {
    if (!incarnation_->alive()) return;
    Tap::State& state = incarnation_->state;
    const std::string source = datagram.from.to_string();
    const std::string destination = local().to_string();
    payload::DatagramDelivered delivered;
    delivered.source = source;
    delivered.destination = destination;
    const auto ours = state.datagrams.find(key(datagram.from.port, local(), datagram.bytes));
    if (ours != state.datagrams.end()) {
      delivered.from = ours->second.from;
      delivered.datagram = ours->second.number;
      incarnation_->scheduler.set_cause(Cause{ours->second.seq});
      state.datagrams.erase(ours);
    } else {
      delivered.bytes = {datagram.bytes};
      incarnation_->scheduler.set_cause(Cause{});
    }
    incarnation_->tap.record_cause(incarnation_->host, {}, {}, delivered);
  }

  IncarnationPtr incarnation_;
  std::unique_ptr<DatagramSocket> inner_;
};

class TappedNetwork final : public Network {
 public:
  TappedNetwork(IncarnationPtr incarnation, Network& inner)
      : incarnation_(std::move(incarnation)), inner_(inner) {}

  Task<Result<ByteStreamPtr>> dial(Endpoint remote, Instant deadline) override {
    Result<ByteStreamPtr> stream = co_await inner_.dial(remote, deadline);
    if (stream) {
      *stream = take_stream(incarnation_, std::move(*stream), true);
    } else {
      note_failure(remote, stream.error());
    }
    co_return stream;
  }

  Result<std::unique_ptr<Listener>> listen(Endpoint local) override {
    Result<std::unique_ptr<Listener>> listener = inner_.listen(local);
    if (!listener) return listener;
    return std::unique_ptr<Listener>(std::make_unique<TappedListener>(incarnation_, std::move(*listener)));
  }

  Result<std::unique_ptr<DatagramSocket>> bind(Endpoint local) override {
    Result<std::unique_ptr<DatagramSocket>> socket = inner_.bind(local);
    if (!socket || incarnation_->state.options.network_tells) return socket;
    return std::unique_ptr<DatagramSocket>(
        std::make_unique<TappedDatagrams>(incarnation_, std::move(*socket)));
  }

  std::vector<IpAddress> addresses() const override { return inner_.addresses(); }

 private:
  void note_failure(const Endpoint& remote, const Error& error) {
    if (incarnation_->state.options.network_tells || !incarnation_->alive()) return;
    const std::string target = remote.to_string();
    incarnation_->tap.record_cause(incarnation_->host, {}, {},
                                   payload::ConnectionFailed{target, error.message});
  }

  IncarnationPtr incarnation_;
  Network& inner_;
};

}  // namespace

std::unique_ptr<Network> make_network(IncarnationPtr incarnation, Network& inner) {
  return std::make_unique<TappedNetwork>(std::move(incarnation), inner);
}

}  // namespace glasspost::tap
