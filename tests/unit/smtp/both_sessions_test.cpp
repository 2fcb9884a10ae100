// Our client before our server.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/session/smtp_client.h"
#include "engine/session/smtp_server.h"
#include "tests/unit/smtp/smtp_fixture.h"

namespace glasspost::smtp {
namespace {

// "TLS" that swaps a word in the clear and then shifts every octet: enough to see that nothing passes around
// it.
class ShiftedStream final : public ByteStream {
 public:
  explicit ShiftedStream(ByteStreamPtr below) : below_(std::move(below)) {}
  Task<Result<std::size_t>> read(std::span<char> into) override {
    const Result<std::size_t> count = co_await below_->read(into);
    for (std::size_t i = 0; i < count.value_or(0); ++i)
      into[i] = static_cast<char>(into[i] ^ 0x55);
    co_return count;
  }
  Task<Ok> write(std::string_view bytes) override {
    std::string shifted(bytes);
    for (char& c : shifted)
      c = static_cast<char>(c ^ 0x55);
    const Ok written = co_await below_->write(shifted);
    co_return written;
  }
  Task<Ok> close_write() override { return below_->close_write(); }
  void abort() override { below_->abort(); }
  void set_deadline(Instant deadline) override { below_->set_deadline(deadline); }
  [[nodiscard]] ConnectionId connection() const override { return below_->connection(); }
  [[nodiscard]] Endpoint local() const override { return below_->local(); }
  [[nodiscard]] Endpoint remote() const override { return below_->remote(); }

 private:
  ByteStreamPtr below_;
};

class ShiftedTls final : public TlsUpgrader {
 public:
  Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr below, TlsRole role, std::string server_name) override {
    constexpr std::string_view kHello = "\x16shake";
    std::string block(kHello.size(), '\0');
    if (role == TlsRole::kClient) {
      const Ok sent = co_await below->write(kHello);
      if (!sent) co_return fail(sent.error());
    }
    std::size_t had = 0;
    while (had < block.size()) {
      const std::span<char> into(block.data() + had, block.size() - had);
      const Result<std::size_t> count = co_await below->read(into);
      if (!count) co_return fail(count.error());
      if (*count == 0) co_return fail(ErrorCode::kEndOfStream, "closed in the handshake");
      had += *count;
    }
    if (block != kHello) co_return fail(ErrorCode::kTls, "not a handshake");
    if (role == TlsRole::kServer) {
      const Ok sent = co_await below->write(kHello);
      if (!sent) co_return fail(sent.error());
    }
    TlsUpgrade upgrade;
    upgrade.stream = std::make_unique<ShiftedStream>(std::move(below));
    upgrade.facts.version = "TLSv1.3";
    upgrade.facts.server_name = server_name;
    co_return Result<TlsUpgrade>(std::move(upgrade));
  }
};

struct Pair {
  Pair(ServerOptions server, ClientOptions client, test::MemoryStream::Settings settings = {})
      : server_options(std::move(server)),
        session(std::move(client), ClientContext{world, random, client_observer, &tls}) {
    service.world = &world;
    auto [client_end, server_end] = test::connect(world, ConnectionId{1}, settings, settings);
    stream = std::move(client_end);
    group.spawn(
        serve(std::move(server_end), server_options, service, ServerContext{world, random, observer, &tls}));
  }
  ~Pair() {
    session.abort();
    world.run();
  }

  Task<void> send_all(std::vector<std::string> recipients, std::string content, int count) {
    const tl::expected<void, ClientError> connected = co_await session.connect(std::move(stream));
    if (!connected) error = connected.error();
    Envelope envelope;
    envelope.reverse_path = *parse_reverse_path("alice@alpha.example");
    for (const std::string& recipient : recipients)
      envelope.recipients.push_back(*parse_forward_path(recipient));
    for (int i = 0; i < count && connected; ++i) {
      Delivery delivery = co_await session.send(envelope, content);
      deliveries.push_back(std::move(delivery));
    }
    co_await session.quit();
    done = true;
  }

  void run(std::vector<std::string> recipients, std::string content, int count = 1) {
    group.spawn(send_all(std::move(recipients), std::move(content), count));
    world.run();
  }

  test::World world;
  test::SeededRandom random;
  ShiftedTls tls;
  RecordingService service;
  RecordingObserver observer;
  RecordingObserver client_observer;
  ServerOptions server_options;
  ByteStreamPtr stream;
  ClientSession session;
  std::optional<ClientError> error;
  std::vector<Delivery> deliveries;
  bool done = false;
  TaskGroup group;
};

ClientOptions client_options() {
  ClientOptions options;
  options.helo_name = "mail.alpha.example";
  return options;
}

TEST(BothSessions, WhatIsSentIsWhatArrives) {
  const std::string content = ".dots\n..more\r\n.\r\n\xed\x95\x9c\xea\xb8\x80\n" + std::string(100'000, 'x');
  const std::string canonical =
      ".dots\r\n..more\r\n.\r\n\xed\x95\x9c\xea\xb8\x80\r\n" + std::string(100'000, 'x') + "\r\n";
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, SIZE_MAX}) {
    for (const bool pipelining : {true, false}) {
      test::MemoryStream::Settings settings;
      settings.most_per_read = chunk;
      settings.capacity = 4096;
      ClientOptions client = client_options();
      client.pipelining = pipelining;
      Pair pair(relay_options(), client, settings);
      pair.run({"bob@beta.example", "no@beta.example", "carol@beta.example"}, content, 2);
      ASSERT_EQ(pair.service.messages.size(), 2u);
      EXPECT_EQ(pair.service.messages[0].content, canonical);
      EXPECT_EQ(pair.service.messages[1].ordinal, 2u);
      ASSERT_EQ(pair.deliveries.size(), 2u);
      EXPECT_EQ(pair.deliveries[1].transaction, 2u) << "both ends count alike";
      EXPECT_EQ(pair.deliveries[0].recipients[1].text, "550 5.1.1 No such user");
      EXPECT_EQ(pair.service.reasons, std::vector<CloseReason>{CloseReason::kQuit});
      EXPECT_TRUE(pair.done);
    }
  }
}

TEST(BothSessions, AThousandRecipientsThroughANarrowWindow) {
  test::MemoryStream::Settings settings;
  settings.capacity = 8192;
  Pair pair(relay_options(), client_options(), settings);
  std::vector<std::string> recipients;
  for (int i = 0; i < 1000; ++i)
    recipients.push_back("user" + std::to_string(i) + "@beta.example");
  pair.run(recipients, "x");
  ASSERT_EQ(pair.deliveries.size(), 1u);
  EXPECT_TRUE(pair.deliveries[0].all_accepted());
  EXPECT_EQ(pair.service.messages.at(0).recipients.size(), 1000u);
}

TEST(BothSessions, EveryMechanism) {
  for (const sasl::Mechanism mechanism :
       {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin, sasl::Mechanism::kCramMd5,
        sasl::Mechanism::kScramSha1, sasl::Mechanism::kScramSha256}) {
    for (const bool right : {true, false}) {
      ServerOptions server = ServerOptions::for_profile(Profile::kSubmission587, "mx.beta.example", false);
      server.mechanisms = {mechanism};
      ClientOptions client = client_options();
      client.password_without_tls = true;
      client.credentials = sasl::Credentials{"alice", right ? "secret" : "guess", ""};
      Pair pair(server, client);
      pair.run({"bob@beta.example"}, "x");
      EXPECT_EQ(pair.service.messages.size(), right ? 1u : 0u) << sasl::to_string(mechanism);
      EXPECT_EQ(pair.service.user, right ? "alice" : "");
      if (!right) {
        ASSERT_TRUE(pair.error.has_value());
        EXPECT_EQ(pair.error->phase, Phase::kAuth);
      }
    }
  }
}

TEST(BothSessions, StartTls) {
  ServerOptions server = ServerOptions::for_profile(Profile::kSubmission587, "mx.beta.example", true);
  server.require_tls = true;
  server.auth_needs_tls = true;
  ClientOptions client = client_options();
  client.tls = TlsPolicy::kRequired;
  client.tls_server_name = "mx.beta.example";
  client.credentials = sasl::Credentials{"alice", "secret", ""};
  Pair pair(server, client);
  pair.run({"bob@beta.example"}, "x");
  ASSERT_EQ(pair.service.messages.size(), 1u);
  EXPECT_EQ(pair.service.protocol, "ESMTPSA");
  EXPECT_EQ(pair.session.tls()->server_name, "mx.beta.example");
}

TEST(BothSessions, ImplicitTls) {
  ServerOptions server = ServerOptions::for_profile(Profile::kSubmissions465, "mx.beta.example", true);
  server.require_auth = false;
  ClientOptions client = client_options();
  client.tls = TlsPolicy::kImplicit;
  Pair pair(server, client);
  pair.run({"bob@beta.example"}, "x");
  ASSERT_EQ(pair.service.messages.size(), 1u);
  EXPECT_EQ(pair.service.protocol, "ESMTPS");
  EXPECT_EQ(pair.observer.states.front(), "smtp-server connected>greeted 220");
}

TEST(FieldCase, A4_OctetsBehindStartTlsAreNeverObeyed) {
  ShiftedTls tls;
  const ServerOptions options = ServerOptions::for_profile(Profile::kRelay25, "mx.beta.example", true);
  ServerBench one_packet(options, &tls);
  one_packet.send("EHLO a.example\r\n");
  one_packet.heard();
  one_packet.send("STARTTLS\r\nRSET\r\n");
  EXPECT_EQ(one_packet.heard(), "554 5.5.0 STARTTLS must come last; closing\r\n");
  EXPECT_TRUE(one_packet.server_closed);
  EXPECT_EQ(one_packet.service.reasons, std::vector<CloseReason>{CloseReason::kRefused});
  // In a packet of its own it reaches the handshake, which it is not.
  ServerBench two_packets(options, &tls);
  two_packets.send("EHLO a.example\r\nSTARTTLS\r\n");
  two_packets.heard();
  two_packets.send("RSET\r\nNOOP\r\n");
  EXPECT_EQ(two_packets.heard(), "");
  EXPECT_EQ(two_packets.service.reasons, std::vector<CloseReason>{CloseReason::kTls});
}

TEST(FieldCase, A4_TheClientDistrustsWhatComesBehindTheReplyToStartTls) {
  test::World world;
  test::SeededRandom random;
  Observer observer;
  ShiftedTls tls;
  ClientOptions options = client_options();
  options.tls = TlsPolicy::kOpportunistic;
  ClientSession session(options, ClientContext{world, random, observer, &tls});
  auto [client, server] = test::connect(world);
  TaskGroup group;
  std::optional<ClientError> error;
  struct Steps {
    static Task<void> connect(ClientSession& session, ByteStreamPtr stream,
                              std::optional<ClientError>& error) {
      const tl::expected<void, ClientError> connected = co_await session.connect(std::move(stream));
      if (!connected) error = connected.error();
    }
    static Task<void> say(ByteStream& stream) {
      const Ok said =
          co_await stream.write("220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n");
      static_cast<void>(said);
    }
  };
  group.spawn(Steps::say(*server));
  group.spawn(Steps::connect(session, std::move(client), error));
  world.run_ready();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ClientErrorKind::kTls);
  server->abort();
  world.run();
}

}  // namespace
}  // namespace glasspost::smtp
