#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/session/pop3_client.h"
#include "tests/unit/pop3/pop3_fixture.h"

namespace glasspost::pop3 {
namespace {

ClientOptions bobs_options(std::vector<sasl::Mechanism> mechanisms = {}) {
  ClientOptions options;
  options.credentials = {"bob", "secret", {}};
  options.password_without_tls = true;
  options.mechanisms = std::move(mechanisms);
  return options;
}

// Waits for anything: the server must be driven too.
template <class T>
T finished(ServerBench& bench, Task<T> task) {
  return bench.now(std::move(task));
}

class Pop3BothSessions : public testing::Test {
 protected:
  ServerBench bench;
  RecordingObserver observer;
};

TEST_F(Pop3BothSessions, EveryMechanismLogsIn) {
  for (const sasl::Mechanism mechanism :
       {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin, sasl::Mechanism::kCramMd5,
        sasl::Mechanism::kScramSha1, sasl::Mechanism::kScramSha256}) {
    ClientSession client(bobs_options({mechanism}), {bench.world, bench.random, observer, nullptr});
    const auto opened = finished(bench, client.connect(bench.dial()));
    ASSERT_TRUE(opened.has_value()) << sasl::to_string(mechanism) << ": " << opened.error().message;
    EXPECT_EQ(client.mechanism(), mechanism);
    EXPECT_TRUE(finished(bench, client.quit()).has_value());
    EXPECT_FALSE(client.usable());
    ClientOptions wrong = bobs_options({mechanism});
    wrong.credentials.password = "wrong";
    ClientSession refused(wrong, {bench.world, bench.random, observer, nullptr});
    const auto failed = finished(bench, refused.connect(bench.dial()));
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().kind, ClientErrorKind::kAuth);
    EXPECT_EQ(failed.error().response->code, ResponseCode::kAuth);
  }
}

TEST_F(Pop3BothSessions, MessagesComeAsTheyAreStored) {
  const std::vector<std::string> contents = {".first\r\n..x\r\n", "Subject: b\r\n\r\none\r\ntwo\r\n",
                                             "\r\n.\r\n.\r\n"};
  for (const std::string& content : contents)
    bench.put("bob", content);
  ClientSession client(bobs_options(), {bench.world, bench.random, observer, nullptr});
  ASSERT_TRUE(finished(bench, client.connect(bench.dial())).has_value());
  EXPECT_TRUE(client.capabilities().uidl && client.capabilities().pipelining);
  EXPECT_EQ(finished(bench, client.stat())->messages, 3u);
  EXPECT_EQ(finished(bench, client.list())->at(1), (ScanListing{2, contents[1].size()}));
  const auto ids = finished(bench, client.uidl());
  ASSERT_EQ(ids->size(), 3u);
  EXPECT_NE(ids->at(0).unique_id, ids->at(1).unique_id);
  for (std::uint32_t number = 1; number <= 3; ++number)
    EXPECT_EQ(*finished(bench, client.retr(number)), contents[number - 1]);
  EXPECT_EQ(*finished(bench, client.top(2, 1)), "Subject: b\r\n\r\none\r\n");
  EXPECT_EQ(finished(bench, client.retr(4)).error().kind, ClientErrorKind::kRefused);
  EXPECT_TRUE(client.usable());
  EXPECT_TRUE(finished(bench, client.dele(2)).has_value());
  EXPECT_TRUE(finished(bench, client.noop()).has_value());
  EXPECT_TRUE(finished(bench, client.quit()).has_value());
  EXPECT_EQ(bench.stored("bob"), (std::vector<std::string>{contents[0], contents[2]}));
  EXPECT_FALSE(finished(bench, client.stat()).has_value());
  EXPECT_EQ(observer.states.back(), "pop3-client quit>closed +OK");
}

TEST_F(Pop3BothSessions, ResetKeepsEverything) {
  bench.put("bob", "a\r\n");
  ClientSession client(bobs_options(), {bench.world, bench.random, observer, nullptr});
  ASSERT_TRUE(finished(bench, client.connect(bench.dial())).has_value());
  finished(bench, client.dele(1));
  finished(bench, client.rset());
  finished(bench, client.quit());
  EXPECT_EQ(bench.stored("bob").size(), 1u);
}

TEST_F(Pop3BothSessions, AMaildropInUseSaysSo) {
  auto& holder = bench.connect();
  bench.log_in(holder);
  ClientSession client(bobs_options(), {bench.world, bench.random, observer, nullptr});
  const auto opened = finished(bench, client.connect(bench.dial()));
  ASSERT_FALSE(opened.has_value());
  EXPECT_TRUE(opened.error().in_use());
}

// A server that is played by hand.
struct Scripted {
  explicit Scripted(ClientOptions options = bobs_options())
      : client(std::move(options), {world, random, observer, nullptr}) {}
  template <class T>
  T after(std::string_view bytes, Task<T> task) {
    std::optional<T> result;
    group.spawn(keep(std::move(task), result));
    group.spawn(write(std::string(bytes)));
    world.run_for(Duration::minutes(6));
    GLASSPOST_ASSERT(result.has_value());
    return std::move(*result);
  }
  ByteStreamPtr dial() {
    auto [ours, theirs] = test::connect(world);
    server = std::move(theirs);
    return std::move(ours);
  }
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    T value = co_await task;
    result.emplace(std::move(value));
  }
  Task<void> write(std::string bytes) {
    const Ok written = co_await server->write(bytes);
    static_cast<void>(written);
  }

  test::World world;
  test::SeededRandom random;
  RecordingObserver observer;
  ClientSession client;
  ByteStreamPtr server;
  TaskGroup group;
};

TEST(Pop3ClientSession, HostileServersEndInAnError) {
  const auto outcome = [](std::string_view bytes) {
    Scripted scripted;
    const auto opened = scripted.after(bytes, scripted.client.connect(scripted.dial()));
    return opened ? std::string("opened") : opened.error().message;
  };
  EXPECT_EQ(outcome(""), "no octet came in time");
  EXPECT_EQ(outcome("+OK\n"), "the server's line is too long or does not end with CR LF");
  EXPECT_EQ(outcome("220 hello\r\n"), "a response begins with +OK, -ERR or +: 220 hello");
  EXPECT_EQ(outcome("+OK " + std::string(100'000, 'x') + "\r\n"),
            "the server's line is too long or does not end with CR LF");
  EXPECT_EQ(outcome("+OK\r\n+OK\r\nUSER\r\n.\r\n+OK\r\n+OK\r\n"), "opened");
}

TEST(Pop3ClientSession, AnEndlessMessageIsTooLarge) {
  ClientOptions options = bobs_options();
  options.max_response_bytes = 1000;
  Scripted scripted(options);
  ASSERT_TRUE(
      scripted.after("+OK\r\n-ERR\r\n+OK\r\n+OK\r\n", scripted.client.connect(scripted.dial())).has_value());
  const auto message = scripted.after("+OK\r\n" + std::string(5000, 'x'), scripted.client.retr(1));
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().kind, ClientErrorKind::kTooLarge);
  EXPECT_FALSE(scripted.client.usable());
}

TEST(Pop3ClientSession, AListingThatIsNoneEndsIt) {
  Scripted scripted;
  ASSERT_TRUE(
      scripted.after("+OK\r\n-ERR\r\n+OK\r\n+OK\r\n", scripted.client.connect(scripted.dial())).has_value());
  const auto listed = scripted.after("+OK\r\n1 x\r\n.\r\n", scripted.client.list());
  ASSERT_FALSE(listed.has_value());
  EXPECT_EQ(listed.error().kind, ClientErrorKind::kProtocol);
  EXPECT_FALSE(scripted.client.usable());
}

}  // namespace
}  // namespace glasspost::pop3
