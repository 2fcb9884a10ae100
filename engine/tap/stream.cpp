// A stream that logs its bytes.
#include <utility>

#include "engine/tap/state.h"

namespace glasspost::tap {

namespace {

namespace payload = trace::payload;
using trace::Direction;
using trace::Layer;

/// Whoever writes logs when it writes; whoever reads logs only what lies beyond the end of the log: what a
/// foreign peer has written.
class TappedStream final : public ByteStream {
 public:
  TappedStream(IncarnationPtr incarnation, ByteStreamPtr inner, bool client, Layer layer)
      : incarnation_(std::move(incarnation)),
        inner_(std::move(inner)),
        connection_(inner_->connection()),
        client_(client),
        layer_(layer) {
    incarnation_->state.connections.use(connection_);
  }

  ~TappedStream() override {
    if (layer_ == Layer::kWire && !incarnation_->state.options.network_tells && !ended_) {
      record(payload::ConnectionClosed{!client_, false});
    }
    inner_.reset();
    incarnation_->state.connections.release(connection_);
  }

  Task<Result<std::size_t>> read(std::span<char> into) override {
    Result<std::size_t> count = co_await inner_->read(into);
    if (count && *count > 0) note_read(std::string_view(into.data(), *count));
    if (!count) note_failure(count.error());
    co_return count;
  }

  Task<Ok> write(std::string_view bytes) override {
    Scheduler& scheduler = incarnation_->scheduler;
    const CauseScope scope(scheduler, note_write(bytes));
    Ok done = co_await inner_->write(bytes);
    if (!done) note_failure(done.error());
    co_return done;
  }

  Task<Ok> close_write() override {
    Scheduler& scheduler = incarnation_->scheduler;
    const CauseScope scope(scheduler, note_close());
    Ok done = co_await inner_->close_write();
    co_return done;
  }

  void abort() override {
    note_failure(Error{ErrorCode::kAborted, "aborted here", std::nullopt});
    inner_->abort();
  }

  void set_deadline(Instant deadline) override { inner_->set_deadline(deadline); }
  ConnectionId connection() const override { return connection_; }
  Endpoint local() const override { return inner_->local(); }
  Endpoint remote() const override { return inner_->remote(); }

 private:
  template <class P>
  std::uint64_t record(const P& what) {
    if (!incarnation_->alive()) return 0;
    return incarnation_->tap.record(incarnation_->host, connection_, {}, what);
  }
  [[nodiscard]] Direction outgoing() const { return client_ ? Direction::kToServer : Direction::kToClient; }
  [[nodiscard]] ConnectionLog& log() const { return incarnation_->state.connections.of(connection_); }
  [[nodiscard]] bool plain_text() const { return layer_ == Layer::kPlain || !log().tls; }

  // Adds bytes to a log and gives the event's number.
  std::uint64_t append(Direction direction, std::string_view bytes) {
    ConnectionLog& connection = log();
    ConnectionLog::Log& into = connection.log(direction, layer_);
    std::string masked;
    if (incarnation_->state.options.redact && plain_text()) {
      // TLS from the first byte on looks like nothing that a client says in plain text.
      if (into.end == 0 && layer_ == Layer::kWire && bytes[0] == '\x16') {
        connection.tls = true;
      } else {
        SecretMask& mask = connection.masks[static_cast<std::size_t>(layer_)];
        if (direction == Direction::kToServer) {
          masked = mask.from_client(bytes);
          bytes = masked;
        } else {
          mask.from_server(bytes);
        }
      }
    }
    const std::uint64_t offset = into.end;
    into.end += bytes.size();
    const std::uint64_t seq = record(payload::StreamBytes{direction, layer_, offset, bytes.size(), {bytes}});
    into.written.add(into.end, seq);
    return seq;
  }

  Cause note_write(std::string_view bytes) {
    const Cause before = incarnation_->scheduler.cause();
    if (bytes.empty() || !incarnation_->alive()) return before;
    return Cause{append(outgoing(), bytes)};
  }

  void note_read(std::string_view bytes) {
    if (!incarnation_->alive()) return;
    Scheduler& scheduler = incarnation_->scheduler;
    const Direction direction = trace::opposite(outgoing());
    ConnectionLog::Log& from = log().log(direction, layer_);
    const std::uint64_t end = read_ + bytes.size();
    std::uint64_t cause = 0;
    if (end > from.end) {
      // The peer is none of ours. On the wire its bytes come from outside; those above TLS, out of these.
      if (layer_ == Layer::kWire && !incarnation_->state.options.network_tells) scheduler.set_cause(Cause{});
      const std::uint64_t known = from.end > read_ ? from.end - read_ : 0;
      cause = append(direction, bytes.substr(known));
    } else {
      if (layer_ == Layer::kWire) cause = log().delivered[static_cast<std::size_t>(direction)].find(end);
      const std::uint64_t written = from.written.find(end);
      if (cause == 0) cause = written;
    }
    read_ = end;
    if (cause != 0) scheduler.set_cause(Cause{cause});
  }

  Cause note_close() {
    const Cause before = incarnation_->scheduler.cause();
    if (layer_ != Layer::kWire || half_closed_ || ended_) return before;
    half_closed_ = true;
    const std::uint64_t seq = record(payload::ConnectionClosed{!client_, true});
    return seq != 0 ? Cause{seq} : before;
  }

  // Real sockets do not tell of a reset but through the calls that it makes fail.
  void note_failure(const Error& error) {
    if (layer_ != Layer::kWire || ended_ || incarnation_->state.options.network_tells) return;
    if (error.code != ErrorCode::kAborted) return;
    ended_ = true;
    record(payload::ConnectionReset{!client_, error.message});
  }

  IncarnationPtr incarnation_;
  ByteStreamPtr inner_;
  ConnectionId connection_;
  bool client_;
  Layer layer_;
  std::uint64_t read_ = 0;
  bool half_closed_ = false;
  bool ended_ = false;
};

class TappedTls final : public TlsUpgrader {
 public:
  TappedTls(IncarnationPtr incarnation, TlsUpgrader& inner)
      : incarnation_(std::move(incarnation)), inner_(inner) {}

  Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr below, TlsRole role, std::string server_name) override {
    const ConnectionId connection = below->connection();
    const bool server = role == TlsRole::kServer;
    begin(connection, server, server_name);
    Result<TlsUpgrade> upgraded = co_await inner_.upgrade(std::move(below), role, std::move(server_name));
    if (upgraded) {
      upgraded->stream = make_stream(incarnation_, std::move(upgraded->stream), !server, Layer::kPlain);
    } else {
      fail_with(connection, server, upgraded.error());
    }
    co_return upgraded;
  }

 private:
  void begin(ConnectionId connection, bool server, std::string_view server_name) {
    if (!incarnation_->alive()) return;
    incarnation_->state.connections.of(connection).tls = true;
    incarnation_->tap.record(incarnation_->host, connection, {},
                             payload::TlsStarted{server, server ? std::string_view{} : server_name});
  }
  void fail_with(ConnectionId connection, bool server, const Error& error) {
    if (!incarnation_->alive()) return;
    incarnation_->tap.record_cause(incarnation_->host, connection, {},
                                   payload::TlsFailed{server, error.message});
  }

  IncarnationPtr incarnation_;
  TlsUpgrader& inner_;
};

}  // namespace

ByteStreamPtr make_stream(IncarnationPtr incarnation, ByteStreamPtr inner, bool client, trace::Layer layer) {
  return std::make_unique<TappedStream>(std::move(incarnation), std::move(inner), client, layer);
}

std::unique_ptr<TlsUpgrader> make_tls(IncarnationPtr incarnation, TlsUpgrader& inner) {
  return std::make_unique<TappedTls>(std::move(incarnation), inner);
}

}  // namespace glasspost::tap
