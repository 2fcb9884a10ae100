#include "gui/model/choreography.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "gui/app/work.h"
#include "gui/model/stage_layout.h"

namespace glasspost::gui {
namespace {

constexpr ScreenTime kSecond = 1'000'000'000;

std::shared_ptr<Recording> run(const std::string& name) {
  JobResult result = do_job(
      {found_file(name), "", {}}, [](float) {}, nullptr);
  EXPECT_TRUE(result.recording) << result.error;
  return result.recording;
}

TEST(Choreography, TheClockNeverGoesBackAndKeepsTheOrderOfEvents) {
  for (const char* name : {"first-mail", "spoofed-sender", "mx-down", "pop3-and-imap", "mail-loop"}) {
    const auto recording = run(name);
    for (const Pace pace : {Pace::kTeaching, Pace::kOverview}) {
      const std::vector<Anchor>& anchors = recording->schedule(pace).anchors();
      for (std::size_t i = 1; i < anchors.size(); ++i) {
        ASSERT_LE(anchors[i - 1].seq, anchors[i].seq) << name;
        ASSERT_LE(anchors[i - 1].time, anchors[i].time) << name << " " << anchors[i].seq;
        ASSERT_LE(anchors[i - 1].screen, anchors[i].screen) << name << " " << anchors[i].seq;
      }
    }
  }
}

TEST(Choreography, FirstMailTakesAboutAMinuteAndAHalfAndHalfAMinuteInOverview) {
  const auto recording = run("first-mail");
  const ScreenTime teaching = recording->choreography(Pace::kTeaching).length();
  EXPECT_GE(teaching, 75 * kSecond);
  EXPECT_LE(teaching, 100 * kSecond);
  const ScreenTime overview = recording->choreography(Pace::kOverview).length();
  EXPECT_GE(overview, 20 * kSecond);
  EXPECT_LE(overview, 30 * kSecond);
}

TEST(Choreography, ACaptionStaysUntilItCanBeReadInEitherLanguage) {
  for (const char* name : {"first-mail", "spoofed-sender", "mx-down", "pop3-and-imap"}) {
    const auto recording = run(name);
    for (const Pace pace : {Pace::kTeaching, Pace::kOverview}) {
      const std::vector<Caption>& captions = recording->choreography(pace).captions;
      ASSERT_FALSE(captions.empty()) << name;
      EXPECT_EQ(captions.front().begin, 0) << name;
      for (std::size_t i = 1; i < captions.size(); ++i) {
        EXPECT_GE(captions[i].begin - captions[i - 1].begin, reading_time(captions[i - 1].words))
            << name << ": " << captions[i - 1].words.key;
      }
    }
  }
}

TEST(Choreography, AReplyLeavesAfterItsCommandHasArrived) {
  const auto recording = run("first-mail");
  const Choreography& play = recording->choreography(Pace::kTeaching);
  std::size_t pairs = 0;
  for (const auto& [id, talk] : play.talks) {
    for (const Exchange& exchange : talk.exchanges) {
      if (exchange.command < 0 || exchange.reply < 0) continue;
      ++pairs;
      const Mover& command = play.movers[static_cast<std::size_t>(exchange.command)];
      const Mover& reply = play.movers[static_cast<std::size_t>(exchange.reply)];
      EXPECT_GE(reply.begin, command.end) << command.label << " " << reply.label;
    }
  }
  EXPECT_GT(pairs, 12u);
}

TEST(Choreography, LinesTravelHalfASecondAndRestAsLong) {
  const auto recording = run("first-mail");
  const Choreography& play = recording->choreography(Pace::kTeaching);
  for (const Mover& mover : play.movers) {
    if (!mover.connection || play.talks.at(mover.connection).retrieval) continue;
    if (mover.label != "EHLO" && mover.label != "AUTH") continue;
    EXPECT_GE(mover.end - mover.begin, kSecond / 2);
    EXPECT_GE(mover.gone - mover.end, kSecond / 2);
  }
}

TEST(Choreography, TheVerdictOnAForgedSenderNamesTheTermThatDecided) {
  const auto recording = run("spoofed-sender");
  const Choreography& play = recording->choreography(Pace::kTeaching);
  ASSERT_EQ(play.verdicts.size(), 1u);
  const DeskVerdict& verdict = play.verdicts.front();
  EXPECT_EQ(verdict.outcome, "fail");
  EXPECT_EQ(verdict.domain, "alpha.example");
  ASSERT_GE(verdict.lit, 0);
  EXPECT_EQ(verdict.pieces[static_cast<std::size_t>(verdict.lit)], "-all");
  EXPECT_GE(verdict.fall - verdict.question, kSecond);
}

TEST(Choreography, StopsLeadForwardsAndBackOverTheSamePlaces) {
  const auto recording = run("first-mail");
  const Choreography& play = recording->choreography(Pace::kTeaching);
  for (const bool scene : {false, true}) {
    std::vector<ScreenTime> there;
    for (ScreenTime t = 0; t < play.length(); t = play.stop(scene, t, 1))
      there.push_back(t);
    ASSERT_GT(there.size(), 10u);
    ScreenTime t = there.back();
    for (std::size_t i = there.size() - 1; i-- > 1;) {
      t = play.stop(scene, t, -1);
      EXPECT_EQ(t, there[i]);
    }
  }
}

TEST(Choreography, IdleTimeIsLeaptOver) {
  EXPECT_EQ(leap_time(Duration::milliseconds(900)), 0);
  EXPECT_NEAR(static_cast<double>(leap_time(Duration::seconds(100))), 1.2e9, 1e6);
  EXPECT_EQ(leap_time(Duration::days(5)), 2'500'000'000);
  const auto recording = run("mx-down");
  EXPECT_FALSE(recording->choreography(Pace::kTeaching).leaps.empty());
}

TEST(Cast, SendersStandLeftAndNameServersOnTheShelf) {
  const auto recording = run("first-mail");
  const Cast cast = cast_of(recording->choreography(Pace::kTeaching), recording->end());
  ASSERT_EQ(cast.groups.size(), 2u);
  EXPECT_EQ(cast.groups[0].domain, "alpha.example");
  EXPECT_EQ(cast.groups[1].domain, "beta.example");
  EXPECT_EQ(cast.shelf.size(), 4u);
}

TEST(Cast, RoomsKeepApartAndWithinTheStage) {
  for (const char* name : {"first-mail", "spoofed-sender", "mx-down", "mail-loop", "reply-and-forward"}) {
    const auto recording = run(name);
    const Cast cast = cast_of(recording->choreography(Pace::kTeaching), recording->end());
    for (const Rect area : {Rect{0, 0, 737, 600}, Rect{0, 0, 1152, 720}, Rect{0, 0, 2760, 1800}}) {
      const StageMetrics metrics{area.h * 0.034F, area.h * 0.027F, 260};
      const StageLayout layout = lay_out(cast, area, metrics, {}, recording->end());
      for (std::size_t i = 0; i < layout.rooms.size(); ++i) {
        EXPECT_TRUE(area.contains(layout.rooms[i].rect)) << name << " " << i;
        for (std::size_t k = i + 1; k < layout.rooms.size(); ++k) {
          EXPECT_FALSE(layout.rooms[i].rect.overlaps(layout.rooms[k].rect)) << name << " " << i << " " << k;
        }
      }
    }
  }
}

}  // namespace
}  // namespace glasspost::gui
