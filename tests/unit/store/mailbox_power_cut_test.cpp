// The power is cut at every sync point inside APPEND, COPY, MOVE, EXPUNGE and a change of flags: each is done
// or not done, what was said to be done is there, and the store is whole.
#include <fmt/format.h>

#include "engine/sim/disk.h"
#include "tests/unit/store/store_fixture.h"

namespace glasspost::store {
namespace {

struct Cut {
  std::uint64_t at = 0;  ///< sync point of the whole run, 0: none
  bool partial = false;  ///< unsynced sectors may survive
  std::uint64_t seed = 1;
  std::uint32_t checkpoint_pages = 4'000;
};

constexpr std::size_t kSteps = 7;

class CutMailbox {
 public:
  explicit CutMailbox(const Cut& cut) : cut_(cut), disk_(cut.seed, "host", [this] { return clock_.moment; }) {
    disk_.set_partial_survival(cut.partial);
    open();
    prepare();
  }

  /// Sync points that belong to making the mailbox are not cut.
  [[nodiscard]] std::uint64_t syncs() const { return disk_.syncs(); }
  void arm() {
    if (cut_.at != 0) disk_.cut_power_at_sync(cut_.at);
  }

  /// Does the steps that are left; gives how many were said to be done, which is all without a cut.
  std::size_t run(std::size_t from) {
    for (std::size_t step = from; step < kSteps; ++step) {
      if (!do_step(step)) return step;
    }
    return kSteps;
  }
  bool run_one(std::size_t step) { return do_step(step); }
  void power_back() {
    close();
    disk_.power_on();
    open();
  }
  std::vector<std::string> faults() {
    const auto found = now(database_->check());
    EXPECT_TRUE(found.has_value());
    return found ? *found : std::vector<std::string>{"no answer"};
  }

  /// Everything that a session could see.
  std::string picture() {
    std::string out;
    const auto folders = now(mailboxes_->folders("bob"));
    if (!folders) return "unreadable: " + to_string(folders.error());
    for (const FolderInfo& folder : *folders) {
      out += fmt::format("{} validity={} next={} modseq={} messages={} unseen={} bytes={}\n", folder.name,
                         folder.uid_validity, folder.uid_next, folder.mod_sequence, folder.messages,
                         folder.unseen, folder.bytes);
      const auto messages = now(mailboxes_->list(folder.id, {}));
      if (!messages) return "unreadable: " + to_string(messages.error());
      for (const MessageInfo& message : *messages) {
        const auto content = now(mailboxes_->content(folder.id, message.uid));
        out += fmt::format("  {} flags={} modseq={} {}\n", message.uid, message.flags.system,
                           message.mod_sequence,
                           content ? (**content).substr(0, 12) : to_string(content.error()));
      }
    }
    return out;
  }

 private:
  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    TaskGroup group;
    group.spawn(keep(std::move(task), result));
    scheduler_.run();
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
  }
  void open() {
    auto opened = Database::open({"mail.db", disk_.vfs_name(), cut_.checkpoint_pages}, scheduler_, executor_);
    ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
    database_ = std::move(*opened);
    mailboxes_ = std::make_unique<SqliteMailboxStore>(*database_, clock_);
  }
  void close() {
    mailboxes_.reset();
    database_.reset();
  }
  static Content letter(int number) {
    return make_content(fmt::format("letter {:04}\r\n", number) + std::string(5'000, 'x'));
  }
  void prepare() {
    ASSERT_TRUE(now(mailboxes_->create_account("bob", 0)));
    inbox_ = now(mailboxes_->folder("bob", "INBOX"))->id;
    work_ = now(mailboxes_->create_folder("bob", "Work", SpecialUse::kNone))->id;
    for (int i = 1; i <= 8; ++i)
      ASSERT_TRUE(now(mailboxes_->append({inbox_, letter(i), clock_.moment, {}})));
  }
  bool do_step(std::size_t step) {
    switch (step) {
      case 0:
        return now(mailboxes_->append({inbox_, letter(100), clock_.moment, {flag::kSeen, {}}})).has_value();
      case 1:
        return now(mailboxes_->copy(inbox_, {1, 2, 3, 9}, work_)).has_value();
      case 2:
        return now(mailboxes_->move(inbox_, {3, 4, 5}, work_)).has_value();
      case 3:
        return now(mailboxes_->change_flags(inbox_, {1, 6, 7},
                                            {FlagOperation::kAdd, {flag::kDeleted, {}}, {}}))
            .has_value();
      case 4:
        return now(mailboxes_->expunge(inbox_, std::nullopt)).has_value();
      case 5:
        return now(mailboxes_->move(work_, {1, 2, 5}, inbox_)).has_value();
      default:
        return now(mailboxes_->append({work_, letter(200), clock_.moment, {}})).has_value();
    }
  }

  Cut cut_;
  FixedClock clock_;
  sim::Disk disk_;
  QueueScheduler scheduler_;
  InlineExecutor executor_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteMailboxStore> mailboxes_;
  FolderId inbox_, work_;
};

/// What the mailbox looks like after each step, and how many sync points there are before and after all.
struct Expected {
  std::vector<std::string> states;
  std::uint64_t first = 0, last = 0;
};
Expected without_a_cut(Cut cut) {
  cut.at = 0;
  Expected out;
  CutMailbox mailbox(cut);
  out.first = mailbox.syncs();
  out.states.push_back(mailbox.picture());
  for (std::size_t step = 0; step < kSteps; ++step) {
    EXPECT_TRUE(mailbox.run_one(step));
    out.last = mailbox.syncs();
    out.states.push_back(mailbox.picture());
  }
  return out;
}

void cut_everywhere(Cut cut) {
  const Expected expected = without_a_cut(cut);
  ASSERT_GE(expected.last - expected.first, kSteps) << "each step is one sync at least";
  for (cut.at = expected.first + 1; cut.at <= expected.last; ++cut.at) {
    CutMailbox mailbox(cut);
    mailbox.arm();
    const std::size_t done = mailbox.run(0);
    mailbox.power_back();
    const std::string where = fmt::format("cut at {} seed {} after step {}", cut.at, cut.seed, done);
    ASSERT_EQ(mailbox.faults(), std::vector<std::string>{}) << where;
    // The step that failed may have become durable; nothing else may differ.
    const std::string seen = mailbox.picture();
    const bool before = seen == expected.states[done];
    const bool after = done < kSteps && seen == expected.states[done + 1];
    ASSERT_TRUE(before || after) << where << "\n" << seen << "\ninstead of\n" << expected.states[done];
    EXPECT_TRUE(before || cut.partial) << where << ": what was not synced has survived";
    // Life goes on as if nothing had happened.
    ASSERT_EQ(mailbox.run(after && !before ? done + 1 : done), kSteps) << where;
    EXPECT_EQ(mailbox.picture(), expected.states[kSteps]) << where;
    ASSERT_EQ(mailbox.faults(), std::vector<std::string>{}) << where;
  }
}

TEST(MailboxPowerCut, AtEverySyncPointEachCommandIsDoneOrNotDone) {
  cut_everywhere({});
}

TEST(MailboxPowerCut, WhileTheLogIsCarriedOver) {
  Cut cut;
  cut.checkpoint_pages = 1;
  cut_everywhere(cut);
}

TEST(MailboxPowerCut, WithHalfWrittenSectors) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Cut cut;
    cut.partial = true;
    cut.seed = seed;
    cut.checkpoint_pages = seed % 2 == 0 ? 1 : 4'000;
    cut_everywhere(cut);
  }
}

}  // namespace
}  // namespace glasspost::store
