#include <string>

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/protocol/imap/list_pattern.h"
#include "engine/protocol/imap/modified_utf7.h"
#include "engine/protocol/imap/sequence_set.h"

namespace glasspost::imap {
namespace {

TEST(FieldCase, A27_MailboxNamesBeyondTheBasicPlaneAreSurrogatePairs) {
  EXPECT_EQ(encode_modified_utf7("😀"), "&2D3eAA-");
  EXPECT_EQ(encode_modified_utf7("한글&😀"), "&1VyuAA-&-&2D3eAA-");
  EXPECT_EQ(decode_modified_utf7("&2D3eAA-").value(), "😀");
  EXPECT_EQ(decode_modified_utf7("&1VyuAA-&-&2D3eAA-").value(), "한글&😀");
}

TEST(ImapModifiedUtf7, ThereAndBack) {
  for (const char* name : {"", "INBOX", "A&B", "&", "&&&", "p\xc3\xa4\xc3\xa4", "받은 편지함/보낸", "a😀b한c",
                           "~peter/mail/台北/日本語"}) {
    const std::string wire = encode_modified_utf7(name);
    for (const char c : wire)
      EXPECT_TRUE(c >= 0x20 && c < 0x7f) << name;
    EXPECT_EQ(decode_modified_utf7(wire).value_or("fault"), name);
  }
  EXPECT_EQ(encode_modified_utf7("~peter/mail/台北/日本語"),
            "~peter/mail/&U,BTFw-/&ZeVnLIqe-");  // RFC 3501 5.1.3
  EXPECT_EQ(encode_modified_utf7("p\xc3\xa4\xc3\xa4"), "p&AOQA5A-");
}

TEST(ImapModifiedUtf7, EachNameHasOneFormOnly) {
  for (const char* wire : {"&", "&AOQ", "&AGE-", "&AO-", "&A-", "&/-", "&2D0-", "&3gA-", "&AOQ-&AOQ-",
                           "&AOR-", "\xc3\xa4", "a\tb", "&AOQAAAAA", "&U,BTF2-"}) {
    EXPECT_FALSE(decode_modified_utf7(wire).has_value()) << wire;
  }
  EXPECT_EQ(encode_modified_utf7("a\xff"
                                 "b"),
            "a&,,0-b");
}

TEST(ImapSequenceSet, IsNeverExpanded) {
  const auto set = parse_sequence_set("4294967295:1,5,*:3").value();
  EXPECT_EQ(set.ranges.size(), 3u);
  const auto resolved = set.resolved(10);
  ASSERT_EQ(resolved.size(), 1u);
  EXPECT_EQ(resolved[0], (SequenceRange{1, 4294967295u}));
}

TEST(ImapSequenceSet, StarIsTheLargestInUse) {
  EXPECT_EQ(parse_sequence_set("*").value().resolved(7), (std::vector<SequenceRange>{{7, 7}}));
  EXPECT_EQ(parse_sequence_set("9:*").value().resolved(7), (std::vector<SequenceRange>{{7, 9}}));
  EXPECT_TRUE(parse_sequence_set("*").value().resolved(0).empty());
  EXPECT_EQ(parse_sequence_set("5,2:3,4,9").value().resolved(9),
            (std::vector<SequenceRange>{{2, 5}, {9, 9}}));
  const auto resolved = parse_sequence_set("2:3,9").value().resolved(9);
  for (const std::uint32_t number : {2u, 3u, 9u})
    EXPECT_TRUE(contains(resolved, number));
  for (const std::uint32_t number : {1u, 4u, 8u, 10u})
    EXPECT_FALSE(contains(resolved, number));
}

TEST(ImapSequenceSet, Faults) {
  for (const char* text : {"", "0", "1:", ":1", "1,", ",1", "a", "1 2", "4294967296", "1:2:3", "-1", "**"})
    EXPECT_FALSE(parse_sequence_set(text).has_value()) << text;
  EXPECT_EQ(parse_sequence_set("1,x").error().offset, 2u);
}

TEST(ImapSequenceSet, Format) {
  EXPECT_EQ(format_sequence_set({}), "");
  EXPECT_EQ(format_sequence_set({1, 2, 3, 7, 9, 10}), "1:3,7,9:10");
  EXPECT_EQ(format_sequence_set({5, 4, 4294967295u}), "5,4,4294967295");
}

TEST(ImapListPattern, StarsAndPercents) {
  EXPECT_TRUE(matches_pattern("*", "a/b/c"));
  EXPECT_TRUE(matches_pattern("%", "a"));
  EXPECT_FALSE(matches_pattern("%", "a/b"));
  EXPECT_TRUE(matches_pattern("a/%", "a/b"));
  EXPECT_FALSE(matches_pattern("a/%", "a/b/c"));
  EXPECT_TRUE(matches_pattern("%/%t*4", "a/bt/x4"));
  EXPECT_TRUE(matches_pattern("inbox", "INBOX"));
  EXPECT_TRUE(matches_pattern("iNb%", "INBOX"));
  EXPECT_FALSE(matches_pattern("sent", "Sent"));
  EXPECT_TRUE(matches_pattern("Inbox/%", "INBOX/x"));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_TRUE(could_match_below("a/%/c", "a"));
  EXPECT_FALSE(could_match_below("b/%", "a"));
}

TEST(ImapListPattern, ManyStarsTakeLinearTime) {
  std::string pattern;
  for (int i = 0; i < 5'000; ++i)
    pattern += "*a";
  EXPECT_FALSE(matches_pattern(pattern, std::string(255, 'a') + "b"));
}

}  // namespace
}  // namespace glasspost::imap
