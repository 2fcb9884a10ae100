#include <string>

#include <gtest/gtest.h>

#include "engine/auth/dkim.h"
#include "engine/observe/catalogue.h"
#include "tests/unit/auth_dkim/dkim_world.h"

namespace glasspost::auth {
namespace {

using test::DkimWorld;
using test::kMessage;
using test::replaced;

class DkimVerify : public testing::Test, protected DkimWorld {
 protected:
  static std::string plus(std::string_view field, const std::string& message) {
    return std::string(field) + message;
  }
};

TEST_F(DkimVerify, WhatWasSignedPassesInEveryCanonicalization) {
  for (const DkimSigner& signer : {rsa, ed25519}) {
    for (const Canonicalization header : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
      for (const Canonicalization body : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
        DkimSignOptions options;
        options.header = header;
        options.body = body;
        const std::string message = sign(kMessage, signer, options);
        const DkimSignatureVerdict verdict = one(message);
        EXPECT_EQ(verdict.result, DkimResult::kPass) << verdict.problem;
        EXPECT_EQ(verdict.domain, "alpha.example");
        EXPECT_EQ(verdict.identity, "@alpha.example");
        EXPECT_EQ(verdict.problem, "");
        // What relaxed forgives, simple does not. // RFC 6376 3.4
        const bool forgiving = header == Canonicalization::kRelaxed;
        EXPECT_EQ(result(replaced(message, "Subject:  Two   spaces \r\n", "SUBJECT : Two\r\n spaces\r\n")),
                  forgiving ? "pass" : "fail");
        EXPECT_EQ(result(replaced(message, "Hello,  Bob\t \r\n", "Hello, Bob\r\n")),
                  body == Canonicalization::kRelaxed ? "pass" : "fail");
      }
    }
  }
}

TEST_F(DkimVerify, WhatWasChangedFailsAndSaysWhat) {
  const std::string message = sign(kMessage, rsa);
  const DkimSignatureVerdict body = one(replaced(message, "bye", "buy"));
  EXPECT_EQ(body.result, DkimResult::kFail);
  EXPECT_NE(body.problem.find("body"), std::string::npos);
  const DkimSignatureVerdict header = one(replaced(message, "Two ", "Too "));
  EXPECT_EQ(header.result, DkimResult::kFail);
  EXPECT_NE(header.problem.find("header"), std::string::npos);
  EXPECT_EQ(result(replaced(message, "09:00:00 +0000\r\nFrom", "09:00:01 +0000\r\nFrom")),
            "pass");                                                   // unsigned
  EXPECT_EQ(result(replaced(message, "d=alpha", "d=Alpha")), "fail");  // its own field is signed too
  EXPECT_EQ(result(plus("X-New: 1\r\n", message)), "pass");
}

TEST_F(DkimVerify, AnAddedFromBreaksAnOversignedHeaderAlone) {  // RFC 6376 5.4, 8.15
  DkimSignOptions options;
  EXPECT_EQ(result(plus("From: mallory@evil.example\r\n", sign(kMessage, rsa, options))), "fail");
  options.oversign = {};
  EXPECT_EQ(result(plus("From: mallory@evil.example\r\n", sign(kMessage, rsa, options))), "pass");
  // Fields are taken from the bottom up: one that is put below is the one that is looked at. // RFC
  // 6376 5.4.2
  EXPECT_EQ(
      result(replaced(sign(kMessage, rsa, options), "Date: Mon", "From: mallory@evil.example\r\nDate: Mon")),
      "fail");
}

TEST_F(DkimVerify, EachSignatureIsJudgedForItself) {
  const std::string both = sign(sign(kMessage, rsa), ed25519);
  EXPECT_EQ(verify(both).signatures.size(), 2u);
  for (const auto& signature : verify(both).signatures)
    EXPECT_EQ(signature.result, DkimResult::kPass) << signature.problem;
  texts.pop_back();
  const DkimVerdict verdict = verify(both);
  EXPECT_EQ(verdict.signatures[0].result, DkimResult::kPermError);
  EXPECT_EQ(verdict.signatures[1].result, DkimResult::kPass);
  EXPECT_TRUE(verdict.passes());
  // A signature that covers other signatures never covers itself. // RFC 6376 3.5
  DkimSignOptions options;
  options.fields = {"DKIM-Signature", "From", "Subject"};
  EXPECT_EQ(verify(sign(sign(kMessage, rsa), rsa, options)).signatures[0].result, DkimResult::kPass);
}

TEST_F(DkimVerify, OnlySoManySignaturesAreEvaluated) {
  std::string message(kMessage);
  for (int i = 0; i < 3'000; ++i)
    message.insert(0, "DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=s; h=From; bh=AA==; b=AA==\r\n");
  const DkimVerdict verdict = verify(message);
  EXPECT_EQ(verdict.signatures.size(), 10u);
  EXPECT_EQ(verdict.not_evaluated, 2'990u);
  EXPECT_LE(questions(), 10u);
}

TEST_F(DkimVerify, TheDnsDecidesBetweenTemporaryAndPermanent) {  // RFC 6376 6.1.2
  const std::string message = sign(kMessage, rsa);
  failures = {{"s1._domainkey.alpha.example", dns::AnswerStatus::kTimedOut}};
  EXPECT_EQ(result(message), "temperror");
  failures = {{"s1._domainkey.alpha.example", dns::AnswerStatus::kServFail}};
  EXPECT_EQ(result(message), "temperror");
  failures.clear();
  texts.clear();
  EXPECT_EQ(result(message), "permerror");
}

TEST_F(DkimVerify, KeysSayWhatTheyAreFor) {  // RFC 6376 3.6.1
  DkimSignOptions options;
  options.identity = "alice@mail.alpha.example";
  const std::string message = sign(kMessage, rsa, options);
  const std::string p = texts[0].second.substr(texts[0].second.find("p="));
  const struct {
    std::string record, result;
  } cases[] = {
      {p, "pass"},
      {"t=s; " + p, "permerror"},
      {"t=y; " + p, "neutral"},
      {"h=sha1; " + p, "permerror"},
      {"h=sha256; s=email; " + p, "pass"},
      {"s=other; " + p, "permerror"},
      {"v=DKIM1; p=", "permerror"},
      {"v=DKIM1; p=!!!!", "permerror"},
      {texts[1].second, "permerror"},
      // 512 bits // RFC 8301 3.2
      {"p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAM/"
       "dGAYa2sjZ2MIZeRp1Wh+CBidtOBoicGnuA1nxW67oa9VRk96Q6gmhmwOyvYCfHnYgo3po"
       "AtkbFavNMkjRpR8CAwEAAQ==",
       "permerror"},
  };
  for (const auto& c : cases) {
    texts[0].second = c.record;
    const DkimSignatureVerdict verdict = one(message);
    EXPECT_EQ(to_string(verdict.result), c.result) << c.record;
    EXPECT_EQ(verdict.problem.empty(), c.result == "pass") << c.record;
  }
}

TEST_F(DkimVerify, AnyOfSeveralRecordsMayHoldTheKey) {  // RFC 6376 3.6.2.2
  texts.emplace_back("s1._domainkey.alpha.example", "v=spf1 -all");
  texts.emplace_back("s1._domainkey.alpha.example", "v=DKIM1; p=");
  EXPECT_EQ(result(sign(kMessage, rsa)), "pass");
  limits.keys = 0;
  EXPECT_EQ(result(sign(kMessage, rsa)), "permerror");
}

TEST_F(DkimVerify, SignaturesExpire) {  // RFC 6376 3.5
  DkimSignOptions options;
  options.expires = Instant{2'000'000'000};
  const std::string message = sign(kMessage, rsa, options);
  request.now = Instant{2'900'000'000};
  EXPECT_EQ(result(message), "pass");
  request.now = Instant{3'000'000'000};
  EXPECT_EQ(result(message), "permerror");
  request.check_expiry = false;
  EXPECT_EQ(result(message), "pass");
}

TEST_F(DkimVerify, ABodyLengthLeavesTheRestUnsigned) {  // RFC 6376 8.2
  DkimSignOptions options;
  options.body_length = 12;
  const std::string message = sign(kMessage, rsa, options);
  const DkimSignatureVerdict verdict = one(message + "Buy now\r\n");
  EXPECT_EQ(verdict.result, DkimResult::kPass);
  EXPECT_GT(verdict.unsigned_bytes, 12u);
  EXPECT_EQ(result(message.substr(0, message.find("\r\n\r\n") + 6)), "fail");  // shorter than l=
  request.accept_body_length = false;
  EXPECT_EQ(result(message), "policy");
}

TEST_F(DkimVerify, InternationalNamesAreALabelsForTheDnsOnly) {  // RFC 8616 5
  texts.emplace_back("s\xC3\xA9l", "");
  texts.back() = {"xn--sl-bja._domainkey.xn--bcher-kva.example", texts[0].second};
  const DkimSigner signer{
      "b\xC3\xBC"
      "cher.example",
      "s\xC3\xA9l", test::rsa_key()};
  const std::string message = sign(kMessage, signer);
  EXPECT_NE(message.find("d=b\xC3\xBC"
                         "cher.example"),
            std::string::npos);
  const DkimSignatureVerdict verdict = one(message);
  EXPECT_EQ(verdict.result, DkimResult::kPass) << verdict.problem;
}

TEST_F(DkimVerify, TheCacheChangesNoVerdict) {
  DkimKeyCache cache;
  request.keys = &cache;
  const std::string message = sign(kMessage, ed25519);
  EXPECT_EQ(result(message), "pass");
  EXPECT_EQ(result(message), "pass");
  texts[1].second = "v=DKIM1; p=";
  EXPECT_EQ(result(message), "permerror");
}

TEST_F(DkimVerify, AMessageWithoutABodyOrFinalLineEndIsStillAMessage) {
  const std::string header = "From: a@alpha.example\r\nSubject: x";
  for (const char* end : {"", "\r\n", "\r\n\r\n"}) {
    const std::string message = header + end;
    EXPECT_EQ(result(sign(message, rsa)), "pass") << end;
  }
}

TEST_F(DkimVerify, HostileHeadersStayCheap) {
  std::string message = "DKIM-Signature: v=1; a=rsa-sha256; d=alpha.example; s=s1; bh=AA==; b=AA==; h=From";
  for (int i = 0; i < 900; ++i)
    message += ":X";
  message += "\r\n";
  for (int i = 0; i < 10'000; ++i)
    message += "X: y\r\n";
  EXPECT_EQ(result(message + "From: a@alpha.example\r\n\r\nbody\r\n"), "fail");
}

void expect_known_words(const Explanation& step) {
  EXPECT_TRUE(in_catalogue(step.words.key)) << step.words.key;
  EXPECT_FALSE(step.rule.empty()) << step.words.key;
  for (const Language language : {Language::kEnglish, Language::kKorean}) {
    const std::string words = render(step.words, language);
    EXPECT_EQ(words.find('{'), std::string::npos) << words;
  }
  for (const Explanation& child : step.children)
    expect_known_words(child);
}

std::string text_at(const std::string& message, const ByteRange& range) {
  return message.substr(range.offset, range.length);
}

TEST_F(DkimVerify, ExplainsEachStepDownToTheBytes) {
  request.explain = true;
  DkimSignOptions options;
  options.body_length = 5;
  const std::string message = sign(kMessage, rsa, options);
  const DkimVerdict verdict = verify(message);
  ASSERT_TRUE(verdict.explanation);
  const Explanation& why = *verdict.explanation;
  expect_known_words(why);
  EXPECT_EQ(why.outcome, "pass");
  ASSERT_EQ(why.children.size(), 1u);
  const Explanation& signature = why.children[0];
  EXPECT_EQ(text_at(message, signature.ranges[0]).substr(0, 15), "DKIM-Signature:");
  ASSERT_EQ(signature.children.size(), 3u);  // key, body, header
  const Explanation& key = signature.children[0];
  ASSERT_EQ(key.look_ups.size(), 1u);
  EXPECT_EQ(key.look_ups[0].name, "s1._domainkey.alpha.example");
  ASSERT_EQ(key.children.size(), 1u);
  EXPECT_EQ(key.children[0].outcome, texts[0].second);
  const ByteRange& p = key.children[0].ranges[0];
  EXPECT_EQ(key.children[0].outcome.substr(p.offset, 2), "p=");
  const Explanation& body = signature.children[1];
  EXPECT_EQ(text_at(message, body.ranges[0]), "Hello,  Bob\t \r\n\r\nbye\r\n\r\n\r\n");
  EXPECT_EQ(text_at(message, body.ranges[1]).substr(0, 3), "bh=");
  EXPECT_EQ(text_at(message, body.ranges[2]), "l=5");
  ASSERT_EQ(body.children.size(), 1u);
  const Explanation& header = signature.children[2];
  EXPECT_EQ(text_at(message, header.ranges[1]), "From: Alice <alice@alpha.example>\r\n");
}

TEST_F(DkimVerify, ExplainsEveryKindOfRefusal) {
  request.explain = true;
  expect_known_words(*verify(std::string(kMessage)).explanation);
  const std::string message = sign(kMessage, rsa);
  const auto children = [&](const std::string& bytes) {
    const DkimVerdict verdict = verify(bytes);
    expect_known_words(*verdict.explanation);
    return verdict.explanation->children.at(0);
  };
  const Explanation broken = children(replaced(message, "a=rsa-sha256", "a=rsa-sha999"));
  ASSERT_EQ(broken.children.size(), 1u);
  EXPECT_EQ(broken.children[0].outcome, "neutral");
  EXPECT_EQ(broken.outcome, "neutral");
  children(plus("DKIM-Signature: nonsense\r\n", message));
  children(replaced(message, "bye", "buy"));
  failures = {{"s1._domainkey.alpha.example", dns::AnswerStatus::kTimedOut}};
  EXPECT_EQ(children(message).children[0].outcome, "temperror");
  failures.clear();
  texts[0].second = "v=DKIM1; h=sha1; " + texts[0].second.substr(texts[0].second.find("p="));
  const Explanation refused = children(message);
  EXPECT_EQ(refused.children.size(), 1u);
  EXPECT_EQ(refused.children[0].children[0].words.key, "dkim.key-refused");
  texts.clear();
  EXPECT_EQ(children(message).children[0].words.key, "dkim.no-key");
  limits.signatures = 0;
  EXPECT_EQ(verify(message).explanation->children.at(0).words.key, "dkim.not-evaluated");
  request.explain = false;
  EXPECT_FALSE(verify(message).explanation);
}

}  // namespace
}  // namespace glasspost::auth
