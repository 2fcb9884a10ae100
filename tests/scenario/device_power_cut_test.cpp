// The power fails at every sync point of a device's or of the server's disk, while mail is fetched, moved,
// answered and deleted. Afterwards nothing is lost, the stores are whole, and what mirrors the server is
// equal to it.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/task_group.h"
#include "engine/scenario/virtual_world.h"
#include "engine/scenario/world_events.h"
#include "engine/sim/disk.h"
#include "engine/sim/host.h"
#include "engine/sim/world.h"
#include "engine/trace/recorder.h"
#include "tests/scenario/device_script.h"

namespace glasspost::scenario {
namespace {

constexpr const char* kPhone = "bob-phone.beta.example";
constexpr const char* kLaptop = "bob-laptop.beta.example";

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& result) {
  T value = co_await task;
  result.emplace(std::move(value));
}

class CutRun {
 public:
  /// The power of `host` fails at its n-th sync point after the letters have arrived; 0: never.
  CutRun(std::string host, std::uint64_t sync, bool partial)
      : scenario_(device_world()), host_(std::move(host)) {
    auto recorder = trace::Recorder::create({});
    EXPECT_TRUE(recorder.has_value());
    recorder_ = std::move(*recorder);
    auto world = VirtualWorld::make(scenario_, 5, *recorder_, "");
    EXPECT_TRUE(world.has_value());
    world_ = std::move(*world);
    run_for(Duration::seconds(1));
    for (const char* subject : {"One", "Two", "Three"})
      send(subject);
    use(kPhone, DeviceDeed::kSync, "");
    use(kLaptop, DeviceDeed::kCreateFolder, "Shelf");
    machine().disk().set_partial_survival(partial);
    if (sync > 0) machine().cut_power_at_sync(machine().disk().syncs() + sync);
  }
  ~CutRun() {
    tasks_.reset();
    world_->tap().silence();
  }

  void run() {
    use(kPhone, DeviceDeed::kMove, "One", "Archive");
    use(kPhone, DeviceDeed::kReply, "Two");
    use(kPhone, DeviceDeed::kDraft, "Idea");
    use(kPhone, DeviceDeed::kGoOffline, "");
    use(kPhone, DeviceDeed::kMove, "Two", "Trash");
    use(kPhone, DeviceDeed::kFlag, "Three");
    use(kPhone, DeviceDeed::kDelete, "Three");
    use(kPhone, DeviceDeed::kGoOnline, "");
    send("Four");
    send("Five");
    for (int i = 0; i < 3; ++i)
      use(kLaptop, DeviceDeed::kSync, "");
    for (int i = 0; i < 2; ++i)
      use(kPhone, DeviceDeed::kSync, "");
  }

  void check(const std::string& where) {
    // A device that was cut last is used once more.
    for (const char* host : {kPhone, kLaptop}) {
      if (world_->software(host)->database() == nullptr) use(host, DeviceDeed::kSync, "");
    }
    for (const char* host : {kServer, kPhone, kLaptop}) {
      HostSoftware* software = world_->software(host);
      ASSERT_NE(software, nullptr) << where;
      ASSERT_NE(software->database(), nullptr) << where;
      const auto faults = now(software->database()->check());
      ASSERT_TRUE(faults.has_value()) << where;
      EXPECT_EQ(*faults, std::vector<std::string>()) << host << " " << where;
      const auto there = now(stored(*software->mailbox_store(), kBob));
      ASSERT_TRUE(there.has_value()) << where;
      holdings_[host] = contents(*there);
      const trace::Trace trace = recorder_->snapshot();
      const Holdings told = projected(trace.project(trace.last_seq()), host_id(scenario_, host), kBob);
      EXPECT_EQ(contents(told), holdings_[host]) << host << " " << where;
    }
    auto phone = holdings_[kPhone];
    EXPECT_TRUE(phone["Outbox"].empty()) << where;
    phone.erase("Outbox");
    EXPECT_EQ(phone, holdings_[kServer]) << where;
    // Fetched letters are on the laptop, once each, and nowhere else.
    for (const char* subject : {"Four", "Five"}) {
      EXPECT_EQ(copies(kLaptop, subject), 1) << subject << " " << where;
      EXPECT_EQ(copies(kServer, subject), 0) << subject << " " << where;
    }
    // Whatever was not deleted is still somewhere, once.
    for (const char* subject : {"One", "Two"})
      EXPECT_EQ(copies(kServer, subject) + copies(kLaptop, subject), 1) << subject << " " << where;
  }
  [[nodiscard]] bool was_cut() const { return cuts_ > 0; }

 private:
  sim::Host& machine() { return *world_->world().find_host(host_); }

  // A host whose power has failed comes up again after a moment.
  void run_for(Duration time) {
    const Instant end = world_->world().now() + time;
    while (world_->world().now() < end) {
      world_->world().run_until(std::min(end, world_->world().now() + Duration::seconds(5)));
      if (machine().state() == sim::Host::State::kUp) continue;
      ++cuts_;
      machine().restart();
    }
  }

  void send(const std::string& subject) {
    SendMail mail;
    mail.account = mail.from = mail.envelope_from = "alice@alpha.example";
    mail.device = "alice-laptop.alpha.example";
    mail.to = {kBob};
    mail.subject = subject;
    mail.text = "x\n";
    world_->perform({{}, {}, std::move(mail)});
    // As long as it takes a server that was down to get it from the other's queue.
    run_for(Duration::minutes(40));
  }

  void use(const std::string& device, DeviceDeed deed, const std::string& subject,
           const std::string& target = "") {
    UseDevice use;
    use.account = kBob;
    use.device = device;
    use.deed = deed;
    use.subject = subject;
    use.target = deed == DeviceDeed::kCreateFolder ? subject : target;
    use.text = "x\n";
    world_->perform({{}, {}, std::move(use)});
    run_for(Duration::minutes(1));
  }

  int copies(const std::string& host, const std::string& subject) {
    int count = 0;
    for (const auto& [folder, letters] : holdings_[host]) {
      for (const std::string& letter : letters)
        count += letter.starts_with(subject + " (") ? 1 : 0;
    }
    return count;
  }

  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    tasks_ = std::make_unique<TaskGroup>();
    tasks_->spawn(keep(std::move(task), result));
    for (int i = 0; i < 100'000 && !result && world_->world().step(); ++i) {
    }
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
  }

  Scenario scenario_;
  std::string host_;
  std::unique_ptr<trace::Recorder> recorder_;
  std::unique_ptr<VirtualWorld> world_;
  std::unique_ptr<TaskGroup> tasks_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> holdings_;
  int cuts_ = 0;
};

void cut_everywhere(const std::string& host, bool partial) {
  std::uint64_t cuts = 0;
  for (std::uint64_t sync = 1; sync < 1'000; ++sync) {
    CutRun run(host, sync, partial);
    run.run();
    run.check(host + " cut at " + std::to_string(sync) + (partial ? " partial" : ""));
    if (testing::Test::HasFailure() || !run.was_cut()) break;
    ++cuts;
  }
  EXPECT_GE(cuts, 5u) << "the run has too few sync points to say anything";
}

TEST(DevicePowerCut, WithoutACutAllIsWell) {
  CutRun run(kPhone, 0, false);
  run.run();
  run.check("no cut");
}

TEST(DevicePowerCut, OfThePhoneLosesNothing) {
  cut_everywhere(kPhone, false);
}

TEST(DevicePowerCut, OfTheLaptopLosesNothing) {
  cut_everywhere(kLaptop, false);
}

TEST(DevicePowerCut, OfTheServerLosesNothing) {
  cut_everywhere(kServer, false);
}

TEST(DevicePowerCut, WithHalfWrittenSectorsNothingIsLostEither) {
  // Of the server, what was written but never acknowledged may survive, and its sender rightly sends again.
  for (const char* host : {kPhone, kLaptop})
    cut_everywhere(host, true);
}

}  // namespace
}  // namespace glasspost::scenario
