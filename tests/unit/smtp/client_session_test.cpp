#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/session/smtp_client.h"
#include "tests/unit/smtp/smtp_fixture.h"

namespace glasspost::smtp {
namespace {

// A server that says its lines whatever it hears: each entry is sent after one more line has come from the
// client (the first at once); "close" closes, "reset" resets, "wait N" waits N seconds first.
class ScriptedServer {
 public:
  ScriptedServer(test::World& world, ByteStreamPtr stream, std::vector<std::string> script)
      : world_(world), stream_(std::move(stream)), script_(std::move(script)) {}

  Task<void> serve() {
    std::string block(4096, '\0');
    for (const std::string& entry : script_) {
      if (&entry != &script_.front()) {
        while (heard_lines() < next_) {
          const Result<std::size_t> count = co_await stream_->read(block);
          if (!count || *count == 0) co_return;
          heard.append(block, 0, *count);
        }
      }
      ++next_;
      if (entry == "close") break;
      if (entry == "reset") {
        stream_->abort();
        break;
      }
      if (entry.rfind("wait ", 0) == 0) {
        std::unique_ptr<Timer> timer = world_.make_timer("wait");
        const Instant end = world_.now() + Duration::seconds(std::stoi(entry.substr(5)));
        const Ok waited = co_await timer->wait_until(end);
        static_cast<void>(waited);
        --next_;
        continue;
      }
      const Ok written = co_await stream_->write(entry);
      if (!written) co_return;
    }
    stream_.reset();
  }

  std::string heard;

 private:
  [[nodiscard]] std::size_t heard_lines() const {
    return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), '\n'));
  }

  test::World& world_;
  ByteStreamPtr stream_;
  std::vector<std::string> script_;
  std::size_t next_ = 0;
};

ClientOptions client_options() {
  ClientOptions options;
  options.helo_name = "mail.alpha.example";
  return options;
}

// A client before a scripted server: connects, sends one message, quits.
class ClientBench {
 public:
  explicit ClientBench(std::vector<std::string> script, ClientOptions options = client_options(),
                       test::MemoryStream::Settings settings = {})
      : session(std::move(options), ClientContext{world, random, observer, nullptr}) {
    auto [client, server] = test::connect(world, ConnectionId{3}, settings, {});
    client_ = std::move(client);
    server_ = std::make_unique<ScriptedServer>(world, std::move(server), std::move(script));
    envelope.reverse_path = *parse_reverse_path("alice@alpha.example");
    envelope.recipients = {*parse_forward_path("bob@beta.example")};
    group_.spawn(server_->serve());
    group_.spawn(run());
  }
  ~ClientBench() {
    session.abort();
    world.run();
  }

  [[nodiscard]] const std::string& heard() const { return server_->heard; }

  test::World world;
  test::SeededRandom random;
  RecordingObserver observer;
  ClientSession session;
  Envelope envelope;
  std::string content = "Subject: x\n\n.\nbody";
  std::optional<ClientError> connect_error;
  std::optional<Delivery> delivery;
  bool done = false;

 private:
  Task<void> run() {
    const tl::expected<void, ClientError> connected = co_await session.connect(std::move(client_));
    if (!connected) {
      connect_error = connected.error();
    } else {
      Delivery sent = co_await session.send(envelope, content);
      delivery = std::move(sent);
    }
    co_await session.quit();
    done = true;
  }

  ByteStreamPtr client_;
  std::unique_ptr<ScriptedServer> server_;
  TaskGroup group_;
};

TEST(ClientSession, SendsAMessage) {
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{4096}}) {
    test::MemoryStream::Settings settings;
    settings.most_per_read = chunk;
    ClientBench bench({"220 mx\r\n", "250-mx\r\n250 8BITMIME\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n",
                       "", "", "", "", "250 2.0.0 queued\r\n", "221 bye\r\n"},
                      client_options(), settings);
    bench.world.run();
    EXPECT_EQ(
        bench.heard(),
        "EHLO mail.alpha.example\r\nMAIL FROM:<alice@alpha.example>\r\nRCPT TO:<bob@beta.example>\r\nDATA\r\n"
        "Subject: x\r\n\r\n..\r\nbody\r\n.\r\nQUIT\r\n");
    ASSERT_TRUE(bench.delivery.has_value());
    EXPECT_TRUE(bench.delivery->all_accepted());
    EXPECT_EQ(bench.delivery->recipients[0].text, "250 2.0.0 queued");
    EXPECT_TRUE(bench.done);
  }
}

TEST(ClientSession, TellsTheObserverEveryMove) {
  ClientBench bench({"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "", "", "", "",
                     "250 ok\r\n", "221 bye\r\n"});
  bench.world.run();
  EXPECT_EQ(bench.observer.states,
            (std::vector<std::string>{"smtp-client greeting>hello 220", "smtp-client hello>ready 250",
                                      "smtp-client ready>envelope MAIL", "smtp-client envelope>content 354",
                                      "smtp-client content>final-reply final dot",
                                      "smtp-client final-reply>ready 250", "smtp-client ready>quit QUIT",
                                      "smtp-client quit>closed 221"}));
}

TEST(FieldCase, A13_TheClientWaitsTenMinutesForTheFinalReply) {
  const std::vector<std::string> opening = {
      "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "", "", "", ""};
  std::vector<std::string> slow = opening;
  slow.insert(slow.end(), {"wait 590", "250 at last\r\n", "221 bye\r\n"});
  ClientBench patient(slow);
  patient.world.run();
  ASSERT_TRUE(patient.delivery.has_value());
  EXPECT_TRUE(patient.delivery->all_accepted());
  std::vector<std::string> silent = opening;
  silent.insert(silent.end(), {"wait 700", "250 too late\r\n"});
  ClientBench given_up(silent);
  given_up.world.run();
  ASSERT_TRUE(given_up.delivery.has_value());
  EXPECT_EQ(given_up.delivery->recipients[0].status, RecipientStatus::kTransient);
  EXPECT_EQ(given_up.delivery->error->kind, ClientErrorKind::kTimedOut);
  EXPECT_TRUE(given_up.delivery->error->after_final_dot()) << "the server may have it";
}

TEST(ClientSession, WhereAConnectionIsLostIsTold) {
  struct Row {
    std::vector<std::string> script;
    Phase phase;
    bool after_final_dot;
  };
  const std::vector<std::string> all = {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"};
  const Phase phases[] = {Phase::kGreeting, Phase::kHello, Phase::kMail, Phase::kRecipient, Phase::kData};
  for (const std::string end : {"close", "reset"}) {
    for (std::size_t cut = 0; cut < all.size(); ++cut) {
      std::vector<std::string> script(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut));
      script.push_back(end);
      ClientBench bench(script);
      bench.world.run();
      const std::optional<ClientError> error = cut < 2 ? bench.connect_error : bench.delivery->error;
      ASSERT_TRUE(error.has_value()) << cut;
      EXPECT_EQ(error->kind, ClientErrorKind::kLost) << cut;
      EXPECT_EQ(error->phase, phases[cut]) << cut;
      EXPECT_FALSE(error->after_final_dot());
      EXPECT_FALSE(bench.session.usable());
      EXPECT_TRUE(bench.done);
    }
    std::vector<std::string> script = all;
    script.insert(script.end(), {"", "", "", "", end});
    ClientBench bench(script);
    bench.world.run();
    EXPECT_TRUE(bench.delivery->error->after_final_dot());
  }
}

TEST(ClientSession, TimesOutInEveryPhase) {
  const std::vector<std::string> all = {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n"};
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    std::vector<std::string> script(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut));
    script.insert(script.end(), {"wait 3600", "close"});
    ClientBench bench(script);
    const Instant start = bench.world.now();
    bench.world.run_until(start + Duration::seconds(301));
    const std::optional<ClientError> error = cut < 2          ? bench.connect_error
                                             : bench.delivery ? bench.delivery->error
                                                              : std::nullopt;
    ASSERT_TRUE(error.has_value()) << cut;
    EXPECT_EQ(error->kind, ClientErrorKind::kTimedOut) << cut;
  }
}

TEST(ClientSession, RefusesWhatIsNoSmtp) {
  for (const std::string& nonsense :
       {std::string("HTTP/1.1 400 Bad Request\r\n"), std::string("220 mx\n"), std::string("2\r20 mx\r\n"),
        std::string("220-mx\r\n250 mx\r\n"), std::string(20000, '2') + "\r\n", std::string("\0\0\r\n", 4)}) {
    ClientBench bench({nonsense});
    bench.world.run();
    ASSERT_TRUE(bench.connect_error.has_value());
    EXPECT_EQ(bench.connect_error->kind, ClientErrorKind::kProtocol);
  }
  std::string endless;
  for (int i = 0; i < 1000; ++i)
    endless += "220-x\r\n";
  ClientBench bench({endless});
  bench.world.run();
  EXPECT_EQ(bench.connect_error->kind, ClientErrorKind::kProtocol);
}

TEST(ClientSession, GoesOnWithTheNextMessageAfterARefusal) {
  ClientBench bench({"220 mx\r\n", "250 mx\r\n", "550 5.7.1 not you\r\n", "221 bye\r\n"});
  bench.world.run();
  EXPECT_EQ(bench.delivery->recipients[0].status, RecipientStatus::kPermanent);
  EXPECT_EQ(bench.delivery->recipients[0].text, "550 5.7.1 not you");
  EXPECT_FALSE(bench.delivery->error.has_value());
  EXPECT_EQ(bench.heard(), "EHLO mail.alpha.example\r\nMAIL FROM:<alice@alpha.example>\r\nQUIT\r\n");
}

}  // namespace
}  // namespace glasspost::smtp
