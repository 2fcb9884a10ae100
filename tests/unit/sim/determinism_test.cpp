#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/sim/sim_fixture.h"

// The same options and calls give the same world.

namespace glasspost::sim {
namespace {

Task<void> chatter(ByteStream& stream, RandomStream random, int lines, Transfer& into) {
  std::array<char, 256> buffer{};
  for (int i = 0; i < lines; ++i) {
    const std::string line = random.token(1 + static_cast<std::size_t>(random.below(2000)));
    const Ok written = co_await stream.write(line);
    if (!written) break;
    const Result<std::size_t> got = co_await stream.read(buffer);
    if (!got || *got == 0) break;
    into.received.append(buffer.data(), *got);
  }
  into.ended = true;
}

/// A world with a bit of everything: loss, jitter, a cut, a crash, chatter both ways.
class BusyWorld : public TwoHosts {
 public:
  explicit BusyWorld(std::uint64_t seed)
      : TwoHosts({.jitter = Duration::milliseconds(7), .bandwidth = 20'000'000, .loss_ppm = 100'000}, seed) {
    connect();
    tasks.spawn(chatter(*at_alpha, alpha.services().random.stream("words"), 50, first));
    tasks.spawn(chatter(*at_beta, beta.services().random.stream("words"), 50, second));
    world.at(world.start() + Duration::seconds(3), [this] { world.access_link(beta).cut(); });
    world.at(world.start() + Duration::seconds(5), [this] { world.access_link(beta).restore(); });
    world.at(world.start() + Duration::seconds(60), [this] { beta.crash(); });
    world.at(world.start() + Duration::seconds(70), [this] { beta.restart(); });
  }
  Transfer first;
  Transfer second;
};

TEST(Determinism, TheSameSeedGivesTheSameLogToTheByte) {
  BusyWorld one(7);
  one.world.run_until_idle();
  BusyWorld two(7);
  two.world.run_until_idle();
  EXPECT_GT(one.log.lines.size(), 300u);
  EXPECT_GT(one.log.count(" again"), 0);
  EXPECT_EQ(one.log.lines, two.log.lines);
}

TEST(Determinism, AnotherSeedGivesAnotherLog) {
  BusyWorld one(7);
  one.world.run_until_idle();
  BusyWorld two(8);
  two.world.run_until_idle();
  EXPECT_NE(one.log.lines, two.log.lines);
}

TEST(Determinism, TwoWorldsSideBySideDoNotTouchEachOther) {
  BusyWorld alone(7);
  alone.world.run_until_idle();

  BusyWorld one(7);
  BusyWorld two(9);
  bool going = true;
  while (going) {
    const bool first = one.world.step();
    const bool second = two.world.step();
    going = first || second;
  }
  EXPECT_EQ(one.log.lines, alone.log.lines);
}

TEST(Determinism, HostsDrawFromStreamsOfTheirOwn) {
  const auto draws = [](Host& host) {
    std::vector<std::uint64_t> out;
    for (int i = 0; i < 3; ++i)
      out.push_back(host.services().random.stream("boundary").next());
    return out;
  };
  TwoHosts plain;
  const auto alphas = draws(plain.alpha);
  const auto betas = draws(plain.beta);
  EXPECT_NE(alphas, betas);

  // What one host draws, or that another exists, changes nothing elsewhere.
  TwoHosts other;
  Host& gamma = other.world.add_host("gamma", {address("203.0.113.3")});
  draws(gamma);
  other.alpha.services().random.stream("boundary");
  other.alpha.services().random.stream("queue id");
  EXPECT_EQ(draws(other.beta), betas);
}

TEST(Determinism, ALinksLossesDoNotDependOnOtherLinks) {
  const auto losses = [](bool with_neighbour) {
    TwoHosts net({.loss_ppm = 300'000});
    std::vector<std::uint32_t> lost;
    Host& gamma = net.world.add_host("gamma", {address("203.0.113.3")});
    const Endpoint target{address("203.0.113.77"), 25};  // nobody's: each SYN passes one link only
    TaskGroup tasks;
    std::vector<ByteStreamPtr> streams(40);
    std::vector<std::optional<Error>> errors(40);
    for (std::size_t i = 0; i < 20; ++i) {
      tasks.spawn(dial_into(net.alpha.services().network, target, Instant::never(), streams[i], errors[i]));
      if (with_neighbour)
        tasks.spawn(
            dial_into(gamma.services().network, target, Instant::never(), streams[20 + i], errors[20 + i]));
    }
    for (std::size_t i = 0; i < net.log.lost.size(); ++i)
      if (net.log.lost[i].from == net.alpha.id())
        lost.push_back(static_cast<std::uint32_t>(net.log.loss_reasons[i]));
    net.world.run_until_idle();
    return lost;
  };
  EXPECT_EQ(losses(false), losses(true));
}

}  // namespace
}  // namespace glasspost::sim
