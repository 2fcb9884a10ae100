#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/session/pop3_client.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr const char* kBeta = "mx.beta.example";
constexpr const char* kBob = "bob@beta.example";

using Contents = std::vector<std::string>;

/// Fetches everything, removes it if asked to, and says how it ended.
Task<std::string> fetch(HostServices host, Endpoint server, Observer& observer, bool remove, Contents& out) {
  const Instant deadline = host.clock.now() + Duration::minutes(1);
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, deadline);
  if (!stream) co_return stream.error().message;
  pop3::ClientOptions options;
  options.credentials = {"bob", "secret-bob", {}};
  pop3::ClientSession client(options, pop3::ClientContext{host.clock, host.random, observer, nullptr});
  const auto opened = co_await client.connect(std::move(*stream));
  if (!opened) co_return opened.error().response ? opened.error().response->text : opened.error().message;
  const auto listed = co_await client.list();
  if (!listed) co_return listed.error().message;
  for (const pop3::ScanListing& message : *listed) {
    auto content = co_await client.retr(message.number);
    if (!content) co_return content.error().message;
    out.push_back(std::move(*content));
    if (!remove) continue;
    const auto marked = co_await client.dele(message.number);
    if (!marked) co_return marked.error().message;
  }
  const auto left = co_await client.quit();
  co_return std::string(left ? "done" : "kept");
}

class Pop3Access : public testing::Test {
 protected:
  explicit Pop3Access(std::uint32_t max_sessions = 100) {
    world_.set_zone("beta MX 10 mx.beta\nmx.beta A 192.0.2.2\n");
    MailServerConfig config = MailWorld::server_config(kBeta, "beta.example", {"bob"});
    ListenerConfig pop3;
    pop3.role = ListenerRole::kPop3;
    pop3.port = 110;
    pop3.max_sessions = max_sessions;
    config.listeners.push_back(pop3);
    world_.add_server(config, "192.0.2.2");
    world_.add_host("laptop.example", "198.51.100.7");
    world_.add_host("phone.example", "198.51.100.8");
  }
  void deliver(const std::string& content) {
    world_.send_plain("laptop.example", kBeta, "a@else.example", {kBob}, content);
    world_.settle();
  }
  std::string fetch_at(const std::string& host, bool remove, Contents& out) {
    world_.run_for(Duration::seconds(1));
    return world_.now(fetch(world_.world.find_host(host)->services(),
                            {world_.world.find_host(kBeta)->addresses().front(), 110}, world_.seen(host),
                            remove, out));
  }
  Contents stored() {
    Contents out;
    for (const Stored& message : world_.mailbox(kBeta, kBob))
      out.push_back(message.content);
    return out;
  }

  MailWorld world_;
};

TEST_F(Pop3Access, WhatWasDeliveredIsFetchedAsItIsStored) {
  deliver("Subject: x\r\n\r\n..dot\r\nend");
  deliver("Subject: y\r\n\r\ntwo");
  const Contents kept = stored();
  ASSERT_EQ(kept.size(), 2u);
  Contents first;
  EXPECT_EQ(fetch_at("laptop.example", false, first), "done");
  EXPECT_EQ(first, kept);
  EXPECT_EQ(stored(), kept);
  Contents second;
  EXPECT_EQ(fetch_at("phone.example", true, second), "done");
  EXPECT_EQ(second, kept);
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(world_.seen(kBeta).decisions_of(DecisionKind::kAuthentication).size(), 2u);
  world_.settle();
  EXPECT_EQ(world_.software(kBeta).server->sessions(), 0u);
}

TEST_F(Pop3Access, PasswordsGoInTheClearOnlyWhereTheListenerSaysSo) {
  EXPECT_THAT(world_.talk("phone.example", kBeta, 110, {"USER bob", "AUTH PLAIN", "AUTH KERBEROS", "QUIT"}),
              ElementsAre(StartsWith("+OK"), "-ERR Say STLS first", "-ERR Say STLS first",
                          "-ERR Mechanism not supported", "+OK Goodbye"));
}

// The power goes between DELE and QUIT: nothing was removed.
TEST_F(Pop3Access, ACrashBeforeQuitRemovesNothing) {
  deliver("Subject: x\r\n\r\none");
  Contents out;
  const auto services = world_.world.find_host("laptop.example")->services();
  const Endpoint server{world_.world.find_host(kBeta)->addresses().front(), 110};
  TaskGroup group;
  std::string end;
  struct Hold {
    static Task<void> run(HostServices host, Endpoint remote, Observer& observer, std::string& how) {
      const Instant deadline = host.clock.now() + Duration::minutes(1);
      Result<ByteStreamPtr> stream = co_await host.network.dial(remote, deadline);
      if (!stream) co_return;
      pop3::ClientOptions options;
      options.credentials = {"bob", "secret-bob", {}};
      pop3::ClientSession client(options, pop3::ClientContext{host.clock, host.random, observer, nullptr});
      const auto opened = co_await client.connect(std::move(*stream));
      if (!opened) co_return;
      const auto marked = co_await client.dele(1);
      if (marked) how = "marked";
      const auto waited = co_await client.retr(7);
      if (!waited && client.usable()) how = "marked and waiting";
      std::unique_ptr<Timer> timer = host.clock.make_timer("hold");
      const Instant later = host.clock.now() + Duration::hours(1);
      const Ok slept = co_await timer->wait_until(later);
      static_cast<void>(slept);
    }
  };
  group.spawn(Hold::run(services, server, world_.seen("laptop.example"), end));
  world_.run_for(Duration::seconds(10));
  ASSERT_EQ(end, "marked and waiting");
  world_.world.find_host(kBeta)->crash();
  world_.run_for(Duration::seconds(5));
  world_.world.find_host(kBeta)->restart();
  world_.run_for(Duration::seconds(5));
  EXPECT_EQ(stored().size(), 1u);
  // The lock went with the incarnation.
  EXPECT_EQ(fetch_at("phone.example", false, out), "done");
  EXPECT_EQ(out.size(), 1u);
  world_.run_for(Duration::hours(2));
}

class Pop3Crowd : public Pop3Access {
 protected:
  Pop3Crowd() : Pop3Access(2) {}
};

TEST_F(Pop3Crowd, WhoIsOneTooManyIsToldSo) {
  world_.run_for(Duration::seconds(1));
  std::vector<std::vector<std::string>> replies(4);
  for (auto& one : replies)
    world_.begin_talk("laptop.example", kBeta, 110, {"NOOP", "NOOP"}, one);
  world_.run_for(Duration::seconds(10));
  std::size_t served = 0;
  std::size_t busy = 0;
  for (const auto& one : replies) {
    served += !one.empty() && one.front().starts_with("+OK") ? 1u : 0u;
    busy += !one.empty() && one.front().starts_with("-ERR [SYS/TEMP]") ? 1u : 0u;
  }
  EXPECT_EQ(served, 2u);
  EXPECT_EQ(busy, 2u);
}

}  // namespace
}  // namespace glasspost::agent
