#include "engine/protocol/pop3/dissect.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost::pop3 {
namespace {

// "verb:RETR number:1"
std::string shown(std::string_view line, const std::vector<Label>& labels) {
  std::string out;
  for (const Label& label : labels) {
    if (!out.empty()) out += ' ';
    out += std::string(to_string(label.kind)) + ":" + std::string(line.substr(label.offset, label.length));
  }
  return out;
}
std::string command(std::string_view line) {
  return shown(line, dissect_command_line(line));
}
std::string response(std::string_view line, Verb verb = Verb::kUnknown) {
  return shown(line, dissect_response_line(line, verb));
}
std::string listing(std::string_view line, Verb verb) {
  return shown(line, dissect_listing_line(line, verb));
}

TEST(Pop3Dissect, CommandLines) {
  EXPECT_EQ(command("USER bob"), "verb:USER argument:bob");
  EXPECT_EQ(command("pass a b"), "verb:pass credential:a b");
  EXPECT_EQ(command("APOP bob c4c9"), "verb:APOP argument:bob credential:c4c9");
  EXPECT_EQ(command("AUTH PLAIN AGJvYg=="), "verb:AUTH argument:PLAIN credential:AGJvYg==");
  EXPECT_EQ(command("TOP 1 20"), "verb:TOP number:1 number:20");
  EXPECT_EQ(command("RETR x"), "verb:RETR unknown:x");
  EXPECT_EQ(command("STAT  now"), "verb:STAT unknown:now");
  EXPECT_EQ(command("HELO a"), "unknown:HELO a");
  EXPECT_EQ(command(""), "");
  EXPECT_EQ(shown("AGJv", dissect_auth_line("AGJv")), "credential:AGJv");
}

TEST(Pop3Dissect, ResponseLines) {
  EXPECT_EQ(response("+OK ready <1.2@x>"), "status:+OK text:ready <1.2@x>");
  EXPECT_EQ(response("-ERR [IN-USE] later"), "status:-ERR response-code:[IN-USE] text:later");
  EXPECT_EQ(response("-ERR [X] later"), "status:-ERR response-code:[X] text:later");
  EXPECT_EQ(response("+ PDE+"), "status:+ credential:PDE+");
  EXPECT_EQ(response("+OK 2 320", Verb::kStat), "status:+OK number:2 number:320");
  EXPECT_EQ(response("+OK 2 4.7", Verb::kUidl), "status:+OK number:2 unique-id:4.7");
  EXPECT_EQ(response("+OK 2 messages", Verb::kRset), "status:+OK text:2 messages");
  EXPECT_EQ(response("what"), "unknown:what");
}

TEST(Pop3Dissect, ListingLines) {
  EXPECT_EQ(listing("1 120", Verb::kList), "number:1 number:120");
  EXPECT_EQ(listing("1 4.7", Verb::kUidl), "number:1 unique-id:4.7");
  EXPECT_EQ(listing("SASL PLAIN LOGIN", Verb::kCapa), "keyword:SASL argument:PLAIN LOGIN");
  EXPECT_EQ(listing(".", Verb::kCapa), "end:.");
  EXPECT_EQ(listing("..dot", Verb::kRetr), "text:..dot");
}

TEST(Pop3Dissect, WhichResponsesGoOverSeveralLines) {
  EXPECT_TRUE(is_multi_line(Verb::kList, false));
  EXPECT_FALSE(is_multi_line(Verb::kList, true));
  EXPECT_TRUE(is_multi_line(Verb::kRetr, true));
  EXPECT_FALSE(is_multi_line(Verb::kStat, false));
}

}  // namespace
}  // namespace glasspost::pop3
