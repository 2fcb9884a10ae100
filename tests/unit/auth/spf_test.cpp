#include "engine/auth/spf.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/observe/catalogue.h"
#include "engine/protocol/dns/static_resolver.h"
#include "engine/protocol/dns/zone_file.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::auth {
namespace {

using dns::AnswerStatus;
using dns::Name;

class Spf : public testing::Test {
 protected:
  SpfVerdict check(std::string_view zone_text, std::string_view client,
                   std::string mail_from = "alice@alpha.example", bool explain = true) {
    const auto zone = dns::parse_zone_file(zone_text, *Name::parse("example"));
    EXPECT_TRUE(zone) << zone.error().line << ": " << zone.error().message;
    dns::ZoneSet zones;
    zones.set(*zone);
    zones.set(dns::Zone(*Name::parse("arpa"), {}));
    resolver_.emplace(std::move(zones));
    for (const auto& [name, status] : failures_)
      resolver_->fail(*Name::parse(name), status, Duration::seconds(5));
    request_.client = *IpAddress::parse(client);
    request_.helo = "mx.alpha.example";
    request_.mail_from = std::move(mail_from);
    request_.receiver = "mx.beta.example";
    request_.explain = explain;
    return test::run_now(check_spf(*resolver_, request_, limits_));
  }
  std::string result(std::string_view zone_text, std::string_view client) {
    return std::string(to_string(check(zone_text, client).result));
  }

  SpfRequest request_;
  SpfLimits limits_;
  std::vector<std::pair<std::string, AnswerStatus>> failures_;
  std::optional<dns::StaticResolver> resolver_;
};

constexpr std::string_view kAlpha = R"(
alpha     TXT "v=spf1 mx include:_spf.other.example. exp=why.alpha.example -all"
alpha     MX 10 mx1.alpha
mx1.alpha A 192.0.2.1
_spf.other TXT "v=spf1 ip4:198.51.100.0/24 ~all"
why.alpha TXT "%{i} may not send for %{o}; ask %{r}"
)";

TEST_F(Spf, PassesTheMxAndTheIncludedNetworkAndRefusesTheRest) {
  const SpfVerdict mx = check(kAlpha, "192.0.2.1");
  EXPECT_EQ(mx.result, SpfResult::kPass);
  EXPECT_EQ(mx.mechanism, "mx");
  EXPECT_EQ(mx.domain, "alpha.example");
  EXPECT_EQ(mx.look_ups, 1);
  const SpfVerdict included = check(kAlpha, "198.51.100.7");
  EXPECT_EQ(included.result, SpfResult::kPass);
  EXPECT_EQ(included.mechanism, "include:_spf.other.example.");
  const SpfVerdict stranger = check(kAlpha, "203.0.113.9");
  EXPECT_EQ(stranger.result, SpfResult::kFail);
  EXPECT_EQ(stranger.mechanism, "-all");
  EXPECT_EQ(stranger.text, "203.0.113.9 may not send for alpha.example; ask mx.beta.example");
}

void expect_known_words(const Explanation& step) {
  EXPECT_TRUE(in_catalogue(step.words.key)) << step.words.key;
  EXPECT_FALSE(step.rule.empty()) << step.words.key;
  const std::string words = render(step.words, Language::kKorean);
  EXPECT_EQ(words.find('{'), std::string::npos) << words;
  for (const Explanation& child : step.children)
    expect_known_words(child);
}

TEST_F(Spf, ExplainsEachStepWithItsBytesAndLookUps) {
  const SpfVerdict verdict = check(kAlpha, "203.0.113.9");
  ASSERT_TRUE(verdict.explanation);
  const Explanation& why = *verdict.explanation;
  expect_known_words(why);
  EXPECT_EQ(why.outcome, "fail");
  ASSERT_EQ(why.children.size(), 5u);  // record, mx, include, all, exp
  EXPECT_EQ(why.children[0].rule, "RFC 7208 4.5");
  const Explanation& mx = why.children[1];
  EXPECT_EQ(mx.rule, "RFC 7208 5.4");
  EXPECT_EQ(mx.outcome, "no match");
  ASSERT_EQ(mx.look_ups.size(), 2u);
  EXPECT_EQ(mx.look_ups[0].answer, "10 mx1.alpha.example");
  EXPECT_EQ(mx.look_ups[1].answer, "192.0.2.1");
  ASSERT_EQ(mx.ranges.size(), 1u);
  EXPECT_EQ(mx.ranges[0].of, "alpha.example TXT");
  EXPECT_EQ(why.children[0].outcome.substr(mx.ranges[0].offset, mx.ranges[0].length), "mx");
  const Explanation& include = why.children[2];
  ASSERT_EQ(include.children.size(), 1u);
  EXPECT_EQ(include.children[0].outcome, "softfail");
  EXPECT_EQ(render(include.words, Language::kEnglish),
            "_spf.other.example would not let 203.0.113.9 pass, so the next term is asked.");
}

TEST_F(Spf, NothingIsExplainedUnlessAskedFor) {
  const SpfVerdict verdict = check(kAlpha, "203.0.113.9", "alice@alpha.example", false);
  EXPECT_EQ(verdict.result, SpfResult::kFail);
  EXPECT_FALSE(verdict.explanation);
}

TEST_F(Spf, TheNullReversePathIsCheckedByTheHeloName) {  // RFC 7208 2.4
  const SpfVerdict verdict = check("mx.alpha TXT \"v=spf1 a -all\"\n A 192.0.2.1\n", "192.0.2.1", "");
  EXPECT_EQ(verdict.result, SpfResult::kPass);
  EXPECT_EQ(verdict.sender, "postmaster@mx.alpha.example");
  request_.identity = SpfIdentity::kHelo;
  EXPECT_EQ(check("mx.alpha TXT \"v=spf1 a -all\"\n A 192.0.2.1\n", "192.0.2.1").domain, "mx.alpha.example");
}

TEST_F(Spf, DnsFailuresAreTemporary) {
  failures_ = {{"alpha.example", AnswerStatus::kTimedOut}};
  const SpfVerdict record = check(kAlpha, "203.0.113.9");
  EXPECT_EQ(record.result, SpfResult::kTempError);
  EXPECT_EQ(record.problem, "alpha.example TXT: TIMEOUT");
  failures_ = {{"mx1.alpha.example", AnswerStatus::kServFail}};
  EXPECT_EQ(result(kAlpha, "203.0.113.9"), "temperror");
  failures_ = {{"_spf.other.example", AnswerStatus::kTimedOut}};
  const SpfVerdict include = check(kAlpha, "203.0.113.9");
  EXPECT_EQ(include.result, SpfResult::kTempError);
  expect_known_words(*include.explanation);
  failures_ = {{"why.alpha.example", AnswerStatus::kTimedOut}};
  EXPECT_EQ(result(kAlpha, "203.0.113.9"), "fail");
}

// Answers late, but well.
class SlowResolver final : public dns::Resolver {
 public:
  SlowResolver(dns::Resolver& inner, Duration took) : inner_(inner), took_(took) {}
  Task<dns::Answer> resolve(dns::Question question) override {
    dns::Answer answer = co_await inner_.resolve(std::move(question));
    answer.took = took_;
    co_return answer;
  }

 private:
  dns::Resolver& inner_;
  Duration took_;
};

TEST_F(Spf, SlowDnsIsATemporaryErrorAfterTwentySeconds) {  // RFC 7208 4.6.4
  check(kAlpha, "203.0.113.9");
  SlowResolver slow(*resolver_, Duration::seconds(6));
  const SpfVerdict verdict = test::run_now(check_spf(slow, request_, limits_));
  EXPECT_EQ(verdict.result, SpfResult::kTempError);
  EXPECT_EQ(verdict.problem, "the DNS took longer than 20s");
  SlowResolver quick(*resolver_, Duration::seconds(5));
  EXPECT_EQ(test::run_now(check_spf(quick, request_, limits_)).result, SpfResult::kFail);
}

TEST_F(Spf, TenTermsMayAskAndNoMore) {  // RFC 7208 4.6.4
  std::string record = "alpha A 192.0.2.9\nalpha TXT \"v=spf1";
  for (int i = 0; i < 10; ++i)
    record += " a";
  EXPECT_EQ(result(record + " -all\"", "203.0.113.9"), "fail");
  const SpfVerdict over = check(record + " a -all\"", "203.0.113.9");
  EXPECT_EQ(over.result, SpfResult::kPermError);
  EXPECT_EQ(over.problem, "more than 10 terms ask the DNS");
  expect_known_words(*over.explanation);
}

TEST_F(Spf, LoopsEnd) {
  EXPECT_EQ(result("alpha TXT \"v=spf1 include:alpha.example -all\"", "203.0.113.9"), "permerror");
  EXPECT_EQ(result("alpha TXT \"v=spf1 redirect=alpha.example\"", "203.0.113.9"), "permerror");
}

TEST_F(Spf, ASyntaxErrorAnywhereIsPointedAt) {
  const SpfVerdict verdict = check("alpha TXT \"v=spf1 ip4:192.0.2.1 ipv4:192.0.2.2 -all\"", "192.0.2.1");
  EXPECT_EQ(verdict.result, SpfResult::kPermError);
  const Explanation& step = verdict.explanation->children.at(1);
  EXPECT_EQ(step.ranges.at(0).offset, 21u);
  EXPECT_EQ(step.ranges.at(0).length, 14u);
}

TEST_F(Spf, IncludeAndRedirectNeedARecord) {
  EXPECT_EQ(result("alpha TXT \"v=spf1 include:none.example -all\"", "203.0.113.9"), "permerror");
  EXPECT_EQ(result("alpha TXT \"v=spf1 redirect=none.example\"", "203.0.113.9"), "permerror");
  EXPECT_EQ(result("beta TXT x", "203.0.113.9"), "none");
  EXPECT_EQ(result("alpha TXT x", "203.0.113.9"), "none");
}

TEST_F(Spf, MacrosReachTheCheckedDomainAfterAnInclude) {
  constexpr std::string_view kZone = R"(
alpha TXT "v=spf1 include:inner.example exists:%{d1r}.x.example -all"
inner TXT "v=spf1 exists:%{d1r}.x.example -all"
alpha.x A 127.0.0.2
)";
  EXPECT_EQ(check(kZone, "203.0.113.9").mechanism, "exists:%{d1r}.x.example");
}

TEST_F(Spf, ALongRecordIsExplainedUpToALimit) {
  std::string zone = "alpha TXT";
  for (int piece = 0; piece < 40; ++piece) {
    zone += piece == 0 ? " \"v=spf1" : " \"";
    for (int i = 0; i < 14; ++i)
      zone += " ip4:198.51.100.1";
    zone += '"';
  }
  const SpfVerdict verdict = check(zone + " \" -all\" \n", "203.0.113.9");
  EXPECT_EQ(verdict.result, SpfResult::kFail);
  EXPECT_EQ(verdict.explanation->children.size(), 500u);
}

TEST_F(Spf, MacrosMakeNamesWithoutEscapes) {
  constexpr std::string_view kZone = R"(
alpha TXT "v=spf1 exists:%{l}.x.example -all"
a\\046b.x A 127.0.0.2
)";
  EXPECT_EQ(check(kZone, "203.0.113.9", "a\\046b@alpha.example").result, SpfResult::kPass);
}

// Field case A31: `mx` with four hosts of IPv4 alone, asked for an IPv6 client.
TEST_F(Spf, FieldCase_A31_OneMxIsOneLookUpAndItsHostsWithoutAaaaAreNotVoid) {
  std::string zone = "alpha TXT \"v=spf1 mx -all\"\n";
  for (int i = 1; i <= 4; ++i) {
    const std::string n = std::to_string(i);
    zone += "alpha MX " + n + " mx" + n + ".alpha\nmx" + n + ".alpha A 192.0.2." + n + "\n";
  }
  const SpfVerdict six = check(zone, "2001:db8::1");
  EXPECT_EQ(six.result, SpfResult::kFail);
  EXPECT_EQ(six.look_ups, 1);
  EXPECT_EQ(six.void_look_ups, 0);
  EXPECT_EQ(check(zone, "192.0.2.4").result, SpfResult::kPass);
}

// The other half of A31: the hosts of one mx have a limit of their own.
TEST_F(Spf, FieldCase_A31_AnMxHasAtMostTenHosts) {
  std::string zone = "alpha TXT \"v=spf1 mx -all\"\n";
  for (int i = 1; i <= 11; ++i) {
    const std::string n = std::to_string(i);
    zone += "alpha MX 10 mx" + n + ".alpha\nmx" + n + ".alpha A 192.0.2." + n + "\n";
    EXPECT_EQ(result(zone, "192.0.2.1"), i <= 10 ? "pass" : "permerror") << i;
  }
}

TEST_F(Spf, VoidLookUpsAreCountedByTerms) {
  EXPECT_EQ(result("alpha TXT \"v=spf1 a:x.example a:y.example ?all\"", "192.0.2.1"), "neutral");
  const SpfVerdict over =
      check("alpha TXT \"v=spf1 a:x.example a:y.example mx:z.example ?all\"", "192.0.2.1");
  EXPECT_EQ(over.result, SpfResult::kPermError);
  EXPECT_EQ(over.void_look_ups, 3);
  expect_known_words(*over.explanation);
}

// Field case A32: what else stands in TXT does not matter; two records do.
TEST_F(Spf, FieldCase_A32_ExactlyOneRecordCounts) {
  constexpr std::string_view kNoise =
      "alpha TXT \"v=spf10 x\"\nalpha TXT \"token=123\"\nalpha TXT \"V=SPF1 -all\"\n";
  EXPECT_EQ(result(kNoise, "203.0.113.9"), "fail");
  const std::string two = std::string(kNoise) + "alpha TXT \"v=spf1 +all\"\n";
  const SpfVerdict verdict = check(two, "203.0.113.9");
  EXPECT_EQ(verdict.result, SpfResult::kPermError);
  EXPECT_EQ(verdict.problem, "alpha.example publishes several SPF records");
  expect_known_words(*verdict.explanation);
}

TEST_F(Spf, FieldsQuoteWhatStrangersSay) {
  SpfVerdict verdict = check(kAlpha, "203.0.113.9", "a)\r\nX: y@alpha.example");
  const std::string field = received_spf(request_, verdict);
  EXPECT_EQ(field.find('\r'), std::string::npos);
  EXPECT_EQ(field.find('\n'), std::string::npos);
  EXPECT_NE(field.find("a\\)??X: y@alpha.example"), std::string::npos) << field;
  EXPECT_EQ(authentication_result(request_, verdict), "spf=fail smtp.mailfrom=\"a)??X: y\"@alpha.example");
  verdict = check(kAlpha, "192.0.2.1");
  EXPECT_EQ(received_spf(request_, verdict),
            "pass (mx.beta.example: domain of alice@alpha.example designates 192.0.2.1 as permitted sender) "
            "client-ip=192.0.2.1; envelope-from=\"alice@alpha.example\"; helo=mx.alpha.example; "
            "receiver=mx.beta.example; identity=mailfrom; mechanism=mx");
  EXPECT_EQ(authentication_result(request_, verdict), "spf=pass smtp.mailfrom=alice@alpha.example");
}

}  // namespace
}  // namespace glasspost::auth
