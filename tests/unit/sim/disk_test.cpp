#include "engine/sim/disk.h"

#include <set>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "tests/unit/sim/sim_fixture.h"

namespace glasspost::sim {
namespace {

/// A connection that tells whether statements worked.
class Database {
 public:
  Database(const Disk& disk, const std::string& mode) {
    open_ = sqlite3_open_v2("/mail.db", &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            disk.vfs_name().c_str()) == SQLITE_OK;
    run("PRAGMA journal_mode=" + mode);
    // FULL does not sync the directory after the journal's deletion, which is the commit in DELETE mode; a
    // power cut soon after brings the journal back.
    run(mode == "DELETE" ? "PRAGMA synchronous=EXTRA" : "PRAGMA synchronous=FULL");
    run("PRAGMA cache_size=20");
  }
  ~Database() { sqlite3_close(db_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  bool run(const std::string& sql) {
    return open_ && sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  std::vector<std::string> query(const std::string& sql) {
    std::vector<std::string> rows;
    const auto add = [](void* into, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(into)->emplace_back(values[0] != nullptr ? values[0] : "");
      return 0;
    };
    if (sqlite3_exec(db_, sql.c_str(), add, &rows, nullptr) != SQLITE_OK)
      rows.assign(1, std::string("error: ") + sqlite3_errmsg(db_));
    return rows;
  }

 private:
  sqlite3* db_ = nullptr;
  bool open_ = false;
};

std::unique_ptr<Disk> make_disk(std::uint64_t seed = 1) {
  return std::make_unique<Disk>(seed, "host", [] { return TwoHosts::kStart; });
}

/// Transactions of several rows, some of them pages long; gives the numbers of those that were committed.
std::set<int> work(Disk& disk, const std::string& mode, int transactions) {
  std::set<int> committed;
  Database db(disk, mode);
  if (!db.run("CREATE TABLE IF NOT EXISTS mail(id INTEGER, part INTEGER, body TEXT)")) return committed;
  for (int i = 1; i <= transactions; ++i) {
    bool ok = db.run("BEGIN IMMEDIATE");
    for (int part = 0; part < 3; ++part)
      ok = ok && db.run("INSERT INTO mail VALUES(" + std::to_string(i) + "," + std::to_string(part) +
                        ",hex(zeroblob(" + std::to_string(700 * part * i) + ")))");
    if (i % 3 == 0)
      ok = ok && db.run("UPDATE mail SET body = body || 'x' WHERE id = " + std::to_string(i / 2));
    if (ok && db.run("COMMIT")) committed.insert(i);
  }
  return committed;
}

class DiskModes : public testing::TestWithParam<std::string> {};

TEST_P(DiskModes, CutAtEverySyncPointKeepsWhatWasCommittedAndNothingHalf) {
  constexpr int kTransactions = 8;
  const auto whole = make_disk();
  ASSERT_EQ(work(*whole, GetParam(), kTransactions).size(), static_cast<std::size_t>(kTransactions));
  const std::uint64_t points = whole->syncs();
  ASSERT_GT(points, 10u);
  for (const bool partial : {false, true}) {
    for (std::uint64_t cut = 1; cut <= points; ++cut) {
      SCOPED_TRACE("cut at sync " + std::to_string(cut) + (partial ? ", partial survival" : ""));
      const auto disk = make_disk(cut);
      disk->set_partial_survival(partial);
      bool told = false;
      disk->cut_power_at_sync(cut, [&] { told = true; });
      const std::set<int> committed = work(*disk, GetParam(), kTransactions);
      ASSERT_TRUE(told);
      EXPECT_FALSE(disk->powered());
      EXPECT_EQ(disk->syncs(), cut);
      disk->power_on();

      Database db(*disk, GetParam());
      EXPECT_EQ(db.query("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
      if (!db.run("SELECT 1 FROM mail")) {
        EXPECT_TRUE(committed.empty());
        continue;
      }
      std::set<int> found;
      for (const std::string& id : db.query("SELECT id FROM mail GROUP BY id HAVING count(*) = 3"))
        found.insert(std::stoi(id));
      EXPECT_EQ(db.query("SELECT id FROM mail GROUP BY id HAVING count(*) <> 3"), std::vector<std::string>{});
      for (const int id : committed)
        EXPECT_TRUE(found.contains(id)) << "committed transaction " << id << " is lost";
      // One more may have got through whose commit could not be answered.
      EXPECT_LE(found.size(), committed.size() + 1);
      EXPECT_TRUE(db.run("INSERT INTO mail VALUES(99, 0, 'life goes on')"));
    }
  }
}

TEST_P(DiskModes, SeveralConnectionsSeeEachOther) {
  const auto disk = make_disk();
  Database one(*disk, GetParam());
  Database two(*disk, GetParam());
  ASSERT_TRUE(one.run("CREATE TABLE t(x)"));
  ASSERT_TRUE(two.run("INSERT INTO t VALUES(1)"));
  EXPECT_EQ(one.query("SELECT count(*) FROM t"), std::vector<std::string>{"1"});
  ASSERT_TRUE(one.run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(one.run("INSERT INTO t VALUES(2)"));
  EXPECT_FALSE(two.run("BEGIN IMMEDIATE")) << "one writer at a time";
  EXPECT_EQ(two.query("SELECT count(*) FROM t"), std::vector<std::string>{"1"});
  ASSERT_TRUE(one.run("COMMIT"));
  EXPECT_EQ(two.query("SELECT count(*) FROM t"), std::vector<std::string>{"2"});
  EXPECT_TRUE(two.run("BEGIN IMMEDIATE"));
  EXPECT_TRUE(two.run("COMMIT"));
}

TEST_P(DiskModes, AStoppedMachineKeepsUnsyncedBytesButOldHandlesFail) {
  const auto disk = make_disk();
  Database old(*disk, GetParam());
  ASSERT_TRUE(old.run("PRAGMA synchronous=OFF"));
  ASSERT_TRUE(old.run("CREATE TABLE t(x)"));
  ASSERT_TRUE(old.run("INSERT INTO t VALUES(1)"));
  disk->detach();
  EXPECT_FALSE(old.run("INSERT INTO t VALUES(2)"));
  disk->power_on();
  EXPECT_FALSE(old.run("INSERT INTO t VALUES(3)"));
  Database fresh(*disk, GetParam());
  EXPECT_EQ(fresh.query("SELECT count(*) FROM t"), std::vector<std::string>{"1"});
}

INSTANTIATE_TEST_SUITE_P(Journals, DiskModes, testing::Values("DELETE", "TRUNCATE", "PERSIST", "WAL"),
                         [](const auto& journal) { return journal.param; });

TEST(Disk, ForgetsWhatWasNotSynced) {
  const auto disk = make_disk();
  {
    Database db(*disk, "DELETE");
    ASSERT_TRUE(db.run("CREATE TABLE t(x)"));
    ASSERT_TRUE(db.run("PRAGMA synchronous=OFF"));
    ASSERT_TRUE(db.run("INSERT INTO t VALUES(1)"));
    EXPECT_EQ(db.query("SELECT count(*) FROM t"), std::vector<std::string>{"1"});
    disk->power_off();
    EXPECT_FALSE(db.run("INSERT INTO t VALUES(2)"));
  }
  disk->power_on();
  Database db(*disk, "DELETE");
  EXPECT_EQ(db.query("SELECT count(*) FROM t"), std::vector<std::string>{"0"});
}

TEST(Disk, ADeletedJournalComesBackUnlessTheDirectoryWasSynced) {
  const auto disk = make_disk();
  {
    Database db(*disk, "DELETE");
    ASSERT_TRUE(db.run("PRAGMA synchronous=FULL"));
    ASSERT_TRUE(db.run("CREATE TABLE t(x)"));
    disk->power_off();
  }
  disk->power_on();
  EXPECT_EQ(disk->files(), (std::vector<std::string>{"/mail.db", "/mail.db-journal"}));
  Database db(*disk, "DELETE");
  EXPECT_FALSE(db.run("SELECT * FROM t")) << "rolled back";
}

TEST(Disk, AnUnsyncedFileIsNotThereAfterACut) {
  const auto disk = make_disk();
  Database db(*disk, "OFF");
  ASSERT_TRUE(db.run("PRAGMA synchronous=OFF"));
  ASSERT_TRUE(db.run("CREATE TABLE t(x)"));
  EXPECT_EQ(disk->files(), std::vector<std::string>{"/mail.db"});
  EXPECT_FALSE(disk->durable_bytes("/mail.db"));
  disk->power_off();
  disk->power_on();
  EXPECT_TRUE(disk->files().empty());
}

TEST(Disk, TellsVirtualTimeToSqlite) {
  const auto disk = make_disk();
  Database db(*disk, "DELETE");
  EXPECT_EQ(db.query("SELECT strftime('%s','now')"),
            std::vector<std::string>{std::to_string(TwoHosts::kStart.unix_seconds())});
}

TEST(Disk, TwoDisksHoldDifferentFilesOfTheSameName) {
  const auto one = make_disk();
  const auto two = make_disk();
  EXPECT_NE(one->vfs_name(), two->vfs_name());
  Database first(*one, "WAL");
  Database second(*two, "WAL");
  ASSERT_TRUE(first.run("CREATE TABLE only_here(x)"));
  EXPECT_FALSE(second.run("SELECT * FROM only_here"));
}

/// Writes a row at each boot, and then one a second.
class Writer {
 public:
  Writer(Incarnation& incarnation, std::vector<std::string>& rows)
      : services_(incarnation.services()), db_(incarnation.host().disk(), "WAL") {
    db_.run("CREATE TABLE IF NOT EXISTS life(number)");
    for (std::string& row : db_.query("SELECT count(*) FROM life"))
      rows.push_back(std::move(row));
    tasks_.spawn(write());
  }

 private:
  Task<void> write() {
    const auto timer = services_.clock.make_timer("write");
    for (;;) {
      db_.run("INSERT INTO life VALUES(1)");
      const Ok waited = co_await timer->wait_until(services_.clock.now() + Duration::seconds(1));
      if (!waited) break;
    }
    db_.run("INSERT INTO life VALUES('from beyond')");
  }
  HostServices services_;
  Database db_;
  TaskGroup tasks_;
};

TEST(Disk, APowerCutCrashesTheHostAndARestartFindsWhatWasSynced) {
  std::vector<std::string> counts;
  TwoHosts net;
  net.beta.install([&counts](Incarnation& incarnation) -> std::shared_ptr<void> {
    return std::make_shared<Writer>(incarnation, counts);
  });
  net.world.run_until(net.world.start() + Duration::milliseconds(4500));
  const std::uint64_t syncs = net.beta.disk().syncs();
  net.beta.cut_power_at_sync(syncs + 2);
  net.world.run_until_idle();
  EXPECT_EQ(net.beta.state(), Host::State::kCrashed);
  EXPECT_EQ(net.log.count("fault 8 2"), 1);
  EXPECT_EQ(net.log.count("fault 6 2"), 1);
  net.beta.restart();
  net.world.run_until(net.world.now() + Duration::milliseconds(500));
  EXPECT_EQ(counts, (std::vector<std::string>{"0", "6"})) << "five seconds' rows and one more sync";
  net.beta.stop();
  net.world.run_until_idle();
  net.beta.restart();
  net.world.run_until(net.world.now() + Duration::milliseconds(500));
  EXPECT_EQ(counts.back(), "7") << "the dead wrote nothing";
}

TEST(Disk, APowerCutDuringTheBootEndsThatLifeToo) {
  std::vector<std::string> counts;
  TwoHosts net;
  net.beta.install([&counts](Incarnation& incarnation) -> std::shared_ptr<void> {
    return std::make_shared<Writer>(incarnation, counts);
  });
  net.beta.cut_power_at_sync(1);
  net.world.run_until_idle();
  EXPECT_EQ(net.beta.state(), Host::State::kCrashed);
  net.beta.restart();
  net.world.run_until(net.world.now() + Duration::seconds(1));
  EXPECT_EQ(counts.back(), "0");
  EXPECT_EQ(net.beta.state(), Host::State::kUp);
}

}  // namespace
}  // namespace glasspost::sim
