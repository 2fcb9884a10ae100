#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sim/sim_fixture.h"

// TCP as the wire shows it.

namespace glasspost::sim {
namespace {

TEST(Tcp, TheHandshakeIsThreeSegmentsAndTakesAPathAndAHalf) {
  TwoHosts net;
  net.connect();
  EXPECT_EQ(net.elapsed(), Duration::milliseconds(60));
  net.world.run_until_idle();
  ASSERT_EQ(net.log.sent.size(), 3u);
  const SegmentNotice& syn = net.log.sent[0];
  EXPECT_TRUE(syn.syn && !syn.ack && syn.from_dialler);
  EXPECT_EQ(syn.sequence, 0u);
  const SegmentNotice& syn_ack = net.log.sent[1];
  EXPECT_TRUE(syn_ack.syn && syn_ack.ack && !syn_ack.from_dialler);
  EXPECT_EQ(syn_ack.acknowledgement, 1u);
  const SegmentNotice& ack = net.log.sent[2];
  EXPECT_TRUE(!ack.syn && ack.ack && ack.from_dialler);
  EXPECT_EQ(ack.sequence, 1u);
  EXPECT_EQ(ack.acknowledgement, 1u);
  EXPECT_EQ(net.log.count("opened"), 1);
  EXPECT_EQ(net.log.count("established"), 2);
}

TEST(Tcp, ConnectionsAreNumberedInTheOrderOfDialling) {
  TwoHosts net;
  net.connect();
  EXPECT_EQ(net.at_alpha->connection().value, 1u);
  net.start_dial();
  net.world.run_until_idle();
  EXPECT_EQ(net.at_alpha->connection().value, 2u);
}

TEST(Tcp, AWriteIsCutIntoSegmentsAtTheMaximum) {
  TwoHosts net;
  net.connect();
  const std::size_t before = net.log.sent.size();
  std::optional<Ok> written;
  net.tasks.spawn(write_text(*net.at_alpha, std::string(4000, 'x'), written));
  ASSERT_TRUE(written && *written);
  ASSERT_EQ(net.log.sent.size(), before + 3);
  EXPECT_EQ(net.log.sent[before].length, 1460u);
  EXPECT_EQ(net.log.sent[before + 1].offset, 1460u);
  EXPECT_EQ(net.log.sent[before + 2].length, 1080u);
  EXPECT_FALSE(net.log.sent[before].psh);
  EXPECT_TRUE(net.log.sent[before + 2].psh);
}

Task<void> answer_lines(ByteStream& stream) {
  std::array<char, 512> buffer{};
  for (;;) {
    const Result<std::size_t> got = co_await stream.read(buffer);
    if (!got || *got == 0) co_return;
    const Ok written = co_await stream.write("250 ok\r\n");
    if (!written) co_return;
  }
}

Task<void> ask_lines(ByteStream& stream, int count) {
  std::array<char, 512> buffer{};
  for (int i = 0; i < count; ++i) {
    const Ok written = co_await stream.write("NOOP\r\n");
    if (!written) co_return;
    const Result<std::size_t> got = co_await stream.read(buffer);
    if (!got) co_return;
  }
}

TEST(Tcp, AReplyOfTheSameMomentCarriesTheAcknowledgement) {
  TwoHosts net;
  net.connect();
  net.world.run_until_idle();
  const std::size_t before = net.log.sent.size();
  net.tasks.spawn(answer_lines(*net.at_beta));
  net.tasks.spawn(ask_lines(*net.at_alpha, 10));
  net.world.run_until_idle();
  // Twenty lines, and the acknowledgement of the last answer.
  EXPECT_EQ(net.log.sent.size() - before, 21u);
  EXPECT_EQ(net.log.count(" again"), 0);
}

TEST(Tcp, EachConsequenceOnTheWireNamesItsCause) {
  TwoHosts net;
  net.connect();
  net.world.run_until_idle();
  net.tasks.spawn(answer_lines(*net.at_beta));
  net.tasks.spawn(ask_lines(*net.at_alpha, 1));
  net.world.run_until_idle();
  // The answer was sent because the question was delivered, which was because it was sent.
  std::size_t delivered = 0;
  for (std::size_t i = 0; i < net.log.lines.size(); ++i) {
    if (net.log.lines[i].find("delivered c1 > ") == std::string::npos ||
        net.log.lines[i].find("+6]") == std::string::npos)
      continue;
    delivered = i + 1;
    break;
  }
  ASSERT_NE(delivered, 0u);
  const std::string because = "<" + std::to_string(delivered) + "> sent c1 < ";
  bool found = false;
  for (const std::string& line : net.log.lines)
    if (line.find(because) != std::string::npos && line.find("+8]") != std::string::npos) found = true;
  EXPECT_TRUE(found) << net.log.text();
}

TEST(Tcp, FinEachWayClosesBothEnds) {
  TwoHosts net;
  net.connect();
  Transfer alpha;
  Transfer beta;
  net.tasks.spawn(read_all(*net.at_alpha, alpha));
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.tasks.spawn(write_all(*net.at_alpha, "ping", alpha));
  net.world.run_until_idle();
  EXPECT_TRUE(beta.ended);
  EXPECT_EQ(beta.received, "ping");
  EXPECT_EQ(net.log.count("closed"), 0) << "one half is open";
  net.tasks.spawn(write_all(*net.at_beta, "pong", beta));
  net.world.run_until_idle();
  EXPECT_EQ(alpha.received, "pong");
  EXPECT_EQ(net.log.count("closed"), 2);
  EXPECT_EQ(net.log.count("reset"), 0);
}

TEST(Tcp, ClosingWithUnreadBytesResets) {
  TwoHosts net;
  net.connect();
  std::optional<Ok> written;
  net.tasks.spawn(write_text(*net.at_alpha, "unread", written));
  net.world.run_until_idle();
  net.at_beta.reset();
  Transfer alpha;
  net.tasks.spawn(read_all(*net.at_alpha, alpha));
  net.world.run_until_idle();
  ASSERT_TRUE(alpha.error);
  EXPECT_EQ(alpha.error->code, ErrorCode::kAborted);
}

TEST(Tcp, BytesForAStreamThatIsGoneAreAnsweredWithAReset) {
  TwoHosts net;
  net.connect();
  net.at_beta.reset();
  net.world.run_until_idle();
  std::optional<Ok> first;
  net.tasks.spawn(write_text(*net.at_alpha, "too late", first));
  EXPECT_TRUE(first && *first) << "the half to there is open still";
  net.world.run_until_idle();
  std::optional<Ok> second;
  net.tasks.spawn(write_text(*net.at_alpha, "still", second));
  ASSERT_TRUE(second && !*second);
  EXPECT_EQ(second->error().code, ErrorCode::kAborted);
}

TEST(Tcp, BytesBeforeAResetCanStillBeRead) {
  TwoHosts net;
  net.connect();
  std::optional<Ok> written;
  net.tasks.spawn(write_text(*net.at_beta, "554 go away\r\n", written));
  net.at_beta->abort();
  net.world.run_until_idle();
  Transfer alpha;
  net.tasks.spawn(read_all(*net.at_alpha, alpha));
  EXPECT_EQ(alpha.received, "554 go away\r\n");
  ASSERT_TRUE(alpha.error);
  EXPECT_EQ(alpha.error->code, ErrorCode::kAborted);
}

TEST(Tcp, AListenerKeepsABoundedNumberWaiting) {
  TwoHosts net;
  net.listen();
  std::vector<ByteStreamPtr> streams(200);
  std::vector<std::optional<Error>> errors(200);
  TaskGroup dials;
  for (std::size_t i = 0; i < 200; ++i)
    dials.spawn(dial_into(net.alpha.services().network, net.beta_endpoint(),
                          net.world.now() + Duration::seconds(10), streams[i], errors[i]));
  net.world.run_until_idle();
  EXPECT_TRUE(dials.empty());
  int connected = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    if (streams[i]) ++connected;
    if (errors[i]) {
      EXPECT_EQ(errors[i]->code, ErrorCode::kTimedOut);
    }
  }
  EXPECT_EQ(connected, 128);
}

TEST(Tcp, Ipv6SegmentsAreSmaller) {
  TwoHosts net;
  Host& gamma = net.world.add_host("gamma", {address("2001:db8::3")});
  const Endpoint target{gamma.addresses().front(), 25};
  auto listener = *gamma.services().network.listen(target);
  net.tasks.spawn(accept_into(*listener, net.at_beta));
  net.tasks.spawn(
      dial_into(net.alpha.services().network, target, Instant::never(), net.at_alpha, net.dial_error));
  net.world.run_until_idle();
  ASSERT_TRUE(net.at_alpha && net.at_beta);
  EXPECT_EQ(net.at_beta->remote().address, address("2001:db8::1"));
  std::optional<Ok> written;
  net.tasks.spawn(write_text(*net.at_alpha, std::string(2000, 'x'), written));
  EXPECT_EQ(net.log.sent[net.log.sent.size() - 2].length, 1440u);
}

TEST(Tcp, AHostDialsItselfByItsAddressAndByLoopback) {
  TwoHosts net;
  Host& beta = net.beta;
  auto listener = *beta.services().network.listen({IpAddress::v4({}), 25});
  for (const IpAddress& target : {beta.addresses().front(), address("127.0.0.1")}) {
    ByteStreamPtr dialled;
    ByteStreamPtr accepted;
    TaskGroup tasks;
    tasks.spawn(accept_into(*listener, accepted));
    tasks.spawn(dial_into(beta.services().network, {target, 25}, Instant::never(), dialled, net.dial_error));
    net.world.run_until_idle();
    ASSERT_TRUE(dialled && accepted);
    EXPECT_EQ(accepted->remote().address, target);
  }
}

TEST(Tcp, BackPressureBoundsWhatIsUnderWayAndUnread) {
  TwoHosts net;
  net.connect();
  const std::string much = random_bytes(1'000'000, 5);
  Transfer alpha;
  Transfer beta;
  net.tasks.spawn(write_all(*net.at_alpha, much, alpha));
  net.world.run_until(net.world.now() + Duration::seconds(30));
  // A window at the receiver and a buffer at the sender, and no more.
  EXPECT_LE(alpha.written, 65'535u + 65'536u);
  EXPECT_GE(alpha.written, 65'535u + 65'536u - 16'384u - 9'973u);
  std::uint64_t furthest = 0;
  for (const SegmentNotice& segment : net.log.delivered)
    if (segment.from_dialler) furthest = std::max(furthest, segment.offset + segment.length);
  EXPECT_EQ(furthest, 65'535u);
  EXPECT_GT(net.log.count("win 0 "), 0);
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until_idle();
  EXPECT_TRUE(beta.received == much);
}

/// What must hold of every capture.
void check_wire(const TapLog& log) {
  std::map<std::pair<bool, std::uint32_t>, int> fate;
  std::map<bool, std::uint64_t> next;
  std::map<bool, std::uint64_t> edge;
  for (const SegmentNotice& segment : log.sent) {
    ++fate[{segment.from_dialler, segment.number}];
    std::uint64_t& expected = next[segment.from_dialler];
    const std::uint64_t end =
        segment.sequence + segment.length + (segment.syn ? 1 : 0) + (segment.fin ? 1 : 0);
    EXPECT_EQ(segment.retransmission, segment.sequence < expected) << segment.number;
    EXPECT_LE(segment.sequence, expected) << "a gap was sent";
    expected = std::max(expected, end);
    EXPECT_LE(segment.length, 1460u);
  }
  for (const SegmentNotice& segment : log.delivered)
    --fate[{segment.from_dialler, segment.number}];
  for (const SegmentNotice& segment : log.lost)
    --fate[{segment.from_dialler, segment.number}];
  for (const auto& [segment, left] : fate)
    EXPECT_EQ(left, 0) << "segment " << segment.second << " has no end, or two";
}

struct Lossy {
  std::uint32_t loss_ppm;
  Duration jitter;
  std::uint64_t bandwidth;
};

class TcpUnderLoss : public testing::TestWithParam<Lossy> {};

TEST_P(TcpUnderLoss, MegabytesBothWaysAtOnceStayIntactToTheByte) {
  const Lossy& lossy = GetParam();
  TwoHosts net;
  net.world.access_link(net.alpha).set_options({.latency = Duration::milliseconds(15),
                                                .jitter = lossy.jitter,
                                                .bandwidth = lossy.bandwidth,
                                                .loss_ppm = lossy.loss_ppm});
  net.connect();
  const std::string up = random_bytes(2'000'000, 1);
  const std::string down = random_bytes(2'000'000, 2);
  Transfer alpha;
  Transfer beta;
  net.tasks.spawn(write_all(*net.at_alpha, up, alpha));
  net.tasks.spawn(write_all(*net.at_beta, down, beta));
  net.tasks.spawn(read_all(*net.at_alpha, alpha));
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until_idle();
  EXPECT_TRUE(net.tasks.empty());
  EXPECT_FALSE(alpha.error || beta.error);
  EXPECT_TRUE(beta.received == up) << beta.received.size();
  EXPECT_TRUE(alpha.received == down) << alpha.received.size();
  EXPECT_EQ(net.log.count("closed"), 2);
  check_wire(net.log);
  if (lossy.loss_ppm == 0) {
    EXPECT_EQ(net.log.count(" again"), 0) << "nothing was lost, so nothing is repeated";
  } else {
    // Every loss of new bytes is made good by a visible repetition, cut as it may be.
    std::set<std::pair<bool, std::uint64_t>> repeated;
    for (const SegmentNotice& segment : net.log.sent)
      for (std::uint64_t i = 0; segment.retransmission && i < segment.length; ++i)
        repeated.insert({segment.from_dialler, segment.offset + i});
    for (const SegmentNotice& segment : net.log.lost)
      for (std::uint64_t i = 0; !segment.retransmission && i < segment.length; ++i)
        ASSERT_TRUE(repeated.contains({segment.from_dialler, segment.offset + i}));
    EXPECT_FALSE(repeated.empty());
    const double rate = static_cast<double>(net.log.lost.size()) / static_cast<double>(net.log.sent.size());
    EXPECT_NEAR(rate, lossy.loss_ppm / 1e6, 0.02);
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, TcpUnderLoss,
                         testing::Values(Lossy{0, {}, 0}, Lossy{0, {}, 10'000'000}, Lossy{50'000, {}, 0},
                                         Lossy{50'000, Duration::milliseconds(20), 50'000'000},
                                         Lossy{200'000, {}, 0},
                                         Lossy{200'000, Duration::milliseconds(20), 0}));

/// Swaps neighbours: every other packet is late.
class ReorderRule final : public PacketRule {
 public:
  void judge(const Packet&, Passage& passage) override {
    if (++count_ % 3 == 0) passage.at = passage.at + Duration::milliseconds(2);
  }

 private:
  int count_ = 0;
};

TEST(Tcp, BytesThatArriveOutOfOrderAreReadInOrder) {
  TwoHosts net({.latency = Duration::milliseconds(1)});
  net.connect();
  net.world.add_rule(std::make_unique<ReorderRule>());
  const std::string bytes = random_bytes(500'000, 3);
  Transfer alpha;
  Transfer beta;
  net.tasks.spawn(write_all(*net.at_alpha, bytes, alpha));
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until_idle();
  EXPECT_TRUE(beta.received == bytes);
}

}  // namespace
}  // namespace glasspost::sim
