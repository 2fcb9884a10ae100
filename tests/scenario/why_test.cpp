// Reasons come from what the verifier saw, not from what the script did: with every fault and every user
// action taken out of a trace, "why?" has the same answer. And verdicts stand in the ladder where they fell.

#include "engine/cli/why.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/cli/ladder.h"
#include "engine/dissect/why.h"
#include "engine/scenario/loader.h"
#include "engine/scenario/run.h"
#include "engine/trace/recorder.h"

namespace glasspost::scenario {
namespace {

bool is_script(trace::Kind kind) {
  return kind == trace::Kind::kFaultBegan || kind == trace::Kind::kFaultEnded ||
         kind == trace::Kind::kUserAction || kind == trace::Kind::kScenarioSource;
}

trace::Trace run(const std::string& name, const std::string& variant) {
  auto loaded = load_scenario(GLASSPOST_SOURCE_DIR "/scenarios/" + name + ".yaml", {variant});
  EXPECT_TRUE(loaded);
  Result<RunReport> report = run_scenario(*loaded, {});
  EXPECT_TRUE(report);
  return report ? report->trace : trace::Trace();
}

/// The trace without what the script did, and the new numbers of its events.
struct Bare {
  trace::Trace trace;
  std::map<std::uint64_t, std::uint64_t> numbers;
};

Bare without_script(const trace::Trace& whole) {
  Bare bare;
  trace::Recorder recorder;
  std::map<std::uint64_t, std::uint64_t> stands_for = {{0, 0}};  // a removed event: what had caused it
  whole.for_each(1, whole.last_seq(), [&](const trace::EventView& event) {
    const auto cause = stands_for.at(event.cause());
    if (is_script(event.kind())) {
      stands_for[event.seq()] = cause;
      return;
    }
    trace::RawEvent raw = trace::to_raw(event);
    raw.cause = cause;
    stands_for[event.seq()] = bare.numbers[event.seq()] = recorder.append(raw);
  });
  bare.trace = recorder.snapshot();
  return bare;
}

/// Without the lines that tell of the script, and without numbers of events.
std::string comparable(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (line.find(" user-action ") != std::string_view::npos) continue;
    if (line.find(" fault-") != std::string_view::npos) continue;
    bool number = false;
    for (const char c : line) {
      number = c == '#' || (number && is_digit(c));
      if (!number || c == '#') out += c;
    }
    out += '\n';
  }
  return out;
}

/// A long chain of causes is told up to a number of lines: one of the script's among them leaves out the
/// last.
void expect_same(const std::string& with, const std::string& without) {
  const std::string first = comparable(with);
  const std::string second = comparable(without);
  EXPECT_GE(second.size(), first.size());
  // Both end with an empty line.
  const std::string told = first.substr(0, first.size() - 1);
  EXPECT_TRUE(second == first || (told.size() > 2'000 && second.starts_with(told))) << first << "\n"
                                                                                    << second;
}

struct Case {
  const char* scenario;
  const char* variant;
};

class WhyWithoutTheScript : public testing::TestWithParam<Case> {};

TEST_P(WhyWithoutTheScript, AnswersTheSame) {
  const trace::Trace whole = run(GetParam().scenario, GetParam().variant);
  const Bare bare = without_script(whole);
  ASSERT_LT(bare.trace.last_seq(), whole.last_seq()) << "the script did something";
  std::size_t decisions = 0;
  whole.for_each(1, whole.last_seq(), [&](const trace::EventView& event) {
    if (event.kind() != trace::Kind::kDecision) return;
    ++decisions;
    const std::uint64_t number = bare.numbers.at(event.seq());
    const auto same = bare.trace.event(number);
    ASSERT_TRUE(same);
    EXPECT_EQ(dissect::explanation_of(event), dissect::explanation_of(*same));
    for (const Language language : {Language::kEnglish, Language::kKorean}) {
      // Wide, so that an event is one line whatever its number is.
      const cli::View with{whole, whole.last_seq(), language, false, 400};
      const cli::View without{bare.trace, bare.trace.last_seq(), language, false, 400};
      const auto first = cli::why(with, std::to_string(event.seq()));
      const auto second = cli::why(without, std::to_string(number));
      ASSERT_TRUE(first && second);
      expect_same(*first, *second);
    }
  });
  EXPECT_GE(decisions, 2u);
}

INSTANTIATE_TEST_SUITE_P(All, WhyWithoutTheScript,
                         testing::Values(Case{"spoofed-sender", ""}, Case{"spoofed-sender", "dmarc-reject"},
                                         Case{"own-domain-spf-pass", ""}, Case{"spf-include-chain", ""},
                                         Case{"dkim-survives-forwarding", ""},
                                         Case{"mailing-list-breaks-dkim", ""}, Case{"display-name-spoof", ""},
                                         Case{"dmarcbis-against-7489", ""}, Case{"tree-walk", ""},
                                         Case{"key-rotation", ""}, Case{"key-rotation", "too-early"},
                                         Case{"mx-down", ""}));

std::size_t place_of(const std::string& ladder, const std::string& piece) {
  const std::size_t place = ladder.find(piece);
  EXPECT_NE(place, std::string::npos) << piece << "\n" << ladder;
  return place;
}

TEST(LadderOfChecks, VerdictsStandWhereTheyFell) {
  const trace::Trace trace = run("mailing-list-breaks-dkim", "");
  const std::string ladder =
      cli::ladder_text(cli::build_ladder(trace, trace.last_seq(), Language::kEnglish), 400);
  // At the last hop: SPF after MAIL, DKIM and DMARC after the content, the folder after the reply's decision.
  const std::size_t mail = place_of(ladder, "MAIL FROM:<class-bounces@lists");
  const std::size_t spf = ladder.find("SPF pass", mail);
  const std::size_t recipient = ladder.find("RCPT TO:<bob@beta", mail);
  const std::size_t dkim = ladder.find("DKIM fail", mail);
  const std::size_t dmarc = ladder.find("DMARC fail", mail);
  const std::size_t taken = ladder.find("Taken as", mail);
  const std::size_t junk = ladder.find("Junk of bob@beta", mail);
  EXPECT_LT(mail, spf);
  EXPECT_LT(spf, dkim);
  EXPECT_LT(recipient, dkim);
  EXPECT_LT(dkim, dmarc);
  EXPECT_LT(dmarc, taken);
  EXPECT_NE(junk, std::string::npos) << ladder.substr(mail);
  EXPECT_LT(dmarc, junk);
  EXPECT_LT(place_of(ladder, "DKIM signed"), place_of(ladder, "DKIM pass")) << "signed before it is verified";
}

TEST(LadderOfChecks, ARefusalStandsBehindItsReason) {
  const trace::Trace trace = run("spoofed-sender", "dmarc-reject");
  const std::string ladder =
      cli::ladder_text(cli::build_ladder(trace, trace.last_seq(), Language::kEnglish), 400);
  EXPECT_LT(place_of(ladder, "SPF fail"), place_of(ladder, "DMARC fail"));
  EXPECT_LT(place_of(ladder, "DMARC fail"), place_of(ladder, "550 5.7.1"));
}

}  // namespace
}  // namespace glasspost::scenario
