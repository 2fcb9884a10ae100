#include "engine/agent/mua/answer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost::agent {
namespace {

const std::string kLetter =
    "From: Alice <alice@alpha.example>\r\n"
    "To: Bob <bob@beta.example>, carol@beta.example\r\n"
    "Cc: \"Dave, D.\" <dave@gamma.example>, BOB@beta.example\r\n"
    "Subject: =?UTF-8?B?7KCQ7Ius?=\r\n"
    "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    "Message-ID: <3@alpha.example>\r\n"
    "References: <1@alpha.example>\r\n <2@beta.example>\r\n"
    "\r\n"
    "one\r\n\r\n> two\r\n";

using Texts = std::vector<std::string>;

TEST(Answer, AReplyGoesToTheAuthorAndContinuesTheThread) {
  Draft written;
  written.text = "Yes.\n";
  const Draft draft = answer_to(kLetter, AnswerKind::kReply, "bob@beta.example", written);
  EXPECT_EQ(draft.to, Texts{"Alice <alice@alpha.example>"});
  EXPECT_TRUE(draft.cc.empty());
  EXPECT_EQ(draft.subject, "Re: 점심");
  EXPECT_EQ(draft.in_reply_to, Texts{"3@alpha.example"});
  EXPECT_EQ(draft.references, (Texts{"1@alpha.example", "2@beta.example", "3@alpha.example"}));
  EXPECT_EQ(
      draft.text,
      "Yes.\n\nOn Mon, 02 Mar 2026 09:00:00 +0000, Alice <alice@alpha.example> wrote:\n> one\n>\n>> two\n");
}

TEST(Answer, AReplyToAllNamesEverybodyOnceButNotMe) {
  const Draft draft = answer_to(kLetter, AnswerKind::kReplyAll, "bob@beta.example", {});
  EXPECT_EQ(draft.to, Texts{"Alice <alice@alpha.example>"});
  EXPECT_EQ(draft.cc, (Texts{"carol@beta.example", "\"Dave, D.\" <dave@gamma.example>"}));
}

TEST(Answer, ReplyToGoesBeforeFrom) {
  const Draft draft = answer_to("From: a@x.example\r\nReply-To: list@x.example\r\nSubject: RE: x\r\n\r\n",
                                AnswerKind::kReply, "bob@beta.example", {});
  EXPECT_EQ(draft.to, Texts{"list@x.example"});
  EXPECT_EQ(draft.subject, "RE: x");
  EXPECT_TRUE(draft.in_reply_to.empty()) << "a letter without Message-ID has no thread";
}

TEST(Answer, WhoAnswersHerOwnLetterWritesToItsRecipients) {
  const Draft draft = answer_to(kLetter, AnswerKind::kReply, "alice@alpha.example", {});
  EXPECT_EQ(draft.to, (Texts{"Bob <bob@beta.example>", "carol@beta.example"}));
}

TEST(Answer, ReferencesFollowTheRule) {
  // RFC 5322 3.6.4
  EXPECT_EQ(reply_references("In-Reply-To: <1@x>\r\nMessage-ID: <2@x>\r\n\r\n"), (Texts{"1@x", "2@x"}));
  EXPECT_EQ(reply_references("In-Reply-To: <0@x> <1@x>\r\nMessage-ID: <2@x>\r\n\r\n"), Texts{"2@x"});
  EXPECT_TRUE(reply_references("References: <1@x>\r\n\r\n").empty());
  std::string many = "References:";
  for (int i = 0; i < 100; ++i)
    many += " <" + std::to_string(i) + "@x>";
  const Texts kept = reply_references(many + "\r\nMessage-ID: <last@x>\r\n\r\n");
  EXPECT_EQ(kept.size(), 21u);
  EXPECT_EQ(kept.front(), "0@x");
  EXPECT_EQ(kept.back(), "last@x");
}

TEST(Answer, AForwardingKeepsTheLetterAndItsFiles) {
  const std::string letter =
      "From: alice@alpha.example\r\nTo: bob@beta.example\r\nSubject: Files\r\nMessage-ID: <1@x>\r\n"
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\nhere\r\n"
      "--b\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"a.png\"\r\n\r\nAAEC\r\n--b--\r\n";
  Draft written;
  written.to = {"carol@beta.example"};
  written.text = "Look";
  written.attachments.push_back({"mine.txt", "text/plain", "x"});
  const Draft draft = answer_to(letter, AnswerKind::kForward, "bob@beta.example", written);
  EXPECT_EQ(draft.to, Texts{"carol@beta.example"});
  EXPECT_EQ(draft.subject, "Fwd: Files");
  EXPECT_TRUE(draft.in_reply_to.empty() && draft.references.empty());
  EXPECT_EQ(draft.text,
            "Look\n\n---------- Forwarded message ----------\nFrom: alice@alpha.example\nSubject: Files\n"
            "To: bob@beta.example\n\nhere\n");
  ASSERT_EQ(draft.attachments.size(), 2u);
  EXPECT_EQ(draft.attachments[0].filename, "a.png");
  EXPECT_EQ(draft.attachments[0].media_type, "image/png");
  EXPECT_EQ(draft.attachments[0].bytes, std::string("\0\1\2", 3));
  EXPECT_EQ(draft.attachments[1].filename, "mine.txt");
}

TEST(Answer, IsTotal) {
  for (const char* letter : {"", "\r\n", "x", "From: nobody\r\n\r\n", "Subject: \r\nTo: :;,\r\n\r\n"}) {
    for (const AnswerKind kind : {AnswerKind::kReply, AnswerKind::kReplyAll, AnswerKind::kForward})
      EXPECT_TRUE(answer_to(letter, kind, "", {}).to.empty()) << letter;
  }
}

}  // namespace
}  // namespace glasspost::agent
