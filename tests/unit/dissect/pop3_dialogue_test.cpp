#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dissect/dialogue.h"
#include "tests/unit/dissect/said_lines.h"

namespace glasspost::dissect {
namespace {

using trace::Layer;

constexpr std::string_view kPop3 = "198.51.100.3:110";

const std::string kLetter =
    "From: Alice <alice@alpha.example>\r\nSubject: =?UTF-8?B?7JWI64WV?=\r\nMessage-ID: <1@alpha.example>\r\n"
    "\r\nDELE 1 is no command here\r\n..dots\r\n.\r\n";

std::vector<Said> whole_dialogue() {
  return {server("+OK mx.beta.example ready\r\n"),
          client("CAPA\r\n"),
          server("+OK Capabilities follow\r\nTOP\r\nSASL PLAIN SCRAM-SHA-256\r\n.\r\n"),
          client("USER bob\r\n"),
          server("+OK\r\n"),
          client("PASS secret word\r\n"),
          server("-ERR [IN-USE] Another session has it\r\n"),
          client("USER bob\r\nPASS secret word\r\n"),
          server("+OK\r\n+OK 2 messages\r\n"),
          client("STAT\r\nLIST\r\nUIDL 2\r\nRETR 2\r\n"),
          server("+OK 2 420\r\n+OK\r\n1 120\r\n2 300\r\n.\r\n+OK 2 7.4\r\n+OK 300 octets\r\n" + kLetter),
          client("RETR 3\r\nDELE 2\r\nQUIT\r\n"),
          server("-ERR No such message\r\n+OK Message 2 marked\r\n+OK Bye\r\n")};
}

TEST(Pop3Dialogue, CommandsAndResponsesArePaired) {
  const std::vector<Line> lines = lines_of(whole_dialogue(), 10000, kPop3);
  ASSERT_EQ(lines.size(), 32u);
  EXPECT_EQ(lines[0].answers, "(connect)");
  EXPECT_EQ(lines[0].response, "+OK");
  EXPECT_EQ(lines[1].verb, "CAPA");
  EXPECT_EQ(lines[1].phase, Phase::kGreeting);
  EXPECT_EQ(labels_of(lines[4]), "keyword:SASL argument:PLAIN SCRAM-SHA-256");
  EXPECT_FALSE(lines[4].last_of_reply);
  EXPECT_TRUE(lines[5].last_of_reply);
  EXPECT_EQ(lines[5].answers, "CAPA");
  EXPECT_EQ(lines[8].verb, "PASS");
  EXPECT_EQ(lines[8].argument, "***");
  EXPECT_EQ(lines[8].text, "PASS ***");
  EXPECT_EQ(lines[8].phase, Phase::kLogin);
  EXPECT_EQ(lines[9].response, "-ERR");
  EXPECT_EQ(lines[9].response_code, "IN-USE");
  EXPECT_EQ(lines[9].answers, "PASS");
  EXPECT_EQ(lines[14].verb, "STAT");
  EXPECT_EQ(lines[14].phase, Phase::kMailbox);
  EXPECT_EQ(labels_of(lines[18]), "status:+OK number:2 number:420");
  EXPECT_EQ(lines[18].number, 2u);
  EXPECT_EQ(labels_of(lines[21]), "number:2 number:300");
  EXPECT_EQ(lines[21].answers, "LIST");
  EXPECT_EQ(labels_of(lines[22]), "end:.");
  EXPECT_EQ(labels_of(lines[23]), "status:+OK number:2 unique-id:7.4");
  EXPECT_FALSE(lines[24].last_of_reply) << "the letter follows";
  const Line& content = lines[25];
  EXPECT_EQ(content.kind, LineKind::kContent);
  EXPECT_EQ(content.answers, "RETR");
  EXPECT_EQ(content.subject, "안녕");
  EXPECT_EQ(content.message_id, "<1@alpha.example>");
  EXPECT_EQ(content.length, kLetter.size());
  EXPECT_TRUE(content.last_of_reply);
  EXPECT_EQ(lines[26].number, 3u);
  EXPECT_EQ(lines[29].response, "-ERR");
  EXPECT_EQ(lines[29].answers, "RETR");
  EXPECT_EQ(lines.back().answers, "QUIT");
  EXPECT_EQ(lines.back().phase, Phase::kClose);
}

TEST(Pop3Dialogue, SameLabelsAtEveryChunking) {
  const std::vector<std::string> whole = sketches(lines_of(whole_dialogue(), 100000, kPop3));
  for (std::size_t piece = 1; piece < 90; ++piece)
    ASSERT_EQ(sketches(lines_of(whole_dialogue(), piece, kPop3)), whole) << piece;
  for (const std::size_t piece : {1u, 7u, 1000u})
    ASSERT_EQ(sketches(lines_of(whole_dialogue(), piece, kPop3, true)), whole) << piece;
}

TEST(Pop3Dialogue, RangesCoverTheLogsWithoutGaps) {
  std::array<std::uint64_t, 2> end{};
  for (const Line& line : lines_of(whole_dialogue(), 3, kPop3)) {
    EXPECT_EQ(line.offset, end[static_cast<std::size_t>(line.direction)]);
    end[static_cast<std::size_t>(line.direction)] += line.length;
  }
}

TEST(Pop3Dialogue, GoesOnAboveTlsAndHidesCredentials) {
  const std::vector<Said> dialogue = {server("+OK x\r\n"),
                                      client("STLS\r\n"),
                                      server("+OK Go\r\n"),
                                      client("\x16\x03\x01 hello"),
                                      server("\x16\x03\x03 hello"),
                                      client("AUTH LOGIN\r\n", Layer::kPlain),
                                      server("+ VXNlcm5hbWU6\r\n", Layer::kPlain),
                                      client("Ym9i\r\n", Layer::kPlain),
                                      server("+ UGFzc3dvcmQ6\r\n", Layer::kPlain),
                                      client("c2VjcmV0\r\n", Layer::kPlain),
                                      server("+OK 0 messages\r\n", Layer::kPlain),
                                      client("NOOP\r\n", Layer::kPlain),
                                      server("+OK\r\n", Layer::kPlain)};
  for (std::size_t piece = 1; piece < 25; ++piece) {
    const std::vector<Line> lines = lines_of(dialogue, piece, kPop3);
    ASSERT_EQ(lines.size(), 13u);
    EXPECT_EQ(lines[3].kind, LineKind::kTls);
    EXPECT_EQ(lines[5].verb, "AUTH");
    EXPECT_EQ(lines[6].text, "+ VXNlcm5hbWU6") << "a challenge is no secret";
    for (const std::size_t secret : {7u, 9u}) {
      EXPECT_EQ(lines[secret].kind, LineKind::kAuthData);
      EXPECT_EQ(lines[secret].text, "***");
    }
    EXPECT_EQ(lines[10].answers, "AUTH");
    EXPECT_EQ(lines[11].phase, Phase::kMailbox);
  }
}

TEST(Pop3Dialogue, ARefusedListingIsOneLine) {
  const std::vector<Line> lines = lines_of(
      {server("+OK x\r\n"), client("LIST\r\nNOOP\r\n"), server("-ERR Log in first\r\n+OK\r\n")}, 5, kPop3);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_TRUE(lines[3].last_of_reply);
  EXPECT_EQ(lines[4].answers, "NOOP");
}

TEST(Pop3Dialogue, AnUnfinishedLetterIsContent) {
  const std::vector<Line> lines =
      lines_of({server("+OK x\r\n"), client("RETR 1\r\n"), server("+OK\r\nSubject: x\r\n\r\nbo")}, 4, kPop3);
  EXPECT_EQ(lines.back().kind, LineKind::kContent);
  EXPECT_FALSE(lines.back().complete);
}

}  // namespace
}  // namespace glasspost::dissect
