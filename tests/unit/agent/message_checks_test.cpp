// What a mail server does about DKIM and DMARC, over the virtual network.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/auth/authentication_results.h"
#include "engine/auth/dkim.h"
#include "engine/crypto/key.h"
#include "engine/message/header.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

crypto::PrivateKey key() {
  return *crypto::PrivateKey::from_ed25519_seed("0123456789abcdef0123456789abcdef");
}

class MessageChecksTest : public testing::Test {
 protected:
  // Mail that says it is from alpha.example comes from a client that SPF knows nothing of.
  std::string send(DmarcAction action, const std::string& policy, const std::string& content) {
    const std::string record = auth::dkim_key_record_text(key().public_key());
    world_.set_zone("_dmarc.alpha TXT \"v=DMARC1; p=" + policy +
                    "\"\nalpha A 192.0.2.1\ns1._domainkey.alpha TXT \"" + record + "\"\n");
    MailServerConfig config = MailWorld::server_config("mx.beta.example", "beta.example", {"bob"});
    config.dmarc = action;
    config.dmarc_profile = profile_;
    world_.add_server(config, "192.0.2.2");
    world_.add_host("client.example", "198.51.100.7");
    const auto replies = world_.send_plain("client.example", "mx.beta.example", "x@else.example",
                                           {"bob@beta.example"}, content);
    world_.settle();
    return replies.back();
  }
  std::vector<Stored> stored() { return world_.mailbox("mx.beta.example", "bob@beta.example"); }
  auth::AuthenticationResults results() {
    const message::Header header = message::parse_header(stored().at(0).content);
    EXPECT_EQ(header.count("Authentication-Results"), 1u);
    return *auth::parse_authentication_results(*header.value("Authentication-Results"));
  }
  MailWorld world_;
  auth::DmarcProfile profile_ = auth::DmarcProfile::kRfc9989;
};

constexpr const char* kSpoofed = "From: alice@alpha.example\r\nSubject: hi\r\n\r\ntext";

TEST_F(MessageChecksTest, AMarkedMessageTellsWhatWasFound) {
  EXPECT_THAT(send(DmarcAction::kMark, "reject", kSpoofed), StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "INBOX");
  const auth::AuthenticationResults found = results();
  EXPECT_EQ(found.authserv_id, "mx.beta.example");
  ASSERT_EQ(found.results.size(), 3u);
  EXPECT_EQ(found.results[0].method + found.results[0].result, "spfnone");
  EXPECT_EQ(found.results[1].method + found.results[1].result, "dkimnone");
  EXPECT_EQ(found.results[2].method + found.results[2].result, "dmarcfail");
  const auto decisions = world_.seen("mx.beta.example").decisions_of(DecisionKind::kDmarc);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].subject, "alpha.example");
  EXPECT_EQ(decisions[0].outcome, "fail");
  EXPECT_FALSE(decisions[0].explanation.children.empty());
}

TEST_F(MessageChecksTest, QuarantineIsTheJunkFolder) {
  EXPECT_THAT(send(DmarcAction::kEnforce, "quarantine", kSpoofed), StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "Junk");
}

TEST_F(MessageChecksTest, RejectIsSaidAfterTheContent) {  // RFC 9989 7.2
  const std::string reply = send(DmarcAction::kEnforce, "reject", kSpoofed);
  EXPECT_THAT(reply, StartsWith("550 5.7.1"));
  EXPECT_THAT(reply, HasSubstr("DMARC policy of alpha.example"));
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(world_.seen("mx.beta.example").decisions_of(DecisionKind::kAccess).back().explanation.words.key,
            "access.dmarc-reject");
}

// p=reject alone is no reason to refuse what honest ways break. // RFC 9989 7.4, 8
TEST_F(MessageChecksTest, WhatAListHandedOnIsSetApartInsteadOfRefused) {
  EXPECT_THAT(send(DmarcAction::kEnforce, "reject", "List-Id: <l.example>\r\n" + std::string(kSpoofed)),
              StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "Junk");
  const DecisionMade spared = world_.seen("mx.beta.example").decisions_of(DecisionKind::kAccess).back();
  EXPECT_EQ(spared.explanation.words.key, "access.dmarc-indirect");
  EXPECT_EQ(spared.outcome, "quarantine");
}

TEST_F(MessageChecksTest, SoIsWhatHasABrokenSignatureOfItsAuthor) {
  const std::string content = std::string(kSpoofed) + "\r\n";
  const message::Header header = message::parse_header(content);
  const Result<std::string> field = auth::sign_dkim(header, content, {"alpha.example", "s1", key()}, {});
  ASSERT_TRUE(field);
  EXPECT_THAT(send(DmarcAction::kEnforce, "reject", *field + kSpoofed + " and a footer"), StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "Junk");
}

TEST_F(MessageChecksTest, SoIsWhatSeveralServersHandedOn) {
  const std::string hop = "Received: from a by b; Mon, 02 Mar 2026 09:00:00 +0000\r\n";
  EXPECT_THAT(send(DmarcAction::kEnforce, "reject", hop + hop + kSpoofed), StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "Junk");
}

TEST_F(MessageChecksTest, ByTheOldRulesThePolicyIsEnough) {  // RFC 7489 6.3
  profile_ = auth::DmarcProfile::kRfc7489;
  EXPECT_THAT(send(DmarcAction::kEnforce, "reject", "List-Id: <l.example>\r\n" + std::string(kSpoofed)),
              StartsWith("550 5.7.1"));
  EXPECT_TRUE(stored().empty());
}

TEST_F(MessageChecksTest, NoneChangesNothing) {
  EXPECT_THAT(send(DmarcAction::kEnforce, "none", kSpoofed), StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "INBOX");
}

TEST_F(MessageChecksTest, ASignedMessagePasses) {
  const std::string content = std::string(kSpoofed) + "\r\n";
  const message::Header header = message::parse_header(content);
  const Result<std::string> field = auth::sign_dkim(header, content, {"alpha.example", "s1", key()}, {});
  ASSERT_TRUE(field);
  EXPECT_THAT(send(DmarcAction::kEnforce, "reject", *field + kSpoofed), StartsWith("250"));
  EXPECT_EQ(stored().at(0).folder, "INBOX");
  EXPECT_EQ(results().results.at(1).result, "pass");
  EXPECT_EQ(results().results.at(2).result, "pass");
  EXPECT_EQ(world_.seen("mx.beta.example").decisions_of(DecisionKind::kDkim).at(0).subject, "alpha.example");
}

TEST_F(MessageChecksTest, ForgedResultsGoAndTheAlterationsTellOfIt) {  // RFC 8601 5
  const std::string sent =
      "Authentication-Results: MX.beta.example; dmarc=pass\r\n"
      "Authentication-Results: other.example; spf=pass\r\n" +
      std::string(kSpoofed);
  EXPECT_THAT(send(DmarcAction::kMark, "reject", sent), StartsWith("250"));
  const std::string content = stored().at(0).content;
  EXPECT_EQ(content.find("dmarc=pass"), std::string::npos);
  EXPECT_NE(content.find("other.example; spf=pass"), std::string::npos);
  std::string altered = sent + "\r\n";
  for (const MailAltered& one : world_.seen("mx.beta.example").altered)
    message::apply({one.offset, one.removed, one.inserted}, altered);
  EXPECT_EQ(altered, content);
}

TEST_F(MessageChecksTest, SeveralFromFieldsAreRefusedWherePolicyIsEnforced) {
  EXPECT_THAT(send(DmarcAction::kEnforce, "none", "From: a@alpha.example\r\n" + std::string(kSpoofed)),
              StartsWith("550 5.7.1"));
  EXPECT_TRUE(stored().empty());
}

TEST_F(MessageChecksTest, SwitchedOffTheyAskNothing) {
  EXPECT_THAT(send(DmarcAction::kOff, "reject", kSpoofed), StartsWith("250"));
  EXPECT_EQ(stored().at(0).content.find("Authentication-Results"), std::string::npos);
  for (const dns::Question& question : world_.resolver.asked())
    EXPECT_EQ(question.name.to_string().find("_dmarc"), std::string::npos);
}

}  // namespace
}  // namespace glasspost::agent
