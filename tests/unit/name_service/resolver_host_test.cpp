#include "engine/agent/resolver_host.h"

#include <string>

#include "engine/session/dns_exchange.h"
#include "tests/unit/name_service/dns_world.h"

namespace glasspost {
namespace {

using dns::Answer;
using dns::AnswerStatus;
using dns::RecordType;
using test::data;
using test::ip;
using test::name;

class ResolverHostTest : public test::DnsWorld {};

TEST_F(ResolverHostTest, FollowsReferralsFromTheRoot) {
  const Answer answer = ask("alpha.example", RecordType::kMx);
  EXPECT_EQ(answer.status, AnswerStatus::kFound);
  EXPECT_EQ(data(answer.records), "10 mx1.alpha.example");
  EXPECT_EQ(answer.ttl, 60u);
  // Client to resolver and back, resolver to root and back, resolver to ns1 and back: 20 ms a way.
  EXPECT_EQ(answer.took, Duration::milliseconds(120));
  EXPECT_EQ(asked("198.51.100.1"), 1);
  EXPECT_EQ(asked("192.0.2.53"), 1);
  EXPECT_EQ(asked("192.0.2.54"), 0);
}

TEST_F(ResolverHostTest, FollowsAliasesAcrossZones) {
  const Answer answer = ask("WWW.alpha.example", RecordType::kA);
  EXPECT_EQ(answer.status, AnswerStatus::kFound);
  EXPECT_EQ(data(answer.aliases), "host.beta.example");
  EXPECT_EQ(data(answer.records), "198.51.100.7");
}

TEST_F(ResolverHostTest, FindsServersThatCameWithoutGlue) {
  EXPECT_EQ(data(ask("host.gamma.example", RecordType::kA).records), "198.51.100.8");
}

TEST_F(ResolverHostTest, AliasLoopsAreFailures) {
  EXPECT_EQ(ask("loop.alpha.example", RecordType::kA).status, AnswerStatus::kServFail);
  EXPECT_EQ(ask("self.alpha.example", RecordType::kA).status, AnswerStatus::kServFail);
}

TEST_F(ResolverHostTest, ADelegationWithoutReachableServersIsAFailure) {
  EXPECT_EQ(ask("x.lost.example", RecordType::kA).status, AnswerStatus::kServFail);
}

TEST_F(ResolverHostTest, TellsNxDomainAndNoDataApart) {
  EXPECT_EQ(ask("no.alpha.example", RecordType::kA).status, AnswerStatus::kNxDomain);
  const Answer no_data = ask("mx1.alpha.example", RecordType::kAaaa);
  EXPECT_EQ(no_data.status, AnswerStatus::kNoData);
  EXPECT_EQ(no_data.ttl, 30u);
}

TEST_F(ResolverHostTest, CachesForTheTtlAndCountsItDown) {
  ask("mx1.alpha.example", RecordType::kA);
  pass(Duration::seconds(50));
  const Answer cached = ask("MX1.alpha.example", RecordType::kA);
  EXPECT_EQ(cached.ttl, 10u);
  EXPECT_EQ(cached.took, Duration::milliseconds(40));
  EXPECT_EQ(asked("192.0.2.53"), 1);
  pass(Duration::seconds(10));
  EXPECT_EQ(ask("mx1.alpha.example", RecordType::kA).ttl, 60u);
  EXPECT_EQ(asked("192.0.2.53"), 2);
  EXPECT_EQ(asked("198.51.100.1"), 1) << "the delegation is still known";
}

TEST_F(ResolverHostTest, CachesNegativeAnswersForTheSoasMinimum) {
  ask("no.alpha.example", RecordType::kA);
  ask("no.alpha.example", RecordType::kMx);
  EXPECT_EQ(asked("192.0.2.53"), 1) << "NXDOMAIN holds for every type";
  pass(Duration::seconds(31));
  EXPECT_EQ(ask("no.alpha.example", RecordType::kA).status, AnswerStatus::kNxDomain);
  EXPECT_EQ(asked("192.0.2.53"), 2);
}

TEST_F(ResolverHostTest, AChangedZoneIsSeenWhenTheCacheForgets) {
  EXPECT_EQ(data(ask("mx1.alpha.example", RecordType::kA).records), "192.0.2.1");
  dns::Zone* zone = servers_["ns1"]->zones().find(name("alpha.example"));
  ASSERT_NE(zone, nullptr);
  zone->remove(name("mx1.alpha.example"), RecordType::kA);
  ASSERT_TRUE(zone->add(dns::make_address(name("mx1.alpha.example"), ip("192.0.2.99"), 60)));
  EXPECT_EQ(data(ask("mx1.alpha.example", RecordType::kA).records), "192.0.2.1");
  pass(Duration::seconds(61));
  EXPECT_EQ(data(ask("mx1.alpha.example", RecordType::kA).records), "192.0.2.99");
  resolver_host_->flush_cache();
  EXPECT_EQ(resolver_host_->cache().size(), 0u);
}

TEST_F(ResolverHostTest, ALameServerIsPassedOver) {
  servers_["ns1"]->zones().remove(name("alpha.example"));  // now it says REFUSED
  EXPECT_EQ(data(ask("mx1.alpha.example", RecordType::kA).records), "192.0.2.1");
  EXPECT_EQ(asked("192.0.2.53"), 1);
  EXPECT_EQ(asked("192.0.2.54"), 1);
}

TEST_F(ResolverHostTest, ASilentServerCostsItsTimeOut) {
  ns1_.crash();
  const Answer answer = ask("mx1.alpha.example", RecordType::kA);
  EXPECT_EQ(data(answer.records), "192.0.2.1");
  EXPECT_EQ(answer.took, Duration::milliseconds(2'120));
}

TEST_F(ResolverHostTest, WhenAllAreSilentItSaysSoAndRemembersItShortly) {
  ns1_.crash();
  ns2_.crash();
  const Answer answer = ask("mx1.alpha.example", RecordType::kA);
  EXPECT_EQ(answer.status, AnswerStatus::kServFail);
  EXPECT_LE(answer.took, Duration::seconds(13));
  const int before = asked("192.0.2.53");
  EXPECT_EQ(ask("mx1.alpha.example", RecordType::kA).status, AnswerStatus::kServFail);
  EXPECT_EQ(asked("192.0.2.53"), before);
  ns1_.restart();
  pass(Duration::seconds(6));
  EXPECT_EQ(ask("mx1.alpha.example", RecordType::kA).status, AnswerStatus::kFound);
}

TEST_F(ResolverHostTest, ATruncatedAnswerIsFetchedOverTcp) {
  dns::Zone* zone = servers_["ns1"]->zones().find(name("alpha.example"));
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(
        zone->add(dns::make_txt(name("big.alpha.example"), std::to_string(i) + std::string(100, 'x'), 60)));
  const Answer answer = ask("big.alpha.example", RecordType::kTxt);
  EXPECT_EQ(answer.status, AnswerStatus::kFound);
  EXPECT_EQ(answer.records.size(), 40u);
  EXPECT_GT(counter_->packets[ip("192.0.2.53")], 0);
  EXPECT_GT(counter_->packets[ip("203.0.113.53")], 0);
}

TEST_F(ResolverHostTest, EqualQuestionsAtOnceAreAskedOnce) {
  constexpr std::size_t kCount = 20;
  std::vector<std::optional<Answer>> answers(kCount);
  for (auto& answer : answers)
    tasks_.spawn(test::store_result(stub_->resolve({name("mx1.alpha.example"), RecordType::kA}), answer));
  pass(Duration::seconds(1));
  for (const auto& answer : answers)
    EXPECT_TRUE(answer && answer->status == AnswerStatus::kFound);
  EXPECT_EQ(asked("192.0.2.53"), 1);
  EXPECT_EQ(asked("203.0.113.53"), 20);
}

TEST_F(ResolverHostTest, ServesSoftwareOnItsOwnHostAsWell) {
  const Answer answer = run(resolver_host_->resolve({name("www.alpha.example"), RecordType::kA}));
  EXPECT_EQ(data(answer.records), "198.51.100.7");
  EXPECT_FALSE(answer.from_cache);
  EXPECT_TRUE(run(resolver_host_->resolve({name("www.alpha.example"), RecordType::kA})).from_cache);
}

TEST_F(ResolverHostTest, TellsWhatItCaches) {
  ask("www.alpha.example", RecordType::kA);
  ask("no.alpha.example", RecordType::kA);
  EXPECT_TRUE(observer_.has("alpha.example", "NS", "ns1.alpha.example; ns2.alpha.example"));
  EXPECT_TRUE(observer_.has("ns1.alpha.example", "A", "192.0.2.53"));
  EXPECT_TRUE(observer_.has("www.alpha.example", "CNAME", "host.beta.example"));
  EXPECT_TRUE(observer_.has("host.beta.example", "A", "198.51.100.7"));
  EXPECT_TRUE(observer_.has("no.alpha.example", "A", "NXDOMAIN"));
}

TEST_F(ResolverHostTest, OnlyRecursionIsServed) {
  RandomStream ids(1, "client", "test");
  const Endpoint server{ip("203.0.113.53"), dns::kPort};
  const Instant deadline = world_.now() + Duration::seconds(5);
  const auto iterative = run(dns::ask_server(client_.services(), ids, server,
                                             {name("alpha.example"), RecordType::kA}, false, deadline));
  ASSERT_TRUE(iterative);
  EXPECT_EQ(iterative->code, dns::ResponseCode::kRefused);
  const auto any = run(dns::ask_server(client_.services(), ids, server,
                                       {name("alpha.example"), RecordType::kAny}, true, deadline));
  ASSERT_TRUE(any);
  EXPECT_EQ(any->code, dns::ResponseCode::kRefused);
  EXPECT_EQ(asked("198.51.100.1"), 0);
}

TEST_F(ResolverHostTest, StopsAndUnwinds) {
  std::optional<Answer> answer;
  tasks_.spawn(test::store_result(stub_->resolve({name("mx1.alpha.example"), RecordType::kA}), answer));
  pass(Duration::milliseconds(30));  // the resolver is waiting for the root
  resolver_host_->stop();
  pass(Duration::seconds(5));
  EXPECT_TRUE(resolver_host_->stopped());
  pass(Duration::seconds(15));
  EXPECT_EQ(answer->status, AnswerStatus::kTimedOut);
}

TEST_F(ResolverHostTest, ACrashInTheMiddleLeavesNothingBehind) {
  std::optional<Answer> answer;
  tasks_.spawn(test::store_result(stub_->resolve({name("mx1.alpha.example"), RecordType::kA}), answer));
  pass(Duration::milliseconds(30));
  observer_.notices.clear();
  resolver_host_.reset();
  resolver_.crash();
  pass(Duration::seconds(20));
  EXPECT_TRUE(observer_.notices.empty());
  EXPECT_EQ(answer->status, AnswerStatus::kTimedOut);
  resolver_.restart();
  EXPECT_EQ(ask("mx1.alpha.example", RecordType::kA).status, AnswerStatus::kFound);
}

TEST_F(ResolverHostTest, SurvivesALossyNetwork) {
  world_.access_link(resolver_).set_loss_ppm(200'000);
  int found = 0;
  for (int i = 0; i < 20; ++i) {
    resolver_host_->flush_cache();
    found += ask("www.alpha.example", RecordType::kA).status == AnswerStatus::kFound ? 1 : 0;
  }
  EXPECT_GE(found, 10);
}

}  // namespace
}  // namespace glasspost
