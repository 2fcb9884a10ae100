#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/message/header.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() { world_.add_alpha_and_beta(); }
  std::vector<std::string> to_beta(const std::string& reverse_path,
                                   const std::vector<std::string>& recipients,
                                   const std::string& content = "Subject: hi\r\n\r\ntext") {
    return world_.send_plain("client.example", "mx.beta.example", reverse_path, recipients, content);
  }
  MailWorld world_;
};

TEST_F(ExchangeTest, TakesItsOwnUsersMailAndNobodyElses) {
  const auto replies =
      to_beta("x@else.example", {"bob@beta.example", "eve@beta.example", "alice@alpha.example",
                                 "postmaster@beta.example", "Postmaster"});
  ASSERT_EQ(replies.size(), 6u);
  EXPECT_THAT(replies[0], StartsWith("250 2.1.5"));
  EXPECT_THAT(replies[1], StartsWith("550 5.1.1"));
  EXPECT_THAT(replies[2], StartsWith("550 5.7.1"));
  EXPECT_THAT(replies[3], StartsWith("250"));
  EXPECT_THAT(replies[4], StartsWith("250"));
  EXPECT_THAT(replies[5], StartsWith("250 2.0.0"));
  world_.settle();
  EXPECT_EQ(world_.mailbox("mx.beta.example", "bob@beta.example").size(), 1u);
  EXPECT_EQ(world_.mailbox("mx.beta.example", "postmaster@beta.example").size(), 1u)
      << "one copy for one mailbox";
  const auto access = world_.seen("mx.beta.example").decisions_of(DecisionKind::kAccess);
  ASSERT_EQ(access.size(), 5u);
  EXPECT_EQ(access[2].explanation.words.key, "access.relay-denied");
  EXPECT_EQ(world_.seen("mx.beta.example").accepted.front().recipients.size(), 3u);
}

TEST_F(ExchangeTest, WhatIsStoredIsWhatWasSentBelowTheTraceFields) {
  const std::string content = "Subject: hi\r\n\r\nbody with 8bit \xea\xb0\x80\r\n";
  to_beta("x@else.example", {"bob@beta.example"}, "Subject: hi\r\n\r\nbody with 8bit \xea\xb0\x80");
  world_.settle();
  const auto stored = world_.mailbox("mx.beta.example", "bob@beta.example");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].folder, "INBOX");
  const message::Header header = message::parse_header(stored[0].content);
  ASSERT_EQ(header.fields.size(), 4u);
  EXPECT_EQ(header.fields[0].raw, "Return-Path: <x@else.example>\r\n");
  EXPECT_EQ(header.fields[1].name, "Received-SPF");
  EXPECT_EQ(header.fields[2].name, "Received");
  EXPECT_THAT(header.fields[2].raw, HasSubstr("from client.example ([198.51.100.7])"));
  EXPECT_THAT(header.fields[2].raw,
              HasSubstr("with ESMTP id " + world_.seen("mx.beta.example").accepted[0].message));
  EXPECT_THAT(header.fields[2].raw, HasSubstr("for <bob@beta.example>"));
  EXPECT_EQ(stored[0].content.substr(header.fields[3].offset), content);

  // The alterations, applied in order to what was sent, give what is stored.
  std::string altered = content;
  for (const MailAltered& one : world_.seen("mx.beta.example").altered) {
    message::apply({one.offset, one.removed, one.inserted}, altered);
  }
  EXPECT_EQ(altered, stored[0].content);
}

TEST_F(ExchangeTest, SeveralRecipientsStayHiddenFromEachOther) {
  to_beta("x@else.example", {"bob@beta.example", "carol@beta.example"});
  world_.settle();
  for (const char* user : {"bob@beta.example", "carol@beta.example"}) {
    const auto stored = world_.mailbox("mx.beta.example", user);
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_THAT(stored[0].content, testing::Not(HasSubstr("for <")));
  }
}

TEST_F(ExchangeTest, ForgedSendersAreRefusedAtRcpt) {
  const auto replies = to_beta("alice@alpha.example", {"bob@beta.example"});
  ASSERT_FALSE(replies.empty());
  EXPECT_THAT(replies[0], StartsWith("550 5.7.23"));
  const auto spf = world_.seen("mx.beta.example").decisions_of(DecisionKind::kSpf);
  ASSERT_EQ(spf.size(), 1u);
  EXPECT_EQ(spf[0].outcome, "fail");
  EXPECT_FALSE(spf[0].explanation.children.empty() && spf[0].explanation.words.key.empty());
  world_.settle();
  EXPECT_TRUE(world_.mailbox("mx.beta.example", "bob@beta.example").empty());
}

TEST(SpfPolicy, MarksOrSetsApartWhereItDoesNotReject) {
  for (const SpfPolicy policy : {SpfPolicy::kMark, SpfPolicy::kQuarantine, SpfPolicy::kOff}) {
    MailWorld world;
    world.set_zone("alpha TXT \"v=spf1 -all\"\n");
    MailServerConfig config = MailWorld::server_config("mx.beta.example", "beta.example", {"bob"});
    config.spf = policy;
    world.add_server(config, "192.0.2.2");
    world.add_host("client.example", "198.51.100.7");
    world.send_plain("client.example", "mx.beta.example", "alice@alpha.example", {"bob@beta.example"},
                     "S: x\r\n\r\n");
    world.settle();
    const auto stored = world.mailbox("mx.beta.example", "bob@beta.example");
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_EQ(stored[0].folder, policy == SpfPolicy::kQuarantine ? "Junk" : "INBOX");
    const bool marked = stored[0].content.find("Received-SPF: fail") != std::string::npos;
    EXPECT_EQ(marked, policy != SpfPolicy::kOff);
  }
}

TEST_F(ExchangeTest, ALoopEndsAtTheLimit) {
  std::string content;
  for (int i = 0; i < 26; ++i)
    content += "Received: from a by b\r\n";
  auto replies = to_beta("x@else.example", {"bob@beta.example"}, content + "\r\nx");
  EXPECT_THAT(replies.back(), StartsWith("554 5.4.6"));
  replies = to_beta("x@else.example", {"bob@beta.example"}, content.substr(23) + "\r\nx");
  EXPECT_THAT(replies.back(), StartsWith("250"));
}

TEST(FieldCase, A9_TheNullReversePathIsAccepted) {
  MailWorld world;
  world.add_alpha_and_beta();
  const auto replies =
      world.send_plain("client.example", "mx.beta.example", "", {"bob@beta.example"}, "Subject: x\r\n\r\n");
  EXPECT_THAT(replies.back(), StartsWith("250"));
  world.settle();
  EXPECT_THAT(world.mailbox("mx.beta.example", "bob@beta.example").at(0).content,
              StartsWith("Return-Path: <>\r\n"));
}

TEST(FieldCase, A8_ALimitOfZeroIsNoLimit) {
  MailWorld world;
  MailServerConfig config = MailWorld::server_config("mx.beta.example", "beta.example", {"bob"});
  config.limits.message_bytes = 0;
  world.add_server(config, "192.0.2.2");
  world.add_host("client.example", "198.51.100.7");
  const auto replies = world.talk("client.example", "mx.beta.example", 25,
                                  {"EHLO client.example", "MAIL FROM:<> SIZE=99999999", "QUIT"});
  EXPECT_THAT(replies.at(2), StartsWith("250"));
}

TEST_F(ExchangeTest, TheClientsNameIsAskedOfTheDnsAndConfirmed) {
  MailWorld world;
  world.set_zone("client A 198.51.100.7\n");
  const dns::Name reverse = dns::reverse_name(*IpAddress::parse("198.51.100.7"));
  dns::Zone zone(reverse, dns::SoaData{});
  ASSERT_TRUE(
      zone.add({reverse, dns::RecordType::kPtr, 60, dns::NameData{*dns::Name::parse("client.example")}}));
  world.resolver.zones().set(zone);
  MailServerConfig config = MailWorld::server_config("mx.beta.example", "beta.example", {"bob"});
  config.reverse_lookup = true;
  world.add_server(config, "192.0.2.2");
  world.add_host("liar.example", "198.51.100.7");
  world.send_plain("liar.example", "mx.beta.example", "x@else.example", {"bob@beta.example"}, "S: x\r\n\r\n");
  world.settle();
  EXPECT_THAT(world.mailbox("mx.beta.example", "bob@beta.example").at(0).content,
              HasSubstr("from liar.example (client.example [198.51.100.7])"));
}

TEST(Listener, TurnsAwayWhomItHasNoRoomFor) {
  MailWorld world;
  MailServerConfig config = MailWorld::server_config("mx.beta.example", "beta.example", {"bob"});
  config.listeners[0].max_sessions = 2;
  world.add_server(config, "192.0.2.2");
  world.add_host("client.example", "198.51.100.7");
  world.run_for(Duration::seconds(1));
  std::vector<std::vector<std::string>> replies(6);
  for (auto& one : replies)
    world.begin_talk("client.example", "mx.beta.example", 25, {"NOOP"}, one);
  world.run_for(Duration::seconds(10));
  std::size_t served = 0;
  std::size_t busy = 0;
  for (const auto& one : replies) {
    served += !one.empty() && one.front().starts_with("220") ? 1u : 0u;
    busy += !one.empty() && one.front().starts_with("421 4.3.2") ? 1u : 0u;
  }
  EXPECT_EQ(served, 2u);
  EXPECT_GE(busy, 2u) << "those beyond twice the limit are cut";
  world.run_for(Duration::minutes(10));
  EXPECT_EQ(world.software("mx.beta.example").server->sessions(), 0u);
}

}  // namespace
}  // namespace glasspost::agent
