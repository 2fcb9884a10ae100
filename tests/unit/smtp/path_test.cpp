#include "engine/protocol/smtp/path.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::smtp {
namespace {

TEST(Path, ReadsPathsAsTheGrammarHasThem) {
  struct Case {
    std::string text;
    std::string local_part;
    std::string domain;
  };
  const Case cases[] = {
      {"<alice@alpha.example>", "alice", "alpha.example"},
      {"<a.b+c@[192.0.2.1]>", "a.b+c", "[192.0.2.1]"},
      {"<x@[IPv6:2001:db8::1]>", "x", "[IPv6:2001:db8::1]"},
      {"<@one.example,@two.example:joe@three.example>", "joe", "three.example"},
      {"<\"a@b\"@c.example>", "a@b", "c.example"},
      {"<Postmaster>", "Postmaster", ""},
      {"<\"\"@x.example>", "", "x.example"},
  };
  for (const Case& c : cases) {
    const auto path = parse_forward_path(c.text);
    ASSERT_TRUE(path.has_value()) << c.text << ": " << to_string(path.error());
    EXPECT_EQ(path->mailbox.local_part, c.local_part) << c.text;
    EXPECT_EQ(path->mailbox.domain, c.domain) << c.text;
  }
}

TEST(Path, RefusesWhatIsNone) {
  for (const std::string text : {"<>",         "",        "<a>",        "<@a>",        "<a@>",
                                 "<a@b",       "a@b>",    "<a@b>>",     "<a@b..c>",    "<.a@b>",
                                 "<a.@b>",     "<a b@c>", "<\"a\"b@c>", "<a@[1.2.3]>", "<a@[IPv6:zz]>",
                                 "<@a,b:c@d>", "<@a:>",   "<a@-b>",     "<a\r@b>",     "<\"a\n\"@b>"}) {
    EXPECT_FALSE(parse_forward_path(text).has_value()) << text;
  }
}

TEST(Path, HoldsTheLimits) {
  EXPECT_TRUE(parse_forward_path("<" + std::string(64, 'a') + "@b.example>").has_value());
  // RFC 5321 4.5.3.1: the figures are what must be taken at least; return paths of mailing lists are longer.
  EXPECT_TRUE(parse_forward_path("<" + std::string(100, 'a') + "@b.example>").has_value());
  EXPECT_FALSE(parse_forward_path("<" + std::string(250, 'a') + "@b.example>").has_value());
  std::string domain;
  for (int i = 0; i < 5; ++i)
    domain += std::string(40, 'd') + ".";
  domain += std::string(50, 'd');  // 255 octets: the domain is within its limit, the path is not
  EXPECT_FALSE(parse_forward_path("<a@" + domain + ">").has_value());
  EXPECT_TRUE(parse_forward_path("<a@" + domain.substr(0, 250) + ">").has_value());
}

TEST(FieldCase, A9_TheNullReversePathIsAPath) {
  EXPECT_TRUE(parse_reverse_path("<>")->is_null());
  EXPECT_TRUE(parse_reverse_path("")->is_null());
  EXPECT_EQ(parse_reverse_path("<>")->to_string(), "");
}

TEST(FieldCase, A16_QuotedLocalPartsAreComparedUnquotedAndQuotedAgain) {
  const auto spaced = parse_forward_path("<\"a b\"@y.example>");
  ASSERT_TRUE(spaced.has_value());
  EXPECT_EQ(spaced->mailbox.local_part, "a b");
  EXPECT_EQ(spaced->to_string(), "\"a b\"@y.example");
  const auto escaped = parse_reverse_path("<\"x\\\"y\"@z>");
  ASSERT_TRUE(escaped.has_value());
  EXPECT_EQ(escaped->mailbox->local_part, "x\"y");
  EXPECT_EQ(escaped->to_string(), "\"x\\\"y\"@z");
  const auto needless = parse_forward_path("<\"plain\"@y.example>");
  EXPECT_EQ(needless->to_string(), "plain@y.example");
  EXPECT_EQ(needless->mailbox, parse_forward_path("<plain@y.example>")->mailbox);
}

}  // namespace
}  // namespace glasspost::smtp
