#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/message/header.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kAlpha = "mx.alpha.example";
constexpr const char* kBeta = "mx.beta.example";

class MtaTest : public testing::Test {
 protected:
  void alice_writes_to(const std::vector<std::string>& recipients, const std::string& envelope_from = "") {
    Draft draft;
    draft.to = recipients;
    draft.envelope_from = envelope_from;
    draft.subject = "hello";
    draft.text = "text\n";
    EXPECT_TRUE(world_.send_as(world_.alice(), "client.example", draft).accepted);
  }
  std::vector<Stored> inbox_of_alice() { return world_.mailbox(kAlpha, "alice@alpha.example"); }
  bool asked_for(const std::string& name, dns::RecordType type) {
    const dns::Question question{*dns::Name::parse(name), type};
    const auto& asked = world_.resolver.asked();
    return std::find(asked.begin(), asked.end(), question) != asked.end();
  }
  /// alpha.example with alice, and the zone given.
  void add_alpha(const std::string& zone, const std::function<void(MailServerConfig&)>& change = {}) {
    world_.set_zone("alpha MX 10 mx.alpha\nmx.alpha A 192.0.2.1\n" + zone);
    MailServerConfig config = MailWorld::server_config(kAlpha, "alpha.example", {"alice"});
    if (change) change(config);
    world_.add_server(config, "192.0.2.1");
    world_.add_host("client.example", "198.51.100.7");
  }
  void add_beta(const std::string& address = "192.0.2.2", const std::string& host = kBeta) {
    world_.add_server(MailWorld::server_config(host, "beta.example", {"bob"}), address);
  }

  MailWorld world_;
};

TEST_F(MtaTest, OneRefusedRecipientBouncesAndTheOtherGetsTheMail) {
  world_.add_alpha_and_beta();
  alice_writes_to({"bob@beta.example", "nobody@beta.example"});
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
  const auto inbox = inbox_of_alice();
  ASSERT_EQ(inbox.size(), 1u);
  EXPECT_THAT(inbox[0].content, StartsWith("Return-Path: <>\r\n"));
  EXPECT_THAT(inbox[0].content, HasSubstr("nobody@beta.example"));
  EXPECT_THAT(inbox[0].content, HasSubstr("5.1.1"));
  const auto bounced = world_.seen(kAlpha).settled_as(MailOutcome::kBounced);
  ASSERT_EQ(bounced.size(), 1u);
  EXPECT_EQ(bounced[0].recipient, "nobody@beta.example");
  EXPECT_EQ(bounced[0].related, world_.seen(kAlpha).queued.back().message);
  EXPECT_EQ(world_.seen(kAlpha).queued.back().origin, "dsn");
  EXPECT_EQ(world_.software(kAlpha).server->mta().queue_length(), 0u);
  EXPECT_TRUE(world_.faults(kAlpha).empty());
}

TEST_F(MtaTest, MailForAUserHereGoesNowhereElse) {
  world_.add_alpha_and_beta();
  alice_writes_to({"alice@alpha.example"});
  world_.settle();
  EXPECT_EQ(inbox_of_alice().size(), 1u);
  EXPECT_TRUE(world_.seen(kAlpha).attempted.empty());
  const auto delivered = world_.seen(kAlpha).settled_as(MailOutcome::kDelivered);
  ASSERT_EQ(delivered.size(), 1u);
  EXPECT_EQ(delivered[0].related, "alice@alpha.example/INBOX");
}

TEST(FieldCase, A10_ABounceIsNeverBounced) {
  MailWorld world;
  world.add_alpha_and_beta();
  const auto replies = world.talk("client.example", kAlpha, 587,
                                  {"EHLO c", "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==", "MAIL FROM:<>",
                                   "RCPT TO:<nobody@beta.example>", "DATA", "Subject: x\r\n\r\n.", "QUIT"});
  EXPECT_THAT(replies.at(6), StartsWith("250"));
  world.settle();
  const RecordingObserver& seen = world.seen(kAlpha);
  ASSERT_EQ(seen.settled_as(MailOutcome::kBounced).size(), 1u);
  EXPECT_EQ(seen.settled_as(MailOutcome::kBounced)[0].related, "");
  EXPECT_EQ(seen.queued.size(), 1u) << "no notification was queued";
  EXPECT_EQ(seen.removed.size(), 1u);
  EXPECT_EQ(seen.decisions_of(DecisionKind::kRetry).back().explanation.words.key, "retry.no-bounce");
}

using FieldCaseA11 = MtaTest;
TEST_F(FieldCaseA11, FieldCase_A11_ImplicitMxIsUsed) {
  add_alpha("beta A 192.0.2.2\n");
  add_beta();
  alice_writes_to({"bob@beta.example"});
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
}

using FieldCaseA12 = MtaTest;
TEST_F(FieldCaseA12, FieldCase_A12_NullMxBouncesAtOnceWithoutAnAddressLookup) {
  add_alpha("beta MX 0 .\nbeta A 192.0.2.2\n");
  add_beta();
  alice_writes_to({"bob@beta.example"});
  world_.settle();
  EXPECT_TRUE(world_.seen(kAlpha).attempted.empty());
  EXPECT_FALSE(asked_for("beta.example", dns::RecordType::kA));
  ASSERT_EQ(inbox_of_alice().size(), 1u);
  EXPECT_THAT(inbox_of_alice()[0].content, HasSubstr("5.1.10"));
}

TEST_F(FieldCaseA12, FieldCase_A12_LoopbackTargetsAreRefused) {
  add_alpha("beta MX 0 trick.beta\ntrick.beta A 127.0.0.1\nlo MX 0 localhost.\n");
  alice_writes_to({"bob@beta.example", "x@lo.example"});
  world_.settle();
  EXPECT_TRUE(world_.seen(kAlpha).attempted.empty());
  EXPECT_EQ(world_.seen(kAlpha).settled_as(MailOutcome::kBounced).size(), 2u);
}

TEST_F(MtaTest, TheSecondExchangerIsUsedWhenTheFirstIsDown) {
  add_alpha("beta MX 10 down.beta\nbeta MX 20 mx.beta\ndown.beta A 192.0.2.9\nmx.beta A 192.0.2.2\n");
  world_.add_host("down.beta.example", "192.0.2.9");  // nobody listens
  add_beta();
  alice_writes_to({"bob@beta.example"});
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
  ASSERT_EQ(world_.seen(kAlpha).attempted.size(), 1u);
  EXPECT_EQ(world_.seen(kAlpha).attempted[0].host, kBeta);
  const auto routes = world_.seen(kAlpha).decisions_of(DecisionKind::kRoute);
  ASSERT_EQ(routes.size(), 1u);
  EXPECT_EQ(routes[0].explanation.children.size(), 2u);
}

TEST_F(MtaTest, AnExchangerThatTurnsAwayIsPassedOver) {
  add_alpha("beta MX 10 busy.beta\nbeta MX 20 mx.beta\nbusy.beta A 192.0.2.9\nmx.beta A 192.0.2.2\n");
  MailServerConfig busy = MailWorld::server_config("busy.beta.example", "beta.example", {"bob"});
  busy.listeners[0].max_sessions = 1;
  world_.add_server(busy, "192.0.2.9");
  add_beta();
  world_.run_for(Duration::seconds(1));
  std::vector<std::string> held;
  // A message that never ends keeps the only session.
  world_.begin_talk("client.example", "busy.beta.example", 25,
                    {"EHLO c", "MAIL FROM:<>", "RCPT TO:<bob@beta.example>", "DATA", "unfinished"}, held);
  alice_writes_to({"bob@beta.example"});
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
}

TEST_F(MtaTest, RetriesFollowTheScheduleToTheSecond) {
  add_alpha("beta MX 10 mx.beta\nmx.beta A 192.0.2.2\n", [](MailServerConfig& config) {
    config.mta.retry.waits = {Duration::minutes(1), Duration::minutes(10)};
  });
  add_beta();
  world_.run_for(Duration::seconds(1));
  world_.world.find_host(kBeta)->stop();
  alice_writes_to({"bob@beta.example"});
  world_.run_for(Duration::minutes(35));
  const auto deferred = world_.seen(kAlpha).settled_as(MailOutcome::kDeferred);
  ASSERT_EQ(deferred.size(), 5u);
  EXPECT_EQ(deferred[2].next_attempt - deferred[1].next_attempt > Duration::minutes(10), true);
  EXPECT_EQ(deferred[2].next_attempt - deferred[1].next_attempt < Duration::seconds(601), true);
  EXPECT_THAT(deferred[0].reply, StartsWith("451 4.4.1"));
  const auto retries = world_.seen(kAlpha).decisions_of(DecisionKind::kRetry);
  ASSERT_EQ(retries.size(), 5u);
  EXPECT_EQ(retries[0].explanation.words.key, "retry.later");
  world_.world.find_host(kBeta)->restart();
  world_.run_for(Duration::minutes(11));
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
  ASSERT_EQ(world_.seen(kAlpha).attempted.size(), 1u);
  EXPECT_EQ(world_.seen(kAlpha).attempted[0].attempt, 6u);
}

TEST_F(MtaTest, WhatCannotBeDeliveredInItsLifeComesBack) {
  add_alpha("beta MX 10 mx.beta\nmx.beta A 192.0.2.2\n", [](MailServerConfig& config) {
    config.mta.retry.waits = {Duration::hours(1)};
    config.mta.retry.give_up_after = Duration::hours(3);
  });
  world_.add_host(kBeta, "192.0.2.2");
  alice_writes_to({"bob@beta.example"});
  world_.run_for(Duration::minutes(179));
  EXPECT_TRUE(inbox_of_alice().empty());
  world_.run_for(Duration::minutes(2));
  ASSERT_EQ(inbox_of_alice().size(), 1u);
  EXPECT_THAT(inbox_of_alice()[0].content, HasSubstr("Status: 5.4.1"));
  EXPECT_EQ(world_.seen(kAlpha).settled_as(MailOutcome::kExpired).size(), 1u);
  EXPECT_EQ(world_.seen(kAlpha).settled_as(MailOutcome::kDeferred).size(), 3u);
}

TEST_F(MtaTest, ADnsFailureIsDeferredAndADomainThatIsNoneBounces) {
  add_alpha("");
  world_.resolver.fail(*dns::Name::parse("sick.example"), dns::AnswerStatus::kServFail);
  alice_writes_to({"x@sick.example", "x@gone.example"});
  world_.settle();
  ASSERT_EQ(world_.seen(kAlpha).settled_as(MailOutcome::kDeferred).size(), 1u);
  EXPECT_THAT(world_.seen(kAlpha).settled_as(MailOutcome::kDeferred)[0].reply, StartsWith("451 4.4.3"));
  ASSERT_EQ(world_.seen(kAlpha).settled_as(MailOutcome::kBounced).size(), 1u);
  EXPECT_THAT(world_.seen(kAlpha).settled_as(MailOutcome::kBounced)[0].reply, StartsWith("550 5.1.2"));
}

TEST_F(MtaTest, AFullSpoolPutsMailOff) {
  world_.set_zone("alpha MX 10 mx.alpha\nmx.alpha A 192.0.2.1\n");
  MailServerConfig config = MailWorld::server_config(kAlpha, "alpha.example", {"alice"});
  config.mta.spool_bytes = 1'000;
  world_.add_server(config, "192.0.2.1");
  world_.add_host("client.example", "198.51.100.7");
  const auto replies = world_.send_plain("client.example", kAlpha, "x@else.example", {"alice@alpha.example"},
                                         "Subject: x\r\n\r\n" + std::string(900, 'x'));
  EXPECT_THAT(replies.back(), StartsWith("452 4.3.1"));
}

TEST_F(MtaTest, TheQueueSurvivesACrash) {
  add_alpha("beta MX 10 mx.beta\nmx.beta A 192.0.2.2\n");
  add_beta();
  world_.run_for(Duration::seconds(1));
  world_.world.find_host(kBeta)->stop();
  alice_writes_to({"bob@beta.example", "alice@alpha.example"});
  world_.settle();
  EXPECT_EQ(inbox_of_alice().size(), 1u);
  world_.world.find_host(kAlpha)->crash();
  world_.run_for(Duration::minutes(10));
  world_.world.find_host(kAlpha)->restart();
  world_.world.find_host(kBeta)->restart();
  world_.settle();
  EXPECT_EQ(world_.seen(kAlpha).queued.back().origin, "restored");
  EXPECT_EQ(world_.seen(kAlpha).queued.back().recipients, std::vector<std::string>{"bob@beta.example"});
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
  EXPECT_EQ(inbox_of_alice().size(), 1u);
  EXPECT_EQ(world_.seen(kAlpha).attempted.back().attempt, 2u);
}

TEST_F(MtaTest, ForwardsSendMailOn) {
  add_alpha("beta MX 10 mx.beta\nmx.beta A 192.0.2.2\n", [](MailServerConfig& config) {
    config.directory.forwards = {{"team@alpha.example", {"alice@alpha.example", "bob@beta.example"}},
                                 {"all@alpha.example", {"team@alpha.example", "alice@alpha.example"}},
                                 {"a@alpha.example", {"b@alpha.example"}},
                                 {"b@alpha.example", {"a@alpha.example"}}};
  });
  add_beta();
  const auto replies = world_.send_plain("client.example", kAlpha, "x@else.example",
                                         {"all@alpha.example", "alice@alpha.example"}, "Subject: x\r\n\r\n");
  EXPECT_THAT(replies.back(), StartsWith("250"));
  world_.settle();
  EXPECT_EQ(inbox_of_alice().size(), 1u) << "each address once";
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
  EXPECT_THAT(world_.mailbox(kBeta, "bob@beta.example")[0].content,
              StartsWith("Return-Path: <x@else.example>"));
  const auto routes = world_.seen(kAlpha).decisions_of(DecisionKind::kRoute);
  EXPECT_EQ(routes.at(0).outcome, "forward");

  alice_writes_to({"a@alpha.example"});
  world_.settle();
  ASSERT_EQ(inbox_of_alice().size(), 2u) << "a circle bounces";
  EXPECT_THAT(inbox_of_alice()[1].content, HasSubstr("5.4.6"));
}

TEST_F(MtaTest, AMailLoopBetweenServersEnds) {
  world_.set_zone("alpha MX 10 mx.alpha\nmx.alpha A 192.0.2.1\nbeta MX 10 mx.beta\nmx.beta A 192.0.2.2\n");
  MailServerConfig alpha = MailWorld::server_config(kAlpha, "alpha.example", {"alice"});
  alpha.directory.forwards = {{"ping@alpha.example", {"pong@beta.example"}}};
  MailServerConfig beta = MailWorld::server_config(kBeta, "beta.example", {"bob"});
  beta.directory.forwards = {{"pong@beta.example", {"ping@alpha.example"}}};
  world_.add_server(alpha, "192.0.2.1");
  world_.add_server(beta, "192.0.2.2");
  world_.add_host("client.example", "198.51.100.7");
  alice_writes_to({"ping@alpha.example"});
  world_.settle();
  ASSERT_EQ(inbox_of_alice().size(), 1u);
  EXPECT_THAT(inbox_of_alice()[0].content, HasSubstr("5.4.6"));
  EXPECT_EQ(world_.seen(kAlpha).accepted.size() + world_.seen(kBeta).accepted.size(), 27u)
      << "26 hops (25 Received fields and the submission) and the notification's way home, or both on one "
         "host";
}

TEST_F(MtaTest, ABackupServerHandsOnToTheBest) {
  world_.set_zone("beta MX 10 mx.beta\nbeta MX 20 backup\nmx.beta A 192.0.2.2\nbackup A 192.0.2.3\n");
  MailServerConfig backup = MailWorld::server_config("backup.example", "backup.example", {});
  backup.directory.relay_domains = {"beta.example"};
  world_.add_server(backup, "192.0.2.3");
  add_beta();
  world_.add_host("client.example", "198.51.100.7");
  world_.send_plain("client.example", "backup.example", "x@else.example", {"bob@beta.example"},
                    "Subject: x\r\n\r\n");
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 1u);
  const auto routes = world_.seen("backup.example").decisions_of(DecisionKind::kRoute);
  EXPECT_EQ(routes.at(0).explanation.children.back().words.key, "route.own-dropped");
}

TEST_F(MtaTest, AnExchangerThatIsThisHostUnderAnotherNameIsALoop) {
  add_alpha("beta MX 10 other\nother A 192.0.2.1\n");
  alice_writes_to({"bob@beta.example"});
  world_.settle();
  ASSERT_EQ(world_.seen(kAlpha).settled_as(MailOutcome::kBounced).size(), 1u);
  EXPECT_THAT(world_.seen(kAlpha).settled_as(MailOutcome::kBounced)[0].reply, StartsWith("554 5.4.6"));
}

TEST_F(MtaTest, AnAddressLiteralIsDialledDirectly) {
  add_alpha("");
  MailServerConfig beta = MailWorld::server_config(kBeta, "[192.0.2.2]", {});
  beta.directory.accounts = {{"bob@[192.0.2.2]", "", 0, {}}};
  world_.add_server(beta, "192.0.2.2");
  alice_writes_to({"bob@[192.0.2.2]"});
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@[192.0.2.2]").size(), 1u);
}

TEST_F(MtaTest, ManyMessagesShareAConnection) {
  world_.add_alpha_and_beta();
  world_.run_for(Duration::seconds(1));
  world_.world.find_host(kBeta)->stop();
  for (int i = 0; i < 30; ++i)
    alice_writes_to({"bob@beta.example"});
  world_.settle();
  world_.world.find_host(kBeta)->restart();
  world_.settle();
  world_.software(kAlpha).server->mta().retry_now();
  world_.settle();
  EXPECT_EQ(world_.mailbox(kBeta, "bob@beta.example").size(), 30u);
  std::set<ConnectionId> connections;
  for (const MailAttempted& attempt : world_.seen(kAlpha).attempted)
    connections.insert(attempt.connection);
  EXPECT_EQ(connections.size(), 5u);
}

TEST_F(MtaTest, AServerStopsInOrder) {
  world_.add_alpha_and_beta();
  alice_writes_to({"bob@beta.example"});
  std::vector<std::string> idle;
  world_.begin_talk("client.example", kAlpha, 25, {"NOOP"}, idle);
  world_.run_for(Duration::seconds(1));
  bool stopped = false;
  TaskGroup group;
  struct Stop {
    static Task<void> run(MailServer& server, bool& done) {
      co_await server.stop();
      done = true;
    }
  };
  group.spawn(Stop::run(*world_.software(kAlpha).server, stopped));
  world_.run_for(Duration::seconds(10));
  EXPECT_TRUE(stopped);
  EXPECT_EQ(world_.software(kAlpha).server->sessions(), 0u);
  const auto refused = world_.talk("client.example", kAlpha, 25, {"NOOP"});
  EXPECT_THAT(refused.at(0), StartsWith("dial: refused"));
}

}  // namespace
}  // namespace glasspost::agent
