#include "engine/trace/recorder.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/trace/story.h"

namespace glasspost::trace {
namespace {

TEST(Recorder, NumbersFromOneWithoutGaps) {
  Recorder recorder;
  EXPECT_TRUE(recorder.snapshot().empty());
  EXPECT_EQ(recorder.snapshot().last_seq(), 0u);
  EXPECT_FALSE(recorder.snapshot().event(1));
  for (std::uint64_t i = 1; i <= 3 * kChunkEvents + 5; ++i) {
    ASSERT_EQ(recorder.append({}, payload::StreamBytes{{}, {}, i, 0, {}}), i);
  }
  const Trace trace = recorder.snapshot();
  EXPECT_EQ(trace.first_seq(), 1u);
  EXPECT_EQ(trace.last_seq(), 3 * kChunkEvents + 5);
  std::uint64_t expected = 0;
  trace.for_each([&](const EventView& event) {
    ++expected;
    ASSERT_EQ(event.seq(), expected);
    ASSERT_EQ(event.as<payload::StreamBytes>()->offset, expected);
  });
  EXPECT_EQ(expected, trace.last_seq());
  EXPECT_FALSE(trace.event(0));
  EXPECT_FALSE(trace.event(trace.last_seq() + 1));
}

TEST(Recorder, SnapshotStaysAsItWas) {
  Recorder recorder;
  recorder.append({}, payload::RunEnded{"one"});
  const Trace before = recorder.snapshot();
  for (int i = 0; i < 10000; ++i)
    recorder.append({}, payload::RunEnded{"more"});
  EXPECT_EQ(before.last_seq(), 1u);
  EXPECT_FALSE(before.event(2));
  EXPECT_EQ(before.event(1)->text(0), "one");
}

TEST(Recorder, EventOutlivesRecorderAndTrace) {
  std::optional<Event> event;
  {
    Recorder recorder;
    recorder.append({}, payload::RunEnded{"kept"});
    event = recorder.snapshot().event(1);
  }
  EXPECT_EQ(event->text(0), "kept");
}

TEST(Recorder, TimesNeverDecrease) {
  Recorder recorder;
  Header header;
  header.time = Instant{100};
  recorder.append(header, payload::MailRemoved{});
  header.time = Instant{50};
  recorder.append(header, payload::MailRemoved{});
  RawEvent raw;
  raw.time = Instant{60};
  recorder.append(raw);
  EXPECT_EQ(recorder.snapshot().event(2)->time(), Instant{100});
  EXPECT_EQ(recorder.snapshot().event(3)->time(), Instant{100});
}

TEST(Recorder, SeqAtFindsTheLastEventOfAMoment) {
  Recorder recorder;
  Header header;
  for (std::int64_t i = 1; i <= 10000; ++i) {
    header.time = Instant{i / 2 * 10};  // pairs of one moment
    recorder.append(header, payload::MailRemoved{});
  }
  const Trace trace = recorder.snapshot();
  EXPECT_EQ(trace.seq_at(Instant{-1}), 0u);
  EXPECT_EQ(trace.seq_at(Instant{0}), 1u);
  EXPECT_EQ(trace.seq_at(Instant{9}), 1u);
  EXPECT_EQ(trace.seq_at(Instant{10}), 3u);
  for (std::uint64_t seq = 1; seq <= 10000; seq += 37) {
    const Instant at = trace.event(seq)->time();
    EXPECT_EQ(trace.seq_at(at), std::min<std::uint64_t>(seq | 1, 10000)) << seq;
  }
  EXPECT_EQ(trace.seq_at(Instant::never()), 10000u);
}

TEST(Recorder, RingDropsTheOldestVisibly) {
  RecorderOptions options;
  options.ring_bytes = 2'000'000;
  auto recorder = Recorder::create(options);
  ASSERT_TRUE(recorder);
  Recorder all;
  tell_story(all, 2000);
  const Trace whole = all.snapshot();
  whole.for_each([&](const EventView& event) { (*recorder)->append(to_raw(event)); });
  const Trace trace = (*recorder)->snapshot();
  EXPECT_EQ(trace.last_seq(), whole.last_seq());
  EXPECT_GT(trace.first_seq(), 1u);
  EXPECT_EQ(trace.dropped(), trace.first_seq() - 1);
  EXPECT_FALSE(trace.event(trace.first_seq() - 1));
  EXPECT_EQ(to_raw(*trace.event(trace.first_seq())), to_raw(*whole.event(trace.first_seq())));
  EXPECT_EQ(trace.epoch(), whole.epoch());
  // What the dropped events said about the world is not lost.
  EXPECT_EQ(trace.project(trace.last_seq()), whole.project(whole.last_seq()));
  EXPECT_EQ(trace.project(trace.first_seq() + 5), whole.project(trace.first_seq() + 5));
}

TEST(Recorder, AnotherThreadReadsWhileOneWrites) {
  Recorder recorder;
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<std::uint64_t> read{0};
  std::thread reader([&] {
    std::uint64_t seen = 0;
    while (true) {
      const bool last_round = done.load();
      const Trace trace = recorder.snapshot();
      trace.for_each(seen + 1, trace.last_seq(), [&](const EventView& event) {
        if (event.seq() != seen + 1 || event.cause() != seen) ++wrong;
        if (event.kind() == Kind::kStreamBytes && event.blob().empty()) ++wrong;
        seen = event.seq();
      });
      if (seen != trace.last_seq()) ++wrong;
      const Projection now = trace.project(trace.last_seq());
      if (now.seq() != trace.last_seq()) ++wrong;
      now.messages().for_each([&](const MessageRef& ref, const MessageView& view) {
        if (ref.id.empty() || view.recipients.size() != 2) ++wrong;
      });
      read = seen;
      if (last_round) return;
    }
  });
  tell_story(recorder, 1500);
  done = true;
  reader.join();
  EXPECT_EQ(wrong.load(), 0u);
  EXPECT_EQ(read.load(), recorder.last_seq());
}

TEST(Recorder, LargeBlobsHaveRoom) {
  Recorder recorder;
  const std::string large(5'000'000, 'x');
  recorder.append({}, payload::StreamBytes{{}, {}, 0, large.size(), {large}});
  recorder.append({}, payload::StreamBytes{{}, {}, large.size(), 1, {"y"}});
  EXPECT_EQ(recorder.snapshot().event(1)->blob(), large);
  EXPECT_EQ(recorder.snapshot().event(2)->blob(), "y");
}

}  // namespace
}  // namespace glasspost::trace
