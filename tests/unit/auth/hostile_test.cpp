// What strangers may put into the DNS and into messages: whatever it is, the checks end, ask a bounded number
// of questions, keep a bounded explanation, and give the result that the RFC has for it.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/auth/authentication_results.h"
#include "engine/auth/dkim.h"
#include "engine/auth/dmarc.h"
#include "engine/auth/spf.h"
#include "engine/crypto/key.h"
#include "engine/message/header.h"
#include "engine/protocol/dns/static_resolver.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::auth {
namespace {

using dns::AnswerStatus;

/// Answers from records in memory; one question of all may fail.
class FragileResolver final : public dns::Resolver {
 public:
  void add_text(std::string_view name, std::string_view text) {
    ASSERT_TRUE(zone_.add(dns::make_txt(*dns::Name::parse(name), text, 300)));
  }
  void add(dns::Record record) { ASSERT_TRUE(zone_.add(std::move(record))); }
  void fail_question(std::size_t number, AnswerStatus status) {
    failing_ = number;
    status_ = status;
    asked_ = 0;
  }
  [[nodiscard]] std::size_t asked() const { return asked_; }

  Task<dns::Answer> resolve(dns::Question question) override {
    dns::ZoneSet zones;
    zones.set(zone_);
    dns::Answer answer = dns::resolve_in(zones, question);
    if (++asked_ == failing_) {
      answer = dns::Answer();
      answer.question = question;
      answer.status = status_;
    }
    co_return answer;
  }

 private:
  dns::Zone zone_{dns::Name(), {}};
  std::size_t failing_ = 0;
  std::size_t asked_ = 0;
  AnswerStatus status_ = AnswerStatus::kServFail;
};

std::size_t count_steps(const Explanation& why) {
  std::size_t count = 1;
  for (const Explanation& step : why.children)
    count += count_steps(step);
  return count;
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes)
    out += piece;
  return out;
}

SpfVerdict spf(FragileResolver& resolver, const std::string& domain = "a.example") {
  SpfRequest request;
  request.client = *IpAddress::parse("192.0.2.1");
  request.helo = "mx.a.example";
  request.mail_from = "x@" + domain;
  request.explain = true;
  return test::run_now(check_spf(resolver, request));
}

DkimVerdict dkim(FragileResolver& resolver, const std::string& message) {
  DkimRequest request;
  request.explain = true;
  const message::Header header = message::parse_header(message);
  return test::run_now(verify_dkim(resolver, header, message, request));
}

DmarcVerdict dmarc(FragileResolver& resolver, const std::string& message,
                   std::vector<DmarcIdentifier> identifiers = {}) {
  DmarcRequest request;
  request.explain = true;
  request.dkim = std::move(identifiers);
  const message::Header header = message::parse_header(message);
  return test::run_now(check_dmarc(resolver, header, std::move(request)));
}

crypto::PrivateKey key() {
  return *crypto::PrivateKey::from_ed25519_seed("0123456789abcdef0123456789abcdef");
}

constexpr const char* kLetter = "From: x@a.example\r\nSubject: s\r\n\r\nbody\r\n";

std::string signed_letter() {
  const message::Header header = message::parse_header(kLetter);
  return *sign_dkim(header, kLetter, {"a.example", "s", key()}, {}) + kLetter;
}

// TXT data of more than 64 KiB does not fit the DNS; 60 kB are the most that can come.
constexpr std::size_t kLargest = 60'000;

TEST(HostileRecord, SpfOfManyTermsIsReadAndExplainedUpToABound) {
  FragileResolver resolver;
  resolver.add_text("a.example", "v=spf1 " + repeated("ip4:203.0.113.1 ", kLargest) + "-all");
  const SpfVerdict verdict = spf(resolver);
  EXPECT_EQ(verdict.result, SpfResult::kFail);
  EXPECT_EQ(resolver.asked(), 1u);
  EXPECT_LE(count_steps(*verdict.explanation), 501u);
  resolver.add_text("b.example", "v=spf1 " + repeated("a:x.example ", kLargest) + "-all");
  EXPECT_EQ(spf(resolver, "b.example").result, SpfResult::kPermError);
  EXPECT_LE(resolver.asked(), 15u);
}

TEST(HostileRecord, SpfJunkIsAPermanentError) {
  FragileResolver resolver;
  resolver.add_text("a.example", "v=spf1 " + repeated("%{%{%{", kLargest));
  resolver.add_text("b.example", "v=spf1 " + repeated(std::string("\x00\xff\x7f ", 4), kLargest));
  resolver.add_text("c.example", "v=spf1 exists:%{" + repeated("9", 400) + "} -all");
  for (const char* domain : {"a.example", "b.example", "c.example"})
    EXPECT_EQ(spf(resolver, domain).result, SpfResult::kPermError) << domain;
}

TEST(HostileRecord, SpfCirclesEnd) {
  FragileResolver resolver;
  resolver.add_text("a.example", "v=spf1 include:b.example -all");
  resolver.add_text("b.example", "v=spf1 redirect=a.example");
  resolver.add_text("wide.example", "v=spf1 " + repeated("include:wide.example ", 2'000) + "-all");
  EXPECT_EQ(spf(resolver).result, SpfResult::kPermError);
  EXPECT_LE(resolver.asked(), 12u);
  EXPECT_EQ(spf(resolver, "wide.example").result, SpfResult::kPermError);
  EXPECT_LE(resolver.asked(), 24u);
}

TEST(HostileRecord, DkimKeysOfJunkArePermanentErrors) {
  const std::string letter = signed_letter();
  const std::string good = dkim_key_record_text(key().public_key());
  for (const std::string& record :
       {"v=DKIM1; p=" + repeated("*?", kLargest), "v=DKIM1; k=ed25519; p=" + repeated("QUFB", kLargest),
        repeated("a=b; ", kLargest) + good, "v=DKIM1; p=" + repeated("=", 1'000), good + "; p=AAAA",
        std::string("v=DKIM1; k=ed25519; p=\x00\x01", 24), std::string("v=DKIM2; p=AA")}) {
    FragileResolver resolver;
    resolver.add_text("s._domainkey.a.example", record);
    const DkimVerdict verdict = dkim(resolver, letter);
    EXPECT_EQ(verdict.result(), DkimResult::kPermError) << record.substr(0, 60);
    EXPECT_EQ(resolver.asked(), 1u);
  }
}

TEST(HostileRecord, DmarcOfThousandsOfTagsEnds) {
  FragileResolver resolver;
  resolver.add_text("_dmarc.a.example", "v=DMARC1; p=reject; " + repeated("x=y; ", 5) + "t=y");
  resolver.add_text("_dmarc.b.example", "v=DMARC1; " + repeated("junk; ", kLargest) + "p=reject");
  std::string many = "v=DMARC1; p=reject";
  for (int i = 0; i < 5'000; ++i)
    many += "; tag" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + "=1";
  resolver.add_text("_dmarc.c.example", many);
  for (const char* domain : {"a.example", "b.example", "c.example"}) {
    const DmarcVerdict verdict = dmarc(resolver, "From: x@" + std::string(domain) + "\r\n\r\n");
    EXPECT_TRUE(verdict.result == DmarcResult::kFail || verdict.result == DmarcResult::kNone) << domain;
    EXPECT_LE(count_steps(*verdict.explanation), 200u) << domain;
    if (verdict.record) {
      EXPECT_LE(verdict.record->ignored.size(), 50u);
    }
  }
  EXPECT_LE(resolver.asked(), 12u);
}

TEST(HostileRecord, AThousandRecordsAtOneNameAreAllLookedAtOnce) {
  FragileResolver resolver;
  for (int i = 0; i < 1'000; ++i) {
    resolver.add_text("s._domainkey.a.example", "v=DKIM1; p=" + std::to_string(i));
    resolver.add_text("_dmarc.a.example", "v=DMARC1; p=none; x=" + std::to_string(i));
    resolver.add_text("a.example", "v=spf1 ?all exp=" + std::to_string(i) + ".example");
  }
  EXPECT_EQ(dkim(resolver, signed_letter()).result(), DkimResult::kPermError);
  EXPECT_EQ(spf(resolver).result, SpfResult::kPermError);
  EXPECT_EQ(dmarc(resolver, kLetter).result, DmarcResult::kNone);
  EXPECT_LE(resolver.asked(), 6u);
}

TEST(HostileMessage, TenThousandSignaturesAreNotAllVerified) {
  FragileResolver resolver;
  resolver.add_text("s._domainkey.a.example", dkim_key_record_text(key().public_key()));
  std::string field = signed_letter();
  field.resize(field.size() - std::string(kLetter).size());
  std::string message;
  for (int i = 0; i < 10'000; ++i)
    message += field;
  const DkimVerdict verdict = dkim(resolver, message + kLetter);
  EXPECT_EQ(verdict.signatures.size(), 10u);
  EXPECT_EQ(verdict.not_evaluated, 9'990u);
  EXPECT_LE(resolver.asked(), 10u);
  EXPECT_TRUE(verdict.passes());
}

TEST(HostileMessage, TenThousandFieldsAndMegabytesOfHeaderAreSignedAndVerified) {
  FragileResolver resolver;
  resolver.add_text("s._domainkey.a.example", dkim_key_record_text(key().public_key()));
  std::string letter;
  for (int i = 0; i < 10'000; ++i)
    letter += "X-" + std::to_string(i) + ": v\r\n";
  letter += "X-Fold: " + repeated("a\r\n ", 2'000'000) + "a\r\n" + kLetter;
  const message::Header header = message::parse_header(letter);
  const Result<std::string> field = sign_dkim(header, letter, {"a.example", "s", key()}, {});
  ASSERT_TRUE(field);
  EXPECT_TRUE(dkim(resolver, *field + letter).passes());
  EXPECT_EQ(resolver.asked(), 1u);
}

TEST(HostileMessage, SignaturesThatNameEverythingAreBounded) {
  FragileResolver resolver;
  resolver.add_text("s._domainkey.a.example", dkim_key_record_text(key().public_key()));
  const std::string names = repeated("from:", 50'000) + "from";
  const std::string field = "DKIM-Signature: v=1; a=ed25519-sha256; d=a.example; s=s; h=" + names +
                            "; bh=" + std::string(43, 'A') + "=; b=AAAA\r\n";
  EXPECT_EQ(dkim(resolver, field + kLetter).result(), DkimResult::kPermError);
  const std::string tags = "DKIM-Signature: " + repeated("q=r; ", 100'000) + "v=1\r\n";
  EXPECT_FALSE(dkim(resolver, tags + kLetter).passes());
  EXPECT_EQ(resolver.asked(), 0u);
}

TEST(HostileMessage, TenThousandAuthorsAndIdentifiersAskABoundedNumberOfQuestions) {
  FragileResolver resolver;
  std::string authors = "From: ";
  std::vector<DmarcIdentifier> identifiers;
  for (int i = 0; i < 10'000; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".a.example";
    authors += "x@" + domain + ",\r\n ";
    identifiers.push_back({domain, true, false});
  }
  const DmarcVerdict crowd = dmarc(resolver, authors + "x@a.example\r\n\r\n");
  EXPECT_NE(crowd.result, DmarcResult::kPass);
  EXPECT_TRUE(crowd.suspicious());
  EXPECT_LE(resolver.asked(), 40u);
  resolver.add_text("_dmarc.a.example", "v=DMARC1; p=reject");
  const DmarcVerdict flood = dmarc(resolver, kLetter, std::move(identifiers));
  EXPECT_NE(flood.result, DmarcResult::kTempError);
  EXPECT_LE(resolver.asked(), 140u);
}

TEST(HostileMessage, ResultsOfTenThousandPiecesAreReadOrRefused) {
  std::string value = "mx.a.example";
  for (int i = 0; i < 10'000; ++i)
    value += "; spf=pass smtp.mailfrom=a.example";
  EXPECT_FALSE(parse_authentication_results(value).has_value());
  const std::string forged = "Authentication-Results: " + std::string(100'000, '(') + " mx.a.example\r\n";
  std::string message;
  for (int i = 0; i < 100; ++i)
    message += forged;
  EXPECT_EQ(remove_forged_results(message::parse_header(message), {"mx.a.example"}).size(), 100u);
}

/// Every question in its turn ends in a failure.
template <class Check>
void fail_each_question(FragileResolver& resolver, Check check) {
  resolver.fail_question(0, AnswerStatus::kServFail);
  check(0);
  const std::size_t questions = resolver.asked();
  ASSERT_GT(questions, 0u);
  for (std::size_t number = 1; number <= questions; ++number) {
    for (const AnswerStatus status : {AnswerStatus::kServFail, AnswerStatus::kTimedOut}) {
      resolver.fail_question(number, status);
      check(number);
    }
  }
}

TEST(FailingDns, AtEachLookUpSpfIsATemporaryError) {  // RFC 7208 4.4, 5
  FragileResolver resolver;
  resolver.add_text("a.example",
                    "v=spf1 a:x.example mx include:i.example exists:e.example redirect=r.example");
  resolver.add(dns::make_address(*dns::Name::parse("x.example"), *IpAddress::parse("203.0.113.1"), 300));
  resolver.add(dns::make_mx(*dns::Name::parse("a.example"), 10, *dns::Name::parse("x.example"), 300));
  resolver.add_text("i.example", "v=spf1 a:x.example -all");
  resolver.add_text("r.example", "v=spf1 ip4:192.0.2.1 -all");
  fail_each_question(resolver, [&](std::size_t number) {
    EXPECT_EQ(spf(resolver).result, number == 0 ? SpfResult::kPass : SpfResult::kTempError) << number;
  });
}

TEST(FailingDns, AtEachLookUpDkimIsATemporaryError) {  // RFC 6376 6.1.2
  FragileResolver resolver;
  resolver.add_text("s._domainkey.a.example", dkim_key_record_text(key().public_key()));
  const std::string letter = signed_letter();
  fail_each_question(resolver, [&](std::size_t number) {
    EXPECT_EQ(dkim(resolver, letter).result(), number == 0 ? DkimResult::kPass : DkimResult::kTempError);
  });
}

TEST(FailingDns, AtEachLookUpDmarcIsATemporaryErrorAndAppliesNoPolicy) {  // RFC 9989 5.3.6
  FragileResolver resolver;
  resolver.add_text("_dmarc.a.example", "v=DMARC1; p=reject; np=none");
  const std::string letter = "From: x@deep.down.a.example\r\n\r\n";
  fail_each_question(resolver, [&](std::size_t number) {
    const DmarcVerdict verdict = dmarc(resolver, letter, {{"other.a.example", false, false}});
    EXPECT_EQ(verdict.result, number == 0 ? DmarcResult::kFail : DmarcResult::kTempError) << number;
    if (number > 0) {
      EXPECT_EQ(verdict.disposition, DmarcPolicy::kNone) << number;
    }
  });
}

}  // namespace
}  // namespace glasspost::auth
