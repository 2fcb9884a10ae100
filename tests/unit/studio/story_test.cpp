// What a person does with pointer and keys, and what is on the screen then.

#include <filesystem>
#include <fstream>

#include "gui/app/settings.h"
#include "tests/unit/studio/studio_fixture.h"

namespace glasspost::gui {
namespace {

using Story = StudioFixture;

TEST_F(Story, AScenarioIsChosenOnTheStartPageAndOpensPausedOnTheStage) {
  settle();
  ASSERT_NE(find("entry", "first-mail"), nullptr);
  click("first-mail", "entry");
  wait_for_work();
  ASSERT_NE(studio->recording(), nullptr);
  EXPECT_EQ(studio->view().layout, Layout::kStage);
  EXPECT_FALSE(studio->view().playback.playing);
  EXPECT_TRUE(says("Alice writes to Bob."));
  ASSERT_EQ(studio->recent().size(), 1u);
}

TEST_F(Story, PlayGoesOnByTheClockAndSpaceStopsIt) {
  open("first-mail");
  click("play");
  EXPECT_TRUE(studio->view().playback.playing);
  const Cursor before = studio->view().cursor;
  for (int i = 0; i < 40; ++i)
    frame(Duration::milliseconds(100));
  EXPECT_GE(studio->view().cursor.screen - before.screen, Duration::milliseconds(3900));
  type(" ");
  EXPECT_FALSE(studio->view().playback.playing);
  const Cursor stopped = studio->view().cursor;
  frame(Duration::milliseconds(100));
  EXPECT_EQ(studio->view().cursor, stopped);
}

TEST_F(Story, StepsGoAnExchangeAnEventAndASceneBothWays) {
  open("first-mail");
  settle();
  press(ImGuiKey_RightArrow);
  press(ImGuiKey_RightArrow);
  const Cursor exchange = studio->view().cursor;
  press(ImGuiKey_RightArrow, true);
  EXPECT_EQ(studio->view().cursor.seq, exchange.seq + 1);
  press(ImGuiKey_LeftArrow, true);
  EXPECT_EQ(studio->view().cursor.seq, exchange.seq);
  press(ImGuiKey_RightArrow, false, true);
  const Cursor scene = studio->view().cursor;
  EXPECT_GT(scene.screen, exchange.screen);
  press(ImGuiKey_PageDown);
  EXPECT_GT(studio->view().cursor.screen, scene.screen);
  press(ImGuiKey_PageUp);
  EXPECT_EQ(studio->view().cursor.screen, scene.screen);
  press(ImGuiKey_End);
  EXPECT_EQ(studio->view().cursor.screen.ns, studio->recording()->choreography(Pace::kTeaching).length());
  press(ImGuiKey_Home);
  EXPECT_EQ(studio->view().cursor.screen.ns, 0);
}

TEST_F(Story, CommaGoesToTheCauseAndDotToTheConsequence) {
  open("first-mail");
  studio->apply(SetCursor{249});
  settle();
  const std::uint64_t cause = studio->recording()->trace().event(studio->view().cursor.seq)->cause();
  type(",");
  EXPECT_EQ(studio->view().cursor.seq, cause);
  EXPECT_EQ(studio->view().selection, Selection(EventSelected{cause}));
  type(".");
  EXPECT_GT(studio->view().cursor.seq, cause);
}

TEST_F(Story, TheDeskStampsAForgedSenderAndTheStampSelectsItsReasons) {
  open("spoofed-sender");
  const Choreography& play = studio->recording()->choreography(Pace::kTeaching);
  ASSERT_EQ(play.verdicts.size(), 1u);
  at({play.verdicts.front().question + 1});
  settle();
  EXPECT_EQ(find("stamp", "SPF"), nullptr);
  at({play.verdicts.front().fall + 1'000'000'000});
  settle();
  const Recorded* stamp = find("stamp", "SPF");
  ASSERT_NE(stamp, nullptr);
  EXPECT_EQ(stamp->label, "fail");
  EXPECT_TRUE(says("-all"));
  EXPECT_TRUE(says("alpha does not authorise this address."));
  click("SPF", "slot");
  EXPECT_EQ(studio->view().selection, Selection(EventSelected{play.verdicts.front().seq}));
}

TEST_F(Story, AForgedLetterIsSentByHandAndRefused) {
  open("first-mail");
  const std::uint64_t before = studio->recording()->trace().last_seq();
  click("send");
  settle();
  ASSERT_EQ(studio->view().overlay, Overlay::kSendAs);
  const Recorded* from = find("field", "send.from");
  ASSERT_NE(from, nullptr);
  EXPECT_EQ(from->value, "alice@alpha.example");
  click_at(find("field", "send.subject")->rect.center());
  type("!");
  EXPECT_NE(studio->view().form.subject.find('!'), std::string::npos);
  click("send.go");
  wait_for_work();
  EXPECT_GT(studio->recording()->trace().last_seq(), before);
  EXPECT_TRUE(studio->view().playback.playing);
  bool refused = false;
  studio->recording()->trace().for_each([&](const trace::EventView& event) {
    const auto decision = event.as<trace::payload::Decision>();
    refused = refused || (decision && decision->kind == DecisionKind::kSpf && decision->outcome == "fail");
  });
  EXPECT_TRUE(refused);
}

TEST_F(Story, AVariantRunsAgainWithOneChange) {
  open("spoofed-sender");
  click("menu");
  settle();
  const Recorded* variant = find("button", "variant.none");
  ASSERT_NE(variant, nullptr);
  click("variant.none");
  wait_for_work();
  EXPECT_EQ(studio->recording()->variant(), "none");
  const auto& mailboxes = studio->recording()->mail_table().accounts();
  ASSERT_FALSE(mailboxes.empty());
  EXPECT_EQ(mailboxes.front().account, "bob@beta.example");
}

TEST_F(Story, MailboxesShowWhatPop3AndImapDoToOneLetter) {
  open("pop3-and-imap");
  studio->apply(SetLayout{Layout::kMailboxes});
  const Schedule& schedule = studio->recording()->schedule(Pace::kTeaching);
  const auto moment = [&](int seconds) {
    at(schedule.screen_of_time(studio->recording()->epoch() + Duration::seconds(seconds)));
    settle();
  };
  moment(19);
  ASSERT_NE(find("letter", "server.0"), nullptr);
  ASSERT_NE(find("letter", "phone.0"), nullptr);
  EXPECT_EQ(find("letter", "laptop.0"), nullptr);
  EXPECT_FALSE(says("gone"));
  moment(48);
  EXPECT_NE(find("letter", "laptop.0"), nullptr);
  EXPECT_TRUE(says("was here; it is gone"));
  EXPECT_TRUE(says("old copy: the server has none"));
}

TEST_F(Story, LanguageThemeAndSizeChangeWhileItRuns) {
  open("first-mail");
  settle();
  type("l");
  settle();
  EXPECT_TRUE(says("Alice가 Bob에게 씁니다."));
  EXPECT_FALSE(studio->unsettled());
  type("t");
  EXPECT_EQ(studio->view().theme, ThemeName::kDark);
  click("menu");
  click("scale.300");
  EXPECT_FLOAT_EQ(studio->view().scale, 3.0F);
  press(ImGuiKey_Escape);
  EXPECT_EQ(studio->view().overlay, Overlay::kNone);
}

TEST_F(Story, EverythingIsReachedByTabAndPressedByEnter) {
  open("first-mail");
  settle();
  bool reached = false;
  for (int i = 0; i < 60 && !reached; ++i) {
    press(ImGuiKey_Tab);
    press(ImGuiKey_Enter);
    reached = studio->view().playback.pace == Pace::kOverview;
    studio->view().overlay = Overlay::kNone;
    studio->view().layout = Layout::kStage;
    studio->view().playback.playing = false;
    frame();
  }
  EXPECT_TRUE(reached);
}

TEST_F(Story, ADamagedFileIsSaidAndWhatWasOpenStays) {
  open("first-mail");
  const Recording* before = studio->recording();
  const std::string file = (std::filesystem::temp_directory_path() / "glasspost-broken.glasspost").string();
  std::ofstream(file) << "no trace at all";
  studio->open({file, "", {}});
  wait_for_work();
  EXPECT_EQ(studio->recording(), before);
  EXPECT_NE(studio->view().notice.find("glasspost-broken"), std::string::npos);
  press(ImGuiKey_Escape);
  EXPECT_TRUE(studio->view().notice.empty());
  std::filesystem::remove(file);
}

TEST_F(Story, AHostIsSelectedAndDragged) {
  open("first-mail");
  settle();
  const Recorded* room = find("room", "mx.alpha.example");
  ASSERT_NE(room, nullptr);
  const Point at = room->rect.center();
  click_at(at);
  EXPECT_TRUE(std::holds_alternative<HostSelected>(studio->view().selection));
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {at.x, at.y};
  frame();
  io.MouseDown[0] = true;
  frame();
  io.MousePos = {at.x + 30, at.y + 40};
  frame();
  io.MouseDown[0] = false;
  settle();
  EXPECT_EQ(studio->view().moved_hosts.size(), 1u);
  EXPECT_GT(find("room", "mx.alpha.example")->rect.y, room->rect.y - 1000);
}

TEST(SettingsTest, WhatIsRememberedComesBack) {
  const Settings settings{ThemeName::kDark, Language::kKorean, 1.5F, true, {"a.yaml", "with space.yaml"}};
  EXPECT_EQ(parse_settings(written(settings)), settings);
  EXPECT_EQ(parse_settings("nonsense\n\ntheme purple\nscale 99\n").scale, 3.0F);
  EXPECT_EQ(parse_settings(""), Settings{});
}

}  // namespace
}  // namespace glasspost::gui
