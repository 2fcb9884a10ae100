#include "engine/sim/host.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/sim/sim_fixture.h"

// Hosts' lives: software that starts, ends and starts again.

namespace glasspost::sim {
namespace {

/// What the world's software has lived through, for the test to look at.
using Diary = std::vector<std::string>;

/// Listens on port 25, greets everyone, and has something to say when it dies.
class Greeter {
 public:
  Greeter(Incarnation& incarnation, Diary& diary)
      : incarnation_(incarnation), services_(incarnation.services()), diary_(diary) {
    diary_.push_back("boot " + std::to_string(incarnation.number()));
    const Endpoint local{services_.network.addresses().front(), 25};
    auto listener = services_.network.listen(local);
    if (!listener) return;
    listener_ = std::move(*listener);
    tasks_.spawn(serve());
    tasks_.spawn(tick());
  }
  ~Greeter() {
    diary_.push_back("destroyed " + std::to_string(incarnation_.number()) + " with " +
                     std::to_string(tasks_.size()) + " tasks");
  }

 private:
  Task<void> serve() {
    for (;;) {
      Result<ByteStreamPtr> stream = co_await listener_->accept();
      if (!stream) break;
      tasks_.spawn(greet(std::move(*stream)));
    }
    // Clean-up code: nothing of this may leave the host.
    diary_.push_back("cleaning up, alive: " + std::to_string(incarnation_.alive()));
    const Endpoint home{services_.network.addresses().front(), 25};
    const Result<ByteStreamPtr> dialled = co_await services_.network.dial(home, Instant::never());
    diary_.push_back(dialled ? "dialled" : "dial: " + std::string(to_string(dialled.error().code)));
    const auto listener = services_.network.listen(home);
    diary_.push_back(listener ? "listens" : "listen: " + std::string(to_string(listener.error().code)));
    const auto socket = services_.network.bind({home.address, 0});
    diary_.push_back(socket ? "bound" : "bind: " + std::string(to_string(socket.error().code)));
    const auto timer = services_.clock.make_timer("after death");
    const Ok waited = co_await timer->wait_until(services_.clock.now() + Duration::seconds(1));
    diary_.push_back(waited ? "waited" : "wait: " + std::string(to_string(waited.error().code)));
    RandomStream random = services_.random.stream("queue id");
    random.next();
  }
  Task<void> greet(ByteStreamPtr stream) {
    co_await stream->write("220 hello\r\n");
    std::array<char, 64> buffer{};
    const Result<std::size_t> got = co_await stream->read(buffer);
    if (!got) diary_.push_back("read: " + std::string(to_string(got.error().code)));
    const Ok goodbye = co_await stream->write("221 bye\r\n");
    if (!goodbye) diary_.push_back("write: " + std::string(to_string(goodbye.error().code)));
  }
  Task<void> tick() {
    const auto timer = services_.clock.make_timer("tick");
    for (;;) {
      const Ok waited = co_await timer->wait_until(services_.clock.now() + Duration::minutes(1));
      if (!waited) co_return;
    }
  }

  Incarnation& incarnation_;
  HostServices services_;
  Diary& diary_;
  std::unique_ptr<Listener> listener_;
  TaskGroup tasks_;
};

/// Outlives the world, because the software writes into it until the end.
struct KeepsADiary {
  Diary diary;
};

class Lives : public KeepsADiary, public TwoHosts {
 public:
  Lives() {
    beta.install([this](Incarnation& incarnation) -> std::shared_ptr<void> {
      return std::make_shared<Greeter>(incarnation, diary);
    });
  }
  void dial_and_read() {
    start_dial();
    ASSERT_TRUE(world.run_until([&] { return at_alpha != nullptr; }, Instant::never()));
    tasks.spawn(read_all(*at_alpha, transfer));
    ASSERT_TRUE(world.run_until([&] { return !transfer.received.empty(); }, Instant::never()));
  }
  [[nodiscard]] bool wrote(std::string_view line) const {
    return std::find(diary.begin(), diary.end(), line) != diary.end();
  }

  Transfer transfer;
};

TEST(Host, BootsAsAnEventOnceTheWorldRuns) {
  Lives world;
  EXPECT_TRUE(world.diary.empty());
  world.dial_and_read();
  EXPECT_EQ(world.transfer.received, "220 hello\r\n");
  EXPECT_EQ(world.diary, Diary{"boot 1"});
}

TEST(Host, ACrashIsSilentAndNothingOfTheDeadReachesTheWire) {
  Lives world;
  world.dial_and_read();
  const Instant before = world.world.now();
  const std::size_t lines = world.log.lines.size();
  world.beta.crash();
  world.world.run_until(before + Duration::seconds(1));
  EXPECT_TRUE(world.wrote("cleaning up, alive: 0"));
  for (const char* dead : {"dial: aborted", "listen: aborted", "bind: aborted", "wait: aborted",
                           "read: aborted", "write: aborted"})
    EXPECT_TRUE(world.wrote(dead)) << dead;
  EXPECT_EQ(world.diary.back(), "destroyed 1 with 0 tasks");
  EXPECT_FALSE(world.transfer.ended) << "the peer hears nothing";
  // The world's own words on the crash and on the connection's end, and nothing else.
  for (std::size_t i = lines; i < world.log.lines.size(); ++i) {
    const std::string& line = world.log.lines[i];
    EXPECT_TRUE(line.find("fault") != std::string::npos ||
                line.find("reset c1 host 2") != std::string::npos ||
                line.find("delivered") != std::string::npos || line.find("lost") != std::string::npos)
        << line;
    EXPECT_EQ(line.find("> sent"), std::string::npos) << line;
  }
}

TEST(Host, TheSoftwareIsDestroyedOnlyAfterItsTasksHaveUnwound) {
  Lives world;
  world.dial_and_read();
  world.beta.crash();
  EXPECT_FALSE(world.wrote("destroyed 1 with 0 tasks"));
  world.world.step();
  EXPECT_TRUE(world.wrote("destroyed 1 with 0 tasks"));
}

TEST(Host, ARestartedHostAnswersOldConnectionsWithAReset) {
  Lives world;
  world.dial_and_read();
  world.beta.crash();
  world.world.run_until(world.world.now() + Duration::seconds(1));
  world.beta.restart();
  world.world.run_until(world.world.now() + Duration::seconds(1));
  EXPECT_TRUE(world.wrote("boot 2"));
  EXPECT_FALSE(world.transfer.ended) << "an idle peer has no way to know";
  std::optional<Ok> written;
  world.tasks.spawn(write_text(*world.at_alpha, "still there?\r\n", written));
  world.world.run_until(world.world.now() + Duration::seconds(1));
  ASSERT_TRUE(world.transfer.error);
  EXPECT_EQ(world.transfer.error->code, ErrorCode::kAborted);

  world.at_alpha.reset();
  world.transfer = {};
  world.dial_and_read();
  EXPECT_EQ(world.transfer.received, "220 hello\r\n");
}

TEST(Host, CrashAndRestartAtTheSameMomentKeepTheLivesApart) {
  Lives world;
  world.dial_and_read();
  world.beta.crash();
  world.beta.restart();
  world.world.run_until(world.world.now() + Duration::seconds(1));
  const auto place = [&](std::string_view line) {
    return std::find(world.diary.begin(), world.diary.end(), line) - world.diary.begin();
  };
  EXPECT_LT(place("destroyed 1 with 0 tasks"), place("boot 2"));
  EXPECT_TRUE(world.wrote("boot 2"));
}

TEST(Host, AStoppedHostResetsItsPeersAndRefusesNewOnes) {
  Lives world;
  world.dial_and_read();
  world.beta.stop();
  world.world.run_until(world.world.now() + Duration::seconds(1));
  ASSERT_TRUE(world.transfer.error);
  EXPECT_EQ(world.transfer.error->code, ErrorCode::kAborted);
  EXPECT_EQ(world.diary.back(), "destroyed 1 with 0 tasks");
  world.start_dial();
  world.world.run_until(world.world.now() + Duration::seconds(1));
  ASSERT_TRUE(world.dial_error);
  EXPECT_EQ(world.dial_error->code, ErrorCode::kRefused);
  world.beta.restart();
  world.at_alpha.reset();
  world.transfer = {};
  world.dial_and_read();
  EXPECT_EQ(world.transfer.received, "220 hello\r\n");
}

TEST(Host, ACrashedHostLetsDiallersWaitInVain) {
  Lives world;
  world.beta.crash();
  world.start_dial(world.world.now() + Duration::seconds(20));
  world.world.run_until_idle();
  ASSERT_TRUE(world.dial_error);
  EXPECT_EQ(world.dial_error->code, ErrorCode::kTimedOut);
  EXPECT_TRUE(world.diary.empty()) << "it crashed before it booted";
}

TEST(Host, ACrashAfterARestartWasAskedForCallsItOff) {
  Lives world;
  world.dial_and_read();
  world.beta.restart();
  world.beta.crash();
  world.world.run_until(world.world.now() + Duration::seconds(1));
  EXPECT_EQ(world.beta.state(), Host::State::kCrashed);
  EXPECT_FALSE(world.wrote("boot 2"));
}

TEST(Host, HundredsOfCrashesLeaveTheWorldSound) {
  Lives world;
  for (int i = 0; i < 300; ++i) {
    world.transfer = {};
    world.dial_and_read();
    world.beta.crash();
    world.world.run_until(world.world.now() + Duration::milliseconds(10));
    world.at_alpha->abort();
    world.world.run_until(world.world.now() + Duration::milliseconds(10));
    world.at_alpha.reset();
    world.beta.restart();
  }
  EXPECT_TRUE(world.wrote("destroyed 300 with 0 tasks"));
}

TEST(Host, ObjectsOfADeadIncarnationFailAtOnce) {
  TwoHosts net;
  net.connect();
  Incarnation& old = net.beta.incarnation();
  const auto timer = old.services().clock.make_timer("test");
  net.beta.crash();
  net.beta.restart();
  net.world.run_until_idle();
  EXPECT_FALSE(old.alive());
  EXPECT_NE(&old, &net.beta.incarnation());
  Transfer beta;
  std::optional<Ok> written;
  net.tasks.spawn(read_all(*net.at_beta, beta));
  net.tasks.spawn(write_text(*net.at_beta, "ghost", written));
  ASSERT_TRUE(beta.error && written && !*written);
  EXPECT_EQ(beta.error->code, ErrorCode::kAborted);
  EXPECT_EQ(written->error().code, ErrorCode::kAborted);
}

TEST(Host, RandomStreamsGoOnAfterARestartAndTheDeadDoNotDisturbThem) {
  const auto draw = [](Host& host) { return host.services().random.stream("queue id").next(); };
  TwoHosts quiet;
  const std::uint64_t first = draw(quiet.beta);
  quiet.beta.crash();
  quiet.beta.restart();
  quiet.world.run_until_idle();
  const std::uint64_t second = draw(quiet.beta);
  EXPECT_NE(first, second);

  TwoHosts haunted;
  EXPECT_EQ(draw(haunted.beta), first);
  HostServices dead = haunted.beta.services();
  haunted.beta.crash();
  dead.random.stream("queue id");
  haunted.beta.restart();
  haunted.world.run_until_idle();
  EXPECT_EQ(draw(haunted.beta), second);
}

Task<void> wait_once(Timer& timer, Instant moment, std::optional<Ok>& into) {
  into = co_await timer.wait_until(moment);
}

TEST(Clock, ASkewedHostSeesAnotherTimeAndItsTimersFollow) {
  TwoHosts net;
  HostServices alpha = net.alpha.services();
  net.alpha.set_clock_skew(Duration::hours(2));
  EXPECT_EQ(alpha.clock.now(), net.world.now() + Duration::hours(2));
  EXPECT_EQ(net.beta.services().clock.now(), net.world.now());

  const auto timer = alpha.clock.make_timer("test");
  std::optional<Ok> waited;
  net.tasks.spawn(wait_once(*timer, alpha.clock.now() + Duration::minutes(10), waited));
  net.world.run_until(net.world.start() + Duration::minutes(4));
  EXPECT_FALSE(waited);
  // Set right, the clock is two hours away from the moment again.
  net.alpha.set_clock_skew({});
  net.world.run_until(net.world.start() + Duration::minutes(20));
  EXPECT_FALSE(waited);
  // Set far ahead, the moment has passed.
  net.alpha.set_clock_skew(Duration::days(1));
  net.world.step();
  EXPECT_TRUE(waited && *waited);
  EXPECT_EQ(net.world.now(), net.world.start() + Duration::minutes(20));
}

TEST(World, CallsScriptsBackInOrderAndRunsToAMoment) {
  World world({.seed = 1, .start = TwoHosts::kStart});
  std::string log;
  world.at(world.start() + Duration::seconds(2), [&] { log += 'b'; });
  world.at(world.start() + Duration::seconds(1), [&] { log += 'a'; });
  const EventId cancelled = world.at(world.start() + Duration::seconds(1), [&] { log += 'x'; });
  world.at(world.start() - Duration::seconds(9), [&] { log += '0'; });
  EXPECT_TRUE(world.cancel(cancelled));
  world.run_until(world.start() + Duration::milliseconds(1500));
  EXPECT_EQ(log, "0a");
  EXPECT_EQ(world.now(), world.start() + Duration::milliseconds(1500));
  EXPECT_EQ(world.next_event(), world.start() + Duration::seconds(2));
  EXPECT_TRUE(world.run_until_idle());
  EXPECT_EQ(log, "0ab");
  EXPECT_EQ(world.now(), world.start() + Duration::seconds(2));
  EXPECT_FALSE(world.step());
}

TEST(World, SaysWhenItDoesNotComeToRest) {
  World world({.seed = 1});
  struct Again {
    World& world;
    void operator()() const { world.at(world.now() + Duration::seconds(1), Again{world}); }
  };
  world.post(Again{world});
  EXPECT_FALSE(world.run_until_idle(100));
  EXPECT_FALSE(world.run_until([] { return false; }, world.now() + Duration::seconds(10)));
}

TEST(World, EndsWithSoftwareInTheMiddleOfItsWork) {
  auto world = std::make_unique<Lives>();
  world->dial_and_read();
  world->beta.crash();
  world->beta.restart();
  world->world.run_until(world->world.now() + Duration::seconds(1));
  world.reset();
}

}  // namespace
}  // namespace glasspost::sim
