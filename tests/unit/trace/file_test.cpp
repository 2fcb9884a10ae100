#include "engine/trace/file.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "engine/trace/event_text.h"
#include "tests/unit/trace/story.h"

namespace glasspost::trace {
namespace {

class TraceFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("glasspost-trace-") + info->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    file_ = (folder_ / "run.glasspost").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Trace record(int mails) {
    auto recorder = Recorder::create({file_, 0});
    EXPECT_TRUE(recorder) << to_string(recorder.error());
    tell_story(**recorder, mails);
    EXPECT_TRUE((*recorder)->close());
    Recorder same;
    tell_story(same, mails);
    return same.snapshot();
  }
  std::string bytes() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void change(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << (error ? error : "");
    sqlite3_free(error);
    sqlite3_close(db);
  }

  std::filesystem::path folder_;
  std::string file_;
};

TEST_F(TraceFile, ReadsBackToTheByte) {
  const Trace expected = record(300);
  ASSERT_GT(expected.last_seq(), 3 * kChunkEvents);
  EXPECT_FALSE(std::filesystem::exists(file_ + "-wal"));
  const auto trace = open_trace(file_);
  ASSERT_TRUE(trace) << to_string(trace.error());
  ASSERT_EQ(trace->last_seq(), expected.last_seq());
  expected.for_each(
      [&](const EventView& event) { ASSERT_EQ(to_raw(*trace->event(event.seq())), to_raw(event)); });
  EXPECT_EQ(trace->epoch(), expected.epoch());
  EXPECT_EQ(trace_digest(*trace), trace_digest(expected));
  for (const std::uint64_t seq :
       {std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{8192}, expected.last_seq()}) {
    EXPECT_TRUE(trace->project(seq) == expected.project(seq)) << seq;
  }
  const auto check = check_trace(file_);
  ASSERT_TRUE(check) << to_string(check.error());
  EXPECT_EQ(check->events, expected.last_seq());
  EXPECT_EQ(check->unknown_kinds, 0u);
}

TEST_F(TraceFile, SavedTraceIsTheSame) {
  Recorder recorder;
  tell_story(recorder, 5);
  RawEvent unknown;
  unknown.kind = static_cast<Kind>(777);
  unknown.time = Instant::never();
  unknown.texts = {"", std::string("a\0b", 3)};
  unknown.integers = {INT64_MIN};
  unknown.blob = "";
  recorder.append(unknown);
  ASSERT_TRUE(save_trace(recorder.snapshot(), file_));
  const auto trace = open_trace(file_);
  ASSERT_TRUE(trace) << to_string(trace.error());
  EXPECT_EQ(trace_text(*trace), trace_text(recorder.snapshot()));
  EXPECT_EQ(to_raw(*trace->event(trace->last_seq())), unknown);
  EXPECT_EQ(check_trace(file_)->unknown_kinds, 1u);
}

TEST_F(TraceFile, EmptyTraceOpens) {
  {
    auto recorder = Recorder::create({file_, 0});
    ASSERT_TRUE(recorder);
  }
  const auto trace = open_trace(file_);
  ASSERT_TRUE(trace) << to_string(trace.error());
  EXPECT_TRUE(trace->empty());
  EXPECT_TRUE(check_trace(file_));
}

TEST_F(TraceFile, SealedChunksAreReadFromTheFileWhileItIsWritten) {
  auto recorder = Recorder::create({file_, 0});
  ASSERT_TRUE(recorder);
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> wrong{0};
  std::thread reader([&] {
    RandomStream random(5, "test", "reader");
    while (!done) {
      const Trace trace = (*recorder)->snapshot();
      if (trace.empty()) continue;
      const std::uint64_t seq = 1 + random.below(trace.last_seq());
      const auto event = trace.event(seq);
      if (!event || event->seq() != seq || event->cause() != seq - 1) ++wrong;
      if (trace.project(seq).seq() != seq) ++wrong;
    }
  });
  tell_story(**recorder, 500);
  (*recorder)->flush();
  const Trace trace = (*recorder)->snapshot();
  Recorder same;
  tell_story(same, 500);
  EXPECT_EQ(trace_digest(trace), trace_digest(same.snapshot()));
  done = true;
  reader.join();
  EXPECT_EQ(wrong.load(), 0u);
  EXPECT_TRUE((*recorder)->close());
  // A snapshot outlives the recorder.
  recorder->reset();
  EXPECT_EQ(trace_digest(trace), trace_digest(same.snapshot()));
}

TEST_F(TraceFile, FlushedEventsSurviveWithoutAnOrderlyEnd) {
  auto recorder = Recorder::create({file_, 0});
  ASSERT_TRUE(recorder);
  Story story(**recorder);
  story.begin();
  (*recorder)->flush();
  story.mail();
  (*recorder)->flush();
  // What a killed program leaves: the file and its log, copied while they are in use.
  std::uint64_t seen = 0;
  for (int round = 0; round < 1000 && seen < (*recorder)->last_seq(); ++round) {
    const std::string copy = (folder_ / "copy.glasspost").string();
    for (const char* suffix : {"", "-wal"}) {
      if (!std::filesystem::exists(file_ + suffix)) continue;
      std::filesystem::copy_file(file_ + suffix, copy + suffix,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    std::filesystem::remove(copy + "-shm");
    const auto trace = open_trace(copy);
    if (trace) seen = trace->last_seq();
    std::this_thread::yield();
  }
  EXPECT_EQ(seen, (*recorder)->last_seq());
}

TEST_F(TraceFile, ClearErrors) {
  EXPECT_EQ(open_trace(file_).error().code, ErrorCode::kNotFound);
  std::ofstream(file_) << "glasspost: 1\ntitle: not a trace at all, but long enough to hold a header of a "
                          "hundred bytes\n";
  auto trace = open_trace(file_);
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(trace.error().message, testing::HasSubstr("not an SQLite database"));
  EXPECT_THAT(trace.error().message, testing::HasSubstr(file_));
  std::ofstream(file_, std::ios::trunc).close();
  EXPECT_FALSE(open_trace(file_));
  EXPECT_FALSE(open_trace(folder_.string()));

  std::filesystem::remove(file_);
  change("CREATE TABLE t(a); INSERT INTO t VALUES(1);");
  trace = open_trace(file_);
  ASSERT_FALSE(trace);
  EXPECT_THAT(trace.error().message, testing::HasSubstr("not a Glasspost trace"));

  record(2);
  change("PRAGMA user_version = 9");
  trace = open_trace(file_);
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(trace.error().message, testing::HasSubstr("version 9"));

  auto recorder = Recorder::create({(folder_ / "none" / "x").string(), 0});
  ASSERT_FALSE(recorder);
  EXPECT_EQ(recorder.error().code, ErrorCode::kIo);
}

TEST_F(TraceFile, DamagedRowsAreNamed) {
  const struct {
    const char* sql;
    const char* what;
  } cases[] = {
      {"DELETE FROM events WHERE seq = 20", "events 20 to 20 are missing"},
      {"UPDATE events SET time = 'x' WHERE seq = 20", "event 20: a header column"},
      {"UPDATE events SET time = 5 WHERE seq = 20", "event 20 is earlier"},
      {"UPDATE events SET host = -1 WHERE seq = 20", "event 20: host"},
      {"UPDATE events SET kind = 70000 WHERE seq = 20", "event 20: the kind"},
      {"UPDATE events SET message = x'00' WHERE seq = 20", "event 20: the message"},
      {"UPDATE events SET i0 = 'x' WHERE seq = 20", "event 20: column i0"},
      {"UPDATE events SET t0 = x'00' WHERE seq = 20", "event 20: column t0"},
      {"UPDATE events SET b = 'x' WHERE seq = 20", "event 20: column b"},
      {"DROP TABLE events", "no table of events"},
      {"DROP TABLE events; CREATE VIEW events AS SELECT 1 AS seq", "no table of events"},
  };
  for (const auto& damage : cases) {
    record(2);
    change(damage.sql);
    const auto trace = open_trace(file_);
    ASSERT_FALSE(trace) << damage.sql;
    EXPECT_EQ(trace.error().code, ErrorCode::kCorrupt) << damage.sql;
    EXPECT_THAT(trace.error().message, testing::HasSubstr(damage.what)) << damage.sql;
  }
  // These open, but do not pass the check.
  const struct {
    const char* sql;
    const char* what;
  } subtle[] = {
      {"UPDATE events SET cause = 20 WHERE seq = 20", "event 20: its cause"},
      {"UPDATE events SET i0 = 9 WHERE seq = (SELECT min(seq) FROM mail_settled)", "column outcome"},
      {"UPDATE events SET i2 = 4 WHERE seq = (SELECT max(seq) FROM stream_bytes)", "its bytes do not follow"},
      {"UPDATE events SET b = NULL WHERE seq = (SELECT min(seq) FROM decision)", "column explanation"},
      {"UPDATE events SET t0 = NULL WHERE kind = 3", "column name is missing"},
  };
  for (const auto& damage : subtle) {
    record(2);
    change(damage.sql);
    EXPECT_TRUE(open_trace(file_)) << damage.sql;
    const auto check = check_trace(file_);
    ASSERT_FALSE(check) << damage.sql;
    EXPECT_THAT(check.error().message, testing::HasSubstr(damage.what)) << damage.sql;
  }
}

TEST_F(TraceFile, TruncatedAnywhereIsAnErrorOrAPrefix) {
  const Trace expected = record(3);
  const std::string whole = bytes();
  ASSERT_TRUE(open_trace_bytes(whole));
  std::size_t refused = 0;
  for (std::size_t n = 0; n < whole.size(); n += n < 200 ? 1 : 509) {
    const auto trace = open_trace_bytes(whole.substr(0, n));
    if (!trace) {
      ++refused;
      continue;
    }
    trace->for_each(
        [&](const EventView& event) { ASSERT_EQ(to_raw(event), to_raw(*expected.event(event.seq()))); });
  }
  EXPECT_GT(refused, 100u);
  std::ofstream(file_, std::ios::binary | std::ios::trunc) << whole.substr(0, whole.size() / 2);
  const auto trace = open_trace(file_);
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(trace.error().message, testing::HasSubstr("truncated"));
  EXPECT_EQ(trace.error().offset, whole.size() / 2);
}

TEST_F(TraceFile, DamagedBytesNeverCrash) {
  record(3);
  const std::string whole = bytes();
  RandomStream random(9, "test", "damage");
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 8; ++k)
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    const auto trace = open_trace_bytes(damaged);
    if (trace) static_cast<void>(trace_digest(*trace));
  }
}

TEST_F(TraceFile, EveryKindHasAViewThatSqlCanRead) {
  record(6);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &db), SQLITE_OK);
  for (const KindInfo& info : all_kinds()) {
    std::string view(info.name);
    for (char& c : view)
      c = c == '-' ? '_' : c;
    sqlite3_stmt* statement = nullptr;
    const std::string sql = "SELECT * FROM " + view;
    ASSERT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << view;
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << view;
    EXPECT_EQ(static_cast<std::size_t>(sqlite3_column_count(statement)), 6 + info.columns.size()) << view;
    sqlite3_finalize(statement);
  }
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, "SELECT outcome, recipient FROM mail_settled LIMIT 1", -1, &statement, nullptr);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)), "relayed");
  EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(statement, 1)), "bob@beta.example");
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

}  // namespace
}  // namespace glasspost::trace
