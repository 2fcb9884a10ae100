#include <unistd.h>

#include "tests/unit/store/store_fixture.h"

namespace glasspost::store {
namespace {

class Listening final : public MailboxListener {
 public:
  void changed(const MailboxChange& change) override { changes.push_back(change); }
  std::vector<MailboxChange> changes;
};

class MailboxStoreTest : public StoreFixture {
 protected:
  MailboxStoreTest() {
    EXPECT_TRUE(now(mailboxes_->create_account("bob@beta.example", 0)));
    mailboxes_->add_listener(heard_);
  }
  FolderInfo folder(const std::string& name) {
    const auto found = now(mailboxes_->folder("bob@beta.example", name));
    EXPECT_TRUE(found.has_value()) << name;
    return found.value_or(FolderInfo{});
  }
  MessageInfo append(const std::string& name, const std::string& bytes, Flags flags = {}) {
    AppendRequest request{folder(name).id, make_content(bytes), Instant{77}, std::move(flags)};
    const auto stored = now(mailboxes_->append(std::move(request)));
    EXPECT_TRUE(stored.has_value());
    return stored.value_or(MessageInfo{});
  }
  Delivery delivery(const std::string& queue_id, const std::string& name = "INBOX") {
    return Delivery{
        queue_id,   "bob@beta.example", "bob@beta.example", name, make_content("mail " + queue_id),
        Instant{99}};
  }
  std::vector<Uid> uids(const std::string& name) {
    std::vector<Uid> found;
    const auto listed = now(mailboxes_->list(folder(name).id, UidRange{}));
    for (const MessageInfo& message : *listed)
      found.push_back(message.uid);
    return found;
  }

  Listening heard_;
};

TEST_F(MailboxStoreTest, AnAccountHasItsFolders) {
  std::vector<std::string> names;
  const auto folders = now(mailboxes_->folders("bob@beta.example"));
  for (const FolderInfo& one : *folders)
    names.push_back(one.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Drafts", "INBOX", "Junk", "Sent", "Trash"}));
  EXPECT_EQ(folder("Junk").special_use, SpecialUse::kJunk);
  EXPECT_EQ(folder("inbox").name, "INBOX");
  EXPECT_GE(folder("INBOX").uid_validity, 1'770'000'000u);
  EXPECT_EQ(now(mailboxes_->folders("nobody")).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(now(mailboxes_->create_account("bob@beta.example", 5000))) << "again: only the quota changes";
  EXPECT_EQ(now(mailboxes_->account("bob@beta.example"))->quota_bytes, 5000u);
}

TEST_F(MailboxStoreTest, BytesComeBackExactly) {
  std::string bytes("\0\r\n.\r\n\xff\xfe", 8);
  for (int i = 0; i < 100'000; ++i)
    bytes += static_cast<char>(i);
  const MessageInfo stored = append("INBOX", bytes);
  EXPECT_EQ(stored.uid, 1u);
  reopen();
  const auto content = now(mailboxes_->content(folder("INBOX").id, 1));
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(**content, bytes);
  EXPECT_EQ(folder("INBOX").bytes, bytes.size());
  EXPECT_EQ(folder("INBOX").uid_next, 2u);
  expect_whole();
}

TEST_F(MailboxStoreTest, DeliveryHappensOnceForQueueIdAndRecipient) {
  const auto first = now(mailboxes_->deliver(delivery("q1")));
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(first->repeated);
  reopen();
  mailboxes_->add_listener(heard_);
  const auto again = now(mailboxes_->deliver(delivery("q1")));
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->uid, first->uid);
  EXPECT_EQ(again->folder_name, "INBOX");
  Delivery other = delivery("q1");
  other.recipient = "robert@beta.example";
  EXPECT_FALSE(now(mailboxes_->deliver(other))->repeated);
  EXPECT_EQ(folder("INBOX").messages, 2u);
  ASSERT_EQ(heard_.changes.size(), 2u);
  EXPECT_EQ(heard_.changes[0].queue_id, "q1");
  EXPECT_EQ(heard_.changes[0].message.uid, 1u);
}

TEST_F(MailboxStoreTest, ARepeatedDeliveryIsKnownEvenAfterTheMessageIsGone) {
  ASSERT_TRUE(now(mailboxes_->deliver(delivery("q1"))));
  ASSERT_TRUE(now(
      mailboxes_->change_flags(folder("INBOX").id, {1}, {FlagOperation::kAdd, {flag::kDeleted, {}}, {}})));
  EXPECT_EQ(*now(mailboxes_->expunge(folder("INBOX").id, std::nullopt)), std::vector<Uid>{1});
  EXPECT_TRUE(now(mailboxes_->deliver(delivery("q1")))->repeated);
  EXPECT_EQ(folder("INBOX").messages, 0u);
  EXPECT_EQ(folder("INBOX").uid_next, 2u);
  expect_whole();
}

TEST_F(MailboxStoreTest, DeliveryMakesAMissingFolder) {
  EXPECT_EQ(now(mailboxes_->deliver(delivery("q1", "Lists/한글")))->folder_name, "Lists/한글");
  EXPECT_EQ(folder("Lists/한글").messages, 1u);
}

TEST_F(MailboxStoreTest, QuotaRefusesWhatDoesNotFit) {
  ASSERT_TRUE(now(mailboxes_->create_account("bob@beta.example", 10)));
  EXPECT_EQ(append("INBOX", "12345").uid, 1u);
  const auto over = now(mailboxes_->append({folder("INBOX").id, make_content("123456"), {}, {}}));
  EXPECT_EQ(over.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(now(mailboxes_->account("bob@beta.example"))->used_bytes, 5u);
  const auto copied = now(mailboxes_->copy(folder("INBOX").id, {1}, folder("Sent").id));
  EXPECT_TRUE(copied.has_value());
  EXPECT_EQ(now(mailboxes_->copy(folder("INBOX").id, {1}, folder("Junk").id)).error().code,
            ErrorCode::kTooLarge);
  EXPECT_TRUE(now(mailboxes_->move(folder("INBOX").id, {1}, folder("Junk").id))) << "moving needs no room";
  expect_whole();
}

TEST_F(MailboxStoreTest, FlagsChangeAndCountUnseen) {
  append("INBOX", "a");
  append("INBOX", "b", {flag::kSeen, {"$Forwarded", "$forwarded", "$A"}});
  EXPECT_EQ(folder("INBOX").unseen, 1u);
  const FolderId inbox = folder("INBOX").id;
  const std::uint64_t before = folder("INBOX").mod_sequence;
  const auto seen =
      now(mailboxes_->change_flags(inbox, {2, 1, 9}, {FlagOperation::kAdd, {flag::kSeen, {"$a"}}, {}}));
  ASSERT_TRUE(seen.has_value());
  ASSERT_EQ(seen->changed.size(), 2u);
  EXPECT_EQ(seen->changed[0].flags, (Flags{flag::kSeen, {"$a"}}));
  EXPECT_EQ(seen->changed[1].flags, (Flags{flag::kSeen, {"$A", "$Forwarded"}})) << "nothing new for this one";
  EXPECT_EQ(seen->changed[0].mod_sequence, before + 1);
  EXPECT_LE(seen->changed[1].mod_sequence, before);
  EXPECT_EQ(folder("INBOX").unseen, 0u);
  const auto guarded =
      now(mailboxes_->change_flags(inbox, {1, 2}, {FlagOperation::kReplace, {flag::kDraft, {}}, before}));
  EXPECT_EQ(guarded->conflicting, std::vector<Uid>{1});
  EXPECT_EQ(guarded->changed.size(), 1u);
  EXPECT_EQ(now(mailboxes_->changed_since(inbox, before + 1))->size(), 1u);
  const auto removed =
      now(mailboxes_->change_flags(inbox, {1}, {FlagOperation::kRemove, {flag::kAll, {"$A"}}, {}}));
  EXPECT_EQ(removed->changed[0].flags, Flags{});
  expect_whole();
}

TEST_F(MailboxStoreTest, CopiesShareContentUntilTheLastIsGone) {
  append("INBOX", "shared bytes");
  const FolderId inbox = folder("INBOX").id;
  const FolderId sent = folder("Sent").id;
  ASSERT_EQ(*now(mailboxes_->copy(inbox, {1}, sent)), (std::vector<CopiedMessage>{{1, 1}}));
  ASSERT_EQ(*now(mailboxes_->copy(inbox, {1}, inbox)), (std::vector<CopiedMessage>{{1, 2}}));
  expect_whole();
  const FlagChange deleted{FlagOperation::kAdd, {flag::kDeleted, {}}, {}};
  ASSERT_TRUE(now(mailboxes_->change_flags(inbox, {1, 2}, deleted)));
  EXPECT_EQ(*now(mailboxes_->expunge(inbox, std::vector<Uid>{2, 7})), std::vector<Uid>{2});
  EXPECT_EQ(*now(mailboxes_->expunge(inbox, std::nullopt)), std::vector<Uid>{1});
  EXPECT_EQ(**now(mailboxes_->content(sent, 1)), "shared bytes");
  expect_whole();
  ASSERT_TRUE(now(mailboxes_->remove_folder(sent)));
  expect_whole();
  EXPECT_EQ(now(mailboxes_->account("bob@beta.example"))->used_bytes, 0u);
}

TEST_F(MailboxStoreTest, MoveTellsBothSides) {
  append("INBOX", "one");
  append("INBOX", "two");
  heard_.changes.clear();
  EXPECT_EQ(*now(mailboxes_->move(folder("INBOX").id, {2}, folder("Trash").id)),
            (std::vector<CopiedMessage>{{2, 1}}));
  EXPECT_EQ(*now(mailboxes_->move(folder("INBOX").id, {1}, folder("INBOX").id)),
            (std::vector<CopiedMessage>{{1, 3}}));
  ASSERT_EQ(heard_.changes.size(), 4u);
  EXPECT_EQ(heard_.changes[0].kind, MailboxChangeKind::kStored);
  EXPECT_EQ(heard_.changes[0].folder, "Trash");
  EXPECT_EQ(heard_.changes[0].copied_uid, 2u);
  EXPECT_EQ(heard_.changes[1].kind, MailboxChangeKind::kExpunged);
  EXPECT_EQ(heard_.changes[1].message.uid, 2u);
  EXPECT_EQ(uids("INBOX"), std::vector<Uid>{3});
  EXPECT_EQ(uids("Trash"), std::vector<Uid>{1});
  expect_whole();
}

TEST_F(MailboxStoreTest, FoldersAreMadeRenamedAndRemoved) {
  ASSERT_TRUE(now(mailboxes_->create_folder("bob@beta.example", "Work/2026", SpecialUse::kNone)));
  ASSERT_TRUE(now(mailboxes_->create_folder("bob@beta.example", "Work", SpecialUse::kArchive)));
  EXPECT_EQ(now(mailboxes_->create_folder("bob@beta.example", "Work", SpecialUse::kNone)).error().code,
            ErrorCode::kConflict);
  for (const char* bad : {"", "/", "a//b", "a/", "x\ny", "\xff"}) {
    EXPECT_EQ(now(mailboxes_->create_folder("bob@beta.example", bad, SpecialUse::kNone)).error().code,
              ErrorCode::kInvalidInput)
        << bad;
  }
  append("Work/2026", "kept");
  const std::uint32_t validity = folder("Work/2026").uid_validity;
  ASSERT_TRUE(now(mailboxes_->rename_folder(folder("Work").id, "Job")));
  EXPECT_EQ(folder("Job/2026").messages, 1u);
  EXPECT_EQ(folder("Job/2026").uid_validity, validity);
  EXPECT_EQ(now(mailboxes_->rename_folder(folder("Job").id, "Sent")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(now(mailboxes_->rename_folder(folder("Job").id, "Job/2026/x")).error().code,
            ErrorCode::kInvalidInput);
  EXPECT_EQ(now(mailboxes_->remove_folder(folder("INBOX").id)).error().code, ErrorCode::kUnsupported);
  ASSERT_TRUE(now(mailboxes_->remove_folder(folder("Job/2026").id)));
  ASSERT_TRUE(now(mailboxes_->create_folder("bob@beta.example", "Job/2026", SpecialUse::kNone)));
  EXPECT_GT(folder("Job/2026").uid_validity, validity) << "a name that is made again is another folder";
  ASSERT_TRUE(now(mailboxes_->set_subscribed(folder("Job").id, false)));
  EXPECT_FALSE(folder("Job").subscribed);
  expect_whole();
}

TEST_F(MailboxStoreTest, WhatIsReadAheadAndKeptIsNeverStale) {
  for (int i = 1; i <= 200; ++i)
    append("INBOX", "letter " + std::to_string(i));
  reopen();  // nothing is kept
  const FolderId inbox = folder("INBOX").id;
  const auto text = [&](Uid uid) {
    const auto content = now(mailboxes_->content(inbox, uid));
    return content ? **content : std::string(to_string(content.error().code));
  };
  for (Uid uid = 1; uid <= 200; ++uid)
    ASSERT_EQ(text(uid), "letter " + std::to_string(uid));
  ASSERT_EQ(text(7), "letter 7");
  ASSERT_TRUE(now(mailboxes_->change_flags(inbox, {7, 8}, {FlagOperation::kAdd, {flag::kDeleted, {}}, {}})));
  ASSERT_TRUE(now(mailboxes_->expunge(inbox, std::nullopt)));
  for (const Uid gone : {7u, 8u})
    EXPECT_EQ(now(mailboxes_->content(inbox, gone)).error().code, ErrorCode::kNotFound) << gone;
  EXPECT_EQ(text(9), "letter 9");
  EXPECT_EQ(now(mailboxes_->content(inbox, 201)).error().code, ErrorCode::kNotFound);
  // A folder that goes takes its messages along.
  ASSERT_TRUE(now(mailboxes_->create_folder("bob@beta.example", "Work", SpecialUse::kNone)));
  const MessageInfo kept = append("Work", "kept");
  const FolderId work = folder("Work").id;
  ASSERT_TRUE(now(mailboxes_->content(work, kept.uid)));
  ASSERT_TRUE(now(mailboxes_->remove_folder(work)));
  EXPECT_FALSE(now(mailboxes_->content(work, kept.uid)).has_value());
  // Read backwards and in leaps too.
  reopen();
  for (Uid uid = 200; uid > 9; --uid)
    ASSERT_EQ(text(uid), "letter " + std::to_string(uid));
  for (Uid uid = 10; uid <= 200; uid += 13)
    ASSERT_EQ(text(uid), "letter " + std::to_string(uid));
}

}  // namespace
}  // namespace glasspost::store
