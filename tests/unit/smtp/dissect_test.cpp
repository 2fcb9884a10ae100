#include "engine/protocol/smtp/dissect.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::smtp {
namespace {

std::string describe(std::string_view line, const std::vector<Label>& labels) {
  std::string out;
  for (const Label& label : labels) {
    if (!out.empty()) out += " | ";
    out += std::string(to_string(label.kind)) + ":" + std::string(line.substr(label.offset, label.length));
  }
  return out;
}

std::string command(std::string_view line) {
  return describe(line, dissect_command_line(line));
}

TEST(Dissect, LabelsCommands) {
  EXPECT_EQ(command("EHLO a.example"), "verb:EHLO | argument:a.example");
  EXPECT_EQ(command("MAIL FROM:<a@b> SIZE=3 BODY=7BIT"),
            "verb:MAIL | clause:FROM: | path:<a@b> | parameter:SIZE=3 | parameter:BODY=7BIT");
  EXPECT_EQ(command("rcpt to: <\"a b\"@c>"), "verb:rcpt | clause:to: | path:<\"a b\"@c>");
  EXPECT_EQ(command("RCPT TO:<bad"), "verb:RCPT | clause:TO: | unknown:<bad");
  EXPECT_EQ(command("AUTH PLAIN AGEAYg=="), "verb:AUTH | argument:PLAIN | credential:AGEAYg==");
  EXPECT_EQ(command("QUIT "), "verb:QUIT");
  EXPECT_EQ(command("GET / HTTP/1.1"), "unknown:GET / HTTP/1.1");
  EXPECT_EQ(command(""), "");
}

TEST(Dissect, LabelsReplies) {
  const auto reply = [](std::string_view line, bool to_ehlo = false, bool first = true) {
    return describe(line, dissect_reply_line(line, to_ehlo, first));
  };
  EXPECT_EQ(reply("250 2.1.0 OK then"), "code:250 | separator:  | enhanced-code:2.1.0 | text:OK then");
  EXPECT_EQ(reply("354-go on"), "code:354 | separator:- | text:go on");
  EXPECT_EQ(reply("250"), "code:250");
  EXPECT_EQ(reply("250-SIZE 100", true, false), "code:250 | separator:- | keyword:SIZE | argument:100");
  EXPECT_EQ(reply("hello"), "unknown:hello");
}

TEST(Dissect, LabelsAreInOrderAndWithinTheLine) {
  for (const std::string line :
       {"MAIL FROM:<a@b> X=Y ", "  MAIL", "RCPT TO:", "VRFY \xff\xfe", "250 ", "2", "AUTH  "}) {
    for (const auto& labels :
         {dissect_command_line(line), dissect_reply_line(line), dissect_auth_line(line)}) {
      std::size_t end = 0;
      for (const Label& label : labels) {
        EXPECT_GE(label.offset, end);
        EXPECT_GT(label.length, 0u);
        end = label.offset + label.length;
      }
      EXPECT_LE(end, line.size());
    }
  }
}

}  // namespace
}  // namespace glasspost::smtp
