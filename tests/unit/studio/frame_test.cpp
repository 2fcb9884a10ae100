// What stands in frames: nothing overlaps, nothing is cut off, nothing is too small; colours can be told
// apart.

#include <vector>

#include "gui/panel/theme.h"
#include "tests/unit/studio/studio_fixture.h"

namespace glasspost::gui {
namespace {

using FrameTest = StudioFixture;

struct Size {
  float width, height, scale;
};

TEST_F(FrameTest, NothingOverlapsOrIsCutOffOnTheStage) {
  for (const char* name : {"first-mail", "spoofed-sender", "first-mail-tls", "mx-down", "pop3-and-imap"}) {
    open(name);
    studio->view().layout = Layout::kStage;
    const std::int64_t length = studio->recording()->choreography(Pace::kTeaching).length();
    for (const Size size :
         {Size{1024, 768, 1}, Size{1600, 900, 1}, Size{3840, 2160, 1}, Size{1600, 900, 3}}) {
      width = size.width;
      height = size.height;
      studio->view().scale = size.scale;
      for (const Language language : {Language::kEnglish, Language::kKorean}) {
        studio->view().language = language;
        for (int part = 0; part <= 16; ++part) {
          at({length * part / 16});
          settle();
          const std::string wrong = faults();
          ASSERT_EQ(wrong, "") << name << " " << width << "x" << height << " at part " << part << " of 16";
        }
      }
    }
  }
}

TEST_F(FrameTest, NothingOverlapsOrIsCutOffInTheMailboxes) {
  for (const char* name : {"pop3-and-imap", "first-mail", "offline-edits"}) {
    open(name);
    studio->view().layout = Layout::kMailboxes;
    const std::int64_t length = studio->recording()->choreography(Pace::kTeaching).length();
    for (const Size size :
         {Size{1024, 768, 1}, Size{1600, 900, 1}, Size{3840, 2160, 1}, Size{1600, 900, 3}}) {
      width = size.width;
      height = size.height;
      studio->view().scale = size.scale;
      for (int part = 0; part <= 12; ++part) {
        at({length * part / 12});
        settle();
        const std::string wrong = faults();
        ASSERT_EQ(wrong, "") << name << " " << width << "x" << height << " at part " << part << " of 12";
      }
    }
  }
}

TEST_F(FrameTest, StartPageMenuFormAndHelpKeepTheirWordsApart) {
  open("spoofed-sender");
  for (const Size size : {Size{1024, 768, 1}, Size{1600, 900, 1}, Size{1600, 900, 3}, Size{640, 400, 1}}) {
    width = size.width;
    height = size.height;
    studio->view().scale = size.scale;
    for (const Language language : {Language::kEnglish, Language::kKorean}) {
      studio->view().language = language;
      for (const Overlay overlay : {Overlay::kNone, Overlay::kMenu, Overlay::kSendAs, Overlay::kHelp}) {
        studio->view().layout = overlay == Overlay::kNone ? Layout::kStart : Layout::kStage;
        studio->apply(SetOverlay{overlay});
        settle();
        ASSERT_EQ(faults(), "") << width << "x" << height << " overlay " << static_cast<int>(overlay);
      }
    }
  }
}

TEST_F(FrameTest, TheFrameOfAMomentIsTheSameFromBothSides) {
  for (const char* name : {"first-mail", "spoofed-sender"}) {
    open(name);
    const std::int64_t length = studio->recording()->choreography(Pace::kTeaching).length();
    for (const Layout layout : {Layout::kStage, Layout::kMailboxes}) {
      studio->view().layout = layout;
      std::vector<std::string> forwards;
      constexpr int kParts = 12;
      for (int pass = 0; pass < 2; ++pass) {
        // The first pass makes all glyphs known, so that the atlas stays.
        forwards.clear();
        for (int part = 0; part <= kParts; ++part) {
          at({length * part / kParts});
          settle();
          forwards.push_back(vertices());
        }
      }
      for (int part = kParts; part >= 0; --part) {
        at({length * part / kParts});
        settle();
        EXPECT_TRUE(vertices() == forwards[static_cast<std::size_t>(part)]) << name << " " << part;
      }
    }
  }
}

TEST_F(FrameTest, AWindowOf640x400AndAVeryLargeOneHold) {
  open("first-mail");
  for (const Size size : {Size{640, 400, 1}, Size{5120, 2880, 1}, Size{640, 400, 3}}) {
    width = size.width;
    height = size.height;
    studio->view().scale = size.scale;
    at(Duration::seconds(40));
    settle();
    EXPECT_NE(find("panel", "stage"), nullptr);
    EXPECT_EQ(faults(), "");
  }
}

TEST(ThemeTest, WordsStandOutFromTheirGround) {
  for (int i = 0; i < 4; ++i) {
    const Theme& theme = theme_of(static_cast<ThemeName>(i));
    const bool high = static_cast<ThemeName>(i) == ThemeName::kHighContrast;
    const float least = high ? 7.0F : 4.5F;
    for (const Color ground : {theme.ground, theme.surface, theme.raised}) {
      EXPECT_GE(contrast(theme.ink, ground), 7.0F) << i;
      EXPECT_GE(contrast(theme.muted, ground), least) << i;
    }
    for (const Color c : {theme.client, theme.server, theme.good, theme.more, theme.wait, theme.bad,
                          theme.names, theme.cipher}) {
      EXPECT_GE(contrast(theme.on_colour, c), high ? 7.0F : 4.5F) << i;
    }
    EXPECT_GE(contrast(theme.on_accent, theme.accent), least) << i;
  }
}

TEST(ThemeTest, TheSafePaletteKeepsGoodWaitAndBadApartForEveryEye) {
  const Theme& theme = theme_of(ThemeName::kColourBlindSafe);
  for (const ColourVision vision : {ColourVision::kProtan, ColourVision::kDeutan, ColourVision::kTritan}) {
    const Color good = seen_by(theme.good, vision);
    const Color wait = seen_by(theme.wait, vision);
    const Color bad = seen_by(theme.bad, vision);
    EXPECT_GT(distance(good, wait), 15.0F);
    EXPECT_GT(distance(good, bad), 15.0F);
    EXPECT_GT(distance(wait, bad), 15.0F);
  }
}

}  // namespace
}  // namespace glasspost::gui
