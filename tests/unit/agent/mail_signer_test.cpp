// What a host signs, and that it holds: over submission, notifications, and keys that change.
#include "engine/agent/mta/mail_signer.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/message/header.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

SigningKey key(const std::string& selector, bool active = true) {
  std::string seed(32, 's');
  seed.replace(0, selector.size(), selector);
  return {{"alpha.example", selector, *crypto::PrivateKey::from_ed25519_seed(seed)}, {}, false, {}, active};
}

/// alpha.example with its keys, and beta.example, which enforces DMARC.
struct SigningWorld {
  void start(std::vector<SigningKey> keys) {
    std::string zone =
        "alpha MX 10 mx.alpha\nmx.alpha A 192.0.2.1\nbeta MX 10 mx.beta\nmx.beta A 192.0.2.2\n"
        "_dmarc.alpha TXT \"v=DMARC1; p=reject\"\n";
    for (const SigningKey& one : keys) {
      zone += one.signer.selector + "._domainkey.alpha TXT \"" +
              auth::dkim_key_record_text(one.signer.key.public_key()) + "\"\n";
    }
    world_.set_zone(zone);
    MailServerConfig alpha = MailWorld::server_config("mx.alpha.example", "alpha.example", {"alice"});
    alpha.signing = std::move(keys);
    world_.add_server(std::move(alpha), "192.0.2.1");
    MailServerConfig beta = MailWorld::server_config("mx.beta.example", "beta.example", {"bob"});
    beta.dmarc = DmarcAction::kEnforce;
    world_.add_server(std::move(beta), "192.0.2.2");
    world_.add_host("client.example", "198.51.100.7");
  }
  void submit(const std::string& content) {
    world_.talk("client.example", "mx.alpha.example", 587,
                {"EHLO c", "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==", "MAIL FROM:<alice@alpha.example>",
                 "RCPT TO:<bob@beta.example>", "DATA", content + "\r\n.", "QUIT"});
    world_.settle();
  }
  std::vector<Stored> stored() { return world_.mailbox("mx.beta.example", "bob@beta.example"); }
  std::vector<std::string> outcomes(const std::string& host, DecisionKind kind) {
    std::vector<std::string> out;
    for (const DecisionMade& made : world_.seen(host).decisions_of(kind))
      out.push_back(made.outcome);
    return out;
  }
  MailWorld world_;
};

class MailSignerTest : public testing::Test, protected SigningWorld {};

constexpr const char* kLetter = "From: alice@alpha.example\r\nSubject: hi\r\n\r\ntext";

TEST_F(MailSignerTest, WhatAUserSubmitsIsSignedAndPasses) {
  start({key("s1")});
  submit(kLetter);
  ASSERT_EQ(stored().size(), 1u);
  EXPECT_EQ(stored()[0].folder, "INBOX");
  EXPECT_THAT(stored()[0].content, HasSubstr("dkim=pass header.d=alpha.example"));
  EXPECT_EQ(outcomes("mx.alpha.example", DecisionKind::kDkim), std::vector<std::string>{"signed"});
  EXPECT_EQ(outcomes("mx.beta.example", DecisionKind::kDmarc), std::vector<std::string>{"pass"});
  std::string altered = std::string(kLetter) + "\r\n";
  const message::Header sent = message::parse_header(stored()[0].content);
  for (const MailAltered& one : world_.seen("mx.alpha.example").altered)
    message::apply({one.offset, one.removed, one.inserted}, altered);
  EXPECT_EQ(message::parse_header(altered).count("DKIM-Signature"), 1u) << "the alterations tell of it";
  EXPECT_EQ(sent.count("DKIM-Signature"), 1u);
}

TEST_F(MailSignerTest, SeveralKeysGiveSeveralSignaturesAndNoneOfAnInactiveOne) {
  start({key("s1"), key("s2"), key("s3", false)});
  submit(kLetter);
  const message::Header header = message::parse_header(stored().at(0).content);
  EXPECT_EQ(header.count("DKIM-Signature"), 2u);
  EXPECT_THAT(stored()[0].content, Not(HasSubstr("s=s3;")));
  EXPECT_THAT(stored()[0].content, HasSubstr("header.s=s1"));
  EXPECT_THAT(stored()[0].content, HasSubstr("header.s=s2"));
}

TEST_F(MailSignerTest, AnotherKeyTakesOver) {
  start({key("s1"), key("s2", false)});
  submit(kLetter);
  world_.software("mx.alpha.example").server->sign_with("alpha.example", "unknown");
  submit(kLetter);
  world_.software("mx.alpha.example").server->sign_with("alpha.example", "s2");
  submit(kLetter);
  ASSERT_EQ(stored().size(), 3u);
  EXPECT_THAT(stored()[1].content, HasSubstr("s=s1;"));
  EXPECT_THAT(stored()[2].content, HasSubstr("s=s2;"));
  EXPECT_THAT(stored()[2].content, Not(HasSubstr("s=s1;")));
}

TEST_F(MailSignerTest, AForeignAuthorIsSignedByTheDomainThatSends) {
  start({key("s1")});
  submit("From: boss@other.example\r\n\r\ntext");
  EXPECT_THAT(stored().at(0).content, HasSubstr("d=alpha.example;"));
  submit("From: boss@other.example, alice@alpha.example\r\n\r\ntext");
  EXPECT_THAT(stored().at(1).content, HasSubstr("d=alpha.example;"));
}

TEST_F(MailSignerTest, NotificationsAreSignedToo) {
  start({key("s1")});
  world_.talk("client.example", "mx.alpha.example", 587,
              {"EHLO c", "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==", "MAIL FROM:<alice@alpha.example>",
               "RCPT TO:<nobody@beta.example>", "DATA", std::string(kLetter) + "\r\n.", "QUIT"});
  world_.settle();
  const auto told = world_.mailbox("mx.alpha.example", "alice@alpha.example");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0].content, HasSubstr("DKIM-Signature: "));
  EXPECT_THAT(told[0].content, HasSubstr("From: Mail delivery <postmaster@alpha.example>"));
}

TEST_F(MailSignerTest, WithoutAKeyNothingIsSaid) {
  start({});
  submit(kLetter);
  EXPECT_TRUE(stored().empty());
  EXPECT_TRUE(outcomes("mx.alpha.example", DecisionKind::kDkim).empty());
  EXPECT_EQ(outcomes("mx.beta.example", DecisionKind::kDmarc), std::vector<std::string>{"fail"});
}

TEST_F(MailSignerTest, WhatCannotBeSignedGoesOutUnsignedAndSaysWhy) {
  start({key("s1")});
  submit("From: alice@alpha.example\r\nX-Long: " + std::string(1'500, 'x') + "\r\n\r\ntext");
  const auto decisions = world_.seen("mx.alpha.example").decisions_of(DecisionKind::kDkim);
  ASSERT_FALSE(decisions.empty());
  EXPECT_EQ(decisions[0].outcome, "unsigned");
  EXPECT_EQ(decisions[0].explanation.words.key, "dkim.not-signed");
}

TEST_F(MailSignerTest, LimitsOfASignatureAreTheKeys) {
  SigningKey limited = key("s1");
  limited.cover_length = true;
  limited.lifetime = Duration::days(7);
  start({limited});
  submit(kLetter);
  EXPECT_THAT(stored().at(0).content, HasSubstr(" l=6;"));
  EXPECT_THAT(stored().at(0).content, HasSubstr(" x="));
  EXPECT_EQ(stored()[0].folder, "INBOX");
}

// gromox 360, docker-postfix 142: a field that some relay folds after it was signed breaks the signature.
TEST(FieldCase, A14_LongReferencesAreFoldedBeforeTheyAreSignedAndArriveAsTheyWere) {
  SigningWorld world;
  world.start({key("s1")});
  std::string references;
  for (int i = 0; references.size() < 1'103; ++i)
    references += (i == 0 ? "<" : " <") + std::to_string(i) + "0123456789abcdefghij@alpha.example>";
  world.submit("From: alice@alpha.example\r\nReferences: " + references + "\r\n\r\ntext");
  ASSERT_EQ(world.stored().size(), 1u);
  EXPECT_EQ(world.stored()[0].folder, "INBOX") << "the signature holds";
  EXPECT_THAT(world.stored()[0].content, HasSubstr("dkim=pass"));
  const message::Header header = message::parse_header(world.stored()[0].content);
  EXPECT_EQ(header.value("References"), references) << "no message id was cut in two";
  for (const message::HeaderField& field : header.fields) {
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = field.raw.find("\r\n", begin)) != std::string::npos; begin = end + 2)
      EXPECT_LE(end - begin, 998u) << field.name;
  }
}

}  // namespace
}  // namespace glasspost::agent
