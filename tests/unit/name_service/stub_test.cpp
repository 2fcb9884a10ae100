#include "engine/session/dns_stub.h"
#include "tests/unit/name_service/dns_world.h"

namespace glasspost {
namespace {

using dns::Answer;
using dns::AnswerStatus;
using dns::RecordType;
using test::ip;
using test::name;

class StubTest : public test::DnsWorld {
 protected:
  Answer ask_with(dns::StubConfig config, std::string_view asked = "mx1.alpha.example") {
    dns::StubResolver stub(client_.services(), std::move(config));
    return run(stub.resolve({name(asked), RecordType::kA}));
  }
  static Endpoint at(std::string_view address) { return {ip(address), dns::kPort}; }
};

TEST_F(StubTest, TriesTheNextServerAfterSilence) {
  dns::StubConfig config;
  config.servers = {at("203.0.113.99"), at("203.0.113.53")};
  world_.add_host("silent", {ip("203.0.113.99")}).crash();
  const Answer answer = ask_with(config);
  EXPECT_EQ(answer.status, AnswerStatus::kFound);
  EXPECT_EQ(answer.took, Duration::milliseconds(5'120));
}

TEST_F(StubTest, GivesUpInBoundedTime) {
  dns::StubConfig config;
  config.servers = {at("203.0.113.99")};
  world_.add_host("silent", {ip("203.0.113.99")}).crash();
  const Answer answer = ask_with(config);
  EXPECT_EQ(answer.status, AnswerStatus::kTimedOut);
  EXPECT_EQ(answer.took, Duration::seconds(10));
}

TEST_F(StubTest, AServerThatFailsIsNotAskedAgain) {
  dns::StubConfig config;
  config.servers = {at("192.0.2.53"), at("203.0.113.53")};  // the first serves alpha.example only: REFUSED
  EXPECT_EQ(ask_with(config, "host.beta.example").status, AnswerStatus::kFound);
  EXPECT_EQ(asked("192.0.2.53"), 1);
  config.servers = {at("192.0.2.53")};
  EXPECT_EQ(ask_with(config, "host.beta.example").status, AnswerStatus::kServFail);
  EXPECT_EQ(asked("192.0.2.53"), 2);
}

TEST_F(StubTest, WithoutServersEveryAnswerIsAFailure) {
  EXPECT_EQ(ask_with({}).status, AnswerStatus::kServFail);
}

TEST_F(StubTest, ItsOwnCacheHonoursTtls) {
  dns::StubConfig config;
  config.servers = {at("203.0.113.53")};
  config.cache_entries = 100;
  dns::StubResolver stub(client_.services(), config);
  for (const char* asked_name : {"www.alpha.example", "no.alpha.example"}) {
    const Answer first = run(stub.resolve({name(asked_name), RecordType::kA}));
    const int before = asked("203.0.113.53");
    pass(Duration::seconds(20));
    const Answer second = run(stub.resolve({name(asked_name), RecordType::kA}));
    EXPECT_TRUE(second.from_cache);
    EXPECT_EQ(second.status, first.status);
    EXPECT_EQ(second.records.size(), first.records.size());
    EXPECT_EQ(second.aliases.size(), first.aliases.size());
    EXPECT_EQ(second.ttl, first.ttl - 20);
    EXPECT_EQ(asked("203.0.113.53"), before);
    pass(Duration::seconds(61));
    EXPECT_FALSE(run(stub.resolve({name(asked_name), RecordType::kA})).from_cache);
  }
}

TEST_F(StubTest, ACrashOfItsHostEndsItsQuestions) {
  std::optional<Answer> answer;
  tasks_.spawn(test::store_result(stub_->resolve({name("mx1.alpha.example"), RecordType::kA}), answer));
  pass(Duration::milliseconds(5));
  client_.crash();
  pass(Duration{});
  EXPECT_TRUE(answer.has_value());
}

}  // namespace
}  // namespace glasspost
