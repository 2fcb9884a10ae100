#include <gtest/gtest.h>
#include <imgui.h>

#include "engine/trace/payload.h"
#include "gui/app/studio.h"
#include "gui/model/apply.h"

namespace glasspost::gui {
namespace {

/// The studio without a screen: a pointer, keys, and the record of what was drawn.
class Bench {
 public:
  explicit Bench(const std::string& scenario, float width = 1600, float height = 900)
      : studio(*find_fonts()) {
    input.width = width;
    input.height = height;
    JobResult result = do_job(
        {std::string(GLASSPOST_SOURCE_DIR) + "/scenarios/" + scenario + ".yaml", "", {}}, [](float) {},
        nullptr);
    EXPECT_NE(result.recording, nullptr) << result.error;
    studio.show(std::move(result));
    studio.apply(SetLayout{Layout::kExplore});
    ImGui::GetIO().KeyMap[ImGuiKey_DownArrow] = 1;
    settle();
  }
  void settle() {
    for (int i = 0; i < 6; ++i) {
      input.passed = Duration::milliseconds(1);
      studio.frame(input);
    }
  }
  void press(Point at) {
    ImGui::GetIO().MousePos = {at.x, at.y};
    studio.frame(input);
    ImGui::GetIO().MouseDown[0] = true;
    studio.frame(input);
  }
  void release() {
    ImGui::GetIO().MouseDown[0] = false;
    studio.frame(input);
    settle();
  }
  void click(Point at) {
    press(at);
    release();
  }
  void at(std::uint64_t seq) {
    studio.apply(SetCursor{seq});
    settle();
  }
  /// The first words that begin like this within a panel; null if there are none.
  const Recorded* text(const std::string& panel, const std::string& begin) const {
    const std::vector<Recorded>& all = studio.record().all();
    for (const Recorded& r : all) {
      if (r.kind == "text" && r.label.starts_with(begin) && panel_of(r) == panel) return &r;
    }
    return nullptr;
  }
  std::string panel_of(const Recorded& r) const {
    const std::vector<Recorded>& all = studio.record().all();
    const Recorded* up = &r;
    while (up->parent >= 0) {
      up = &all[static_cast<std::size_t>(up->parent)];
      if (up->kind == "panel" || up->kind == "overlay") return up->id;
    }
    return up->kind == "panel" ? up->id : "";
  }
  /// The record of these panels alone.
  std::vector<std::string> faults() const {
    Record own;
    std::vector<int> place(studio.record().all().size(), -1);
    const std::vector<Recorded>& all = studio.record().all();
    std::vector<int> open;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string panel = all[i].kind == "panel" ? all[i].id : panel_of(all[i]);
      if (panel != "ladder" && panel != "transcript" && panel != "inspector" && panel != "timeline") continue;
      while (!open.empty() && open.back() != all[i].parent) {
        own.leave();
        open.pop_back();
      }
      const bool holds = all[i].kind == "panel" || all[i].kind == "list" || all[i].kind == "axis";
      if (holds) {
        own.enter(all[i]);
        open.push_back(static_cast<int>(i));
      } else {
        own.add(all[i]);
      }
    }
    return faults_of(own, {0, 0, input.width, input.height}, 12.5F);
  }
  std::uint64_t find(trace::Kind kind) const {
    std::uint64_t found = 0;
    studio.recording()->trace().for_each([&](const trace::EventView& event) {
      if (event.kind() == kind && found == 0) found = event.seq();
    });
    return found;
  }

  Studio studio;
  FrameInput input;
};

TEST(ExplorePanels, AnArrowLeadsToItsLineAndItsMeaning) {
  Bench bench("spoofed-sender");
  bench.at(bench.find(trace::Kind::kDecision));
  // The list stands where the decision is: go up to the envelope.
  const Recorded* arrow = bench.text("ladder", "250");
  bench.studio.apply(SetCursor{105});
  bench.settle();
  arrow = bench.text("ladder", "MAIL");
  ASSERT_NE(arrow, nullptr);
  bench.click(arrow->rect.center());
  const auto* line = std::get_if<LineSelected>(&bench.studio.view().selection);
  ASSERT_NE(line, nullptr);
  EXPECT_NE(bench.text("transcript", "MAIL FROM:<alice@alpha.example>"), nullptr);
  EXPECT_NE(bench.text("inspector", "MAIL"), nullptr);
  EXPECT_NE(bench.text("inspector", "Failure notices go here; the letter's From may differ."), nullptr);
  EXPECT_NE(bench.text("inspector", "RFC 5321 4.1.1.2"), nullptr);
}

TEST(ExplorePanels, TheWhyOfTheSpoofedSenderLeadsToItsBytes) {
  Bench bench("spoofed-sender");
  bench.at(bench.find(trace::Kind::kDecision));
  const Recorded* verdict = bench.text("ladder", "SPF fail");
  ASSERT_NE(verdict, nullptr);
  bench.click(verdict->rect.center());
  const auto* decided = std::get_if<EventSelected>(&bench.studio.view().selection);
  ASSERT_NE(decided, nullptr);
  EXPECT_EQ(decided->seq, bench.find(trace::Kind::kDecision));
  EXPECT_NE(bench.text("inspector", "SPF result for alpha.example"), nullptr);
  const Recorded* leaf = bench.text("inspector", "v=spf1 mx -all");
  ASSERT_NE(leaf, nullptr);
  bench.click(leaf->rect.center());
  const auto* answer = std::get_if<EventSelected>(&bench.studio.view().selection);
  ASSERT_NE(answer, nullptr);
  const auto event = bench.studio.recording()->trace().event(answer->seq);
  ASSERT_TRUE(event.has_value());
  const auto answered = event->as<trace::payload::DnsAnswered>();
  ASSERT_TRUE(answered.has_value());
  EXPECT_EQ(answered->type, "TXT");
  EXPECT_NE(bench.text("inspector", "\"v=spf1 mx -all\""), nullptr);
}

TEST(ExplorePanels, TheTimelineScrubs) {
  Bench bench("first-mail");
  const Recorded* head = bench.studio.record().find("playhead", "timeline");
  ASSERT_NE(head, nullptr);
  const float y = head->rect.center().y;
  bench.press({500, y});
  bench.studio.frame(bench.input);
  const Cursor first = bench.studio.view().cursor;
  EXPECT_GT(first.screen.ns, 0);
  ImGui::GetIO().MousePos = {1200, y};
  bench.studio.frame(bench.input);
  bench.studio.frame(bench.input);
  const Cursor second = bench.studio.view().cursor;
  EXPECT_GT(second.screen, first.screen);
  bench.release();
  bench.press({500, y});
  bench.studio.frame(bench.input);
  EXPECT_EQ(bench.studio.view().cursor, first);  // back is the same moment
  bench.release();
}

TEST(ExplorePanels, ASectionFoldsAtItsMark) {
  Bench bench("first-mail");
  bench.at(bench.find(trace::Kind::kConnectionOpened));
  const Recorded* head = bench.text("ladder", "connection 1");
  ASSERT_NE(head, nullptr);
  const Recorded mark = *head;
  bench.click({mark.rect.x - 16, mark.rect.center().y});
  EXPECT_TRUE(bench.studio.view().ladder.folded.contains(1));
  EXPECT_EQ(bench.text("ladder", "EHLO"), nullptr);
  bench.click({mark.rect.x - 16, bench.text("ladder", "connection 1")->rect.center().y});
  EXPECT_TRUE(bench.studio.view().ladder.folded.empty());
}

TEST(ExplorePanels, CtrlKFindsALineAndGoesThere) {
  Bench bench("first-mail");
  bench.studio.apply(SetOverlay{Overlay::kFinder});
  bench.studio.apply(UpdateFinder{FinderView{"rcpt bob", 0}});
  bench.settle();
  const Recorded* found = bench.text("finder", "RCPT TO:<bob@beta.example>");
  ASSERT_NE(found, nullptr);
  bench.click(found->rect.center());
  EXPECT_EQ(bench.studio.view().overlay, Overlay::kNone);
  EXPECT_NE(std::get_if<LineSelected>(&bench.studio.view().selection), nullptr);
  EXPECT_NE(bench.text("ladder", "RCPT"), nullptr);
}

TEST(ExplorePanels, NothingOverlapsAtAnySizeScaleOrLanguage) {
  struct Size {
    float width, height;
  };
  for (const Size size : {Size{1024, 768}, Size{1600, 900}, Size{3840, 2160}}) {
    Bench bench("spoofed-sender", size.width, size.height);
    const std::uint64_t last = bench.studio.recording()->trace().last_seq();
    for (const Language language : {Language::kEnglish, Language::kKorean}) {
      bench.studio.apply(SetLanguage{language});
      for (const float scale : {1.0F, 2.0F, 3.0F}) {
        bench.studio.apply(SetScale{scale});
        for (const std::uint64_t seq : {std::uint64_t{41}, std::uint64_t{105}, std::uint64_t{147}, last}) {
          bench.at(seq);
          for (const std::string& fault : bench.faults())
            ADD_FAILURE() << size.width << "x" << size.height << " at " << scale << " #" << seq << ": "
                          << fault;
        }
      }
    }
  }
}

}  // namespace
}  // namespace glasspost::gui
