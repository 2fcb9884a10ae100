#include <string>
#include <vector>

#include "tests/unit/sim/sim_fixture.h"

// TCP when the wire or the other host fails.

namespace glasspost::sim {
namespace {

std::vector<Duration> times_of(const TwoHosts& net, bool retransmissions_only) {
  std::vector<Duration> times;
  for (const std::string& line : net.log.lines) {
    if (line.find("> sent ") == std::string::npos) continue;
    if (retransmissions_only && line.find(" again") == std::string::npos) continue;
    times.push_back(Instant{std::stoll(line)} - TwoHosts::kStart);
  }
  return times;
}

TEST(TcpFault, ADialIntoACutRepeatsTheSynWithDoublingPausesAndTimesOut) {
  TwoHosts net;
  net.listen();
  net.world.access_link(net.beta).cut();
  net.start_dial();
  net.world.run_until_idle();
  ASSERT_TRUE(net.dial_error);
  EXPECT_EQ(net.dial_error->code, ErrorCode::kTimedOut);
  const std::vector<Duration> expected{Duration::seconds(0), Duration::seconds(1),  Duration::seconds(3),
                                       Duration::seconds(7), Duration::seconds(15), Duration::seconds(31),
                                       Duration::seconds(63)};
  EXPECT_EQ(times_of(net, false), expected);
  EXPECT_EQ(net.elapsed(), Duration::seconds(127));
}

TEST(TcpFault, ADialsDeadlineComesFirst) {
  TwoHosts net;
  net.listen();
  net.world.access_link(net.beta).cut();
  net.start_dial(net.world.now() + Duration::seconds(10));
  net.world.run_until_idle();
  ASSERT_TRUE(net.dial_error);
  EXPECT_EQ(net.dial_error->code, ErrorCode::kTimedOut);
  EXPECT_EQ(net.elapsed(), Duration::seconds(10));
}

TEST(TcpFault, AnAddressThatNobodyHasIsUnreachableAfterARoundTripToTheInternet) {
  TwoHosts net;
  net.tasks.spawn(dial_into(net.alpha.services().network, {address("203.0.113.250"), 25}, Instant::never(),
                            net.at_alpha, net.dial_error));
  net.world.run_until_idle();
  ASSERT_TRUE(net.dial_error);
  EXPECT_EQ(net.dial_error->code, ErrorCode::kUnreachable);
  EXPECT_EQ(net.elapsed(), Duration::milliseconds(20));
  EXPECT_EQ(net.log.loss_reasons, std::vector<LossReason>{LossReason::kNoRoute});
}

TEST(TcpFault, AFamilyThatTheHostLacksIsUnreachableAtOnce) {
  TwoHosts net;
  net.tasks.spawn(dial_into(net.beta.services().network, {address("2001:db8::1"), 25}, Instant::never(),
                            net.at_alpha, net.dial_error));
  ASSERT_TRUE(net.dial_error);
  EXPECT_EQ(net.dial_error->code, ErrorCode::kUnreachable);
}

TEST(TcpFault, ALostSynAckIsRepeated) {
  TwoHosts net;
  net.listen();
  net.tasks.spawn(accept_into(*net.listener, net.at_beta));
  net.start_dial();
  // The SYN passes, its answer does not.
  net.world.at(net.world.start() + Duration::milliseconds(15),
               [&] { net.world.access_link(net.alpha).cut(); });
  net.world.at(net.world.start() + Duration::milliseconds(500),
               [&] { net.world.access_link(net.alpha).restore(); });
  net.world.run_until_idle();
  EXPECT_TRUE(net.at_alpha && net.at_beta);
}

TEST(TcpFault, AnEstablishedConnectionRepeatsWithDoublingPausesAndGoesOnAfterTheCut) {
  TwoHosts net;
  net.connect();
  net.world.run_until_idle();
  net.log.lines.clear();
  const Instant cut_at = net.world.now();
  net.world.access_link(net.beta).cut();
  std::optional<Ok> written;
  Transfer beta;
  net.tasks.spawn(write_text(*net.at_alpha, "patience", written));
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.at(cut_at + Duration::seconds(5), [&] { net.world.access_link(net.beta).restore(); });
  net.world.run_until_idle();
  EXPECT_EQ(beta.received, "patience");
  const std::vector<Duration> again = times_of(net, true);
  ASSERT_EQ(again.size(), 5u);
  EXPECT_EQ(again[0] - (cut_at - TwoHosts::kStart), Duration::milliseconds(200));
  for (std::size_t i = 1; i + 1 < again.size(); ++i)
    EXPECT_EQ((again[i + 1] - again[i]).ns, (again[i] - again[i - 1]).ns * 2);
}

TEST(TcpFault, ARepetitionIsCausedByTheLossThatItMakesGood) {
  TwoHosts net;
  net.connect();
  net.world.run_until_idle();
  net.world.access_link(net.beta).cut();
  std::optional<Ok> written;
  net.tasks.spawn(write_text(*net.at_alpha, "x", written));
  net.world.at(net.world.now() + Duration::milliseconds(100),
               [&] { net.world.access_link(net.beta).restore(); });
  net.world.run_until_idle();
  std::size_t lost = 0;
  bool found = false;
  for (std::size_t i = 0; i < net.log.lines.size(); ++i) {
    const std::string& line = net.log.lines[i];
    if (line.find("> lost ") != std::string::npos) lost = i + 1;
    if (line.find("<" + std::to_string(lost) + "> sent") != std::string::npos &&
        line.find(" again") != std::string::npos)
      found = true;
  }
  EXPECT_TRUE(lost != 0 && found) << net.log.text();
}

TEST(TcpFault, AConnectionThatIsNeverAnsweredGivesUp) {
  TwoHosts net;
  net.connect();
  net.world.access_link(net.beta).cut();
  Transfer alpha;
  net.tasks.spawn(read_all(*net.at_alpha, alpha));
  std::optional<Ok> written;
  net.tasks.spawn(write_text(*net.at_alpha, "anybody?", written));
  net.world.run_until_idle();
  ASSERT_TRUE(alpha.error);
  EXPECT_EQ(alpha.error->code, ErrorCode::kTimedOut);
  EXPECT_EQ(times_of(net, true).size(), 15u);
  EXPECT_EQ(net.log.count("reset c1 host 1 dialler reason 4"), 1);
}

TEST(TcpFault, ALostWindowUpdateIsAskedFor) {
  TwoHosts net;
  net.connect();
  const std::string much = random_bytes(300'000, 6);
  Transfer alpha;
  Transfer beta;
  net.tasks.spawn(write_all(*net.at_alpha, much, alpha));
  net.world.run_until(net.world.now() + Duration::seconds(1));
  EXPECT_LT(alpha.written, much.size());
  // The window opens while nothing gets through: only a probe can find out.
  net.world.access_link(net.alpha).cut();
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until(net.world.now() + Duration::seconds(1));
  net.world.access_link(net.alpha).restore();
  net.world.run_until_idle();
  EXPECT_TRUE(beta.received == much) << beta.received.size();
}

TEST(TcpFault, AReaderThatNeverReadsIsProbedForeverWithoutFailing) {
  TwoHosts net;
  net.connect();
  const std::string much(300'000, 'x');
  Transfer alpha;
  net.tasks.spawn(write_all(*net.at_alpha, much, alpha));
  net.world.run_until(net.world.now() + Duration::hours(24));
  EXPECT_FALSE(alpha.error);
  Transfer beta;
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until_idle();
  EXPECT_EQ(beta.received.size(), much.size());
}

TEST(TcpFault, APartitionSeparatesAndHeals) {
  TwoHosts net;
  net.connect();
  const World::RuleId partition = net.world.partition({net.alpha.id()});
  std::optional<Ok> written;
  Transfer beta;
  net.tasks.spawn(write_text(*net.at_alpha, "across", written));
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until(net.world.now() + Duration::seconds(3));
  EXPECT_EQ(beta.received, "");
  net.world.remove_rule(partition);
  net.world.run_until_idle();
  EXPECT_EQ(beta.received, "across");
}

TEST(TcpFault, DestroyingAStreamDeliversWhatWasWrittenEvenOverALossyLine) {
  TwoHosts net({.loss_ppm = 200'000});
  net.connect();
  Transfer beta;
  std::optional<Ok> written;
  const std::string bytes = random_bytes(50'000, 9);
  net.tasks.spawn(write_text(*net.at_alpha, bytes, written));
  ASSERT_TRUE(written && *written);
  net.at_alpha.reset();
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.world.run_until_idle();
  EXPECT_TRUE(beta.ended && !beta.error);
  EXPECT_TRUE(beta.received == bytes);
  net.at_beta.reset();
  net.world.run_until_idle();
  EXPECT_EQ(net.log.count("closed"), 2);
}

TEST(TcpFault, ADeadlineFollowsTheHostsOwnClock) {
  TwoHosts net;
  net.connect();
  net.alpha.set_clock_skew(Duration::hours(-1));
  const Instant before = net.world.now();
  net.at_alpha->set_deadline(net.alpha.services().clock.now() + Duration::seconds(5));
  Transfer alpha;
  net.tasks.spawn(read_all(*net.at_alpha, alpha));
  net.world.run_until_idle();
  ASSERT_TRUE(alpha.error);
  EXPECT_EQ(alpha.error->code, ErrorCode::kTimedOut);
  EXPECT_EQ(net.world.now() - before, Duration::seconds(5));
}

}  // namespace
}  // namespace glasspost::sim
