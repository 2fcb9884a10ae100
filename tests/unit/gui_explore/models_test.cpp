#include <numeric>

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "gui/model/explore.h"
#include "gui/model/recording.h"
#include "tests/unit/cli/hand_trace.h"

namespace glasspost::gui {
namespace {

std::shared_ptr<Recording> letter() {
  return std::make_shared<Recording>(cli::first_mail(), nullptr, "first-mail", "");
}

TEST(LadderSheet, RowsStandBelowEachOtherAndAreFoundByHeight) {
  const auto run = letter();
  const dissect::LadderIndex& index = run->digest().ladder();
  for (const bool by_clock : {false, true}) {
    LadderView view;
    view.by_clock = by_clock;
    LadderSheet sheet;
    sheet.update(index, view, run->schedule(Pace::kTeaching));
    ASSERT_EQ(sheet.placed().size(), index.rows().size());
    double bottom = 0;
    for (std::size_t i = 0; i < sheet.placed().size(); ++i) {
      EXPECT_GE(sheet.placed()[i].y, bottom);
      bottom = sheet.placed()[i].y + LadderSheet::height_of(index.rows()[i]);
      EXPECT_EQ(sheet.place_of(index, static_cast<std::uint32_t>(i)), i);
    }
    EXPECT_EQ(sheet.height(), bottom);
    const auto [first, last] = sheet.within(10, 12);
    for (std::size_t i = 0; i < sheet.placed().size(); ++i) {
      const bool inside = sheet.placed()[i].y < 12 && sheet.placed()[i].y + 1.25 > 10;
      EXPECT_TRUE(!inside || (i >= first && i < last)) << i;
    }
  }
}

TEST(LadderSheet, FoldedPartsLeaveTheirHeadWithACount) {
  const auto run = letter();
  const dissect::LadderIndex& index = run->digest().ladder();
  LadderSheet sheet;
  LadderView view;
  sheet.update(index, view, run->schedule(Pace::kTeaching));
  const std::size_t all = sheet.placed().size();
  view.folded.insert(1);
  sheet.update(index, view, run->schedule(Pace::kTeaching));
  std::size_t hidden = 0;
  for (const LadderSheet::Placed& placed : sheet.placed()) {
    const dissect::LadderRow& row = index.rows()[placed.row];
    EXPECT_TRUE(row.connection != ConnectionId{1} || row.kind == dissect::LadderRowKind::kSection);
    hidden += placed.hidden;
  }
  EXPECT_GT(hidden, 5u);
  EXPECT_EQ(sheet.placed().size() + hidden, all);
  // What is folded away is represented by its head.
  for (std::uint32_t i = 0; i < index.rows().size(); ++i)
    EXPECT_LT(sheet.place_of(index, i), sheet.placed().size());
}

TEST(LadderIndex, GoesOnWhereItStoppedAndGivesTheSameRows) {
  const trace::Trace trace = cli::first_mail();
  Digest whole;
  whole.advance(trace);
  Digest pieces;
  while (pieces.advance(trace, 3)) {
  }
  ASSERT_EQ(pieces.ladder().rows().size(), whole.ladder().rows().size());
  for (std::size_t i = 0; i < whole.ladder().rows().size(); ++i) {
    const dissect::LadderRow& a = whole.ladder().rows()[i];
    const dissect::LadderRow& b = pieces.ladder().rows()[i];
    EXPECT_EQ(a.seq, b.seq);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.first_line, b.first_line);
    EXPECT_EQ(a.last_line, b.last_line);
    EXPECT_LE(a.departs, a.arrives);
  }
}

TEST(EventDensity, CountsAsOneWouldByHand) {
  trace::Recorder recorder;
  RandomStream random(7, "test", "density");
  std::vector<std::uint32_t> hosts;
  for (int i = 0; i < 3000; ++i) {
    trace::Header header;
    header.time = Instant{1000 * i};
    header.host = HostId{static_cast<std::uint32_t>(1 + random.below(5))};
    trace::payload::TimerFired fired;
    fired.purpose = "test";
    recorder.append(header, fired);
    hosts.push_back(header.host.value);
  }
  EventDensity density;
  density.extend(recorder.snapshot(), 1234);
  density.extend(recorder.snapshot(), 3000);
  ASSERT_EQ(density.last_seq(), 3000u);
  const std::vector<std::uint64_t> edges = {0, 1, 255, 256, 257, 511, 1700, 1700, 2999, 3000};
  std::vector<std::uint32_t> counts;
  density.count(edges, counts);
  const std::size_t bins = edges.size() - 1;
  for (std::size_t lane = 0; lane < density.lanes().size(); ++lane) {
    for (std::size_t bin = 0; bin < bins; ++bin) {
      std::uint32_t expected = 0;
      for (std::uint64_t seq = edges[bin] + 1; seq <= edges[bin + 1]; ++seq)
        expected += hosts[seq - 1] == density.lanes()[lane].value ? 1 : 0;
      EXPECT_EQ(counts[lane * bins + bin], expected) << lane << " " << bin;
    }
  }
  EXPECT_EQ(density.seq_at(Instant{5500}), 6u);
}

TEST(TranscriptSheet, ShowsCommandsRepliesAndTheLetterLineByLine) {
  const auto run = letter();
  TranscriptSheet sheet;
  sheet.update(run->trace(), run->dialogues(), ConnectionId{1}, false);
  std::vector<std::string> texts;
  for (const TranscriptRow& row : sheet.rows())
    texts.push_back(sheet.text(row));
  const auto has = [&](const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  EXPECT_TRUE(has("RCPT TO:<bob@beta.example>"));
  EXPECT_TRUE(has("Subject: Hello"));
  EXPECT_TRUE(has("Hi Bob"));
  EXPECT_TRUE(has("."));
  const auto found = sheet.find("rcpt");
  ASSERT_EQ(found.size(), 1u);
  const dissect::Meaning meaning = sheet.meaning(sheet.rows()[found[0]]);
  EXPECT_EQ(meaning.words.key, "smtp.rcpt");
  EXPECT_EQ(meaning.rule, "RFC 5321 4.1.1.3");
  // Bytes lead to their row, and to their place in it.
  const dissect::Line& line = sheet.line(sheet.rows()[found[0]]);
  const BytesSelected bytes{ConnectionId{1}, line.direction, line.layer, line.offset + 8, 18};
  EXPECT_EQ(sheet.place_of(bytes), found[0]);
  const auto marked = sheet.marked(sheet.rows()[found[0]], bytes);
  ASSERT_TRUE(marked.has_value());
  EXPECT_EQ(sheet.text(sheet.rows()[found[0]]).substr(marked->first, marked->second - marked->first),
            "<bob@beta.example>");
  EXPECT_EQ(sheet.rows_until(run->trace().last_seq()), sheet.rows().size());
}

TEST(TranscriptSheet, HexHoldsTheSameBytes) {
  const auto run = letter();
  TranscriptSheet sheet;
  sheet.update(run->trace(), run->dialogues(), ConnectionId{1}, true);
  const auto quit = sheet.find("52 43 50 54");  // RCPT
  EXPECT_FALSE(quit.empty());
}

TEST(WhyTree, LeavesLeadToTheirAnswersAndBytes) {
  const trace::Trace trace = cli::first_mail();
  Digest digest;
  digest.advance(trace);
  std::uint64_t decision = 0;
  trace.for_each([&](const trace::EventView& event) {
    if (event.kind() == trace::Kind::kDecision) decision = event.seq();
  });
  const auto event = trace.event(decision);
  ASSERT_TRUE(event.has_value());
  const std::vector<WhyNode> tree = why_tree(trace, digest.dialogues(), *event);
  ASSERT_EQ(tree.size(), 3u);
  EXPECT_EQ(tree[0].kind, WhyKind::kStep);
  EXPECT_EQ(tree[1].depth, 1u);
  EXPECT_EQ(tree[2].kind, WhyKind::kLookUp);
  EXPECT_EQ(tree[2].look_up.type, "MX");
  EXPECT_EQ(record_text("\"v=spf1 \" \"mx -all\""), "v=spf1 mx -all");
}

TEST(Inspection, SaysWhatACommandMeansAndWhoAnswersIt) {
  const auto run = letter();
  const trace::Projection world = run->trace().project(run->trace().last_seq());
  const dissect::Dialogue* dialogue = run->dialogues().find(ConnectionId{1});
  ASSERT_NE(dialogue, nullptr);
  for (std::uint32_t i = 0; i < dialogue->lines.size(); ++i) {
    const Inspection made = inspect({run->trace(), run->digest(), world, world.seq(), Language::kEnglish},
                                    LineSelected{ConnectionId{1}, i});
    EXPECT_FALSE(made.title.empty()) << i;
    if (dialogue->lines[i].verb != "RCPT") continue;
    EXPECT_EQ(made.title, "RCPT");
    bool answered = false;
    bool drawn = false;
    for (const InspectedPart& part : made.parts) {
      if (const auto* fact = std::get_if<InspectedFact>(&part))
        answered = answered || fact->value.find("250 2.1.5") != std::string::npos;
      drawn = drawn || std::holds_alternative<InspectedDiagram>(part);
    }
    EXPECT_TRUE(answered);
    EXPECT_FALSE(drawn);  // this trace tells no states
  }
}

TEST(Inspection, OfAMessageTellsItsHopsAndWhatTheyAdded) {
  const auto run = letter();
  const trace::Projection world = run->trace().project(run->trace().last_seq());
  const HostId alpha = world.host_named("mx.alpha.example");
  const Inspection made = inspect({run->trace(), run->digest(), world, world.seq(), Language::kEnglish},
                                  MessageSelected{{alpha, "Q1"}});
  EXPECT_EQ(made.title, "Q1");  // nobody told this server a subject
  std::size_t added = 0;
  for (const InspectedPart& part : made.parts) {
    if (const auto* bytes = std::get_if<InspectedBytes>(&part)) added += bytes->sign == '+' ? 1 : 0;
  }
  EXPECT_EQ(added, 1u);
}

TEST(TimelineSheet, HasEveryEventOfAHostInOneColumn) {
  const auto run = letter();
  ViewState view;
  TimelineSheet sheet;
  sheet.update(run->digest().density(), run->schedule(Pace::kTeaching), run->end(), view.timeline, 100, 8,
               "others");
  std::uint32_t sum = 0;
  for (const TimelineSheet::Lane& lane : sheet.lanes())
    sum = std::accumulate(lane.counts.begin(), lane.counts.end(), sum);
  const std::uint64_t before = run->schedule(Pace::kTeaching).at(Duration{}).seq;
  std::uint32_t expected = 0;
  run->trace().for_each(before + 1, run->trace().last_seq(),
                        [&](const trace::EventView& event) { expected += event.host() ? 1 : 0; });
  EXPECT_EQ(sum, expected);
  EXPECT_EQ(sheet.lanes().back().name, "DNS");
  EXPECT_NEAR(sheet.x_of(sheet.screen_at(0.3F)), 0.3F, 1e-3F);
}

TEST(Finder, FindsActionsHostsLettersAndLines) {
  const auto run = letter();
  const trace::Projection world = run->trace().project(run->trace().last_seq());
  const auto kinds = [&](const char* text) {
    Finder finder;
    do {
      finder.update(run->trace(), run->digest(), world, Language::kKorean, text);
    } while (finder.busy());
    std::vector<FoundKind> out;
    for (const Found& found : finder.found()) {
      out.push_back(found.kind);
      EXPECT_FALSE(found.commands.empty()) << found.label;
    }
    return out;
  };
  EXPECT_EQ(kinds("dark"), std::vector{FoundKind::kAction});
  EXPECT_EQ(kinds("198.51.100.25"), std::vector{FoundKind::kHost});
  EXPECT_EQ(kinds("bob rcpt"), (std::vector{FoundKind::kLine, FoundKind::kLine}));
  EXPECT_EQ(kinds("<1@alpha").front(), FoundKind::kLetter);
  EXPECT_TRUE(kinds("zzzz").empty());
}

}  // namespace
}  // namespace glasspost::gui
