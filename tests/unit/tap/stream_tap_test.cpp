// Streams on real sockets, as the tap sees them: it has to tell the connections itself.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/trace/byte_logs.h"
#include "engine/trace/event_text.h"
#include "tests/unit/tap/fake_world.h"

namespace glasspost::tap {
namespace {

namespace payload = trace::payload;
using trace::Direction;
using trace::Layer;

class StreamTap : public testing::Test {
 protected:
  StreamTap()
      : world_({.redact = true, .network_tells = false}), host_(world_.tap.host({1}, world_.services())) {}

  ScriptedStream& prepare() {
    auto stream = std::make_unique<ScriptedStream>(ConnectionId{7});
    ScriptedStream& script = *stream;
    world_.network.streams.push_back(std::move(stream));
    return script;
  }
  ByteStreamPtr dial() {
    auto stream = world_.now(host_->services().network.dial({}, Instant::never()));
    return stream ? std::move(*stream) : nullptr;
  }
  ByteStreamPtr accept(HostTap& host) {
    auto listener = host.services().network.listen({});
    auto stream = world_.now((*listener)->accept());
    return std::move(*stream);
  }
  std::string read(ByteStream& stream) {
    std::array<char, 256> buffer{};
    const auto count = world_.now(stream.read(buffer));
    return std::string(buffer.data(), count.value_or(0));
  }
  std::string log(Direction direction, Layer layer) {
    const trace::Trace trace = world_.recorder.snapshot();
    trace::ByteLogs logs;
    logs.update(trace);
    return logs.read(trace, {7}, direction, layer);
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> result;
    world_.recorder.snapshot().for_each(
        [&](const trace::EventView& event) { result.emplace_back(event.info()->name); });
    return result;
  }

  FakeWorld world_;
  std::unique_ptr<HostTap> host_;
};

TEST_F(StreamTap, BothDirectionsOfAForeignServerAreLogged) {
  ScriptedStream& script = prepare();
  ByteStreamPtr stream = dial();
  script.incoming = {"220 hel", "lo\r\n"};
  EXPECT_EQ(read(*stream), "220 hel");
  EXPECT_EQ(read(*stream), "lo\r\n");
  EXPECT_TRUE(world_.now(stream->write("EHLO a\r\n")));
  EXPECT_EQ(log(Direction::kToClient, Layer::kWire), "220 hello\r\n");
  EXPECT_EQ(log(Direction::kToServer, Layer::kWire), "EHLO a\r\n");
  stream.reset();
  EXPECT_THAT(kinds(), testing::ElementsAre("connection-opened", "connection-established", "stream-bytes",
                                            "stream-bytes", "stream-bytes", "connection-closed"));
  const trace::Trace trace = world_.recorder.snapshot();
  EXPECT_EQ(trace.event(3)->cause(), 0u) << "a foreign peer's bytes come from outside";
  EXPECT_EQ(trace.event(5)->cause(), 4u) << "and explain what is written next";
  EXPECT_EQ(trace.event(3)->host(), HostId{1});
}

TEST_F(StreamTap, WithBothEndsTappedEachByteIsLoggedOnce) {
  prepare();
  ByteStreamPtr client = dial();
  ScriptedStream& server_script = prepare();
  const auto other = world_.tap.host({2}, world_.services());
  ByteStreamPtr server = accept(*other);
  world_.scheduler.set_cause({});
  EXPECT_TRUE(world_.now(client->write("EHLO a\r\n")));
  EXPECT_TRUE(world_.now(client->write("QUIT\r\n")));
  const std::uint64_t second = world_.recorder.last_seq();
  server_script.incoming = {"EHLO", " a\r\nQ", "UIT\r\n"};
  EXPECT_EQ(read(*server), "EHLO");
  EXPECT_EQ(world_.scheduler.cause().value, second - 1);
  EXPECT_EQ(read(*server), " a\r\nQ");
  EXPECT_EQ(world_.scheduler.cause().value, second);
  EXPECT_EQ(read(*server), "UIT\r\n");
  EXPECT_EQ(world_.recorder.last_seq(), second) << "nothing is logged twice";
  EXPECT_EQ(log(Direction::kToServer, Layer::kWire), "EHLO a\r\nQUIT\r\n");
}

TEST_F(StreamTap, ConnectionIsOpenedOnce) {
  prepare();
  ByteStreamPtr client = dial();
  prepare();
  const auto other = world_.tap.host({2}, world_.services());
  ByteStreamPtr server = accept(*other);
  EXPECT_THAT(kinds(),
              testing::ElementsAre("connection-opened", "connection-established", "connection-established"));
  const trace::Trace trace = world_.recorder.snapshot();
  EXPECT_FALSE(trace.event(2)->as<payload::ConnectionEstablished>()->server);
  EXPECT_TRUE(trace.event(3)->as<payload::ConnectionEstablished>()->server);
}

TEST_F(StreamTap, LateStreamOfAConnectionThatIsOverLogsNothingAgain) {
  prepare();
  ByteStreamPtr client = dial();
  EXPECT_TRUE(world_.now(client->write("QUIT\r\n")));
  client.reset();
  ScriptedStream& script = prepare();
  const auto other = world_.tap.host({2}, world_.services());
  ByteStreamPtr server = accept(*other);
  script.incoming = {"QUIT\r\n"};
  EXPECT_EQ(read(*server), "QUIT\r\n");
  EXPECT_EQ(log(Direction::kToServer, Layer::kWire), "QUIT\r\n");
}

TEST_F(StreamTap, CredentialsAreMaskedInTheLogAndNotInTheStream) {
  ScriptedStream& script = prepare();
  ByteStreamPtr stream = dial();
  EXPECT_TRUE(world_.now(stream->write("AUTH PLAIN c2Vj")));
  EXPECT_TRUE(world_.now(stream->write("cmV0\r\n")));
  EXPECT_EQ(script.outgoing, "AUTH PLAIN c2VjcmV0\r\n");
  EXPECT_EQ(log(Direction::kToServer, Layer::kWire), "AUTH PLAIN ********\r\n");
  EXPECT_EQ(trace::trace_text(world_.recorder.snapshot()).find("c2Vj"), std::string::npos);
}

TEST_F(StreamTap, RefusedDialIsTold) {
  EXPECT_EQ(dial(), nullptr);
  EXPECT_THAT(kinds(), testing::ElementsAre("connection-failed"));
}

TEST_F(StreamTap, HalfCloseAndAbort) {
  prepare();
  ByteStreamPtr stream = dial();
  EXPECT_TRUE(world_.now(stream->close_write()));
  stream->abort();
  stream.reset();
  EXPECT_THAT(kinds(), testing::ElementsAre("connection-opened", "connection-established",
                                            "connection-closed", "connection-reset"));
}

/// TLS that swaps the case of letters.
class SwapTls final : public TlsUpgrader {
 public:
  class Swapped final : public ByteStream {
   public:
    explicit Swapped(ByteStreamPtr below) : below_(std::move(below)) {}
    Task<Result<std::size_t>> read(std::span<char> into) override {
      Result<std::size_t> count = co_await below_->read(into);
      for (std::size_t i = 0; count && i < *count; ++i)
        into[i] = static_cast<char>(into[i] ^ 0x20);
      co_return count;
    }
    Task<Ok> write(std::string_view bytes) override {
      std::string sealed(bytes);
      for (char& c : sealed)
        c = static_cast<char>(c ^ 0x20);
      Ok done = co_await below_->write(sealed);
      co_return done;
    }
    Task<Ok> close_write() override { return below_->close_write(); }
    void abort() override { below_->abort(); }
    void set_deadline(Instant deadline) override { below_->set_deadline(deadline); }
    ConnectionId connection() const override { return below_->connection(); }
    Endpoint local() const override { return below_->local(); }
    Endpoint remote() const override { return below_->remote(); }

   private:
    ByteStreamPtr below_;
  };
  Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr below, TlsRole, std::string server_name) override {
    if (server_name == "bad") co_return fail(ErrorCode::kTls, "certificate verify failed");
    TlsUpgrade upgrade;
    upgrade.stream = std::make_unique<Swapped>(std::move(below));
    co_return upgrade;
  }
};

TEST_F(StreamTap, PlainBytesAreLoggedAboveTlsAndSealedOnesBelow) {
  ScriptedStream& script = prepare();
  SwapTls swap;
  const auto tls = host_->tapped(swap);
  ByteStreamPtr wire = dial();
  auto upgraded = world_.now(tls->upgrade(std::move(wire), TlsRole::kClient, "mx"));
  ASSERT_TRUE(upgraded);
  EXPECT_TRUE(world_.now(upgraded->stream->write("AUTH PLAIN secret\r\n")));
  script.incoming = {"HI"};
  EXPECT_EQ(read(*upgraded->stream), "hi");
  EXPECT_EQ(log(Direction::kToServer, Layer::kPlain), "AUTH PLAIN ******\r\n");
  EXPECT_EQ(log(Direction::kToServer, Layer::kWire), script.outgoing);
  EXPECT_EQ(log(Direction::kToClient, Layer::kWire), "HI");
  EXPECT_EQ(log(Direction::kToClient, Layer::kPlain), "hi");
  const trace::Trace trace = world_.recorder.snapshot();
  // The sealed bytes are written because of the plain ones; the plain ones are read because of the sealed.
  EXPECT_THAT(kinds(), testing::ElementsAre("connection-opened", "connection-established", "tls-started",
                                            "stream-bytes", "stream-bytes", "stream-bytes", "stream-bytes"));
  EXPECT_EQ(trace.event(4)->as<payload::StreamBytes>()->layer, Layer::kPlain);
  EXPECT_EQ(trace.event(5)->cause(), 4u);
  EXPECT_EQ(trace.event(6)->cause(), 0u);
  EXPECT_EQ(trace.event(7)->cause(), 6u);
}

TEST_F(StreamTap, FailedTlsIsTold) {
  prepare();
  SwapTls swap;
  const auto tls = host_->tapped(swap);
  ByteStreamPtr wire = dial();
  EXPECT_FALSE(world_.now(tls->upgrade(std::move(wire), TlsRole::kClient, "bad")));
  EXPECT_THAT(kinds(), testing::IsSupersetOf({"tls-started", "tls-failed"}));
}

}  // namespace
}  // namespace glasspost::tap
