#include <fstream>

#include <sqlite3.h>
#include <unistd.h>

#include "tests/unit/store/store_fixture.h"

namespace glasspost::store {
namespace {

using DatabaseTest = StoreFixture;

SpoolChange put_one(const std::string& id) {
  SpoolChange change;
  SpoolChange::Put put;
  put.entry.queue_id = id;
  put.entry.origin = "accepted";
  SpoolRecipient recipient;
  recipient.address = "bob@beta.example";
  put.entry.recipients.push_back(recipient);
  put.content = make_content("hello");
  change.puts.push_back(std::move(put));
  return change;
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsRefused) {
  close();
  std::ofstream(path(), std::ios::trunc | std::ios::binary) << std::string(8192, 'x');
  const auto opened = Database::open({path(), ""}, scheduler_, executor_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

TEST_F(DatabaseTest, SomebodyElsesDatabaseIsRefused) {
  close();
  std::filesystem::remove(path());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE songs(title)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  const auto opened = Database::open({path(), ""}, scheduler_, executor_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

TEST_F(DatabaseTest, ALaterFormatIsRefused) {
  close();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "PRAGMA user_version=2", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  const auto opened = Database::open({path(), ""}, scheduler_, executor_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(opened.error().message.find("version 2"), std::string::npos);
}

TEST_F(DatabaseTest, ASecondOwnerIsRefused) {
  const auto opened = Database::open({path(), ""}, scheduler_, executor_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kConflict);
}

TEST_F(DatabaseTest, AFolderThatDoesNotExistIsAnIoError) {
  const auto opened = Database::open({(folder_ / "no" / "mail.db").string(), ""}, scheduler_, executor_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
}

TEST_F(DatabaseTest, CheckFindsWhatContradictsItself) {
  ASSERT_TRUE(now(mailboxes_->create_account("bob@beta.example", 0)));
  close();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(
      sqlite3_exec(other, "UPDATE folder SET messages = 3 WHERE name = 'INBOX'", nullptr, nullptr, nullptr),
      SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "INSERT INTO content(bytes) VALUES('lost')", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(other);
  reopen();
  const auto faults = now(database_->check());
  ASSERT_TRUE(faults.has_value());
  ASSERT_EQ(faults->size(), 2u);
  EXPECT_EQ(faults->front(), "folder INBOX says 3 messages and holds 0");
}

TEST_F(DatabaseTest, ADamagedPageIsReportedNotBelieved) {
  ASSERT_TRUE(now(mailboxes_->create_account("bob@beta.example", 0)));
  close();
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096 * 3, '\xee');
  }
  auto opened = Database::open({path(), ""}, scheduler_, executor_);
  if (!opened) {
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    return;
  }
  SqliteMailboxStore store(**opened, clock_);
  const auto accounts = now(store.accounts());
  ASSERT_FALSE(accounts.has_value());
  EXPECT_EQ(accounts.error().code, ErrorCode::kCorrupt);
}

TEST_F(DatabaseTest, WritesThatWaitShareOneCommit) {
  close();
  SlowExecutor slow(scheduler_);
  auto opened = Database::open({path(), ""}, scheduler_, slow);
  ASSERT_TRUE(opened.has_value());
  SqliteSpool spool(**opened);
  constexpr int kWrites = 20;
  std::vector<std::optional<Ok>> results(kWrites);
  TaskGroup group;
  for (int i = 0; i < kWrites; ++i) {
    group.spawn(keep(spool.apply(put_one("q" + std::to_string(i))), results[static_cast<std::size_t>(i)]));
  }
  EXPECT_EQ(slow.waiting(), 1u) << "the first leads, the others wait";
  int syncs = 0;
  while (slow.waiting() > 0) {
    slow.run_one();
    ++syncs;
    scheduler_.run();
  }
  EXPECT_EQ(syncs, 2);
  EXPECT_EQ((*opened)->commits(), 2u);
  for (const auto& result : results) {
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->has_value());
  }
}

TEST_F(DatabaseTest, AFailureInASharedCommitIsItsOwn) {
  close();
  SlowExecutor slow(scheduler_);
  auto opened = Database::open({path(), ""}, scheduler_, slow);
  ASSERT_TRUE(opened.has_value());
  SqliteSpool spool(**opened);
  std::optional<Ok> first, same, other, later;
  std::optional<Result<std::vector<SpoolEntry>>> loaded;
  TaskGroup group;
  group.spawn(keep(spool.apply(put_one("a")), first));
  group.spawn(keep(spool.apply(put_one("a")), same));
  group.spawn(keep(spool.apply(put_one("b")), other));
  while (slow.waiting() > 0) {
    slow.run_one();
    scheduler_.run();
  }
  group.spawn(keep(spool.apply(put_one("b")), later));
  group.spawn(keep(spool.load(), loaded));
  while (slow.waiting() > 0) {
    slow.run_one();
    scheduler_.run();
  }
  EXPECT_TRUE(first->has_value());
  ASSERT_FALSE(same->has_value());
  EXPECT_EQ(same->error().code, ErrorCode::kConflict);
  EXPECT_TRUE(other->has_value());
  ASSERT_FALSE(later->has_value());
  EXPECT_EQ(later->error().code, ErrorCode::kConflict);
  ASSERT_TRUE(loaded->has_value());
  EXPECT_EQ((*loaded)->size(), 2u);
}

}  // namespace
}  // namespace glasspost::store
