#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/observe/catalogue.h"
#include "engine/trace/event.h"
#include "engine/trace/kind.h"
#include "tests/unit/trace/story.h"

namespace glasspost::trace {
namespace {

TEST(Schema, KindsAreWellFormedAndWithinLimits) {
  std::set<std::string_view> names;
  std::uint16_t before = 0;
  for (const KindInfo& info : all_kinds()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_GT(static_cast<std::uint16_t>(info.kind), before) << info.name;
    before = static_cast<std::uint16_t>(info.kind);
    EXPECT_LT(before, kKindLimit);
    EXPECT_TRUE(info.meaning.ends_with(".")) << info.name;
    EXPECT_TRUE(in_catalogue("event." + std::string(info.name))) << info.name;
    EXPECT_EQ(kind_info(info.kind), &info);
    EXPECT_EQ(find_kind(info.name), &info);
    std::set<std::string_view> columns;
    std::size_t integers = 0;
    std::size_t texts = 0;
    for (const Column& column : info.columns) {
      EXPECT_TRUE(columns.insert(column.name).second) << info.name << "." << column.name;
      EXPECT_EQ(info.find(column.name), &column);
      if (is_number(column.type)) {
        EXPECT_EQ(column.slot, integers++) << info.name << "." << column.name;
        EXPECT_EQ(column.type == ColumnType::kEnum, !column.names.empty());
      } else if (column.type == ColumnType::kBlob) {
        EXPECT_EQ(&column, &info.columns.back()) << info.name;
        EXPECT_LE(column.maximum, kMaxBlob);
      } else {
        EXPECT_EQ(column.slot, texts++) << info.name << "." << column.name;
        EXPECT_GT(column.maximum, 0u);
        EXPECT_LE(column.maximum, kMaxText);
      }
    }
    EXPECT_LE(integers, kMaxIntegers);
    EXPECT_LE(texts, kMaxTexts);
  }
  EXPECT_EQ(kind_info(static_cast<Kind>(159)), nullptr);
  EXPECT_EQ(kind_info(static_cast<Kind>(60000)), nullptr);
  EXPECT_EQ(find_kind("no-such-kind"), nullptr);
}

TEST(Schema, KindNumbersAreFrozen) {
  // A number once given stays: this list only ever grows.
  const std::pair<int, std::string_view> frozen[] = {{1, "run-started"},
                                                     {2, "scenario-source"},
                                                     {3, "host"},
                                                     {4, "host-state"},
                                                     {5, "link"},
                                                     {6, "zone"},
                                                     {7, "mailbox"},
                                                     {8, "device"},
                                                     {9, "run-ended"},
                                                     {20, "connection-opened"},
                                                     {21, "connection-established"},
                                                     {22, "connection-closed"},
                                                     {23, "connection-reset"},
                                                     {24, "connection-failed"},
                                                     {25, "segment-sent"},
                                                     {26, "segment-delivered"},
                                                     {27, "segment-lost"},
                                                     {28, "datagram-sent"},
                                                     {29, "datagram-delivered"},
                                                     {30, "datagram-lost"},
                                                     {31, "stream-bytes"},
                                                     {40, "state-changed"},
                                                     {41, "leniency-used"},
                                                     {42, "tls-started"},
                                                     {43, "tls-handshake"},
                                                     {44, "tls-established"},
                                                     {45, "tls-failed"},
                                                     {50, "dns-asked"},
                                                     {51, "dns-answered"},
                                                     {52, "dns-cached"},
                                                     {60, "decision"},
                                                     {70, "mail-submitted"},
                                                     {71, "mail-accepted"},
                                                     {72, "mail-queued"},
                                                     {73, "mail-attempted"},
                                                     {74, "mail-settled"},
                                                     {75, "mail-altered"},
                                                     {76, "mail-removed"},
                                                     {90, "mailbox-stored"},
                                                     {91, "mailbox-flags"},
                                                     {92, "mailbox-moved"},
                                                     {93, "mailbox-expunged"},
                                                     {94, "folder-removed"},
                                                     {95, "folder-renamed"},
                                                     {100, "timer-set"},
                                                     {101, "timer-fired"},
                                                     {110, "fault-began"},
                                                     {111, "fault-ended"},
                                                     {120, "user-action"},
                                                     {130, "lesson-cue"},
                                                     {131, "expectation"}};
  for (const auto& [number, name] : frozen) {
    const KindInfo* info = kind_info(static_cast<Kind>(number));
    ASSERT_NE(info, nullptr) << number;
    EXPECT_EQ(info->name, name);
  }
  EXPECT_EQ(std::size(frozen), all_kinds().size());
}

// Fills every column with a value of its own, and compares all of them after a round through an event.
template <class P>
class RoundTrip : public testing::Test {};

using AllPayloads =
    testing::Types<payload::RunStarted, payload::ScenarioSource, payload::Host, payload::HostState,
                   payload::Link, payload::Zone, payload::Mailbox, payload::Device, payload::RunEnded,
                   payload::ConnectionOpened, payload::ConnectionEstablished, payload::ConnectionClosed,
                   payload::ConnectionReset, payload::ConnectionFailed, payload::SegmentSent,
                   payload::SegmentDelivered, payload::SegmentLost, payload::DatagramSent,
                   payload::DatagramDelivered, payload::DatagramLost>;
using MorePayloads =
    testing::Types<payload::StreamBytes, payload::StateChanged, payload::LeniencyUsed, payload::TlsStarted,
                   payload::TlsHandshake, payload::TlsEstablished, payload::TlsFailed, payload::DnsAsked,
                   payload::DnsAnswered, payload::DnsCached, payload::Decision, payload::MailSubmitted,
                   payload::MailAccepted, payload::MailQueued, payload::MailAttempted, payload::MailSettled,
                   payload::MailAltered, payload::MailRemoved>;
using MostPayloads =
    testing::Types<payload::MailboxStored, payload::MailboxFlags, payload::MailboxMoved,
                   payload::MailboxExpunged, payload::FolderRemoved, payload::FolderRenamed,
                   payload::TimerSet, payload::TimerFired, payload::FaultBegan, payload::FaultEnded,
                   payload::UserAction, payload::LessonCue, payload::Expectation>;

template <class M>
void fill(M& member, int n, std::vector<std::string>& pool) {
  if constexpr (std::is_same_v<M, bool>) {
    member = n % 2 == 0;
  } else if constexpr (std::is_same_v<M, HostId>) {
    member = HostId{0xFFFF'FF00u + static_cast<std::uint32_t>(n)};
  } else if constexpr (std::is_same_v<M, Instant> || std::is_same_v<M, Duration>) {
    member = M{-1'000'000'000'000'000'000 + n};
  } else if constexpr (std::is_enum_v<M>) {
    member = static_cast<M>(1);
  } else if constexpr (std::is_integral_v<M>) {
    member = static_cast<M>(0x7654'3210u + static_cast<unsigned>(n));
  } else {
    // The empty text too, and bytes that are no text.
    pool.push_back(n == 3 ? std::string() : std::string("v\0\xff\n", 4) + std::to_string(n));
    if constexpr (std::is_same_v<M, std::string_view>) {
      member = pool.back();
    } else if constexpr (std::is_same_v<M, TextList>) {
      member.joined = pool.back();
    } else {
      member.bytes = pool.back();
    }
  }
}

template <class P, class M>
void expect_equal(const P& a, const P& b, const Field<P, M>& f) {
  EXPECT_EQ(a.*f.member, b.*f.member) << f.name;
}

template <class P>
void round_trip() {
  std::vector<std::string> pool;
  pool.reserve(32);
  P payload;
  int n = 0;
  std::apply([&](const auto&... f) { (fill(payload.*f.member, n++, pool), ...); }, P::columns());
  Recorder recorder;
  Header header;
  header.time = Instant{123};
  header.cause = 0;
  header.host = {5};
  header.connection = {6};
  header.message = "Q1";
  EXPECT_EQ(recorder.append(header, payload), 1u);
  const auto event = recorder.snapshot().event(1);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->time(), Instant{123});
  EXPECT_EQ(event->host(), HostId{5});
  EXPECT_EQ(event->connection(), ConnectionId{6});
  EXPECT_EQ(event->message(), "Q1");
  EXPECT_EQ(event->kind(), P::kKind);
  const auto back = event->template as<P>();
  ASSERT_TRUE(back);
  std::apply([&](const auto&... f) { (expect_equal(payload, *back, f), ...); }, P::columns());

  // The generic form says the same, and gives the same event again.
  const RawEvent raw = to_raw(*event);
  Recorder second;
  second.append(raw);
  EXPECT_EQ(to_raw(*second.snapshot().event(1)), raw);
  const KindInfo* info = kind_info(P::kKind);
  ASSERT_NE(info, nullptr);
  const std::size_t blobs = raw.blob ? 1 : 0;
  EXPECT_EQ(info->columns.size(), raw.integers.size() + raw.texts.size() + blobs);
}

TYPED_TEST_SUITE(RoundTrip, AllPayloads);
TYPED_TEST(RoundTrip, KeepsEveryColumn) {
  round_trip<TypeParam>();
}
template <class P>
class RoundTrip2 : public RoundTrip<P> {};
TYPED_TEST_SUITE(RoundTrip2, MorePayloads);
TYPED_TEST(RoundTrip2, KeepsEveryColumn) {
  round_trip<TypeParam>();
}
template <class P>
class RoundTrip3 : public RoundTrip<P> {};
TYPED_TEST_SUITE(RoundTrip3, MostPayloads);
TYPED_TEST(RoundTrip3, KeepsEveryColumn) {
  round_trip<TypeParam>();
}

TEST(Schema, StoryUsesEveryKind) {
  Recorder recorder;
  tell_story(recorder, 6);
  std::set<Kind> seen;
  recorder.snapshot().for_each([&](const EventView& event) { seen.insert(event.kind()); });
  EXPECT_EQ(seen.size(), all_kinds().size());
}

TEST(Schema, LongTextsAreCutVisiblyAndNotInsideACharacter) {
  Recorder recorder;
  const std::string korean = [] {
    std::string text;
    for (int i = 0; i < 100; ++i)
      text += "가";
    return text;
  }();
  recorder.append({}, payload::TimerFired{korean});
  const auto event = recorder.snapshot().event(1);
  const std::string_view stored = event->text(0);
  EXPECT_LE(stored.size(), 64u);
  EXPECT_GT(stored.size(), 58u);
  EXPECT_TRUE(stored.ends_with("..."));
  EXPECT_EQ((stored.size() - 3) % 3, 0u);

  Header header;
  const std::string longer(300, 'q');
  header.message = longer;
  recorder.append(header, payload::MailRemoved{});
  EXPECT_EQ(recorder.snapshot().event(2)->message().size(), 255u);
}

TEST(Schema, UnknownKindsAreKeptWithAllColumns) {
  RawEvent raw;
  raw.kind = static_cast<Kind>(4242);
  raw.integers = {1, -2, 3, 4, 5, 6, 7, 8};
  raw.texts = {"a", "", "c", "d", "e", "f", "g", "h"};
  raw.blob = "";
  Recorder recorder;
  recorder.append(raw);
  EXPECT_EQ(to_raw(*recorder.snapshot().event(1)), raw);
}

TEST(Schema, ListsJoinAndSplit) {
  EXPECT_EQ(join_list({}), "");
  EXPECT_EQ(join_list({"a"}), "a");
  EXPECT_EQ(join_list({"a", "b\nc"}), "a\nb c");
  EXPECT_THAT(TextList{""}.items(), testing::IsEmpty());
  EXPECT_THAT(TextList{"a\n\nb"}.items(), testing::ElementsAre("a", "", "b"));
}

}  // namespace
}  // namespace glasspost::trace
