#include "engine/message/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/message/charset.h"
#include "engine/message/domain_name.h"
#include "engine/message/fold.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

Mailbox only_mailbox(std::string_view value) {
  const AddressList list = parse_address_list(value);
  EXPECT_EQ(list.entries.size(), 1U) << value;
  const std::vector<Mailbox> all = list.mailboxes();
  return all.empty() ? Mailbox{} : all.front();
}

// Quoted local parts with spaces and escapes are read, compared after unquoting and quoted again on output.
TEST(FieldCase, A16_QuotedLocalPartsAreReadComparedUnquotedAndRequoted) {
  const auto spaced = parse_smtp_mailbox(R"("a b"@y.example)");
  ASSERT_TRUE(spaced);
  EXPECT_EQ(spaced->local_part, "a b");
  EXPECT_EQ(spaced->to_string(), R"("a b"@y.example)");

  const auto escaped_quote = parse_smtp_mailbox(R"("x\"y"@z)");
  ASSERT_TRUE(escaped_quote);
  EXPECT_EQ(escaped_quote->local_part, "x\"y");
  EXPECT_EQ(escaped_quote->to_string(), R"("x\"y"@z)");

  EXPECT_TRUE(same_mailbox(*parse_smtp_mailbox(R"("bob"@B.example)"), *parse_smtp_mailbox("bob@b.EXAMPLE")));
  EXPECT_TRUE(same_mailbox(*parse_smtp_mailbox(R"("a\ b"@y)"), *parse_smtp_mailbox(R"("a b"@y)")));
  EXPECT_EQ(parse_smtp_mailbox(R"("bob"@b.example)")->to_string(), "bob@b.example");
  EXPECT_FALSE(same_mailbox(*parse_smtp_mailbox("Bob@b.example"), *parse_smtp_mailbox("bob@b.example")));

  const Mailbox in_header = only_mailbox(R"("a b"@y.example)");
  EXPECT_EQ(in_header.address, *spaced);
  EXPECT_EQ(only_mailbox(R"(Al <"x\"y"@z>)").address, *escaped_quote);
}

TEST(Address, SmtpGrammarIsStrict) {
  for (const char* good : {"a@b", "a.b@c.d", "user+tag@x-y.example", R"(""@x)", "!#$%&'*+-/=?^_`{|}~@x",
                           "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", R"("\\"@x)", "a@1.example"}) {
    const auto parsed = parse_smtp_mailbox(good);
    ASSERT_TRUE(parsed) << good;
    EXPECT_EQ(parsed->to_string(), good);
    EXPECT_TRUE(parsed->is_valid()) << good;
  }
  for (const char* bad : {"",
                          "a",
                          "@b",
                          "a@",
                          "a b@c",
                          ".a@b",
                          "a.@b",
                          "a..b@c",
                          "a@.b",
                          "a@b.",
                          "a@-b",
                          "a@b-.c",
                          "a@b_c",
                          "a@[192.0.2]",
                          "a@[192.0.2.256]",
                          "a@[IPv6:192.0.2.1]",
                          "a@[tag:content]",
                          "a@[2001:db8::1]",
                          "a@[192.0.2.1",
                          "\"a@b",
                          "\"a\"b@c",
                          "a@b c",
                          "a@b>",
                          "<a@b>",
                          "a(c)@b",
                          "\"a\rb\"@c",
                          "\xC3\xA4@b"}) {
    EXPECT_FALSE(parse_smtp_mailbox(bad)) << bad;
  }
}

TEST(Address, ReadsThePrefixThatIsAnAddress) {
  const auto read = read_smtp_mailbox("bob@b.example> SIZE=1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->length, 13U);
  EXPECT_EQ(read->address, (Address{"bob", "b.example"}));
  const auto bad = read_smtp_mailbox("bob@ex..ample");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().offset, 7U);
}

TEST(Address, LengthsAreLimited) {
  EXPECT_TRUE(parse_smtp_mailbox(std::string(kMaxLocalPartRead, 'a') + "@b"));
  const auto local = parse_smtp_mailbox(std::string(kMaxLocalPartRead + 1, 'a') + "@b");
  ASSERT_FALSE(local);
  EXPECT_EQ(local.error().code, ErrorCode::kTooLarge);
  std::string domain;
  while (domain.size() < kMaxDomain)
    domain += "abcdefg.";
  EXPECT_FALSE(parse_smtp_mailbox("a@" + domain + "toolong"));
  EXPECT_FALSE(parse_smtp_mailbox("a@" + std::string(64, 'x')));
  EXPECT_TRUE(parse_smtp_mailbox("a@" + std::string(63, 'x')));
}

TEST(Address, Utf8OnlyWhereItIsAllowed) {
  EXPECT_FALSE(parse_smtp_mailbox("사용자@예.example"));
  const auto parsed = parse_smtp_mailbox("사용자@예.example", true);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->needs_utf8());
  EXPECT_EQ(parsed->to_string(), "사용자@예.example");
  EXPECT_FALSE(parse_smtp_mailbox("\xFF@b.example", true));
}

TEST(Address, NoControlCharacterLeavesInAnAddress) {
  EXPECT_EQ((Address{"a\r\nRCPT", "b"}).to_string(), "\"a??RCPT\"@b");
  EXPECT_EQ((Address{"a", "b>\r\nx"}).to_string(), "a@b???x");
  EXPECT_FALSE((Address{"a\r\nb", "c"}).is_valid());
  EXPECT_EQ(Address{}.to_string(), "");
  EXPECT_EQ((Address{"Postmaster", ""}).to_string(), "Postmaster");
}

TEST(Domain, ALabelsAndULabelsAreOneDomain) {
  EXPECT_EQ(to_a_labels("Bücher.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(to_a_labels("한국.example"), "xn--3e0b707e.example");
  EXPECT_EQ(to_u_labels("xn--3e0b707e.example"), "한국.example");
  EXPECT_EQ(to_a_labels("_dmarc.EXAMPLE"), "_dmarc.example");
  EXPECT_TRUE(same_domain("한국.example", "XN--3e0b707e.Example."));
  EXPECT_FALSE(same_domain("한국.example", "중국.example"));
  EXPECT_FALSE(to_a_labels("\xFF.example"));
  EXPECT_EQ(to_u_labels("xn--\xFF"), "xn--\xFF");
  EXPECT_EQ(mailbox_key({"bob", "한국.example"}), mailbox_key({"bob", "xn--3E0B707e.example"}));
}

TEST(AddressList, ReadsTheExamplesOfTheStandard) {
  const AddressList list = parse_address_list(
      "A Group(Some people)\r\n  :Chris Jones <c@(Chris's host.)public.example>,\r\n   joe@example.org,\r\n"
      "  John <jdoe@one.test> (my dear friend); (the end of the group)");  // RFC 5322 A.5
  EXPECT_TRUE(list.well_formed);
  ASSERT_EQ(list.entries.size(), 1U);
  const Group& group = std::get<Group>(list.entries[0]);
  EXPECT_EQ(group.name, "A Group");
  EXPECT_EQ(group.comment, "Some people");
  ASSERT_EQ(group.members.size(), 3U);
  EXPECT_EQ(group.members[0], (Mailbox{"Chris Jones", {"c", "public.example"}, "Chris's host."}));
  EXPECT_EQ(group.members[1], (Mailbox{"", {"joe", "example.org"}, ""}));
  EXPECT_EQ(group.members[2], (Mailbox{"John", {"jdoe", "one.test"}, "my dear friend"}));
}

TEST(AddressList, ReadsObsoleteForms) {
  const AddressList list = parse_address_list(
      " , Joe Q. Public <john . q . public @ example . com>,, <@a.test,@b.test:c@d.test> , x @ [ 192.0.2.1 "
      "],");
  EXPECT_TRUE(list.well_formed);
  const std::vector<Mailbox> all = list.mailboxes();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0], (Mailbox{"Joe Q. Public", {"john.q.public", "example.com"}, ""}));
  EXPECT_EQ(all[1].address, (Address{"c", "d.test"}));
  EXPECT_EQ(all[2].address, (Address{"x", "[192.0.2.1]"}));
}

TEST(AddressList, EmptyGroupsAndNoAddressAtAll) {
  const AddressList hidden = parse_address_list("undisclosed-recipients:;");
  EXPECT_TRUE(hidden.well_formed);
  ASSERT_EQ(hidden.entries.size(), 1U);
  EXPECT_EQ(std::get<Group>(hidden.entries[0]), (Group{"undisclosed-recipients", {}, ""}));
  EXPECT_TRUE(parse_address_list("").entries.empty());
  EXPECT_TRUE(parse_address_list(" (only a comment) ").entries.empty());
}

TEST(AddressList, NamesAreDecodedAndSpecialsStayInside) {
  EXPECT_EQ(only_mailbox("=?UTF-8?B?7Jyg64uI7L2U65Oc?= <a@b.example>").name, "유니코드");
  EXPECT_EQ(only_mailbox("=?utf-8?Q?Doe,_John?= <a@b>").name, "Doe, John");
  EXPECT_EQ(only_mailbox("\"Giant; \\\"Big\\\" Box\" <s@e.net>").name, "Giant; \"Big\" Box");
  EXPECT_EQ(only_mailbox("phil@example.com <phil@example.com>").name, "phil@example.com");
  EXPECT_EQ(only_mailbox("김철수 <k@b.example>").name, "김철수");
}

TEST(AddressList, DamageIsToldAndBounded) {
  for (const char* bad : {"a@b>", "<a@b", "Bob", "a b@c", "\"open <a@b>", "(open a@b", "x: a@b",
                          "<a@b> trailing", "a@", "<a@b <c@d>"}) {
    EXPECT_FALSE(parse_address_list(bad).well_formed) << bad;
  }
  EXPECT_EQ(parse_address_list("<a@b <c@d>, e@f").mailboxes().back().address, (Address{"e", "f"}));
  // None of these may take more than linear time.
  for (const char* piece :
       {"<", "(", "\"", "a@b,", "x:", "<a,", "@", "=?", "=?a?q?", "<(,", ":;", "[", "<\"a,", "\\"}) {
    std::string text;
    while (text.size() < 1'000'000)
      text += piece;
    EXPECT_LE(parse_address_list(text).entries.size(), kMaxAddresses);
  }
  std::string many;
  for (std::size_t i = 0; i < kMaxAddresses + 5; ++i)
    many += "a@b,";
  const AddressList list = parse_address_list(many);
  EXPECT_EQ(list.entries.size(), kMaxAddresses);
  EXPECT_FALSE(list.well_formed);
}

TEST(AddressList, WhatIsWrittenIsReadBack) {
  const std::vector<AddressEntry> entries = {
      Mailbox{"", {"plain", "b.example"}, ""},
      Mailbox{"Joe Public", {"a b", "b.example"}, ""},
      Mailbox{"Public, Joe \"Q\" \\", {"x", "[192.0.2.1]"}, ""},
      Mailbox{"김 철수", {"k", "b.example"}, ""},
      Mailbox{"=?not?a?word?=", {"n", "b.example"}, ""},
      Mailbox{"  spaces  ", {"n", "b.example"}, ""},
      Group{"팀", {Mailbox{"ä, ö", {"g", "c.example"}, ""}}, ""},
      Group{"nobody", {}, ""},
      Mailbox{std::string(2000, 'x'), {"long", "b.example"}, ""},
  };
  const std::string field = fold_field("To", format_address_list(entries));
  EXPECT_TRUE(is_ascii(field));
  std::size_t begin = 0;
  for (std::size_t end = field.find("\r\n"); end != std::string::npos; end = field.find("\r\n", begin)) {
    EXPECT_LE(end - begin, kWantedLineLength);
    begin = end + 2;
  }
  const AddressList read = parse_address_list(parse_header(field).fields.at(0).value());
  EXPECT_TRUE(read.well_formed);
  EXPECT_EQ(read.entries, entries);
}

// The comma between two mailboxes stays a comma wherever the line is folded, whatever needs encoding beside
// it.
TEST(FieldCase, A17_SeparatorsStayLiteralBesideEncodedWords) {
  const std::string long_local(49, 'a');
  const std::vector<Mailbox> to = {{"", {long_local, "example.org"}, ""}, {"ä", {"foo", "example.org"}, ""}};
  const std::string field = fold_field("To", format_address_list(to));
  EXPECT_EQ(field, "To: " + long_local + "@example.org,\r\n =?UTF-8?B?w6Q=?= <foo@example.org>\r\n");
  for (std::size_t length = 1; length < 64; ++length) {
    const std::vector<Mailbox> pair = {{"", {std::string(length, 'a'), "example.org"}, ""},
                                       {"김,철수", {"foo", "example.org"}, ""}};
    const std::string written = fold_field("To", format_address_list(pair));
    EXPECT_EQ(parse_address_list(parse_header(written).fields.at(0).value()).mailboxes(), pair) << written;
  }
}

}  // namespace
}  // namespace glasspost::message
