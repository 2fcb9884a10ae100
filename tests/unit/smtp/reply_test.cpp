#include "engine/protocol/smtp/reply.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/protocol/smtp/capabilities.h"

namespace glasspost::smtp {
namespace {

std::optional<Reply> parse(const std::vector<std::string>& lines) {
  ReplyParser parser;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto reply = parser.feed(lines[i]);
    if (!reply) return std::nullopt;
    EXPECT_EQ(reply->has_value(), i + 1 == lines.size());
    if (*reply) return **reply;
  }
  return std::nullopt;
}

TEST(Reply, ReadsOneAndSeveralLines) {
  EXPECT_EQ(parse({"250 OK"}), Reply::make(250, "OK"));
  EXPECT_EQ(parse({"250"}), Reply::make(250, ""));
  EXPECT_EQ(parse({"250 "}), Reply::make(250, ""));
  Reply several = Reply::make(250, "a");
  several.lines.push_back("b");
  EXPECT_EQ(parse({"250-a", "250 b"}), several);
}

TEST(Reply, TakesTheEnhancedCodeOffTheText) {
  EXPECT_EQ(parse({"550 5.1.1 No such user"}), Reply::make(550, {5, 1, 1}, "No such user"));
  EXPECT_EQ(parse({"250 2.0.0"}), Reply::make(250, {2, 0, 0}, ""));
  Reply several = Reply::make(450, {4, 2, 0}, "later");
  several.lines.push_back("really");
  EXPECT_EQ(parse({"450-4.2.0 later", "450 4.2.0 really"}), several);
  // Text that merely looks like one.
  EXPECT_EQ(parse({"250 5.1.1 hm"}), Reply::make(250, "5.1.1 hm"));
  EXPECT_EQ(parse({"250 2.10 hm"}), Reply::make(250, "2.10 hm"));
  EXPECT_EQ(parse({"250 2.1234.1 hm"}), Reply::make(250, "2.1234.1 hm"));
}

TEST(Reply, RefusesWhatIsNone) {
  for (const std::string line : {"", "25", "abc", "150 x", "650 x", "250x", "250_x", "2500 x"})
    EXPECT_FALSE(parse({line}).has_value()) << line;
  EXPECT_FALSE(parse({"250-a", "251 b"}).has_value());
}

TEST(Reply, HasABoundedNumberOfLines) {
  ReplyParser parser;
  for (std::size_t i = 0; i < ReplyParser::kMaxLines; ++i)
    ASSERT_TRUE(parser.feed("250-x").has_value());
  EXPECT_EQ(parser.feed("250-x").error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(parser.feed("250 fresh").has_value());
}

TEST(Reply, IsWrittenWithCodesOnEveryLineAndNothingThatBreaksOne) {
  Reply reply = Reply::make(550, {5, 7, 1}, "one\r\n250 two");
  reply.lines.push_back(std::string(600, 'x'));
  std::string out;
  encode_reply(reply, true, out);
  EXPECT_EQ(out.substr(0, 28), "550-5.7.1 one??250 two\r\n550 ");
  EXPECT_EQ(out.size() - 24, 512u);
  out.clear();
  encode_reply(Reply::make(250, {2, 0, 0}, "OK"), false, out);
  EXPECT_EQ(out, "250 OK\r\n");
}

TEST(Capabilities, AreReadFromTheReplyToEhlo) {
  Reply reply = Reply::make(250, "mx.beta.example greets you");
  for (const char* line : {"PIPELINING", "size 1000", "8bitmime", "AUTH PLAIN login", "AUTH=LOGIN CRAM-MD5",
                           "STARTTLS", "ENHANCEDSTATUSCODES", "X-OTHER a b", "", "SMTPUTF8"})
    reply.lines.push_back(line);
  const Capabilities found = parse_ehlo_reply(reply);
  EXPECT_EQ(found.domain, "mx.beta.example");
  EXPECT_TRUE(found.pipelining && found.eight_bit_mime && found.starttls && found.enhanced_codes &&
              found.smtputf8);
  EXPECT_EQ(found.max_size, 1000u);
  EXPECT_EQ(found.mechanisms, (std::vector<std::string>{"PLAIN", "LOGIN", "CRAM-MD5"}));
}

TEST(FieldCase, A8_SizeZeroIsNoLimit) {
  Reply reply = Reply::make(250, "x");
  reply.lines.push_back("SIZE 0");
  EXPECT_TRUE(parse_ehlo_reply(reply).size);
  EXPECT_FALSE(parse_ehlo_reply(reply).max_size.has_value());
  reply.lines.back() = "SIZE";
  EXPECT_FALSE(parse_ehlo_reply(reply).max_size.has_value());
}

}  // namespace
}  // namespace glasspost::smtp
