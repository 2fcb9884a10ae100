#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/sim/disk.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

constexpr const char* kAlpha = "mx.alpha.example";
constexpr const char* kBeta = "mx.beta.example";
constexpr int kMessages = 3;
const std::vector<std::string> kRecipients = {"bob@beta.example", "carol@beta.example"};

struct Cut {
  std::string host;
  std::uint64_t at = 0;      // sync point, 0: none
  std::uint64_t second = 0;  // so many sync points after the restart again
  bool partial = false;      // unsynced sectors may survive
  std::uint64_t seed = 1;
  std::uint32_t checkpoint_pages = 4'000;
};

std::string sender(int message) {
  return "m" + std::to_string(message) + "@alpha.example";
}

/// A client hands three messages to alpha, which relays them to beta; the power of one of them is cut and
/// comes back. The client tries again until it has its 250, as alpha does.
class CutRun {
 public:
  explicit CutRun(const Cut& cut) : cut_(cut), world_(cut.seed) {
    world_.set_zone(
        "alpha MX 10 mx.alpha\nalpha TXT \"v=spf1 mx -all\"\nmx.alpha A 192.0.2.1\n"
        "beta MX 10 mx.beta\nmx.beta A 192.0.2.2\n");
    world_.checkpoint_pages = cut.checkpoint_pages;
    add(kAlpha, "alpha.example", {"alice"}, "192.0.2.1");
    add(kBeta, "beta.example", {"bob", "carol"}, "192.0.2.2");
    world_.add_host("client.example", "198.51.100.7");
    host().disk().set_partial_survival(cut.partial);
    host().cut_power_at_sync(cut.at);
  }

  void run() {
    pass(Duration::seconds(2));
    for (int message = 0; message < kMessages; ++message) {
      bool taken = false;
      for (int tries = 0; tries < 8 && !taken; ++tries)
        taken = hand_over(message);
      ASSERT_TRUE(taken) << "the client never got its 250";
    }
    for (int minutes = 0; minutes < 10; ++minutes)
      pass(Duration::minutes(1));
  }

  [[nodiscard]] std::uint64_t syncs(const std::string& name) {
    return world_.world.find_host(name)->disk().syncs();
  }
  [[nodiscard]] bool was_cut() const { return cuts_ > 0; }

  void check() {
    for (const char* name : {kAlpha, kBeta}) {
      EXPECT_EQ(world_.faults(name), std::vector<std::string>{}) << name;
      EXPECT_EQ(world_.software(name).server->mta().queue_length(), 0u) << name;
    }
    for (const std::string& recipient : kRecipients) {
      const std::vector<Stored> stored = world_.mailbox(kBeta, recipient);
      for (int message = 0; message < kMessages; ++message)
        check_copies(stored, recipient, message);
    }
  }

 private:
  sim::Host& host() { return *world_.world.find_host(cut_.host); }

  void add(const std::string& name, const std::string& domain, const std::vector<std::string>& users,
           const std::string& address) {
    MailServerConfig config = MailWorld::server_config(name, domain, users);
    config.sender_must_match = false;
    config.mta.retry.waits = {Duration::minutes(1)};
    world_.add_server(config, address);
  }

  // Time goes by, and a machine that has lost its power gets it back within a second.
  void pass(Duration time) {
    const Instant end = world_.world.now() + time;
    while (world_.world.now() < end) {
      world_.run_for(Duration::seconds(1));
      if (host().state() != sim::Host::State::kCrashed) continue;
      ++cuts_;
      host().restart();
      if (cuts_ == 1 && cut_.second != 0) host().cut_power_at_sync(host().disk().syncs() + cut_.second);
    }
  }

  bool hand_over(int message) {
    std::vector<std::string> commands = {"EHLO client.example", "AUTH PLAIN AGFsaWNlAHNlY3JldC1hbGljZQ==",
                                         "MAIL FROM:<" + sender(message) + ">"};
    for (const std::string& recipient : kRecipients)
      commands.push_back("RCPT TO:<" + recipient + ">");
    commands.push_back("DATA");
    commands.push_back("Subject: cut\r\n\r\n" + std::string(3'000, 'x') + "\r\n.");
    commands.push_back("QUIT");
    replies_.emplace_back(std::make_unique<std::vector<std::string>>());
    std::vector<std::string>& replies = *replies_.back();
    world_.begin_talk("client.example", kAlpha, 587, commands, replies);
    pass(Duration::seconds(5));
    return replies.size() > 7 && replies[7].starts_with("250");
  }

  void check_copies(const std::vector<Stored>& stored, const std::string& recipient, int message) {
    const std::string first_line = "Return-Path: <" + sender(message) + ">\r\n";
    const auto copies = std::count_if(stored.begin(), stored.end(), [&first_line](const Stored& one) {
      return one.content.starts_with(first_line);
    });
    const std::string where = recipient + " message " + std::to_string(message) + " cut at " + cut_.host +
                              " " + std::to_string(cut_.at) + "+" + std::to_string(cut_.second) +
                              (cut_.partial ? " partial" : "");
    EXPECT_GE(copies, 1) << "lost: " << where;
    if (cut_.partial) {
      // What was written but never acknowledged may have survived; its sender rightly sends again.
      EXPECT_LE(copies, 3) << where;
      return;
    }
    // Each acceptance is delivered once. A second acceptance needs a sender that did not learn of the first:
    // alpha, cut between beta's 250 and its own note of it. // RFC 5321 6.1
    std::int64_t accepted = 0;
    for (const MailAccepted& one : world_.seen(kBeta).accepted) {
      const bool mine =
          one.reverse_path == sender(message) &&
          std::find(one.recipients.begin(), one.recipients.end(), recipient) != one.recipients.end();
      accepted += mine ? 1 : 0;
    }
    EXPECT_EQ(copies, accepted) << where;
    EXPECT_LE(copies, cut_.host == kAlpha ? 1 + cuts_ : 1) << "doubled: " << where;
  }

  Cut cut_;
  int cuts_ = 0;
  // They outlive the dialogues that write into them, which end with the world.
  std::vector<std::unique_ptr<std::vector<std::string>>> replies_;
  MailWorld world_;
};

// Cuts at the first sync point, the second, ... until a run ends before its cut comes.
void cut_everywhere(Cut cut) {
  std::uint64_t cuts = 0;
  for (cut.at = 1;; ++cut.at) {
    CutRun run(cut);
    run.run();
    if (testing::Test::HasFatalFailure()) return;
    run.check();
    if (!run.was_cut()) break;
    ++cuts;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GE(cuts, 10u) << "the run has too few sync points to say anything";
  testing::Test::RecordProperty("cuts", static_cast<int>(cuts));
}

TEST(PowerCut, WithoutACutEveryMessageArrivesOnce) {
  CutRun run({kBeta, 0, 0, false, 1});
  run.run();
  run.check();
  EXPECT_FALSE(run.was_cut());
}

TEST(PowerCut, AtEverySyncPointOfTheReceiverNothingIsLostOrDoubled) {
  cut_everywhere({kBeta});
}

TEST(PowerCut, AtEverySyncPointOfTheSenderNothingIsLost) {
  cut_everywhere({kAlpha});
}

TEST(PowerCut, WhileTheLogIsCarriedOverNothingIsLostOrDoubled) {
  for (const bool partial : {false, true}) {
    cut_everywhere({kBeta, 0, 0, partial, 1, 4});
    cut_everywhere({kAlpha, 0, 0, partial, 1, 4});
  }
}

TEST(PowerCut, TwiceInARowChangesNothing) {
  for (const std::uint64_t second : {1, 2, 3}) {
    cut_everywhere({kBeta, 0, second});
    cut_everywhere({kAlpha, 0, second});
  }
}

TEST(PowerCut, WithHalfWrittenSectorsNothingIsLost) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    cut_everywhere({kBeta, 0, 0, true, seed});
    cut_everywhere({kAlpha, 0, 0, true, seed});
  }
}

}  // namespace
}  // namespace glasspost::agent
