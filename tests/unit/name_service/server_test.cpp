#include "engine/session/dns_server.h"
#include "engine/session/dns_wire.h"
#include "tests/unit/name_service/dns_world.h"

namespace glasspost {
namespace {

using dns::Message;
using dns::RecordType;
using dns::ResponseCode;
using test::ip;
using test::name;

class DnsServerTest : public test::DnsWorld {
 protected:
  static std::string query(std::uint16_t id, std::string_view asked = "mx1.alpha.example") {
    return dns::encode_message(dns::make_query(id, {name(asked), RecordType::kA}, false));
  }

  // Sends bytes to ns1 and gives what comes back within a second.
  Task<Result<std::string>> datagram(std::string bytes) {
    HostServices services = client_.services();
    auto socket = services.network.bind({ip("203.0.113.10"), 0});
    const Endpoint server{ip("192.0.2.53"), dns::kPort};
    co_await (*socket)->send(server, bytes);
    const Result<ReceivedDatagram> got =
        co_await (*socket)->receive(services.clock.now() + Duration::seconds(1));
    if (!got) co_return fail(got.error());
    co_return got->bytes;
  }

  ByteStreamPtr connect() {
    const Endpoint server{ip("192.0.2.53"), dns::kPort};
    auto stream = run(client_.services().network.dial(server, world_.now() + Duration::seconds(5)));
    GLASSPOST_ASSERT(stream.has_value());
    return std::move(*stream);
  }
  Result<Message> read(ByteStream& stream) {
    Result<std::optional<std::string>> bytes = run(dns::read_tcp_message(stream));
    if (!bytes) return fail(bytes.error());
    if (!*bytes) return fail(ErrorCode::kEndOfStream, "closed");
    return dns::decode_message(**bytes);
  }
  static std::string framed(const std::string& message) {
    return std::string{static_cast<char>(message.size() >> 8), static_cast<char>(message.size())} + message;
  }
};

TEST_F(DnsServerTest, AnswersOverUdp) {
  const Result<Message> response = dns::decode_message(run(datagram(query(7))).value());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->id, 7);
  EXPECT_TRUE(response->authoritative);
  EXPECT_EQ(test::data(response->answers), "192.0.2.1");
}

TEST_F(DnsServerTest, MalformedQueriesGetFormErr) {
  const std::string bytes = query(0x0102);
  for (std::size_t size = dns::kHeaderSize; size < bytes.size(); ++size) {
    const Result<std::string> got = run(datagram(bytes.substr(0, size)));
    ASSERT_TRUE(got) << size;
    const Result<Message> response = dns::decode_message(*got);
    ASSERT_TRUE(response) << size;
    EXPECT_EQ(response->code, ResponseCode::kFormErr);
    EXPECT_EQ(response->id, 0x0102);
  }
}

TEST_F(DnsServerTest, ResponsesAndFragmentsOfHeadersGetNothing) {
  std::string response = query(7);
  response[2] = static_cast<char>(response[2] | 0x80);
  EXPECT_EQ(run(datagram(response)).error().code, ErrorCode::kTimedOut)
      << "two servers must not talk for ever";
  EXPECT_EQ(run(datagram(query(7).substr(0, 11))).error().code, ErrorCode::kTimedOut);
  EXPECT_EQ(run(datagram("")).error().code, ErrorCode::kTimedOut);
  EXPECT_TRUE(run(datagram(query(7))));
}

TEST_F(DnsServerTest, SeveralQueriesOnOneConnection) {
  const ByteStreamPtr stream = connect();
  const std::string both = framed(query(1)) + framed(query(2, "no.alpha.example"));
  ASSERT_TRUE(run(stream->write(both)));
  EXPECT_EQ(read(*stream)->id, 1);
  const Result<Message> second = read(*stream);
  EXPECT_EQ(second->id, 2);
  EXPECT_EQ(second->code, ResponseCode::kNxDomain);
}

TEST_F(DnsServerTest, AQueryMayComeByteByByte) {
  const ByteStreamPtr stream = connect();
  const std::string bytes = framed(query(3));
  for (const char c : bytes) {
    const std::string one(1, c);
    ASSERT_TRUE(run(stream->write(one)));
    pass(Duration::milliseconds(50));
  }
  EXPECT_EQ(read(*stream)->id, 3);
}

TEST_F(DnsServerTest, RubbishOnAConnectionEndsItAndNoOther) {
  const ByteStreamPtr stream = connect();
  ASSERT_TRUE(
      run(stream->write(std::string("\0\x03"
                                    "abc",
                                    5))));
  EXPECT_FALSE(read(*stream));
  const ByteStreamPtr next = connect();
  ASSERT_TRUE(run(next->write(framed(query(4).substr(0, 14)))));
  EXPECT_EQ(read(*next)->code, ResponseCode::kFormErr);
  ASSERT_TRUE(run(next->write(framed(query(5)))));
  EXPECT_EQ(read(*next)->id, 5);
}

TEST_F(DnsServerTest, AStalledConnectionIsClosed) {
  const ByteStreamPtr stream = connect();
  ASSERT_TRUE(run(stream->write(framed(query(6)).substr(0, 10))));
  const Instant before = world_.now();
  EXPECT_FALSE(read(*stream));
  EXPECT_LE(world_.now() - before, Duration::seconds(11));
  EXPECT_GE(world_.now() - before, Duration::seconds(9));
}

TEST_F(DnsServerTest, ConnectionsAreBounded) {
  std::vector<ByteStreamPtr> streams;
  const std::size_t limit = dns::ServerLimits{}.tcp_connections;
  for (std::size_t i = 0; i < limit; ++i)
    streams.push_back(connect());
  const ByteStreamPtr over = connect();
  EXPECT_FALSE(read(*over));
  ASSERT_TRUE(run(streams[0]->write(framed(query(8)))));
  EXPECT_EQ(read(*streams[0])->id, 8);
  streams.clear();
  pass(Duration::seconds(1));
  const ByteStreamPtr again = connect();
  ASSERT_TRUE(run(again->write(framed(query(9)))));
  EXPECT_EQ(read(*again)->id, 9);
}

TEST_F(DnsServerTest, StopsAndUnwinds) {
  const ByteStreamPtr stream = connect();
  agent::NameServer& server = *servers_["ns1"];
  EXPECT_FALSE(server.stopped());
  server.stop();
  pass(Duration::milliseconds(1));
  EXPECT_TRUE(server.stopped());
  EXPECT_FALSE(read(*stream));
  EXPECT_FALSE(run(datagram(query(1))));
}

TEST_F(DnsServerTest, APortInUseIsAnError) {
  agent::NameServer second(ns1_.services(), {});
  EXPECT_EQ(second.start().error().code, ErrorCode::kConflict);
  EXPECT_TRUE(second.stopped());
  EXPECT_TRUE(run(datagram(query(1)))) << "the first goes on";
}

TEST_F(DnsServerTest, AnswersFromTheAddressThatWasAsked) {
  HostServices services = beta_.services();
  EXPECT_EQ(services.network.addresses().size(), 2u);
  world_.add_host("six", {ip("2001:db8::10")});
  RandomStream ids(1, "six", "test");
  dns::StubConfig config;
  config.servers = {{ip("2001:db8::53"), dns::kPort}};
  dns::StubResolver stub(world_.find_host("six")->services(), config);
  EXPECT_EQ(run(stub.resolve({name("host.beta.example"), RecordType::kA})).status, dns::AnswerStatus::kFound);
}

}  // namespace
}  // namespace glasspost
