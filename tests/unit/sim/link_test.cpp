#include "engine/sim/link.h"

#include <string>
#include <vector>

#include "tests/unit/sim/sim_fixture.h"

namespace glasspost::sim {
namespace {

struct Arrival {
  Instant at;
  std::string bytes;
};

Task<void> collect(DatagramSocket& socket, Clock& clock, std::vector<Arrival>& into) {
  for (;;) {
    Result<ReceivedDatagram> got = co_await socket.receive(Instant::never());
    if (!got) co_return;
    into.push_back({clock.now(), std::move(got->bytes)});
  }
}

Task<void> send_one(DatagramSocket& socket, Endpoint to, std::string bytes, std::optional<Ok>& into) {
  into = co_await socket.send(to, bytes);
}

/// Datagrams from alpha to beta.
class Datagrams : public TwoHosts {
 public:
  explicit Datagrams(const LinkOptions& link = {}, std::uint64_t seed = 1) : TwoHosts(link, seed) {
    socket_alpha = *alpha.services().network.bind({alpha.addresses().front(), 0});
    socket_beta = *beta.services().network.bind({beta.addresses().front(), 53});
    collectors.spawn(collect(*socket_beta, beta.services().clock, arrivals));
  }
  void send(std::string bytes) {
    std::optional<Ok> sent;
    collectors.spawn(send_one(*socket_alpha, {beta.addresses().front(), 53}, std::move(bytes), sent));
    ASSERT_TRUE(sent.has_value());
    EXPECT_TRUE(sent->has_value());
  }
  std::unique_ptr<DatagramSocket> socket_alpha;
  std::unique_ptr<DatagramSocket> socket_beta;
  std::vector<Arrival> arrivals;
  TaskGroup collectors;
};

TEST(Link, APathThroughTheInternetHasBothLatencies) {
  Datagrams net;
  net.world.access_link(net.alpha).set_latency(Duration::milliseconds(3));
  net.send("x");
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 1u);
  EXPECT_EQ(net.arrivals[0].at - net.world.start(), Duration::milliseconds(13));
}

TEST(Link, ACableBetweenHostsIsUsedInsteadOfTheInternet) {
  Datagrams net;
  Link& cable = net.world.connect(net.alpha, net.beta, {.latency = Duration::microseconds(100)});
  EXPECT_EQ(cable.name(), "alpha~beta");
  EXPECT_EQ(net.world.find_link("alpha~beta"), &cable);
  EXPECT_EQ(&net.world.connect(net.beta, net.alpha, {.latency = Duration::microseconds(200)}), &cable);
  net.world.access_link(net.alpha).cut();
  net.send("x");
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 1u);
  EXPECT_EQ(net.arrivals[0].at - net.world.start(), Duration::microseconds(200));
}

TEST(Link, BandwidthSpacesPacketsOut) {
  Datagrams net({.latency = Duration{}, .bandwidth = 0});
  // 972 bytes and 28 of headers at 8 Mbit/s: a millisecond each.
  net.world.access_link(net.alpha).set_options({.latency = Duration{}, .bandwidth = 8'000'000});
  for (int i = 0; i < 3; ++i)
    net.send(std::string(972, 'x'));
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 3u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(net.arrivals[static_cast<std::size_t>(i)].at - net.world.start(),
              Duration::milliseconds(i + 1));
}

TEST(Link, AFullQueueLosesPackets) {
  Datagrams net({.latency = Duration{}});
  net.world.access_link(net.alpha).set_options(
      {.latency = Duration{}, .bandwidth = 8'000'000, .max_queue = Duration::milliseconds(2)});
  for (int i = 0; i < 5; ++i)
    net.send(std::string(972, 'x'));
  net.world.run_until_idle();
  EXPECT_EQ(net.arrivals.size(), 3u);
  EXPECT_EQ(net.log.loss_reasons, (std::vector<LossReason>{LossReason::kQueueFull, LossReason::kQueueFull}));
}

TEST(Link, ADistantSenderDoesNotHoldUpANearOne) {
  Datagrams net({.latency = Duration::milliseconds(1), .bandwidth = 8'000'000});
  Host& far = net.world.add_host("far", {address("203.0.113.1")}, {.latency = Duration::milliseconds(500)});
  const auto socket = *far.services().network.bind({far.addresses().front(), 0});
  std::optional<Ok> sent;
  net.collectors.spawn(send_one(*socket, {net.beta.addresses().front(), 53}, "far", sent));
  net.send("near");
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 2u);
  EXPECT_EQ(net.arrivals[0].bytes, "near");
  EXPECT_LT(net.arrivals[0].at - net.world.start(), Duration::milliseconds(3));
}

TEST(Link, JitterVariesLatencyButKeepsTheOrder) {
  Datagrams net({.jitter = Duration::milliseconds(50)});
  for (int i = 0; i < 100; ++i) {
    net.world.at(net.world.start() + Duration::milliseconds(i), [&net, i] { net.send(std::to_string(i)); });
  }
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 100u);
  bool varied = false;
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(net.arrivals[i].bytes, std::to_string(i));
    const Duration took =
        net.arrivals[i].at - net.world.start() - Duration::milliseconds(static_cast<std::int64_t>(i));
    EXPECT_GE(took, Duration::milliseconds(20));
    EXPECT_LT(took, Duration::milliseconds(120));
    if (took > Duration::milliseconds(40)) varied = true;
  }
  EXPECT_TRUE(varied);
}

TEST(Link, LossIsAtTheStatedRateAndNothingIsRepeated) {
  Datagrams net({.loss_ppm = 0});
  net.world.access_link(net.alpha).set_loss_ppm(200'000);
  for (int i = 0; i < 2000; ++i)
    net.send("x");
  net.world.run_until_idle();
  EXPECT_GT(net.arrivals.size(), 1500u);
  EXPECT_LT(net.arrivals.size(), 1700u);
  EXPECT_EQ(net.log.count("datagram lost") + static_cast<int>(net.arrivals.size()), 2000);
  EXPECT_EQ(net.log.count("datagram sent"), 2000);
}

TEST(Link, ACutLosesWhatIsUnderWayToo) {
  Datagrams net;
  Link& link = net.world.access_link(net.beta);
  net.send("under way");
  net.world.at(net.world.start() + Duration::milliseconds(5), [&] { link.cut(); });
  net.world.at(net.world.start() + Duration::milliseconds(30), [&] { net.send("into the cut"); });
  net.world.at(net.world.start() + Duration::milliseconds(40), [&] { link.restore(); });
  net.world.at(net.world.start() + Duration::milliseconds(50), [&] { net.send("after"); });
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 1u);
  EXPECT_EQ(net.arrivals[0].bytes, "after");
  EXPECT_EQ(net.log.loss_reasons, (std::vector<LossReason>{LossReason::kLinkCut, LossReason::kLinkCut}));
}

TEST(Partition, KeepsItsTwoSidesApartUntilItHeals) {
  Datagrams net;
  Host& gamma = net.world.add_host("gamma", {address("203.0.113.7")});
  const auto socket = *gamma.services().network.bind({gamma.addresses().front(), 0});
  const World::RuleId partition = net.world.partition({net.beta.id(), gamma.id()});
  std::optional<Ok> sent;
  net.collectors.spawn(send_one(*socket, {net.beta.addresses().front(), 53}, "same side", sent));
  net.send("other side");
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 1u);
  EXPECT_EQ(net.arrivals[0].bytes, "same side");
  net.world.remove_rule(partition);
  net.world.remove_rule(partition);
  net.send("healed");
  net.world.run_until_idle();
  EXPECT_EQ(net.arrivals.size(), 2u);
  EXPECT_EQ(net.log.count("fault"), 2);
}

/// Loses datagrams that hold a word, and delays the others.
class WordRule final : public PacketRule {
 public:
  void judge(const Packet& packet, Passage& passage) override {
    if (packet.payload.find("secret") != std::string_view::npos) passage.lost = LossReason::kRule;
    passage.at = passage.at + Duration::seconds(1);
  }
};

TEST(PacketRule, DecidesByContentAndCanBeRemoved) {
  Datagrams net;
  const World::RuleId rule = net.world.add_rule(std::make_unique<WordRule>());
  net.send("a secret");
  net.send("gossip");
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 1u);
  EXPECT_EQ(net.arrivals[0].at - net.world.start(), Duration::milliseconds(1020));
  net.world.remove_rule(rule);
  net.send("another secret");
  net.world.run_until_idle();
  EXPECT_EQ(net.arrivals.size(), 2u);
}

TEST(Datagram, LossSaysWhy) {
  Datagrams net;
  std::optional<Ok> sent;
  net.collectors.spawn(send_one(*net.socket_alpha, {address("203.0.113.99"), 53}, "nobody", sent));
  net.collectors.spawn(send_one(*net.socket_alpha, {net.beta.addresses().front(), 54}, "no listener", sent));
  net.world.run_until_idle();
  net.beta.crash();
  net.send("crashed");
  net.world.run_until_idle();
  EXPECT_EQ(net.log.loss_reasons,
            (std::vector<LossReason>{LossReason::kNoRoute, LossReason::kNoListener, LossReason::kHostDown}));
}

TEST(Datagram, TheReceiveBufferIsBounded) {
  Datagrams net;
  const auto idle = *net.beta.services().network.bind({net.beta.addresses().front(), 99});
  for (int i = 0; i < 10; ++i) {
    std::optional<Ok> sent;
    net.collectors.spawn(
        send_one(*net.socket_alpha, {net.beta.addresses().front(), 99}, std::string(60'000, 'x'), sent));
  }
  net.world.run_until_idle();
  EXPECT_EQ(net.log.count("datagram delivered"), 4);
  EXPECT_EQ(net.log.count("datagram lost"), 6);
}

TEST(Datagram, NoAddressOfTheRightFamilyIsUnreachable) {
  Datagrams net;
  std::optional<Ok> sent;
  net.collectors.spawn(send_one(*net.socket_alpha, {address("2001:db8::9"), 53}, "x", sent));
  ASSERT_TRUE(sent.has_value());
  ASSERT_FALSE(*sent);
  EXPECT_EQ(sent->error().code, ErrorCode::kUnreachable);
}

TEST(Datagram, AHostReachesItself) {
  Datagrams net;
  std::optional<Ok> sent;
  const auto own = *net.beta.services().network.bind({address("127.0.0.1"), 0});
  net.collectors.spawn(collect(*own, net.beta.services().clock, net.arrivals));
  net.collectors.spawn(send_one(*own, own->local(), "to myself", sent));
  net.world.run_until_idle();
  ASSERT_EQ(net.arrivals.size(), 1u);
  EXPECT_LT(net.arrivals[0].at - net.world.start(), Duration::milliseconds(1));
}

}  // namespace
}  // namespace glasspost::sim
