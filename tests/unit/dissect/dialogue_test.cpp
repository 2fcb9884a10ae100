#include "engine/dissect/dialogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/unit/dissect/said_lines.h"

namespace glasspost::dissect {
namespace {

using testing::ElementsAre;
using trace::Direction;
using trace::Layer;

const std::string kLetter =
    "From: Alice <alice@alpha.example>\r\nSubject: =?UTF-8?B?7JWI64WV?=\r\nMessage-ID: <1@alpha.example>\r\n"
    "\r\nAUTH PLAIN is no command here\r\n..dots\r\n.\r\n";

std::vector<Said> plain_dialogue() {
  return {server("220 mx.beta.example ESMTP\r\n"),
          client("EHLO mx.alpha.example\r\n"),
          server("250-mx.beta.example\r\n250-SIZE 1000\r\n250 PIPELINING\r\n"),
          client("MAIL FROM:<nobody@alpha.example>\r\n"),
          server("550 5.7.1 Refused\r\n"),
          client("MAIL FROM:<alice@alpha.example> SIZE=300\r\nRCPT TO:<bob@beta.example>\r\n"
                 "RCPT TO:<no@beta.example>\r\nDATA\r\n"),
          server("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 No such user\r\n354 Go\r\n"),
          client(kLetter),
          server("250 2.0.0 Queued as B1\r\n"),
          client("MAIL FROM:<>\r\n"),
          server("250 2.1.0 Ok\r\n"),
          client("RSET\r\nQUIT\r\n"),
          server("250 2.0.0 Ok\r\n221 2.0.0 Bye\r\n")};
}

TEST(Dialogue, LabelsOfAPlainDialogue) {
  const std::vector<Line> lines = lines_of(plain_dialogue(), 1000);
  ASSERT_EQ(lines.size(), 23u);
  EXPECT_EQ(lines[0].code, 220u);
  EXPECT_EQ(lines[0].answers, "(connect)");
  EXPECT_EQ(lines[1].verb, "EHLO");
  EXPECT_EQ(lines[1].argument, "mx.alpha.example");
  EXPECT_EQ(lines[1].phase, Phase::kGreeting);
  EXPECT_EQ(lines[3].answers, "EHLO");
  EXPECT_FALSE(lines[3].last_of_reply);
  EXPECT_TRUE(lines[4].last_of_reply);
  // A refused MAIL is no transaction.
  EXPECT_EQ(lines[5].verb, "MAIL");
  EXPECT_EQ(lines[6].enhanced, "5.7.1");
  EXPECT_EQ(lines[6].transaction, 1u);
  EXPECT_EQ(lines[7].transaction, 1u);
  EXPECT_EQ(lines[7].argument, "FROM:<alice@alpha.example> SIZE=300");
  EXPECT_EQ(lines[10].verb, "DATA");
  EXPECT_EQ(lines[13].answers, "RCPT");
  EXPECT_EQ(lines[13].enhanced, "5.1.1");
  EXPECT_EQ(lines[14].code, 354u);
  EXPECT_EQ(lines[14].answers, "DATA");
  const Line& content = lines[15];
  EXPECT_EQ(content.kind, LineKind::kContent);
  EXPECT_EQ(content.length, kLetter.size());
  EXPECT_EQ(content.subject, "안녕");
  EXPECT_EQ(content.message_id, "<1@alpha.example>");
  EXPECT_EQ(content.phase, Phase::kContent);
  EXPECT_EQ(content.transaction, 1u);
  EXPECT_EQ(lines[16].answers, "(content)");
  EXPECT_EQ(lines[16].transaction, 1u);
  EXPECT_EQ(lines[17].transaction, 2u);
  EXPECT_EQ(lines.back().answers, "QUIT");
  EXPECT_EQ(lines.back().phase, Phase::kClose);
}

TEST(Dialogue, SameLabelsAtEveryChunking) {
  const std::vector<std::string> whole = sketches(lines_of(plain_dialogue(), 100000));
  for (std::size_t piece = 1; piece < 120; ++piece) {
    ASSERT_EQ(sketches(lines_of(plain_dialogue(), piece)), whole) << piece;
  }
  for (const std::size_t piece : {1u, 7u, 1000u}) {
    ASSERT_EQ(sketches(lines_of(plain_dialogue(), piece, "198.51.100.3:25", true)), whole) << piece;
  }
}

TEST(Dialogue, RangesCoverTheLogsWithoutGaps) {
  for (const std::size_t piece : {1u, 3u, 1000u}) {
    std::array<std::uint64_t, 2> end{};
    for (const Line& line : lines_of(plain_dialogue(), piece)) {
      EXPECT_EQ(line.offset, end[static_cast<std::size_t>(line.direction)]);
      end[static_cast<std::size_t>(line.direction)] += line.length;
      EXPECT_LE(line.first_seq, line.seq);
      EXPECT_NE(line.first_seq, 0u);
    }
  }
}

std::vector<Said> tls_dialogue() {
  return {server("220 mx.beta.example\r\n"),
          client("EHLO a\r\n"),
          server("250 STARTTLS\r\n"),
          client("STARTTLS\r\n"),
          server("220 2.0.0 Go ahead\r\n"),
          client("\x16\x03\x01 hello \r\n250 no line"),
          server("\x16\x03\x03 server\n hello"),
          client("EHLO a\r\n", Layer::kPlain),
          client("\x17\x03\x03 sealed"),
          server("\x17\x03\x03 sealed"),
          server("250 AUTH PLAIN LOGIN\r\n", Layer::kPlain),
          client("AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n", Layer::kPlain),
          server("235 2.7.0 Welcome\r\n", Layer::kPlain)};
}

TEST(Dialogue, GoesOnAboveTls) {
  const std::vector<Line> lines = lines_of(tls_dialogue(), 1000);
  std::vector<std::string> kinds;
  for (const Line& line : lines) {
    kinds.push_back(std::string(to_string(line.kind)) + " " + std::string(trace::enum_name(line.layer)) +
                    " " + line.verb + (line.code != 0 ? std::to_string(line.code) : ""));
  }
  EXPECT_THAT(kinds,
              ElementsAre("reply wire 220", "command wire EHLO", "reply wire 250", "command wire STARTTLS",
                          "reply wire 220", "tls wire ", "tls wire ", "command plain EHLO", "tls wire ",
                          "tls wire ", "reply plain 250", "command plain AUTH", "reply plain 235"));
  EXPECT_EQ(lines[5].phase, Phase::kTls);
  EXPECT_EQ(lines[11].argument, "PLAIN ***");
  EXPECT_TRUE(lines[11].secret);
  EXPECT_EQ(lines[11].text.find("AGFs"), std::string::npos);
  EXPECT_EQ(lines[7].offset, 0u) << "the plain log counts from 0";
  const std::vector<std::string> whole = sketches(lines);
  for (std::size_t piece = 1; piece < 40; ++piece) {
    ASSERT_EQ(sketches(lines_of(tls_dialogue(), piece)), whole) << piece;
  }
}

TEST(Dialogue, ImplicitTls) {
  const std::vector<Line> lines =
      lines_of({client("\x16\x03\x01 hello"), server("\x16\x03\x03 hello"),
                server("220 mx.beta.example\r\n", Layer::kPlain), client("QUIT\r\n", Layer::kPlain)},
               5, "198.51.100.3:465");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].kind, LineKind::kTls);
  EXPECT_EQ(lines[2].code, 220u);
  EXPECT_EQ(lines[3].verb, "QUIT");
}

TEST(Dialogue, CredentialsNeverStandInATextOrArgument) {
  const std::vector<Said> dialogue = {
      server("220 x\r\n"),        client("AUTH LOGIN\r\n"),       server("334 VXNlcm5hbWU6\r\n"),
      client("YWxpY2U=\r\n"),     server("334 UGFzc3dvcmQ6\r\n"), client("c2VjcmV0\r\n"),
      server("535 5.7.8 No\r\n"), client("AUTH CRAM-MD5\r\n"),    server("334 PDE+\r\n"),
      client("YWxpY2UgMTIz\r\n"), server("235 2.7.0 Ok\r\n"),     client("NOOP\r\n"),
      server("250 2.0.0 Ok\r\n")};
  for (std::size_t piece = 1; piece < 30; ++piece) {
    const std::vector<Line> lines = lines_of(dialogue, piece);
    ASSERT_EQ(lines.size(), 13u);
    for (const Line& line : lines) {
      for (const char* secret : {"YWxp", "c2Vj"}) {
        EXPECT_EQ(line.text.find(secret), std::string::npos);
        EXPECT_EQ(line.argument.find(secret), std::string::npos);
      }
    }
    EXPECT_EQ(lines[3].kind, LineKind::kAuthData);
    EXPECT_TRUE(lines[3].secret);
    EXPECT_EQ(lines[5].kind, LineKind::kAuthData);
    EXPECT_EQ(lines[9].kind, LineKind::kAuthData);
    EXPECT_EQ(lines[6].answers, "AUTH");
    EXPECT_EQ(lines[11].verb, "NOOP");
  }
}

TEST(Dialogue, WhatIsSentBehindStarttlsIsShownAndNotObeyed) {
  const std::vector<Line> lines =
      lines_of({server("220 x\r\n"), client("STARTTLS\r\nMAIL FROM:<evil@x>\r\n"), server("220 Go\r\n"),
                client("\x16\x03\x01"), client("EHLO a\r\n", Layer::kPlain)},
               100);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[3].kind, LineKind::kTls);
  EXPECT_EQ(lines[4].kind, LineKind::kOther);
  EXPECT_EQ(lines[4].text, "MAIL FROM:<evil@x>");
  EXPECT_EQ(lines[5].verb, "EHLO");
}

TEST(Dialogue, WhatTheServerSendsBehindItsYesToStarttlsIsNoTextAtAnyChunking) {
  const std::vector<Said> dialogue = {server("220 x\r\n"), client("STARTTLS\r\nNOOP\r\n"),
                                      server("220 Go\r\n250 for NOOP\r\n25"), client("\x16\x03\x01")};
  const std::vector<std::string> whole = sketches(lines_of(dialogue, 1000));
  for (std::size_t piece = 1; piece < 30; ++piece) {
    ASSERT_EQ(sketches(lines_of(dialogue, piece)), whole) << piece;
  }
}

TEST(Dialogue, RefusedDataIsNoContent) {
  const std::vector<Line> lines = lines_of(
      {server("220 x\r\n"), client("DATA\r\nMAIL FROM:<a@b>\r\n"), server("503 5.5.1 No\r\n250 Ok\r\n")}, 9);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[3].verb, "MAIL");
  EXPECT_EQ(lines[4].answers, "MAIL");
}

TEST(Dialogue, ChunksAreContent) {
  const std::vector<Line> lines = lines_of(
      {server("220 x\r\n"), client("MAIL FROM:<a@b>\r\nBDAT 10\r\nSubject: xBDAT 4 LAST\r\n.\r\nyQUIT\r\n"),
       server("250 a\r\n250 b\r\n250 c\r\n221 d\r\n")},
      3);
  ASSERT_EQ(lines.size(), 11u);
  EXPECT_EQ(lines[3].kind, LineKind::kContent);
  EXPECT_EQ(lines[5].kind, LineKind::kContent);
  EXPECT_EQ(lines[5].length, 4u);
  EXPECT_EQ(lines[6].verb, "QUIT");
  EXPECT_EQ(lines[10].answers, "QUIT");
}

TEST(Dialogue, IncompleteEndsAreMarked) {
  std::vector<Line> lines = lines_of({server("220 x\r\n"), client("EHL")}, 2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_FALSE(lines[1].complete);
  EXPECT_EQ(lines[1].text, "EHL");
  lines = lines_of({server("220 x\r\n"), client("AUTH LOGIN\r\n"), server("334 x\r\n"), client("c2Vj")}, 2);
  EXPECT_EQ(lines.back().text, "***");
  lines = lines_of(
      {server("220 x\r\n"), client("DATA\r\n"), server("354 x\r\n"), client("Subject: x\r\n\r\nbo")}, 2);
  EXPECT_EQ(lines.back().kind, LineKind::kContent);
  EXPECT_FALSE(lines.back().complete);
}

TEST(Dialogue, EndlessLinesAreCutAtOnePlace) {
  const std::string endless(200'000, 'A');
  const auto whole = sketches(lines_of({server("220 x\r\n"), client(endless)}, 1'000'000));
  EXPECT_EQ(whole.size(), 5u);
  EXPECT_EQ(sketches(lines_of({server("220 x\r\n"), client(endless)}, 1000)), whole);
  for (const Line& line : lines_of({server("220 x\r\n"), client(endless)}, 1000))
    EXPECT_LE(line.text.size(), 4096u);
}

TEST(Dialogue, OtherProtocolsAreLinesToo) {
  trace::Recorder recorder;
  record(recorder, {server("+OK pop3\r\n"), client("USER bob\r\n")}, 4, 1, "198.51.100.3:4711");
  record(recorder, {server("* OK imap\r\n"), client("a LOGOUT\r\n")}, 4, 2, "198.51.100.3:143");
  record(recorder, {server("220 smtp\r\n"), client("QUIT\r\n")}, 1, 3, "198.51.100.3:12345");
  Dialogues dialogues;
  dialogues.update(recorder.snapshot());
  EXPECT_EQ(dialogues.find({1})->protocol, "pop3");
  EXPECT_EQ(dialogues.find({2})->protocol, "imap");
  EXPECT_EQ(dialogues.find({3})->protocol, "smtp");
  EXPECT_EQ(dialogues.find({3})->lines[1].verb, "QUIT");
  EXPECT_EQ(dialogues.find({1})->lines[1].text, "USER bob");
  EXPECT_EQ(dialogues.find({4}), nullptr);
  EXPECT_EQ(dialogues.connections().size(), 3u);
}

TEST(Dialogue, AnyBytesGiveLines) {
  RandomStream random(4, "test", "noise");
  for (int round = 0; round < 200; ++round) {
    std::vector<Said> dialogue;
    for (int i = 0; i < 20; ++i) {
      std::string bytes(random.below(40), ' ');
      random.fill({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
      const Layer layer = random.below(8) == 0 ? Layer::kPlain : Layer::kWire;
      if (random.below(2) == 0) {
        dialogue.push_back(client(bytes + (random.below(2) == 0 ? "\r\n" : "DATA\r\n"), layer));
      } else {
        dialogue.push_back(server((random.below(2) == 0 ? "354 " : "250-") + bytes + "\r\n", layer));
      }
    }
    static_cast<void>(lines_of(dialogue, 1 + random.below(30)));
  }
}

TEST(Dialogue, CompletedByNamesTheEventOfTheLastByte) {
  trace::Recorder recorder;
  record(recorder, {server("220 x\r\n"), client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")}, 1000);
  Dialogues dialogues;
  const trace::Trace trace = recorder.snapshot();
  dialogues.update(trace);
  EXPECT_EQ(dialogues.completed_by(*trace.event(1)).size(), 0u);
  ASSERT_EQ(dialogues.completed_by(*trace.event(3)).size(), 2u);
  EXPECT_EQ(dialogues.completed_by(*trace.event(3))[1]->verb, "RCPT");
}

}  // namespace
}  // namespace glasspost::dissect
