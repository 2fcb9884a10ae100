#include "engine/cli/ladder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/short_names.h"
#include "tests/unit/cli/hand_trace.h"

namespace glasspost::cli {
namespace {

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST(Ladder, HasAnAxisForEachHostAndOneForNames) {
  const trace::Trace trace = first_mail();
  const Ladder ladder = build_ladder(trace, trace.last_seq(), Language::kEnglish);
  ASSERT_EQ(ladder.axes.size(), 4u);
  EXPECT_EQ(ladder.axes[0].name, "alice-laptop");
  EXPECT_EQ(ladder.axes[0].roles, "MUA");
  EXPECT_EQ(ladder.axes[1].name, "mx.alpha");
  EXPECT_EQ(ladder.axes[2].name, "mx.beta");
  EXPECT_EQ(ladder.axes[3].name, "DNS");
  EXPECT_EQ(ladder.ending, ".example");
  ASSERT_EQ(ladder.folded.size(), 1u);
  EXPECT_EQ(ladder.folded[0], "DNS: resolver, root");
}

TEST(Ladder, RowsAreInTheOrderOfEvents) {
  const trace::Trace trace = first_mail();
  const Ladder ladder = build_ladder(trace, trace.last_seq(), Language::kEnglish);
  std::uint64_t before = 0;
  for (const LadderRow& row : ladder.rows) {
    EXPECT_GE(row.seq, before) << row.label;
    before = row.seq;
    EXPECT_LT(row.from, ladder.axes.size());
    EXPECT_LT(row.to, ladder.axes.size());
  }
}

TEST(Ladder, ReadsWellInAHundredColumns) {
  const trace::Trace trace = first_mail();
  const std::string text = ladder_text(build_ladder(trace, trace.last_seq(), Language::kEnglish));
  const std::string expected = R"(First mail
All names end in .example, which is left away.
DNS: resolver, root

           alice-laptop                        mx.alpha                     mx.beta         DNS
                MUA                           MTA MSA MDA                 MTA MSA MDA
+1.000s          * alice@alpha: send to bob@beta: Hello                        |             |
                 |                                 |                           |             |
           == connection 1: alice-laptop to mx.alpha, port 587 =====================================
                 | . . . . .  greeting . . . . . . |                           |             |
+1.040s          |< 220 mx.alpha ESMTP ------------|                           |             |
                 |- EHLO alice-laptop.alpha ------>|                           |             |
+1.060s          |< 250 PIPELINING AUTH PLAIN -----|                           |             |
                 | . . . . .  envelope . . . . . . |                           |             |
                 |- MAIL FROM:<alice@alpha> ------>|                           |             |
                 |- RCPT TO:<bob@beta> ----------->|                           |             |
                 | . . . . . . content . . . . . . |                           |             |
                 |- DATA ------------------------->|                           |             |
+1.080s          |< 250 2.1.0 fine ----------------|                           |             |
                 |< 250 2.1.5 fine ----------------|                           |             |
                 |< 354 go on ---------------------|                           |             |
                 |- the letter: "Hello", 87 bytes >|                           |             |
+1.100s          |                                 * takes responsibility: queued as Q1      |
                 |< 250 2.0.0 queued as Q1 --------|                           |             |
                 |                                 |. MX beta? .............................>|
                 |                                 |                      resolver asks root *
+1.180s          |                                 |< MX: 10 mx.beta ........................|
                 |                                 |                           |             |
           == connection 2: mx.alpha to mx.beta, port 25 ===========================================
                 |                                 | . . . . greeting  . . . . |             |
+1.220s          |                                 |< 220 mx.beta ESMTP -------|             |
                 |                                 |- EHLO mx.alpha ---------->|             |
+1.260s          |                                 |< 250 mx.beta -------------|             |
                 |                                 | . . . . envelope  . . . . |             |
                 |                                 |- MAIL FROM:<alice@alpha> >|             |
+1.280s          |       SPF pass: SPF result for alpha from 192.0.2.25: pass. *             |
                 |                                 |< 250 2.1.0 fine ----------|             |
                 |                                 |- RCPT TO:<bob@beta> ----->|             |
+1.300s          |                                 |< 250 2.1.5 fine ----------|             |
+1.400s          |                              INBOX of bob@beta gets "Hello" *             |
                 |                                 |                           |             |
           alice-laptop                        mx.alpha                     mx.beta         DNS
)";
  EXPECT_EQ(text, expected);
}

TEST(Ladder, NoLineIsWiderThanAsked) {
  const trace::Trace trace = first_mail();
  for (const Language language : {Language::kEnglish, Language::kKorean}) {
    const Ladder ladder = build_ladder(trace, trace.last_seq(), language);
    for (const std::size_t width : {60u, 70u, 80u, 100u, 140u}) {
      const std::string text = ladder_text(ladder, width);
      for (const std::string_view line : split(text, '\n')) {
        EXPECT_LE(display_width(line), width) << line;
      }
    }
  }
}

TEST(Ladder, SpeaksKorean) {
  const trace::Trace trace = first_mail();
  const std::string text = ladder_text(build_ladder(trace, trace.last_seq(), Language::kKorean));
  EXPECT_TRUE(has(text, "책임을 맡습니다")) << text;
  EXPECT_TRUE(has(text, "봉투")) << text;
  EXPECT_TRUE(has(text, "RCPT TO:<bob@beta>")) << text;
}

TEST(Ladder, EndsAtTheMoment) {
  const trace::Trace trace = first_mail();
  const std::uint64_t early = trace.seq_at(trace.epoch() + Duration::milliseconds(1050));
  const std::string text = ladder_text(build_ladder(trace, early, Language::kEnglish));
  EXPECT_TRUE(has(text, "EHLO"));
  EXPECT_FALSE(has(text, "RCPT"));
  EXPECT_TRUE(has(ladder_text(build_ladder(trace, 0, Language::kEnglish)), "Nothing has been said yet."));
}

TEST(Ladder, FoldsHostsThatAreTooMany) {
  HandTrace t;
  std::vector<HostId> hosts;
  for (int i = 0; i < 12; ++i)
    hosts.push_back(
        t.host("h" + std::to_string(i) + ".example", {"mta"}, "192.0.2." + std::to_string(i + 1)));
  for (std::size_t i = 0; i + 1 < hosts.size(); ++i) {
    const ConnectionId c =
        t.at(static_cast<std::int64_t>(i) * 100).open(hosts[i], hosts[i + 1], "192.0.2.1:5", "192.0.2.2:25");
    t.server(c, "220 hello\r\n");
    t.client(c, "QUIT\r\n");
  }
  const trace::Trace trace = t.trace();
  const Ladder ladder = build_ladder(trace, trace.last_seq(), Language::kEnglish);
  ASSERT_EQ(ladder.axes.size(), kMostAxes);
  EXPECT_EQ(ladder.axes.back().name, "others");
  EXPECT_EQ(ladder.axes.back().hosts.size(), 7u);
  EXPECT_EQ(ladder.folded, std::vector<std::string>{"others: h5, h6, h7, h8, h9, h10, h11"});
  const std::string text = ladder_text(ladder);
  for (const std::string_view line : split(text, '\n'))
    EXPECT_LE(display_width(line), 100u);
}

TEST(Ladder, ShowsFaultsFailuresAndWaiting) {
  HandTrace t;
  const HostId alpha = t.host("mx.alpha.example", {"mta"}, "192.0.2.25");
  const HostId beta = t.host("mx1.beta.example", {"mta"}, "198.51.100.25");
  trace::payload::HostState down;
  down.up = false;
  down.reason = "stopped";
  t.at(500).add(beta, {}, "", down);
  const ConnectionId c = t.at(1000).open(alpha, beta, "192.0.2.25:5", "198.51.100.25:25");
  trace::payload::ConnectionFailed failed;
  failed.target = "198.51.100.25:25";
  failed.reason = "refused";
  t.at(1040).add(alpha, c, "", failed);
  trace::payload::MailSettled settled;
  settled.outcome = MailOutcome::kDeferred;
  settled.recipient = "bob@beta.example";
  settled.next_attempt = t.trace().epoch() + Duration::minutes(15);
  settled.reply = "no connection";
  t.add(alpha, {}, "Q1", settled);
  const trace::Trace trace = t.trace();
  const std::string text = ladder_text(build_ladder(trace, trace.last_seq(), Language::kEnglish));
  EXPECT_TRUE(has(text, "mx1.beta goes down: stopped")) << text;
  EXPECT_TRUE(has(text, "x|")) << text;
  EXPECT_TRUE(has(text, "bob@beta must wait until +15:00.000: no connection")) << text;
}

TEST(Ladder, AsJsonHasTheSameRows) {
  const trace::Trace trace = first_mail();
  const Ladder ladder = build_ladder(trace, trace.last_seq(), Language::kEnglish);
  const nlohmann::json parsed = nlohmann::json::parse(ladder_json(ladder));
  EXPECT_EQ(parsed["rows"].size(), ladder.rows.size());
  EXPECT_EQ(parsed["axes"][1]["name"], "mx.alpha");
}

TEST(ShortNames, LeaveAwayTheCommonEndingOfNamesOnly) {
  const trace::Trace trace = first_mail();
  const ShortNames names(trace.project(trace.last_seq()));
  EXPECT_EQ(names.shorten("RCPT TO:<bob@beta.example> and mx.alpha.example."),
            "RCPT TO:<bob@beta> and mx.alpha.");
  EXPECT_EQ(names.shorten("a.example.b x.examples .example example"),
            "a.example.b x.examples .example example");
}

}  // namespace
}  // namespace glasspost::cli
