#include "engine/tap/secret_mask.h"

#include <vector>

#include <gtest/gtest.h>

namespace glasspost::tap {
namespace {

// Lines: "C: ..." is what a client sends, "S: ..." a server. Gives the client's bytes as recorded.
std::string masked(const std::vector<std::string>& dialogue, std::size_t piece) {
  SecretMask mask;
  std::string result;
  for (const std::string& line : dialogue) {
    const std::string bytes = line.substr(3) + "\r\n";
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      if (line[0] == 'C') {
        result += mask.from_client(std::string_view(bytes).substr(at, piece));
      } else {
        mask.from_server(std::string_view(bytes).substr(at, piece));
      }
    }
  }
  return result;
}

void expect_masked(const std::vector<std::string>& dialogue, const std::string& expected) {
  for (std::size_t piece = 1; piece < 40; ++piece)
    ASSERT_EQ(masked(dialogue, piece), expected) << piece;
}

TEST(SecretMask, InitialResponse) {
  expect_masked({"C: EHLO a", "C: auth PLAIN AGFsaWNl", "S: 235 Ok", "C: MAIL FROM:<a@b>"},
                "EHLO a\r\nauth PLAIN ********\r\nMAIL FROM:<a@b>\r\n");
}

TEST(SecretMask, AnswersToChallenges) {
  expect_masked({"C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YWxp", "S: 334 UGFz", "C: c2Vj cmV0",
                 "S: 235 2.7.0 Ok", "C: NOOP"},
                "AUTH LOGIN\r\n****\r\n*********\r\nNOOP\r\n");
}

TEST(SecretMask, ContentIsNotTouched) {
  expect_masked({"C: DATA", "S: 354 Go", "C: AUTH PLAIN letter", "C: PASS word", "C: ..", "C: .", "S: 250 Ok",
                 "C: AUTH PLAIN x"},
                "DATA\r\nAUTH PLAIN letter\r\nPASS word\r\n..\r\n.\r\nAUTH PLAIN *\r\n");
  expect_masked({"C: DATA", "S: 354-One", "S: 354 Go", "C: .", "C: AUTH PLAIN x"},
                "DATA\r\n.\r\nAUTH PLAIN *\r\n");
  expect_masked({"C: BDAT 16 LAST", "C: AUTH PLAIN xyz", "C: AUTH PLAIN x"},
                "BDAT 16 LAST\r\nAUTH PLAIN xyz\r\nAUTH PLAIN *\r\n");
}

TEST(SecretMask, Pop3) {
  expect_masked({"S: +OK ready", "C: USER bob", "S: +OK", "C: PASS a b c", "S: +OK", "C: STAT"},
                "USER bob\r\nPASS *****\r\nSTAT\r\n");
  expect_masked({"C: APOP bob c4c9334b", "C: AUTH PLAIN", "S: + ", "C: AGFs", "S: +OK", "C: LIST"},
                "APOP bob ********\r\nAUTH PLAIN\r\n****\r\nLIST\r\n");
}

TEST(SecretMask, ImapLiterals) {
  expect_masked({"C: a1 LOGIN {3+}", "C: bob {6+}", "C: secret", "S: a1 OK", "C: a2 NOOP"},
                "a1 LOGIN ****\r\n********\r\n******\r\na2 NOOP\r\n");
  expect_masked(
      {"C: a1 LOGIN {3}", "S: + Ready", "C: bob {6}", "S: + Ready", "C: secret", "S: a1 OK", "C: a2 NOOP"},
      "a1 LOGIN ***\r\n*******\r\n******\r\na2 NOOP\r\n");
}

TEST(SecretMask, Imap) {
  expect_masked({"S: * OK ready", "C: a1 LOGIN bob \"x y\"", "S: a1 OK", "C: a2 SELECT INBOX"},
                "a1 LOGIN *********\r\na2 SELECT INBOX\r\n");
  expect_masked(
      {"C: a1 AUTHENTICATE PLAIN AGFs", "C: a2 AUTHENTICATE PLAIN", "S: + ", "C: AGFs", "C: a3 NOOP"},
      "a1 AUTHENTICATE PLAIN ****\r\na2 AUTHENTICATE PLAIN\r\n****\r\na3 NOOP\r\n");
  expect_masked({"C: a1 IDLE", "S: + idling", "C: DONE"}, "a1 IDLE\r\nDONE\r\n");
}

TEST(SecretMask, LengthStaysWhateverComes) {
  SecretMask mask;
  for (int i = 0; i < 5000; ++i) {
    const std::string bytes(static_cast<std::size_t>(i % 50), static_cast<char>(i * 7));
    EXPECT_EQ(mask.from_client(bytes).size(), bytes.size());
    mask.from_server(i % 3 == 0 ? "354 x\n" : "334 x\n");
  }
}

}  // namespace
}  // namespace glasspost::tap
