#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/protocol/dns/static_resolver.h"
#include "engine/trace/explanation_codec.h"
#include "tests/unit/tap/fake_world.h"

namespace glasspost::tap {
namespace {

namespace payload = trace::payload;

class ObserverTap : public testing::Test {
 protected:
  ObserverTap()
      : world_({.redact = true, .network_tells = true}), host_(world_.tap.host({3}, world_.services())) {}
  trace::Event last() { return *world_.recorder.snapshot().event(world_.recorder.last_seq()); }
  std::uint64_t cause() { return world_.scheduler.cause().value; }

  FakeWorld world_;
  std::unique_ptr<HostTap> host_;
};

TEST_F(ObserverTap, EveryNoticeBecomesItsEvent) {
  Observer& observer = host_->observer();
  EXPECT_TRUE(observer.wants_explanations());
  const ConnectionId c{9};
  observer.state_changed({c, "smtp-server", "ready", "mail", "MAIL"});
  EXPECT_EQ(last().as<payload::StateChanged>()->to, "mail");
  EXPECT_EQ(last().connection(), c);
  EXPECT_EQ(last().host(), HostId{3});
  EXPECT_EQ(cause(), 0u) << "a state explains nothing";
  observer.leniency_used({c, "space-after-colon", "x"});
  EXPECT_EQ(last().as<payload::LeniencyUsed>()->detail, "x");
  observer.tls_handshake_message({c, true, "ClientHello", 200});
  EXPECT_EQ(last().as<payload::TlsHandshake>()->length, 200u);
  observer.tls_established({c, true, "TLSv1.3", "AES", "mx", "CN=x", true});
  EXPECT_TRUE(last().as<payload::TlsEstablished>()->peer_verified);

  DecisionMade decision;
  decision.kind = DecisionKind::kRoute;
  decision.connection = c;
  decision.message = "Q1";
  decision.subject = "beta.example";
  decision.outcome = "mx.beta.example";
  decision.explanation.rule = "RFC 5321 5.1";
  decision.explanation.words.key = "route.mx";
  decision.explanation.children.resize(2);
  observer.decided(decision);
  EXPECT_EQ(cause(), last().seq());
  const auto made = *last().as<payload::Decision>();
  EXPECT_EQ(made.kind, DecisionKind::kRoute);
  EXPECT_EQ(made.rule, "RFC 5321 5.1");
  EXPECT_EQ(made.words, "route.mx");
  EXPECT_EQ(*trace::decode_explanation(made.explanation.bytes), decision.explanation);
  EXPECT_EQ(last().message(), "Q1");

  observer.mail_submitted({"D1", "<1@x>", "a@x", {"b@y"}, "Hi", 10});
  EXPECT_EQ(last().as<payload::MailSubmitted>()->recipients.joined, "b@y");
  EXPECT_EQ(last().cause(), last().seq() - 1) << "because of the decision";
  observer.mail_accepted({c, 2, "Q1", "a@x", {"b@y", "c@z"}, 11});
  EXPECT_EQ(last().as<payload::MailAccepted>()->recipients.joined, "b@y\nc@z");
  EXPECT_EQ(last().as<payload::MailAccepted>()->transaction, 2u);
  observer.mail_queued({"Q1", "a@x", {}, "accepted", 11});
  EXPECT_EQ(last().as<payload::MailQueued>()->origin, "accepted");
  observer.mail_attempted({"Q1", c, 1, "mx", {IpAddress::v4({192, 0, 2, 1}), 25}, {"b@y"}, 3});
  EXPECT_EQ(last().as<payload::MailAttempted>()->endpoint, "192.0.2.1:25");
  EXPECT_EQ(last().as<payload::MailAttempted>()->attempt, 3u);
  observer.mail_settled({"Q1", "b@y", MailOutcome::kBounced, "550 No", {}, "DSN1"});
  EXPECT_EQ(last().as<payload::MailSettled>()->related, "DSN1");
  observer.mail_altered({"Q1", 5, 6, "Received: x\r\n", "Received"});
  EXPECT_EQ(last().as<payload::MailAltered>()->inserted.bytes, "Received: x\r\n");
  observer.mail_removed({"Q1"});
  EXPECT_EQ(last().kind(), trace::Kind::kMailRemoved);
  observer.dns_cached({"x", "MX", "10 y", Instant{5}});
  EXPECT_EQ(last().as<payload::DnsCached>()->expires, Instant{5});
}

TEST_F(ObserverTap, TriggersLoseTheirSecrets) {
  host_->observer().state_changed({{1}, "smtp-server", "a", "b", "AUTH PLAIN c2VjcmV0"});
  EXPECT_EQ(last().as<payload::StateChanged>()->trigger, "AUTH PLAIN");
  host_->observer().state_changed({{1}, "pop3-server", "a", "b", "PASS secret"});
  EXPECT_EQ(last().as<payload::StateChanged>()->trigger, "PASS");
  host_->observer().state_changed({{1}, "smtp-server", "a", "b", "AUTH"});
  EXPECT_EQ(last().as<payload::StateChanged>()->trigger, "AUTH");
}

TEST_F(ObserverTap, AfterACrashTheOldLifeIsSilent) {
  const std::unique_ptr<HostTap> other = world_.tap.host({4}, world_.services());
  world_.tap.wire().fault({Instant{1000}, {}}, {FaultKind::kHostCrashed, {3}, "mx"});
  const std::uint64_t before = world_.recorder.last_seq();
  host_->observer().mail_removed({"Q1"});
  EXPECT_EQ(world_.recorder.last_seq(), before);
  other->observer().mail_removed({"Q1"});
  EXPECT_EQ(world_.recorder.last_seq(), before + 1);
  world_.tap.wire().fault({Instant{1000}, {}}, {FaultKind::kHostStarted, {3}, "mx"});
  EXPECT_EQ(last().as<payload::HostState>()->incarnation, 2u);
  const std::unique_ptr<HostTap> next = world_.tap.host({3}, world_.services());
  host_->observer().mail_removed({"Q1"});
  EXPECT_EQ(world_.recorder.last_seq(), before + 2);
  next->observer().mail_removed({"Q1"});
  EXPECT_EQ(world_.recorder.last_seq(), before + 3);
}

TEST_F(ObserverTap, LookUpsAreAskedAndAnswered) {
  class Fixed final : public dns::Resolver {
   public:
    explicit Fixed(Scheduler& scheduler) : scheduler_(scheduler) {}
    Task<dns::Answer> resolve(dns::Question question) override {
      during = scheduler_.cause().value;
      dns::Answer answer;
      answer.question = std::move(question);
      answer.status = dns::AnswerStatus::kNxDomain;
      answer.ttl = 60;
      co_return answer;
    }
    std::uint64_t during = 0;

   private:
    Scheduler& scheduler_;
  };
  Fixed fixed(world_.scheduler);
  const auto resolver = host_->tapped(fixed);
  const dns::Question question{dns::Name::parse("beta.example").value(), dns::RecordType::kMx};
  const dns::Answer answer = world_.now(resolver->resolve(question));
  EXPECT_EQ(answer.status, dns::AnswerStatus::kNxDomain);
  EXPECT_EQ(fixed.during, 1u);
  EXPECT_EQ(world_.recorder.snapshot().event(1)->as<payload::DnsAsked>()->name, "beta.example");
  const auto answered = *last().as<payload::DnsAnswered>();
  EXPECT_EQ(answered.asked, 1u);
  EXPECT_EQ(answered.status, "NXDOMAIN");
  EXPECT_EQ(answered.ttl, 60u);
  EXPECT_EQ(last().cause(), 1u);
  EXPECT_EQ(cause(), 2u);
}

}  // namespace
}  // namespace glasspost::tap
