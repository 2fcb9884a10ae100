#include "engine/trace/event_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/unit/trace/story.h"

namespace glasspost::trace {
namespace {

std::vector<std::string> lines_of(const Trace& trace) {
  std::vector<std::string> lines;
  const std::string text = trace_text(trace);
  for (const std::string_view line : split(text, '\n'))
    lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

TEST(EventText, IsOneStableLine) {
  Recorder recorder;
  Story story(recorder);
  story.begin();
  story.add(2, 3, "", payload::StateChanged{"smtp-client", "greeting", "ready", "250 Ok"});
  story.add(2, 3, "", payload::StreamBytes{Direction::kToServer, Layer::kWire, 5, 6, {"QUIT\r\n"}});
  payload::MailSettled settled;
  settled.outcome = MailOutcome::kDeferred;
  settled.recipient =
      "b\xc3\xb6"
      "b@beta.example";
  settled.reply = "451 \"later\"\n";
  story.add(2, 0, "A1", settled);
  const std::vector<std::string> lines = lines_of(recorder.snapshot());
  EXPECT_THAT(
      lines,
      testing::IsSupersetOf(
          {"#1 +0.000137000s run-started seed=7 epoch=+0.000000000s virtual=yes title=\"First mail\" "
           "scenario=first-mail.yaml program=glasspost",
           "#4 +0.000548000s cause=#3 mx.alpha.example host name=mx.alpha.example roles=[msa, mta] "
           "addresses=[192.0.2.2, 2001:db8::2]",
           "#14 +0.001918000s cause=#13 mx.alpha.example c3 state-changed machine=smtp-client from=greeting "
           "to=ready trigger=\"250 Ok\"",
           "#15 +0.002055000s cause=#14 mx.alpha.example c3 stream-bytes direction=to-server layer=wire "
           "offset=5 length=6 bytes=\"QUIT\\r\\n\"",
           "#16 +0.002192000s cause=#15 mx.alpha.example m=A1 mail-settled outcome=deferred "
           "next_attempt=none recipient=\"b\xc3\xb6"
           "b@beta.example\" reply=\"451 \\\"later\\\"\\n\" related=\"\""}));
}

TEST(EventText, HasNoControlCharactersWhateverIsInTheEvent) {
  Recorder recorder;
  RawEvent raw;
  for (const KindInfo& info : all_kinds()) {
    raw.kind = info.kind;
    raw.message = "\x1b[31m\n";
    raw.integers = {-1, INT64_MIN, INT64_MAX, 99, 0, 1, 2, 3};
    raw.texts.assign(8, std::string("\r\n\0\x80", 4));
    raw.blob = std::string(200, '\x07');
    recorder.append(raw);
  }
  raw.kind = static_cast<Kind>(999);
  recorder.append(raw);
  const std::vector<std::string> lines = lines_of(recorder.snapshot());
  EXPECT_EQ(lines.size(), all_kinds().size() + 1);
  for (const std::string& line : lines) {
    for (const char c : line)
      EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
  }
}

TEST(EventText, DigestTellsRunsApart) {
  Recorder a;
  Recorder b;
  Recorder c;
  tell_story(a, 3);
  tell_story(b, 3);
  tell_story(c, 4);
  EXPECT_EQ(trace_digest(a.snapshot()), trace_digest(b.snapshot()));
  EXPECT_NE(trace_digest(a.snapshot()), trace_digest(c.snapshot()));
  EXPECT_EQ(trace_text(a.snapshot()), trace_text(b.snapshot()));
}

TEST(EventText, TimesOnBothSidesOfTheEpoch) {
  EXPECT_EQ(time_text(Instant{1'500'000'000}, Instant{}), "+1.500000000s");
  EXPECT_EQ(time_text(Instant{-1}, Instant{}), "-0.000000001s");
  EXPECT_EQ(time_text(Instant::never(), Instant{INT64_MIN}), "+18446744073.709551615s");
}

}  // namespace
}  // namespace glasspost::trace
