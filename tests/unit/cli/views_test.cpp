#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/cli/biography.h"
#include "engine/cli/canvas.h"
#include "engine/cli/events.h"
#include "engine/cli/state.h"
#include "engine/cli/transcript.h"
#include "engine/cli/why.h"
#include "tests/unit/cli/hand_trace.h"

namespace glasspost::cli {
namespace {

using nlohmann::json;

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}
std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  std::size_t from = 0;
  while (from < text.size()) {
    std::size_t end = text.find('\n', from);
    if (end == std::string::npos) end = text.size();
    width = std::max(width, display_width(text.substr(from, end - from)));
    from = end + 1;
  }
  return width;
}

TEST(Transcript, ShowsLinesWithTheirMeaning) {
  const trace::Trace trace = first_mail();
  const View view{trace, trace.last_seq()};
  const auto text = transcript(view, ConnectionId{1});
  ASSERT_TRUE(text.has_value()) << to_string(text.error());
  EXPECT_TRUE(has(*text, "Connection 1: alice-laptop.alpha.example (192.0.2.101:50000) to mx.alpha.example"))
      << *text;
  EXPECT_TRUE(has(*text, "C: RCPT TO:<bob@beta.example>")) << *text;
  EXPECT_TRUE(has(*text, "Delivery follows this, not To.")) << *text;
  EXPECT_TRUE(has(*text, "C: Hi Bob")) << *text;
  EXPECT_TRUE(has(*text, "I am responsible now.")) << *text;
  EXPECT_TRUE(has(*text, "-- envelope --")) << *text;
  EXPECT_LE(widest(*text), 100u);
}

TEST(Transcript, StopsAtTheMoment) {
  const trace::Trace trace = first_mail();
  const View early{trace, trace.seq_at(trace.epoch() + Duration::milliseconds(1050))};
  const auto text = transcript(early, ConnectionId{1});
  ASSERT_TRUE(text.has_value());
  EXPECT_TRUE(has(*text, "EHLO"));
  EXPECT_FALSE(has(*text, "RCPT"));
}

TEST(Transcript, JsonAndUnknownConnections) {
  const trace::Trace trace = first_mail();
  View view{trace, trace.last_seq()};
  const auto missing = transcript(view, ConnectionId{9});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().message, "there is no connection 9; connections: 1, 2");
  view.json = true;
  const json lines = json::parse(*transcript(view, ConnectionId{1}));
  EXPECT_EQ(lines["protocol"], "smtp");
  EXPECT_EQ(lines["lines"][0]["code"], 220);
  EXPECT_EQ(lines["lines"][1]["verb"], "EHLO");
}

TEST(Biography, FollowsAMessageByAnyOfItsNames) {
  const trace::Trace trace = first_mail();
  const View view{trace, trace.last_seq()};
  for (const char* id : {"Q1", "mx.alpha.example/Q1"}) {
    const auto text = biography(view, id);
    ASSERT_TRUE(text.has_value()) << id;
    EXPECT_TRUE(has(*text, "at mx.alpha.example, queued as Q1")) << *text;
    EXPECT_TRUE(has(*text, "MAIL FROM:<alice@alpha.example> RCPT TO:<bob@beta.example>")) << *text;
    EXPECT_TRUE(has(*text, "+ Received: from alice-laptop.alpha.example")) << *text;
    EXPECT_LE(widest(*text), 100u);
  }
  EXPECT_TRUE(has(*biography(view, "1@alpha.example"), "written on alice-laptop.alpha.example"));
  EXPECT_FALSE(biography(view, "nothing").has_value());
}

TEST(Biography, AsJson) {
  const trace::Trace trace = first_mail();
  const View view{trace, trace.last_seq(), Language::kEnglish, true};
  const json hops = json::parse(*biography(view, "Q1"))["hops"];
  ASSERT_FALSE(hops.empty());
  const json& hop = hops.back();
  EXPECT_EQ(hop["host"], "mx.alpha.example");
  EXPECT_EQ(hop["recipients"][0]["address"], "bob@beta.example");
  EXPECT_EQ(hop["alterations"][0]["reason"], "Received");
}

TEST(Why, ShowsTheTreeAndTheCauses) {
  const trace::Trace trace = first_mail();
  std::uint64_t decision = 0;
  trace.for_each([&](const trace::EventView& event) {
    if (event.kind() == trace::Kind::kDecision) decision = event.seq();
  });
  const View view{trace, trace.last_seq()};
  const auto text = why(view, "#" + std::to_string(decision));
  ASSERT_TRUE(text.has_value());
  EXPECT_TRUE(has(*text, "[pass] SPF result for alpha.example from 192.0.2.25: pass.  (RFC 7208 4.6)"))
      << *text;
  EXPECT_TRUE(has(*text, "[match] 192.0.2.25 is a mail server (MX) of alpha.example.")) << *text;
  EXPECT_TRUE(has(*text, "asked the DNS: MX alpha.example -> 10 mx.alpha.example (40ms)")) << *text;
  EXPECT_TRUE(has(*text, "dns-asked")) << *text;
  const View korean{trace, trace.last_seq(), Language::kKorean};
  EXPECT_TRUE(has(*why(korean, std::to_string(decision)), "까닭"));
  EXPECT_FALSE(why(view, "#999999").has_value());
  EXPECT_FALSE(why(view, "").has_value());
  const View as_json{trace, trace.last_seq(), Language::kEnglish, true};
  const json parsed = json::parse(*why(as_json, std::to_string(decision)));
  EXPECT_EQ(parsed[0]["explanation"]["steps"][0]["look_ups"][0]["type"], "MX");
}

TEST(State, MailboxesAndQueuesAtAMoment) {
  const trace::Trace trace = first_mail();
  const View end{trace, trace.last_seq()};
  EXPECT_TRUE(has(mailboxes(end), "bob@beta.example @ mx.beta.example\n")) << mailboxes(end);
  EXPECT_TRUE(has(mailboxes(end), "  INBOX    Hello                unread\n")) << mailboxes(end);
  EXPECT_TRUE(has(queues(end), "mx.alpha.example: 1 in the queue")) << queues(end);
  EXPECT_TRUE(has(queues(end), "Open connections: 2"));
  const View early{trace, trace.seq_at(trace.epoch() + Duration::milliseconds(1050))};
  EXPECT_TRUE(has(mailboxes(early), "No mailbox holds anything."));
  EXPECT_TRUE(has(queues(early), "No host has a message in its queue."));
  const View as_json{trace, trace.last_seq(), Language::kEnglish, true};
  EXPECT_EQ(json::parse(mailboxes(as_json))[0]["messages"][0]["subject"], "Hello");
  EXPECT_EQ(json::parse(queues(as_json))["queues"][0]["messages"][0]["id"], "Q1");
}

TEST(Events, AreStableLinesOrJsonLines) {
  const trace::Trace trace = first_mail();
  const View view{trace, trace.last_seq()};
  const std::string text = events(view);
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')), trace.last_seq());
  EXPECT_TRUE(has(text, "mail-accepted"));
  const View as_json{trace, trace.last_seq(), Language::kEnglish, true};
  const std::string lines = events(as_json);
  const json first = json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first["kind"], "run-started");
  EXPECT_EQ(first["payload"]["seed"], 7);
}

TEST(Events, ThatMatchAQuery) {
  const trace::Trace trace = first_mail();
  const View view{trace, trace.last_seq()};
  const auto found = matching_events(view, "smtp.verb == \"RCPT\"");
  ASSERT_TRUE(found.has_value()) << to_string(found.error());
  EXPECT_EQ(std::count(found->begin(), found->end(), '\n'), 2);
  EXPECT_FALSE(matching_events(view, "smtp.verb ==").has_value());
}

}  // namespace
}  // namespace glasspost::cli
