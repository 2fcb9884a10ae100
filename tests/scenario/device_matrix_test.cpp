// Who holds which message: what the trace says equals what the stores hold, and what the server says by IMAP,
// after every action of random users; and in the end devices that mirror the server hold what it holds.
// GLASSPOST_MATRIX_SCRIPTS sets how many scripts are run (50), GLASSPOST_MATRIX_SOCKETS how many on real
// sockets (2); with GLASSPOST_MATRIX_SHOW each of them is printed.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/runtime/task_group.h"
#include "engine/scenario/real_world.h"
#include "engine/scenario/virtual_world.h"
#include "engine/scenario/world_events.h"
#include "engine/sim/host.h"
#include "engine/sim/world.h"
#include "engine/trace/payload.h"
#include "engine/trace/recorder.h"
#include "tests/scenario/device_script.h"

namespace glasspost::scenario {
namespace {

constexpr int kActions = 40;

std::uint64_t count_from(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& result) {
  T value = co_await task;
  result.emplace(std::move(value));
}

/// A virtual world whose users act one after the other.
class VirtualMatrix {
 public:
  explicit VirtualMatrix(std::uint64_t seed, bool faults)
      : scenario_(device_world()), users_(scenario_, seed, faults) {
    auto recorder = trace::Recorder::create({});
    EXPECT_TRUE(recorder.has_value());
    recorder_ = std::move(*recorder);
    auto world = VirtualWorld::make(scenario_, seed, *recorder_, "");
    EXPECT_TRUE(world.has_value());
    world_ = std::move(*world);
    run_for(Duration::seconds(1));
  }
  ~VirtualMatrix() {
    tasks_.reset();
    world_->tap().silence();
  }

  /// False after the first difference, which is a failed test.
  bool run() {
    for (int i = 0; i < kActions; ++i) {
      if (!act(users_.next(projection()))) return false;
    }
    for (const Action& action : users_.reconcile()) {
      if (!act({action})) return false;
    }
    return converged();
  }

 private:
  void run_for(Duration time) { world_->world().run_until(world_->world().now() + time); }

  bool act(const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      log_ += describe(scenario_, action).action + " " + describe(scenario_, action).detail + " at " +
              std::to_string(describe(scenario_, action).host.value) + "\n";
      world_->perform(action);
      run_for(Duration::milliseconds(800));
    }
    run_for(Duration::seconds(40));
    return agrees();
  }

  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    tasks_ = std::make_unique<TaskGroup>();
    tasks_->spawn(keep(std::move(task), result));
    for (int i = 0; i < 1'000'000 && !result && world_->world().step(); ++i) {
    }
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
  }

  trace::Projection projection() {
    const trace::Trace trace = recorder_->snapshot();
    return trace.project(trace.last_seq());
  }

  bool agrees() {
    EXPECT_FALSE(world_->failure().has_value()) << world_->failure()->message;
    for (const Host& host : scenario_.hosts) {
      HostSoftware* software = world_->software(host.name);
      if (software == nullptr || software->mailbox_store() == nullptr) continue;
      EXPECT_TRUE(software->device_at_rest()) << host.name << "\n" << log_;
      const auto there = now(stored(*software->mailbox_store(), kBob));
      if (!there) continue;  // a server without Bob
      const Holdings told = projected(projection(), host_id(scenario_, host.name), kBob);
      const std::string wrong = differences(*there, told);
      EXPECT_EQ(wrong, "") << "store (-) and projection (+) of " << host.name << " after\n" << log_;
      if (!wrong.empty()) return false;
    }
    const Endpoint server{scenario_.find_host(kServer)->addresses.front(), 143};
    const auto listed = now(
        listed_by_imap(world_->world().find_host("watcher.example")->services(), server, kBob, "bob-secret"));
    EXPECT_TRUE(listed.has_value()) << (listed ? "" : listed.error().message) << "\n" << log_;
    if (!listed) return false;
    const std::string wrong =
        differences(*listed, projected(projection(), host_id(scenario_, kServer), kBob));
    EXPECT_EQ(wrong, "") << "IMAP (-) and projection (+) after\n" << log_;
    return wrong.empty();
  }

  bool converged() {
    const trace::Projection world = projection();
    if (std::getenv("GLASSPOST_MATRIX_SHOW") != nullptr) show(world);
    const auto server = contents(projected(world, host_id(scenario_, kServer), kBob));
    for (const char* device :
         {"bob-phone.beta.example", "bob-tablet.beta.example", "bob-desk.beta.example"}) {
      auto mine = contents(projected(world, host_id(scenario_, device), kBob));
      EXPECT_TRUE(mine["Outbox"].empty()) << device;
      mine.erase("Outbox");
      EXPECT_EQ(mine, server) << device << " after\n" << log_;
      if (mine != server) return false;
    }
    return true;
  }

  /// What a person may want to see of a run.
  void show(const trace::Projection& world) {
    std::string out = log_;
    for (const Host& host : scenario_.hosts) {
      for (const auto& [folder, messages] : projected(world, host_id(scenario_, host.name), kBob)) {
        for (const auto& [uid, text] : messages)
          out += host.name + " " + folder + " " + std::to_string(uid) + ": " + text + "\n";
      }
    }
    recorder_->snapshot().for_each([&](const trace::EventView& event) {
      const auto told = event.as<trace::payload::UserAction>();
      if (told && told->action.find(' ') != std::string_view::npos)
        out += std::string(told->action) + ": " + std::string(told->detail) + "\n";
    });
    std::fputs(out.c_str(), stderr);
  }

  Scenario scenario_;
  RandomUsers users_;
  std::unique_ptr<trace::Recorder> recorder_;
  std::unique_ptr<VirtualWorld> world_;
  std::unique_ptr<TaskGroup> tasks_;
  std::string log_;
};

/// The same users on real sockets of this machine, as fast as they can.
class RealMatrix {
 public:
  RealMatrix(std::uint64_t seed, std::uint16_t port_offset)
      : scenario_(device_world()), users_(scenario_, seed, false) {
    const std::string pattern = (std::filesystem::temp_directory_path() / "glasspost-matrix-XXXXXX").string();
    std::vector<char> name(pattern.begin(), pattern.end());
    name.push_back('\0');
    state_ = mkdtemp(name.data());
    options_.port_offset = port_offset;
    auto recorder = trace::Recorder::create({});
    EXPECT_TRUE(recorder.has_value());
    recorder_ = std::move(*recorder);
  }
  ~RealMatrix() {
    timer_.reset();  // it lives in the world
    world_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(state_, ignored);
  }

  /// What was wrong; empty if nothing was.
  std::string run() {
    auto made = RealWorld::make(scenario_, options_, state_, *recorder_);
    if (!made) return made.error().message;
    world_ = std::move(*made);
    const IpAddress address = IpAddress::v4({198, 51, 100, 250});
    auto services = world_->io().add_host({HostId{99}, {address}, false});
    if (!services) return services.error().message;
    timer_ = services->clock.make_timer("matrix");
    TaskGroup tasks;
    world_->start([&] { tasks.spawn(play(*services)); });
    world_->run();
    if (world_->failure()) return world_->failure()->message;
    return wrong_;
  }

 private:
  Task<void> play(HostServices watcher) {
    for (int i = 0; i < kActions && wrong_.empty(); ++i) {
      const std::vector<Action> actions = users_.next(projection());
      for (const Action& action : actions)
        world_->perform(action);
      co_await settle();
      co_await compare(watcher);
    }
    const std::vector<Action> last = users_.reconcile();
    for (const Action& action : last) {
      if (!wrong_.empty()) break;
      world_->perform(action);
      co_await settle();
      co_await compare(watcher);
    }
    world_->end("done");
  }

  trace::Projection projection() {
    const trace::Trace trace = recorder_->snapshot();
    return trace.project(trace.last_seq());
  }

  bool at_rest() {
    const trace::Projection world = projection();
    bool rest = true;
    for (const Host& host : scenario_.hosts) {
      HostSoftware* software = world_->software(host.name);
      rest = rest && (software == nullptr || software->device_at_rest());
      rest = rest && world.queue(host_id(scenario_, host.name)).empty();
    }
    return rest;
  }

  // Until nobody has anything to do; bounded.
  Task<void> settle() {
    for (int i = 0; i < 4'000 && !at_rest(); ++i) {
      const Ok waited = co_await timer_->wait_until(world_->io().clock().now() + Duration::milliseconds(2));
      if (!waited) co_return;
    }
  }

  // A device that idles may just be told something: what differs gets some time to become equal.
  Task<void> compare(HostServices watcher) {
    for (int i = 0; i < 400; ++i) {
      wrong_.clear();
      for (const Host& host : scenario_.hosts) {
        HostSoftware* software = world_->software(host.name);
        if (software == nullptr || software->mailbox_store() == nullptr) continue;
        const auto there = co_await stored(*software->mailbox_store(), kBob);
        if (there)
          wrong_ += differences(*there, projected(projection(), host_id(scenario_, host.name), kBob));
      }
      const Endpoint server{scenario_.find_host(kServer)->addresses.front(), 143};
      const auto listed = co_await listed_by_imap(watcher, server, kBob, "bob-secret");
      if (!listed) wrong_ += listed.error().message;
      if (listed) wrong_ += differences(*listed, projected(projection(), host_id(scenario_, kServer), kBob));
      if (wrong_.empty()) co_return;
      const Ok waited = co_await timer_->wait_until(world_->io().clock().now() + Duration::milliseconds(10));
      if (!waited) co_return;
    }
  }

  Scenario scenario_;
  RandomUsers users_;
  ServeOptions options_;
  std::filesystem::path state_;
  std::unique_ptr<trace::Recorder> recorder_;
  std::unique_ptr<RealWorld> world_;
  std::unique_ptr<Timer> timer_;
  std::string wrong_;
};

TEST(DeviceMatrix, OnRealSocketsTheyAgreeToo) {
  const std::uint64_t scripts = count_from("GLASSPOST_MATRIX_SOCKETS", 2);
  for (std::uint64_t seed = 1; seed <= scripts; ++seed) {
    RealMatrix matrix(seed, static_cast<std::uint16_t>(20'000 + ::getpid() % 20'000));
    ASSERT_EQ(matrix.run(), "") << "seed " << seed;
  }
}

TEST(DeviceMatrix, TheTraceTheStoresAndTheServerAgree) {
  const std::uint64_t scripts = count_from("GLASSPOST_MATRIX_SCRIPTS", 50);
  for (std::uint64_t seed = 1; seed <= scripts; ++seed) {
    VirtualMatrix matrix(seed, seed % 2 == 0);
    ASSERT_TRUE(matrix.run()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace glasspost::scenario
