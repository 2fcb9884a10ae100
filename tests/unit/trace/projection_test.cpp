#include "engine/trace/projection.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/trace/story.h"

namespace glasspost::trace {
namespace {

TEST(Projection, KeyframeEqualsReplayAtRandomMoments) {
  Recorder recorder;
  tell_story(recorder, 700);
  const Trace trace = recorder.snapshot();
  ASSERT_GT(trace.last_seq(), 5 * kChunkEvents);
  RandomStream random(1, "test", "moments");
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t seq = random.below(trace.last_seq() + 1);
    const Projection quick = trace.project(seq);
    const Projection slow = trace.replay(seq);
    ASSERT_EQ(quick.seq(), seq);
    ASSERT_TRUE(quick == slow) << seq;
    ASSERT_EQ(quick.hash(), slow.hash()) << seq;
  }
}

TEST(Projection, DeletingAnyProjectedEventChangesTheHash) {
  Recorder recorder;
  tell_story(recorder, 6);
  const Trace trace = recorder.snapshot();
  const std::uint64_t whole = trace.replay(trace.last_seq()).hash();
  trace.for_each([&](const EventView& deleted) {
    Projection projection;
    trace.for_each([&](const EventView& event) {
      if (event.seq() != deleted.seq()) projection.apply(event);
    });
    const bool last = deleted.seq() == trace.last_seq();
    if (deleted.info()->projected) {
      ASSERT_NE(projection.hash(), whole) << deleted.seq() << " " << deleted.info()->name;
    } else if (!last) {
      ASSERT_EQ(projection.hash(), whole) << deleted.seq() << " " << deleted.info()->name;
    }
  });
}

TEST(Projection, EveryProjectedEventChangesTheWorldWhenItHappens) {
  Recorder recorder;
  tell_story(recorder, 6);
  Projection projection;
  std::set<std::string_view> changed;
  recorder.snapshot().for_each([&](const EventView& event) {
    const std::uint64_t before = projection.world_hash();
    projection.apply(event);
    const bool differs = projection.world_hash() != before;
    EXPECT_EQ(differs, event.info()->projected) << event.seq() << " " << event.info()->name;
    if (differs) changed.insert(event.info()->name);
  });
  for (const KindInfo& info : all_kinds())
    EXPECT_EQ(changed.contains(info.name), info.projected) << info.name;
}

TEST(Projection, IsNotChangedThroughACopy) {
  Recorder recorder;
  tell_story(recorder, 20);
  const Trace trace = recorder.snapshot();
  const Projection early = trace.project(200);
  const std::uint64_t hash = early.hash();
  Projection late = early;
  trace.for_each(201, trace.last_seq(), [&](const EventView& event) { late.apply(event); });
  EXPECT_EQ(early.hash(), hash);
  EXPECT_NE(late.hash(), hash);
  EXPECT_FALSE(early == late);
}

TEST(Projection, TellsHostsMailsAndMailboxes) {
  Recorder recorder;
  Story story(recorder);
  story.begin();
  story.mail();
  const Trace trace = recorder.snapshot();
  const Projection now = trace.project(trace.last_seq());
  EXPECT_EQ(now.host_name({2}), "mx.alpha.example");
  EXPECT_EQ(now.host_name({9}), "host9");
  EXPECT_EQ(now.host_name({0}), "outside");
  EXPECT_EQ(now.host_named("mx.beta.example"), HostId{3});
  EXPECT_EQ(now.host_at("2001:db8::2"), HostId{2});
  EXPECT_EQ(now.hosts().find({3})->incarnation, 2u);

  const MessageView* here = now.messages().find({{2}, "A1"});
  const MessageView* there = now.messages().find({{3}, "B1"});
  ASSERT_NE(here, nullptr);
  ASSERT_NE(there, nullptr);
  EXPECT_THAT(here->went_to, testing::ElementsAre(MessageRef{{3}, "B1"}));
  EXPECT_EQ(there->came_from, (MessageRef{{2}, "A1"}));
  EXPECT_EQ(there->journey, (MessageRef{{2}, "A1"}));
  EXPECT_EQ(here->recipients[0].phase, RecipientPhase::kRelayed);
  EXPECT_EQ(here->recipients[1].phase, RecipientPhase::kDeferred);
  ASSERT_EQ(there->verdicts.size(), 1u);
  EXPECT_EQ(there->verdicts[0].outcome, "pass");
  EXPECT_TRUE(here->removed);
  EXPECT_THAT(now.responsible_for({{2}, "A1"}), testing::ElementsAre(MessageRef{{3}, "B1"}));

  const ConnectionView* connection = now.connections().find({1});
  ASSERT_NE(connection, nullptr);
  EXPECT_EQ(connection->phase, ConnectionPhase::kClosed);
  EXPECT_EQ(connection->server().machine, "smtp-server");
  EXPECT_EQ(connection->server().state, "ready");
  EXPECT_EQ(connection->flows[1].bytes[0], 6u);
  EXPECT_TRUE(connection->server().tls);
  EXPECT_EQ(connection->server().tls_version, "TLSv1.3");
  EXPECT_EQ(now.connections().find({2})->phase, ConnectionPhase::kFailed);

  const MailboxView* inbox = now.mailboxes().find({{3}, "bob@beta.example", "INBOX"});
  ASSERT_NE(inbox, nullptr);
  EXPECT_EQ(inbox->uid_validity, 77u);
  EXPECT_EQ(inbox->expunged, 1u);
  EXPECT_TRUE(now.faults().find("link-cut x"));
}

TEST(Projection, QueueHoldsWhatIsNotRemoved) {
  Recorder recorder;
  Story story(recorder);
  story.begin();
  for (int i = 0; i < 8; ++i)
    story.mail();
  const Trace trace = recorder.snapshot();
  const Projection now = trace.project(trace.last_seq());
  EXPECT_THAT(now.queue({2}), testing::ElementsAre(MessageRef{{2}, "A4"}, MessageRef{{2}, "A8"}));
  EXPECT_TRUE(now.queue({3}).empty());
}

TEST(Projection, JoinsAReportToItsCause) {
  Recorder recorder;
  Story story(recorder);
  story.begin();
  story.add(2, 0, "A1", payload::MailQueued{10, "alice@alpha.example", "accepted", {"x@beta.example"}});
  story.add(2, 0, "DSN1", payload::MailQueued{20, "", "dsn", {"alice@alpha.example"}});
  payload::MailSettled bounced;
  bounced.outcome = MailOutcome::kBounced;
  bounced.recipient = "x@beta.example";
  bounced.related = "DSN1";
  story.add(2, 0, "A1", bounced);
  const Trace trace = recorder.snapshot();
  const Projection now = trace.project(trace.last_seq());
  EXPECT_FALSE(now.messages().find({{2}, "A1"})->responsible);
  EXPECT_THAT(now.responsible_for({{2}, "A1"}), testing::ElementsAre(MessageRef{{2}, "DSN1"}));
}

TEST(Projection, ForgetsTheOldestOfWhatHasEnded) {
  Recorder recorder;
  tell_story(recorder, static_cast<int>(Projection::kMostFinished) * 3 / 2);
  const Trace trace = recorder.snapshot();
  const Projection now = trace.project(trace.last_seq());
  EXPECT_LE(now.connections().size(), Projection::kMostFinished + 1);
  EXPECT_EQ(now.connections().find({1}), nullptr);
  // Messages in a queue stay.
  EXPECT_NE(now.messages().find({{2}, "A4"}), nullptr);
  EXPECT_EQ(now.messages().find({{2}, "A5"}), nullptr);
  EXPECT_TRUE(now == trace.replay(trace.last_seq()));
}

}  // namespace
}  // namespace glasspost::trace
