#include <unistd.h>

#include "tests/unit/store/store_fixture.h"

namespace glasspost::store {
namespace {

using SpoolTest = StoreFixture;

SpoolEntry entry(const std::string& id) {
  SpoolEntry made;
  made.queue_id = id;
  made.reverse_path = "alice@alpha.example";
  made.envelope_id = "e1";
  made.accepted = Instant{5'000'000'000};
  made.eight_bit = true;
  made.quarantine = true;
  made.origin = "accepted";
  SpoolRecipient bob;
  bob.address = "bob@beta.example";
  bob.next_attempt = Instant{6'000'000'000};
  SpoolRecipient carol;
  carol.address = "\"c d\"@gamma.example";
  carol.original = "carol@beta.example";
  made.recipients = {bob, carol};
  return made;
}

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 70'000; ++i)
    bytes += static_cast<char>(i * 7);
  return bytes;
}

TEST_F(SpoolTest, WhatWasPutIsThereAfterReopening) {
  SpoolEntry first = entry("q1");
  SpoolChange change;
  change.puts.push_back({first, make_content(all_bytes())});
  change.puts.push_back({entry("q0"), make_content("")});
  ASSERT_TRUE(now(spool_->apply(change)));
  reopen();
  const auto loaded = now(spool_->load());
  ASSERT_TRUE(loaded.has_value());
  ASSERT_EQ(loaded->size(), 2u);
  first.size = all_bytes().size();
  EXPECT_EQ((*loaded)[0], first);
  EXPECT_EQ((*loaded)[1].queue_id, "q0") << "in order of arrival";
  const auto content = now(spool_->content("q1"));
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(**content, all_bytes());
  EXPECT_EQ(**now(spool_->content("q0")), "");
  expect_whole();
}

TEST_F(SpoolTest, UpdatesAndRemovalsLast) {
  SpoolChange put;
  put.puts.push_back({entry("q1"), make_content("one")});
  put.puts.push_back({entry("q2"), make_content("two")});
  ASSERT_TRUE(now(spool_->apply(put)));
  SpoolRecipient bob = entry("q1").recipients[0];
  bob.state = RecipientState::kDone;
  bob.attempts = 2;
  bob.last_reply = "250 2.0.0 ok";
  SpoolChange change;
  change.updates.push_back({"q1", 0, bob});
  change.removals.push_back("q2");
  ASSERT_TRUE(now(spool_->apply(change)));
  reopen();
  const auto loaded = now(spool_->load());
  ASSERT_TRUE(loaded.has_value());
  ASSERT_EQ(loaded->size(), 1u);
  EXPECT_EQ(loaded->front().recipients[0], bob);
  EXPECT_EQ(loaded->front().recipients[1], entry("q1").recipients[1]);
  EXPECT_EQ(now(spool_->content("q2")).error().code, ErrorCode::kNotFound);
  expect_whole();
}

TEST_F(SpoolTest, AChangeIsAllOrNothing) {
  SpoolChange put;
  put.puts.push_back({entry("q1"), make_content("one")});
  ASSERT_TRUE(now(spool_->apply(put)));
  SpoolChange bad;
  bad.puts.push_back({entry("dsn"), make_content("bounce")});
  bad.removals.push_back("q1");
  bad.removals.push_back("no such");
  const Ok failed = now(spool_->apply(bad));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::kNotFound);
  const auto content = now(spool_->content("q1"));
  EXPECT_TRUE(content.has_value()) << "undone in memory too";
  EXPECT_EQ(now(spool_->content("dsn")).error().code, ErrorCode::kNotFound);
  SpoolChange again;
  again.puts.push_back({entry("dsn"), make_content("bounce")});
  EXPECT_TRUE(now(spool_->apply(again)));
  EXPECT_EQ(now(spool_->load())->size(), 2u);
}

TEST_F(SpoolTest, AnUpdateOfNobodyIsRefused) {
  SpoolChange put;
  put.puts.push_back({entry("q1"), make_content("one")});
  ASSERT_TRUE(now(spool_->apply(put)));
  SpoolChange change;
  change.updates.push_back({"q1", 2, SpoolRecipient{}});
  EXPECT_EQ(now(spool_->apply(change)).error().code, ErrorCode::kNotFound);
}

TEST_F(SpoolTest, LimitsHold) {
  SqliteSpool small(*database_, {10, 2});
  SpoolChange much;
  much.puts.push_back({entry("q1"), make_content("12345678901")});
  EXPECT_EQ(now(small.apply(much)).error().code, ErrorCode::kTooLarge);
  for (const char* id : {"a", "b"}) {
    SpoolChange fits;
    fits.puts.push_back({entry(id), make_content("12345")});
    EXPECT_TRUE(now(small.apply(fits)));
  }
  SpoolChange third;
  third.puts.push_back({entry("c"), make_content("")});
  EXPECT_EQ(now(small.apply(third)).error().code, ErrorCode::kTooLarge);
  SpoolChange less;
  less.removals.push_back("a");
  ASSERT_TRUE(now(small.apply(less)));
  EXPECT_TRUE(now(small.apply(third)));
}

}  // namespace
}  // namespace glasspost::store
