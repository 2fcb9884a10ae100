#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/message/header.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SubmissionTest : public testing::Test {
 protected:
  SubmissionTest() { world_.add_alpha_and_beta(); }
  std::vector<std::string> talk(const std::vector<std::string>& commands) {
    return world_.talk("client.example", "mx.alpha.example", 587, commands);
  }
  MailWorld world_;
};

const char* const kAlicePlain = "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==";  // alice, secret-alice

TEST_F(SubmissionTest, NobodySendsWithoutLoggingIn) {
  const auto replies = talk({"EHLO c", "MAIL FROM:<alice@alpha.example>", "QUIT"});
  EXPECT_THAT(replies.at(2), StartsWith("530 5.7.0"));
}

TEST_F(SubmissionTest, AWrongPasswordIsRefused) {
  const auto replies = talk({"EHLO c", "AUTH PLAIN AGFsaWNlAHdyb25n", "QUIT"});
  EXPECT_THAT(replies.at(2), StartsWith("535 5.7.8"));
}

TEST_F(SubmissionTest, AUserSendsAsItselfAlone) {
  const auto replies =
      talk({"EHLO c", kAlicePlain, "MAIL FROM:<bob@beta.example>", "MAIL FROM:<ALICE@alpha.example>",
            "RCPT TO:<x@far.example>", "RCPT TO:<nobody@alpha.example>", "QUIT"});
  ASSERT_EQ(replies.size(), 8u);
  EXPECT_THAT(replies[2], StartsWith("235"));
  EXPECT_THAT(replies[3], StartsWith("550 5.7.1"));
  EXPECT_THAT(replies[4], StartsWith("250"));
  EXPECT_THAT(replies[5], StartsWith("250")) << "relays anywhere";
  EXPECT_THAT(replies[6], StartsWith("550 5.1.1"));
}

TEST_F(SubmissionTest, WhatIsMissingIsAdded) {
  talk({"EHLO c", kAlicePlain, "MAIL FROM:<alice@alpha.example>", "RCPT TO:<alice@alpha.example>", "DATA",
        "Subject: bare\r\n\r\nbody\r\n.", "QUIT"});
  world_.settle();
  const auto stored = world_.mailbox("mx.alpha.example", "alice@alpha.example");
  ASSERT_EQ(stored.size(), 1u);
  const message::Header header = message::parse_header(stored[0].content);
  EXPECT_EQ(header.value("Date"), "Mon, 02 Mar 2026 09:00:00 +0000");
  EXPECT_THAT(header.value("Message-ID").value_or(""), HasSubstr("@mx.alpha.example>"));
  EXPECT_THAT(header.value("Received").value_or(""), HasSubstr("with ESMTPA id"));
  EXPECT_THAT(header.value("Received").value_or(""), HasSubstr("(authenticated as alice@alpha.example)"));
  std::string altered = "Subject: bare\r\n\r\nbody\r\n";
  for (const MailAltered& one : world_.seen("mx.alpha.example").altered) {
    message::apply({one.offset, one.removed, one.inserted}, altered);
  }
  EXPECT_EQ(altered, stored[0].content);
}

TEST_F(SubmissionTest, WhatIsThereStays) {
  const std::string content = "Date: Tue, 03 Mar 2026 01:02:03 +0900\r\nMessage-ID: <mine@c>\r\n\r\nbody\r\n";
  talk({"EHLO c", kAlicePlain, "MAIL FROM:<alice@alpha.example>", "RCPT TO:<alice@alpha.example>", "DATA",
        content + ".", "QUIT"});
  world_.settle();
  EXPECT_THAT(world_.mailbox("mx.alpha.example", "alice@alpha.example").at(0).content,
              testing::EndsWith(content));
}

TEST_F(SubmissionTest, TheMuaSendsAcrossTheWorld) {
  Draft draft;
  draft.to = {"Bob <bob@beta.example>"};
  draft.bcc = {"carol@beta.example"};
  draft.subject = "안녕하세요";
  draft.text = "Hi Bob\n.dot\n";
  draft.attachments = {{"b.bin", "application/octet-stream", std::string("\0\r\n.\r\n", 6)}};
  const SubmissionOutcome outcome = world_.send_as(world_.alice(), "client.example", draft);
  EXPECT_TRUE(outcome.accepted) << outcome.reply;
  EXPECT_THAT(outcome.reply, StartsWith("250"));
  world_.settle();
  const auto bob = world_.mailbox("mx.beta.example", "bob@beta.example");
  ASSERT_EQ(bob.size(), 1u);
  EXPECT_EQ(world_.mailbox("mx.beta.example", "carol@beta.example").size(), 1u);
  EXPECT_THAT(bob[0].content, StartsWith("Return-Path: <alice@alpha.example>\r\n"));
  EXPECT_THAT(bob[0].content, HasSubstr("Received-SPF: pass"));
  EXPECT_THAT(bob[0].content, testing::Not(HasSubstr("carol"))) << "a blind copy stays blind";
  EXPECT_EQ(message::parse_header(bob[0].content).count("Received"), 2u);
  EXPECT_EQ(world_.seen("client.example").submitted.at(0).message_id, outcome.message_id);
  EXPECT_EQ(world_.seen("client.example").submitted.at(0).recipients.size(), 2u);
  const auto& attempts = world_.seen("mx.alpha.example").attempted;
  ASSERT_EQ(attempts.size(), 1u) << "both in one transaction";
  EXPECT_EQ(attempts[0].host, "mx.beta.example");
  EXPECT_EQ(attempts[0].transaction, 1u);
  EXPECT_EQ(attempts[0].connection, world_.seen("mx.beta.example").accepted.at(0).connection);
  EXPECT_EQ(world_.seen("mx.alpha.example").removed.size(), 1u);
  EXPECT_EQ(world_.software("mx.alpha.example").server->mta().queue_length(), 0u);
}

TEST_F(SubmissionTest, AWrongPasswordAndADeadServerAreOutcomes) {
  MuaConfig wrong = world_.alice();
  wrong.password = "guess";
  Draft draft;
  draft.to = {"bob@beta.example"};
  const SubmissionOutcome refused = world_.send_as(wrong, "client.example", draft);
  EXPECT_FALSE(refused.accepted);
  EXPECT_THAT(refused.reply, HasSubstr("535"));
  world_.world.find_host("mx.alpha.example")->stop();
  const SubmissionOutcome dead = world_.send_as(world_.alice(), "client.example", draft);
  EXPECT_FALSE(dead.accepted);
  EXPECT_THAT(dead.reply, HasSubstr("refused"));
}

TEST_F(SubmissionTest, ADraftWithoutARightAddressIsAnError) {
  Mua mua(world_.alice(), world_.world.find_host("client.example")->services(), world_.seen("client.example"),
          world_.resolver, nullptr);
  Draft draft;
  EXPECT_EQ(world_.now(mua.send(draft)).error().code, ErrorCode::kInvalidInput);
  draft.to = {"not an address"};
  EXPECT_EQ(world_.now(mua.send(draft)).error().code, ErrorCode::kInvalidInput);
}

TEST_F(SubmissionTest, AStrangerSaysWhateverItLikes) {
  world_.settle();
  Stranger stranger(world_.world.find_host("client.example")->services(), world_.seen("client.example"),
                    world_.resolver);
  Injection forged;
  forged.helo = "mx.alpha.example";
  forged.mail_from = "alice@alpha.example";
  forged.rcpt_to = {"bob@beta.example"};
  forged.content = "From: alice@alpha.example\nSubject: win\n\npay\n";
  const SubmissionOutcome refused = world_.now(stranger.inject(forged));
  EXPECT_FALSE(refused.accepted);
  ASSERT_EQ(refused.refused.size(), 1u);
  EXPECT_THAT(refused.refused[0].reply, HasSubstr("550 5.7.23"));
  forged.mail_from = "x@else.example";
  const SubmissionOutcome taken = world_.now(stranger.inject(forged));
  EXPECT_TRUE(taken.accepted) << taken.reply;
  world_.settle();
  const auto stored = world_.mailbox("mx.beta.example", "bob@beta.example");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_THAT(stored[0].content,
              HasSubstr("Subject: win\r\nMessage-ID: <" + taken.message_id + ">\r\nDate: "));
}

}  // namespace
}  // namespace glasspost::agent
