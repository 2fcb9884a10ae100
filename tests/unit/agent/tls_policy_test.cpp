#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kAlpha = "mx.alpha.example";
constexpr const char* kBeta = "mx.beta.example";

/// Stands for TLS where only the choice to use it matters: the bytes stay as they are.
class PretendedTls final : public TlsUpgrader {
 public:
  Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr below, TlsRole, std::string server_name) override {
    ++handshakes;
    if (fails) {
      below->abort();
      co_return fail(ErrorCode::kTls, "TLS: the handshake failed");
    }
    TlsUpgrade done;
    done.stream = std::move(below);
    done.facts.version = "TLSv1.3";
    done.facts.cipher = "TLS_AES_256_GCM_SHA384";
    done.facts.server_name = std::move(server_name);
    co_return done;
  }
  bool fails = false;
  int handshakes = 0;
};

class TlsPolicyTest : public testing::Test {
 protected:
  void add(OutboundTls outbound, ListenerTls inbound) {
    world_.server_tls = &server_;
    world_.client_tls = &client_;
    world_.set_zone("alpha MX 10 mx.alpha\nmx.alpha A 192.0.2.1\nbeta MX 10 mx.beta\nmx.beta A 192.0.2.2\n");
    MailServerConfig alpha = MailWorld::server_config(kAlpha, "alpha.example", {"alice"});
    alpha.mta.tls = outbound;
    MailServerConfig beta = MailWorld::server_config(kBeta, "beta.example", {"bob"});
    beta.listeners[0].tls = inbound;
    world_.add_server(alpha, "192.0.2.1");
    world_.add_server(beta, "192.0.2.2");
    world_.add_host("client.example", "198.51.100.7");
  }
  void alice_writes() {
    Draft draft;
    draft.to = {"bob@beta.example"};
    EXPECT_TRUE(world_.send_as(world_.alice(), "client.example", draft).accepted);
    world_.settle();
  }
  std::vector<Stored> inbox() { return world_.mailbox(kBeta, "bob@beta.example"); }

  PretendedTls server_;
  PretendedTls client_;
  MailWorld world_;
};

TEST_F(TlsPolicyTest, OpportunisticTlsIsUsedWhereItIsOffered) {
  add(OutboundTls::kOpportunistic, ListenerTls::kOffered);
  alice_writes();
  ASSERT_EQ(inbox().size(), 1u);
  EXPECT_THAT(inbox()[0].content, HasSubstr("with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384) id"));
}

TEST_F(TlsPolicyTest, OpportunisticTlsGoesOnWithoutIt) {
  add(OutboundTls::kOpportunistic, ListenerTls::kNone);
  alice_writes();
  ASSERT_EQ(inbox().size(), 1u);
  EXPECT_THAT(inbox()[0].content, HasSubstr("with ESMTP id"));
  EXPECT_EQ(client_.handshakes, 0);
}

TEST_F(TlsPolicyTest, AFailedHandshakeIsFollowedByAConnectionInTheClear) {
  client_.fails = true;
  add(OutboundTls::kOpportunistic, ListenerTls::kOffered);
  alice_writes();
  ASSERT_EQ(inbox().size(), 1u);
  EXPECT_EQ(client_.handshakes, 1);
  EXPECT_THAT(inbox()[0].content, HasSubstr("with ESMTP id"));
}

TEST_F(TlsPolicyTest, RequiredTlsWaitsRatherThanSendInTheClear) {
  add(OutboundTls::kRequired, ListenerTls::kNone);
  alice_writes();
  EXPECT_TRUE(inbox().empty());
  const auto deferred = world_.seen(kAlpha).settled_as(MailOutcome::kDeferred);
  ASSERT_EQ(deferred.size(), 1u);
  EXPECT_THAT(deferred[0].reply, StartsWith("454 4.7.5"));
}

TEST_F(TlsPolicyTest, AListenerThatRequiresTlsTakesNothingInTheClear) {
  add(OutboundTls::kNone, ListenerTls::kRequired);
  const auto replies = world_.talk("client.example", kBeta, 25, {"EHLO c", "MAIL FROM:<>", "QUIT"});
  EXPECT_THAT(replies.at(1), HasSubstr("STARTTLS"));
  EXPECT_THAT(replies.at(2), StartsWith("530 5.7.0"));
}

TEST(TlsConfiguration, WithoutAnUpgraderItIsRefused) {
  MailWorld world;
  MailServerConfig config = MailWorld::server_config(kBeta, "beta.example", {"bob"});
  config.listeners[0].tls = ListenerTls::kOffered;
  world.add_server(config, "192.0.2.2");
  world.run_for(Duration::seconds(1));
  ASSERT_TRUE(world.software(kBeta).started.has_value());
  ASSERT_FALSE(world.software(kBeta).started->has_value());
  EXPECT_EQ(world.software(kBeta).started->error().code, ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace glasspost::agent
