#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dissect/dialogue.h"
#include "tests/unit/dissect/said_lines.h"

namespace glasspost::dissect {
namespace {

using trace::Layer;

constexpr std::string_view kImap = "198.51.100.3:143";

const std::string kLetter =
    "From: Alice <alice@alpha.example>\r\nSubject: =?UTF-8?B?7JWI64WV?=\r\nMessage-ID: <1@alpha.example>\r\n"
    "\r\nA9 LOGOUT is no command here {5}\r\n";

std::string literal(const std::string& octets, bool plus = false) {
  return "{" + std::to_string(octets.size()) + (plus ? "+" : "") + "}\r\n" + octets;
}

std::vector<Said> whole_dialogue() {
  return {
      server("* OK [CAPABILITY IMAP4rev1 IDLE] mx.beta.example ready\r\n"),
      client("A1 LOGIN bob \"secret word\"\r\n"),
      server("A1 NO [AUTHENTICATIONFAILED] No\r\n"),
      client("A2 LOGIN bob {6}\r\n"),
      server("+ Go on\r\n"),
      client("secret\r\n"),
      server("A2 OK Logged in\r\n"),
      client("A3 SELECT \"&vBvHQA-\"\r\n"),
      server(
          "* FLAGS (\\Seen \\Deleted)\r\n* 2 EXISTS\r\n* OK [UIDNEXT 9] Next\r\nA3 OK [READ-WRITE] Done\r\n"),
      client("A4 UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])\r\nA5 NOOP\r\n"),
      server("* 1 FETCH (UID 4 FLAGS (\\Seen) BODY[] " + literal(kLetter) +
             " ENVELOPE (NIL {2}\r\nhi NIL ((NIL NIL \"a\" \"b\"))))\r\nA4 OK Done\r\nA5 OK Done\r\n"),
      client("A6 APPEND Sent (\\Seen) " + literal(kLetter, true) + "\r\n"),
      server("A6 OK [APPENDUID 7 1] Done\r\n"),
      client("A7 IDLE\r\n"),
      server("+ idling\r\n* 3 EXISTS\r\n"),
      client("DONE\r\nA8 STORE 1 +FLAGS (\\Deleted)\r\n"),
      server("A7 OK Done\r\nA8 OK Done\r\n"),
      client("A9 LOGOUT\r\n"),
      server("* BYE Goodbye\r\nA9 OK Done\r\n")};
}

const Line& command(const std::vector<Line>& lines, std::string_view tag) {
  return *std::find_if(lines.begin(), lines.end(), [tag](const Line& line) {
    return line.kind == LineKind::kCommand && line.tag == tag;
  });
}
const Line& tagged(const std::vector<Line>& lines, std::string_view tag) {
  return *std::find_if(lines.begin(), lines.end(),
                       [tag](const Line& line) { return line.kind == LineKind::kReply && line.tag == tag; });
}

TEST(ImapDialogue, CommandsAndResponsesArePaired) {
  const std::vector<Line> lines = lines_of(whole_dialogue(), 10000, kImap);
  EXPECT_EQ(lines[0].answers, "(connect)");
  EXPECT_EQ(labels_of(lines[0]),
            "untagged:* status:OK response-code:[CAPABILITY IMAP4rev1 IDLE] "
            "text:mx.beta.example ready");
  EXPECT_EQ(lines[0].response_code, "CAPABILITY");
  EXPECT_EQ(lines[1].verb, "LOGIN");
  EXPECT_EQ(lines[1].argument, "bob ***");
  EXPECT_EQ(lines[1].text, "A1 LOGIN bob ***");
  EXPECT_EQ(lines[1].phase, Phase::kLogin);
  EXPECT_EQ(lines[2].response, "NO");
  EXPECT_EQ(lines[2].response_code, "AUTHENTICATIONFAILED");
  EXPECT_EQ(lines[2].answers, "LOGIN");
  EXPECT_EQ(labels_of(lines[3]), "tag:A2 verb:LOGIN argument:bob literal:{6}");
  EXPECT_EQ(lines[4].tag, "+");
  EXPECT_EQ(lines[4].answers, "LOGIN");
  EXPECT_EQ(lines[5].kind, LineKind::kAuthData) << "a password in a literal";
  EXPECT_EQ(lines[5].text, "***");
  EXPECT_EQ(labels_of(command(lines, "A3")), "tag:A3 verb:SELECT mailbox:\"&vBvHQA-\"");
  EXPECT_EQ(command(lines, "A3").phase, Phase::kMailbox);
  const Line& fetch = command(lines, "A4");
  EXPECT_EQ(fetch.verb, "FETCH");
  EXPECT_TRUE(fetch.by_uid);
  EXPECT_EQ(fetch.argument, "1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])");
  EXPECT_EQ(labels_of(fetch),
            "tag:A4 verb:UID FETCH number:1:* argument:(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])");
  EXPECT_EQ(tagged(lines, "A5").answers, "NOOP");
  EXPECT_EQ(tagged(lines, "A9").phase, Phase::kClose);
}

TEST(ImapDialogue, UntaggedDataBelongsToTheCommandInProgress) {
  const std::vector<Line> lines = lines_of(whole_dialogue(), 10000, kImap);
  const auto exists =
      std::find_if(lines.begin(), lines.end(), [](const Line& l) { return l.response == "EXISTS"; });
  EXPECT_EQ(exists->answers, "SELECT");
  EXPECT_EQ(exists->number, 2u);
  EXPECT_EQ(labels_of(*exists), "untagged:* number:2 response-name:EXISTS");
  const auto news =
      std::find_if(exists + 1, lines.end(), [](const Line& l) { return l.response == "EXISTS"; });
  EXPECT_EQ(news->answers, "IDLE");
  const auto done = std::find_if(lines.begin(), lines.end(), [](const Line& l) { return l.verb == "DONE"; });
  ASSERT_NE(done, lines.end());
  EXPECT_EQ((done + 1)->verb, "STORE") << "DONE and the next command in one packet";
}

TEST(ImapDialogue, LiteralsAreLinesOfTheirOwn) {
  const std::vector<Line> lines = lines_of(whole_dialogue(), 10000, kImap);
  const auto fetch =
      std::find_if(lines.begin(), lines.end(), [](const Line& l) { return l.response == "FETCH"; });
  EXPECT_EQ(labels_of(*fetch),
            "untagged:* number:1 response-name:FETCH keyword:UID argument:4 keyword:FLAGS "
            "argument:(\\Seen) keyword:BODY[] literal:{" +
                std::to_string(kLetter.size()) + "}");
  EXPECT_FALSE(fetch->last_of_reply);
  EXPECT_EQ((fetch + 1)->kind, LineKind::kContent);
  EXPECT_EQ((fetch + 1)->subject, "안녕");
  EXPECT_EQ((fetch + 1)->message_id, "<1@alpha.example>");
  EXPECT_EQ((fetch + 1)->answers, "FETCH");
  EXPECT_EQ(labels_of(fetch[2]), "keyword:ENVELOPE argument:(NIL  literal:{2}");
  EXPECT_EQ(fetch[3].kind, LineKind::kLiteral);
  EXPECT_EQ(fetch[3].text, "hi");
  EXPECT_TRUE(fetch[4].last_of_reply);
  const auto append =
      std::find_if(lines.begin(), lines.end(), [](const Line& l) { return l.verb == "APPEND"; });
  EXPECT_EQ((append + 1)->kind, LineKind::kContent);
  EXPECT_EQ((append + 1)->tag, "A6");
  EXPECT_EQ((append + 1)->length, kLetter.size());
  EXPECT_EQ(append[2].text, "");
}

TEST(ImapDialogue, SameLabelsAtEveryChunking) {
  const std::vector<std::string> whole = sketches(lines_of(whole_dialogue(), 100000, kImap));
  for (std::size_t piece = 1; piece < 90; ++piece)
    ASSERT_EQ(sketches(lines_of(whole_dialogue(), piece, kImap)), whole) << piece;
  for (const std::size_t piece : {1u, 7u, 1000u})
    ASSERT_EQ(sketches(lines_of(whole_dialogue(), piece, kImap, true)), whole) << piece;
}

TEST(ImapDialogue, RangesCoverTheLogsWithoutGaps) {
  std::array<std::uint64_t, 2> end{};
  for (const Line& line : lines_of(whole_dialogue(), 3, kImap)) {
    EXPECT_EQ(line.offset, end[static_cast<std::size_t>(line.direction)]);
    end[static_cast<std::size_t>(line.direction)] += line.length;
  }
}

TEST(ImapDialogue, ARefusedLiteralNeverComes) {
  const std::vector<Line> lines =
      lines_of({server("* OK x\r\n"), client("A1 APPEND Nowhere {5}\r\n"), server("A1 NO [TRYCREATE] No\r\n"),
                client("A2 NOOP\r\n"), server("A2 OK Done\r\n")},
               3, kImap);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[3].verb, "NOOP");
  EXPECT_EQ(lines[4].answers, "NOOP");
}

TEST(ImapDialogue, AuthenticationIsSecretAndTlsGoesOn) {
  const std::vector<Said> dialogue = {server("* OK x\r\n"),
                                      client("A1 STARTTLS\r\n"),
                                      server("A1 OK Go\r\n"),
                                      client("\x16\x03\x01 hello"),
                                      server("\x16\x03\x03 hello"),
                                      client("A2 AUTHENTICATE PLAIN AGJvYgBzZWNyZXQ=\r\n", Layer::kPlain),
                                      server("A2 NO No\r\n", Layer::kPlain),
                                      client("A3 AUTHENTICATE SCRAM-SHA-256\r\n", Layer::kPlain),
                                      server("+ \r\n", Layer::kPlain),
                                      client("biwsbj1ib2I=\r\n", Layer::kPlain),
                                      server("+ cj1h\r\n", Layer::kPlain),
                                      client("Yz1iaXdz\r\n", Layer::kPlain),
                                      server("A3 OK [CAPABILITY IMAP4rev1] In\r\n", Layer::kPlain),
                                      client("A4 LIST \"\" *\r\n", Layer::kPlain)};
  for (std::size_t piece = 1; piece < 45; ++piece) {
    const std::vector<Line> lines = lines_of(dialogue, piece, kImap);
    ASSERT_EQ(lines.size(), 14u);
    EXPECT_EQ(lines[5].argument, "PLAIN ***");
    EXPECT_TRUE(lines[5].secret);
    EXPECT_EQ(lines[9].kind, LineKind::kAuthData);
    EXPECT_EQ(lines[11].text, "***");
    EXPECT_EQ(lines[12].answers, "AUTHENTICATE");
    EXPECT_EQ(lines[13].phase, Phase::kMailbox);
  }
}

TEST(ImapDialogue, WordsForPeopleAnnounceNoLiteral) {
  const std::vector<Line> lines =
      lines_of({server("* OK ready {5}\r\n* BYE enough\r\n"), client("A1 NOOP\r\n")}, 4, kImap);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].response, "BYE");
}

TEST(ImapDialogue, NonsenseIsMarkedAndPassedOver) {
  const std::vector<Line> lines =
      lines_of({server("* OK x\r\n"), client(" nothing\r\n(a) b\r\nA1 FETCH 1 )(\r\n"),
                server("hello there\r\n* BAD What?\r\nA1 BAD No\r\n")},
               5, kImap);
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(labels_of(lines[1]), "unknown:nothing");
  EXPECT_EQ(labels_of(lines[3]), "tag:A1 verb:FETCH number:1 unknown:) argument:(");
  EXPECT_EQ(lines[4].kind, LineKind::kOther);
  EXPECT_EQ(lines[6].answers, "FETCH");
}

}  // namespace
}  // namespace glasspost::dissect
