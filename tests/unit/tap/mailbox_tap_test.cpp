#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/trace/event_text.h"
#include "tests/unit/store/store_fixture.h"
#include "tests/unit/tap/fake_world.h"

namespace glasspost::tap {
namespace {

class MailboxTap : public store::StoreFixture {
 protected:
  MailboxTap()
      : world_({}), host_(world_.tap.host({3}, world_.services())), tapped_(host_->tapped(*mailboxes_)) {
    EXPECT_TRUE(now(tapped_->create_account("bob@beta.example", 0)));
  }
  store::FolderId folder(const std::string& name) {
    return now(tapped_->folder("bob@beta.example", name))->id;
  }
  // The events that came since the last call, without their numbers and times.
  std::vector<std::string> fresh() {
    std::vector<std::string> lines;
    const trace::Trace trace = world_.recorder.snapshot();
    trace.for_each(seen_ + 1, trace.last_seq(), [&](const trace::EventView& event) {
      const std::string line = trace::event_text(event, {}, {});
      const std::size_t host = line.find("host3");
      lines.push_back(line.substr(host == std::string::npos ? 0 : host + 6));
    });
    seen_ = trace.last_seq();
    return lines;
  }

  FakeWorld world_;
  std::unique_ptr<HostTap> host_;
  std::unique_ptr<store::MailboxStore> tapped_;
  std::uint64_t seen_ = 0;
};

TEST_F(MailboxTap, TellsWhatHappensToAMessage) {
  EXPECT_THAT(fresh(), testing::Contains(testing::HasSubstr("account=bob@beta.example folder=INBOX")));
  const store::Content letter = store::make_content(
      "From: Alice <alice@alpha.example>\r\nSubject: =?UTF-8?B?7JWI64WV?=\r\nMessage-ID: "
      "<1@x>\r\n\r\nHi\r\n");
  const store::Delivery delivery{"Q1", "bob@beta.example", "bob@beta.example", "INBOX", letter, Instant{5}};
  EXPECT_TRUE(now(tapped_->deliver(delivery)));
  EXPECT_TRUE(now(tapped_->deliver(delivery))->repeated);
  const std::string size = std::to_string(letter->size());
  EXPECT_THAT(fresh(),
              testing::ElementsAre("m=Q1 mailbox-stored uid=1 size=" + size +
                                   " account=bob@beta.example folder=INBOX message_id=<1@x> "
                                   "subject=\"안녕\" from=\"Alice <alice@alpha.example>\" flags=[]"));

  EXPECT_TRUE(now(tapped_->append({folder("Drafts"), letter, Instant{5}, {store::flag::kDraft, {}}})));
  EXPECT_THAT(fresh(),
              testing::ElementsAre(testing::AllOf(testing::HasSubstr("folder=Drafts message_id=<1@x>"),
                                                  testing::HasSubstr("flags=[\"\\\\Draft\"]"))));

  store::FlagChange seen;
  seen.flags = {store::flag::kSeen, {"$Junk"}};
  EXPECT_TRUE(now(tapped_->change_flags(folder("INBOX"), {1}, seen)));
  EXPECT_THAT(fresh(), testing::ElementsAre("mailbox-flags uid=1 account=bob@beta.example folder=INBOX "
                                            "flags=[\"\\\\Seen\", \"$Junk\"]"));

  EXPECT_TRUE(now(tapped_->copy(folder("INBOX"), {1}, folder("Trash"))));
  EXPECT_THAT(fresh(),
              testing::ElementsAre(testing::AllOf(testing::HasSubstr("mailbox-stored"),
                                                  testing::HasSubstr("folder=Trash message_id=<1@x>"))));
  EXPECT_TRUE(now(tapped_->move(folder("INBOX"), {1}, folder("Junk"))));
  EXPECT_THAT(fresh(),
              testing::ElementsAre("mailbox-moved uid=1 new_uid=1 account=bob@beta.example folder=INBOX "
                                   "new_folder=Junk"));

  store::FlagChange gone;
  gone.flags.system = store::flag::kDeleted;
  EXPECT_TRUE(now(tapped_->change_flags(folder("Junk"), {1}, gone)));
  fresh();
  EXPECT_TRUE(now(tapped_->expunge(folder("Junk"), std::nullopt)));
  EXPECT_THAT(fresh(), testing::ElementsAre("mailbox-expunged uid=1 account=bob@beta.example folder=Junk"));
}

TEST_F(MailboxTap, TellsWhatHappensToFolders) {
  fresh();
  const auto made = now(tapped_->create_folder("bob@beta.example", "Work", store::SpecialUse::kNone));
  ASSERT_TRUE(made);
  EXPECT_TRUE(now(tapped_->rename_folder(made->id, "Play")));
  EXPECT_TRUE(now(tapped_->remove_folder(made->id)));
  EXPECT_THAT(fresh(),
              testing::ElementsAre("mailbox uid_validity=" + std::to_string(made->uid_validity) +
                                       " account=bob@beta.example folder=Work",
                                   "folder-renamed account=bob@beta.example folder=Work new_folder=Play",
                                   "folder-removed account=bob@beta.example folder=Play"));
}

TEST_F(MailboxTap, TellsTheUidValidityOfAFolder) {
  const std::uint32_t validity = now(tapped_->folder("bob@beta.example", "INBOX"))->uid_validity;
  EXPECT_NE(validity, 0U);
  EXPECT_THAT(fresh(),
              testing::Contains(testing::HasSubstr("mailbox uid_validity=" + std::to_string(validity) +
                                                   " account=bob@beta.example folder=INBOX")));
}

TEST_F(MailboxTap, TellsWhatAnOlderStoreHolds) {
  const store::Content letter = store::make_content("Subject: Old\r\nMessage-ID: <1@x>\r\n\r\nHi\r\n");
  EXPECT_TRUE(now(mailboxes_->append({folder("INBOX"), letter, Instant{5}, {store::flag::kSeen, {}}})));
  FakeWorld later({});
  const auto host = later.tap.host({3}, later.services());
  const auto tapped = host->tapped(*mailboxes_);
  EXPECT_TRUE(now(tapped->tell_contents()));
  // Moving and copying need to know the folder's name and the letter's subject.
  EXPECT_TRUE(now(tapped->copy(folder("INBOX"), {1}, folder("Trash"))));
  EXPECT_TRUE(now(tapped->move(folder("INBOX"), {1}, folder("Junk"))));
  std::string told;
  const trace::Trace trace = later.recorder.snapshot();
  trace.for_each(1, trace.last_seq(),
                 [&](const trace::EventView& event) { told += trace::event_text(event, {}, {}) + "\n"; });
  EXPECT_THAT(told,
              testing::HasSubstr("folder=INBOX message_id=<1@x> subject=Old from=\"\" flags=[\"\\\\Seen\"]"));
  EXPECT_THAT(told, testing::HasSubstr("folder=Trash message_id=<1@x> subject=Old"));
  EXPECT_THAT(told,
              testing::HasSubstr("mailbox-moved uid=1 new_uid=1 account=bob@beta.example folder=INBOX"));
}

}  // namespace
}  // namespace glasspost::tap
