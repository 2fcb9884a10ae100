#include "engine/session/dns_exchange.h"
#include "engine/session/dns_wire.h"
#include "tests/unit/name_service/dns_world.h"

namespace glasspost {
namespace {

using dns::Message;
using dns::RecordType;
using test::ip;
using test::name;

// What a strange server sends for each query, in order; {from another port?, bytes}.
struct Script {
  bool other_port = false;
  std::string bytes;
};

// A server of our own making on a host without software, in place of a real one.
class ExchangeTest : public test::DnsWorld {
 protected:
  ExchangeTest() : host_(world_.add_host("strange", {ip("203.0.113.77")})) {}

  Result<Message> exchange() {
    RandomStream ids(1, "client", "test");
    const Endpoint server{ip("203.0.113.77"), dns::kPort};
    dns::Question question;
    question.name = name("a.example");
    return run(dns::ask_server(client_.services(), ids, server, question, true,
                               world_.now() + Duration::seconds(5)));
  }

  using Answers = std::vector<Script> (*)(const Message& query);
  Task<void> serve(Answers answers, int queries) {
    HostServices services = host_.services();
    auto socket = services.network.bind({ip("203.0.113.77"), dns::kPort});
    auto other = services.network.bind({ip("203.0.113.77"), 5353});
    for (int i = 0; i < queries; ++i) {
      const Result<ReceivedDatagram> got = co_await (*socket)->receive(Instant::never());
      if (!got) co_return;
      queries_.push_back(dns::decode_message(got->bytes).value());
      const std::vector<Script> scripts = answers(queries_.back());
      for (const Script& script : scripts) {
        DatagramSocket& from = script.other_port ? **other : **socket;
        co_await from.send(got->from, script.bytes);
      }
    }
  }

  sim::Host& host_;
  std::vector<Message> queries_;
};

Message good(const Message& query) {
  Message response = dns::make_response(query, dns::ResponseCode::kNoError);
  response.answers = {dns::make_address(query.questions[0].name, ip("192.0.2.1"), 60)};
  return response;
}

TEST_F(ExchangeTest, OnlyTheRightAnswerCounts) {
  tasks_.spawn(serve(
      [](const Message& query) {
        Message wrong_id = good(query);
        ++wrong_id.id;
        Message wrong_question = good(query);
        wrong_question.questions[0].name = name("b.example");
        Message query_again = query;
        Message spoofed = good(query);
        spoofed.answers = {dns::make_address(name("a.example"), ip("203.0.113.66"), 60)};
        return std::vector<Script>{{false, dns::encode_message(wrong_id)},
                                   {false, dns::encode_message(wrong_question)},
                                   {false, dns::encode_message(query_again)},
                                   {true, dns::encode_message(spoofed)},
                                   {false, "x"},
                                   {false, dns::encode_message(good(query))}};
      },
      1));
  const Result<Message> response = exchange();
  ASSERT_TRUE(response);
  EXPECT_EQ(test::data(response->answers), "192.0.2.1");
  EXPECT_TRUE(queries_.at(0).recursion_desired);
  EXPECT_EQ(queries_.at(0).edns->udp_size, 1232);
}

TEST_F(ExchangeTest, AMalformedAnswerIsAnError) {
  tasks_.spawn(serve(
      [](const Message& query) {
        const std::string bytes = dns::encode_message(good(query));
        return std::vector<Script>{{false, bytes.substr(0, bytes.size() - 3)}};
      },
      1));
  EXPECT_EQ(exchange().error().code, ErrorCode::kInvalidInput);
}

TEST_F(ExchangeTest, SilenceIsATimeOut) {
  tasks_.spawn(serve([](const Message&) { return std::vector<Script>{}; }, 1));
  EXPECT_EQ(exchange().error().code, ErrorCode::kTimedOut);
}

TEST_F(ExchangeTest, AFloodOfUnrelatedDatagramsEnds) {
  tasks_.spawn(serve(
      [](const Message&) {
        return std::vector<Script>(200, Script{false, "unrelated bytes"});
      },
      1));
  EXPECT_EQ(exchange().error().code, ErrorCode::kTimedOut);
}

TEST_F(ExchangeTest, WithoutEdnsWhereTheServerDoesNotKnowIt) {  // RFC 6891 7
  tasks_.spawn(serve(
      [](const Message& query) {
        if (!query.edns) return std::vector<Script>{{false, dns::encode_message(good(query))}};
        Message refusal = dns::make_response(query, dns::ResponseCode::kFormErr);
        refusal.questions.clear();
        refusal.edns.reset();
        return std::vector<Script>{{false, dns::encode_message(refusal)}};
      },
      2));
  const Result<Message> response = exchange();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->code, dns::ResponseCode::kNoError);
  EXPECT_EQ(queries_.size(), 2u);
  EXPECT_NE(queries_[0].id, queries_[1].id);
}

TEST_F(ExchangeTest, TruncatedWithoutTcpIsARefusal) {
  tasks_.spawn(serve(
      [](const Message& query) {
        Message response = dns::make_response(query, dns::ResponseCode::kNoError);
        response.truncated = true;
        return std::vector<Script>{{false, dns::encode_message(response)}};
      },
      1));
  EXPECT_EQ(exchange().error().code, ErrorCode::kRefused);
}

TEST_F(ExchangeTest, IdsAndPortsDiffer) {
  tasks_.spawn(serve(
      [](const Message& query) {
        return std::vector<Script>{{false, dns::encode_message(good(query))}};
      },
      2));
  RandomStream ids(1, "client", "test");
  const Endpoint server{ip("203.0.113.77"), dns::kPort};
  for (int i = 0; i < 2; ++i) {
    dns::Question question;
    question.name = name("a.example");
    EXPECT_TRUE(run(dns::ask_server(client_.services(), ids, server, question, true,
                                    world_.now() + Duration::seconds(5))));
  }
  EXPECT_NE(queries_[0].id, queries_[1].id);
}

}  // namespace
}  // namespace glasspost
