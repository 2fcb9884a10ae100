#include "engine/auth/dmarc.h"

#include <optional>
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

class Dmarc : public testing::Test {
 protected:
  DmarcVerdict check(std::string_view zone_text, const std::string& fields) {
    const auto zone = dns::parse_zone_file(zone_text, *Name::parse("example"));
    EXPECT_TRUE(zone) << zone.error().line << ": " << zone.error().message;
    dns::ZoneSet zones;
    zones.set(*zone);
    resolver_.emplace(std::move(zones));
    for (const auto& [name, status] : failures_)
      resolver_->fail(*Name::parse(name), status, Duration::seconds(5));
    const message::Header header = message::parse_header(fields + "\r\n\r\n");
    return test::run_now(check_dmarc(*resolver_, header, request_));
  }
  DmarcVerdict from(std::string_view zone_text, const std::string& domain) {
    return check(zone_text, "From: a@" + domain);
  }
  void spf(const std::string& domain, bool passed = true, bool temp = false) {
    request_.spf = DmarcIdentifier{domain, passed, temp};
  }
  void dkim(const std::string& domain, bool passed = true, bool temp = false) {
    request_.dkim.push_back({domain, passed, temp});
  }
  std::vector<std::string> asked() const {
    std::vector<std::string> names;
    for (const dns::Question& question : resolver_->asked())
      names.push_back(question.name.to_string() + " " + dns::to_string(question.type));
    return names;
  }

  DmarcRequest request_;
  std::vector<std::pair<std::string, AnswerStatus>> failures_;
  std::optional<dns::StaticResolver> resolver_;
};

constexpr std::string_view kReject = "_dmarc.alpha TXT \"v=DMARC1; p=reject\"\nalpha A 192.0.2.1\n";

TEST_F(Dmarc, OneAlignedIdentifierIsEnough) {
  spf("evil.example");
  dkim("evil.example");
  DmarcVerdict verdict = from(kReject, "alpha.example");
  EXPECT_EQ(verdict.result, DmarcResult::kFail);
  EXPECT_EQ(verdict.disposition, DmarcPolicy::kReject);
  EXPECT_EQ(verdict.policy_domain, "alpha.example");
  dkim("mail.alpha.example");
  verdict = from(kReject, "alpha.example");
  EXPECT_EQ(verdict.result, DmarcResult::kPass);
  EXPECT_TRUE(verdict.dkim_aligned);
  EXPECT_FALSE(verdict.spf_aligned);
  EXPECT_EQ(verdict.disposition, DmarcPolicy::kNone);
  EXPECT_EQ(verdict.policy, DmarcPolicy::kReject);
  request_.dkim.clear();
  spf("alpha.example");
  EXPECT_TRUE(from(kReject, "alpha.example").spf_aligned);
  spf("alpha.example", false);
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kFail);
}

TEST_F(Dmarc, StrictWantsTheSameName) {  // RFC 9989 3.2.10.2
  dkim("mail.alpha.example");
  EXPECT_EQ(from("_dmarc.alpha TXT \"v=DMARC1; p=reject; adkim=s\"", "alpha.example").result,
            DmarcResult::kFail);
  spf("Alpha.Example.");
  EXPECT_EQ(from("_dmarc.alpha TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"", "alpha.example").result,
            DmarcResult::kPass);
}

TEST_F(Dmarc, SiblingsAlignAndNeighboursDoNot) {
  spf("b.alpha.example");
  EXPECT_EQ(from(kReject, "a.alpha.example").result, DmarcResult::kPass);
  spf("xalpha.example");
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kFail);
  spf("example");
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kFail);
}

TEST_F(Dmarc, ARecordBetweenIsNotTheOneThatApplies) {  // RFC 9989 B.4.2
  const DmarcVerdict verdict = from(
      "_dmarc.b.alpha TXT \"v=DMARC1; p=reject\"\n_dmarc.alpha TXT \"v=DMARC1; p=reject; sp=none\"\n"
      "a.b.alpha A 192.0.2.1\n",
      "a.b.alpha.example");
  EXPECT_EQ(verdict.policy_domain, "alpha.example");
  EXPECT_EQ(verdict.policy, DmarcPolicy::kNone);
}

TEST_F(Dmarc, APublicSuffixsRecordCoversThoseWithoutOne) {  // RFC 9989 4.10.1, B.4.3
  constexpr std::string_view kZone =
      "_dmarc TXT \"v=DMARC1; p=none; sp=quarantine; np=reject; psd=y\"\nalpha A 192.0.2.1\n";
  spf("beta.example");
  DmarcVerdict verdict = from(kZone, "alpha.example");
  EXPECT_EQ(verdict.organizational_domain, "alpha.example");
  EXPECT_EQ(verdict.policy_domain, "example");
  EXPECT_EQ(verdict.policy, DmarcPolicy::kQuarantine);
  EXPECT_EQ(verdict.result, DmarcResult::kFail);
  verdict = from(kZone, "nobody.example");
  EXPECT_EQ(verdict.policy, DmarcPolicy::kReject);
  spf("mail.alpha.example");
  EXPECT_EQ(from(kZone, "alpha.example").result, DmarcResult::kPass);
}

TEST_F(Dmarc, TestingLowersThePolicyOneStep) {  // RFC 9989 4.7
  DmarcVerdict verdict = from("_dmarc.alpha TXT \"v=DMARC1; p=reject; t=y\"", "alpha.example");
  EXPECT_EQ(verdict.published, DmarcPolicy::kReject);
  EXPECT_EQ(verdict.policy, DmarcPolicy::kQuarantine);
  EXPECT_EQ(verdict.disposition, DmarcPolicy::kQuarantine);
}

TEST_F(Dmarc, WithoutARecordThereIsNoResult) {
  EXPECT_EQ(from("beta A 192.0.2.1", "alpha.example").result, DmarcResult::kNone);
  EXPECT_EQ(from("_dmarc.alpha TXT \"v=DMARC1; p=bad\"", "alpha.example").result, DmarcResult::kNone);
  request_.profile = DmarcProfile::kRfc7489;
  EXPECT_EQ(from("_dmarc.alpha TXT \"v=DMARC1; p=bad\"", "alpha.example").result, DmarcResult::kPermError);
}

TEST_F(Dmarc, DnsFailuresAreTemporaryUnlessSomethingAligns) {  // RFC 9989 5.3.6
  failures_ = {{"_dmarc.alpha.example", AnswerStatus::kTimedOut}};
  DmarcVerdict verdict = from(kReject, "alpha.example");
  EXPECT_EQ(verdict.result, DmarcResult::kTempError);
  EXPECT_EQ(verdict.disposition, DmarcPolicy::kNone);
  EXPECT_EQ(verdict.problem, "_dmarc.alpha.example TXT: TIMEOUT");
  // The author's own record is known; only relaxed alignment of other names is not.
  failures_ = {{"_dmarc.example", AnswerStatus::kServFail}};
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kFail);
  spf("mail.alpha.example");
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kTempError);
  spf("alpha.example");
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kPass);
  failures_.clear();
  spf("mail.alpha.example", false, true);
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kTempError);
  spf("evil.example", false, true);
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kFail);
  dkim("alpha.example");
  spf("alpha.example", false, true);
  EXPECT_EQ(from(kReject, "alpha.example").result, DmarcResult::kPass);
}

TEST_F(Dmarc, ExistenceIsAskedOnlyWhereItMatters) {  // RFC 9989 3.2.13
  constexpr std::string_view kZone = "_dmarc.alpha TXT \"v=DMARC1; p=reject; np=reject\"";
  (void)from(kZone, "sub.alpha.example");
  EXPECT_EQ(asked(), (std::vector<std::string>{"_dmarc.sub.alpha.example TXT", "_dmarc.alpha.example TXT",
                                               "_dmarc.example TXT"}));
  constexpr std::string_view kDifferent =
      "_dmarc.alpha TXT \"v=DMARC1; p=reject; np=none\"\nalias.alpha CNAME nowhere.alpha\n";
  EXPECT_EQ(from(kDifferent, "sub.alpha.example").policy, DmarcPolicy::kNone);
  EXPECT_EQ(asked().back(), "sub.alpha.example A");
  EXPECT_EQ(from(kDifferent, "alias.alpha.example").policy, DmarcPolicy::kReject);  // an alias exists
  failures_ = {{"sub.alpha.example", AnswerStatus::kServFail}};
  EXPECT_EQ(from(kDifferent, "sub.alpha.example").result, DmarcResult::kTempError);
}

TEST_F(Dmarc, TheOldProfileAsksTwoNamesAndSamples) {  // RFC 7489 6.6.3, 6.6.4
  request_.profile = DmarcProfile::kRfc7489;
  constexpr std::string_view kZone = "_dmarc.alpha TXT \"v=DMARC1; p=reject; pct=30\"";
  request_.sample = 29;
  DmarcVerdict verdict = from(kZone, "a.b.alpha.example");
  EXPECT_EQ(asked().size(), 2u);
  EXPECT_EQ(verdict.disposition, DmarcPolicy::kReject);
  EXPECT_FALSE(verdict.sampled_out);
  request_.sample = 30;
  verdict = from(kZone, "a.b.alpha.example");
  EXPECT_TRUE(verdict.sampled_out);
  EXPECT_EQ(verdict.disposition, DmarcPolicy::kQuarantine);
  EXPECT_EQ(verdict.policy, DmarcPolicy::kReject);
  // Several records end the search here; the newer rules go on. // RFC 9989 4.10
  constexpr std::string_view kTwo =
      "_dmarc.a.alpha TXT \"v=DMARC1; p=none\"\n TXT \"v=DMARC1; p=quarantine\"\n"
      "_dmarc.alpha TXT \"v=DMARC1; p=reject\"\n";
  EXPECT_EQ(from(kTwo, "a.alpha.example").result, DmarcResult::kNone);
  request_.profile = DmarcProfile::kRfc9989;
  EXPECT_EQ(from(kTwo, "a.alpha.example").policy, DmarcPolicy::kReject);
}

TEST_F(Dmarc, FloodsOfIdentifiersAndAuthorsAreBounded) {
  for (int i = 0; i < 500; ++i)
    dkim("d" + std::to_string(i) + ".alpha.example", false, true);
  dkim("alpha.example");
  DmarcVerdict verdict = from(kReject, "alpha.example");
  EXPECT_EQ(verdict.result, DmarcResult::kPass);
  EXPECT_LE(verdict.look_ups, 8 + 10 * 8);
  std::string authors = "From: a@a0.example";
  for (int i = 1; i < 5'000; ++i)
    authors += ",\r\n a@a" + std::to_string(i) + ".example";
  verdict = check(kReject, authors);
  EXPECT_EQ(verdict.result, DmarcResult::kNone);
  EXPECT_TRUE(verdict.suspicious());
  EXPECT_EQ(verdict.look_ups, 0);
}

TEST_F(Dmarc, TheNullSenderAndTestedKeysGiveTheRightIdentifiers) {  // RFC 9989 3.2.4, RFC 6376 3.6.1
  SpfVerdict spf_verdict;
  spf_verdict.result = SpfResult::kPass;
  spf_verdict.domain = "mx.alpha.example";
  EXPECT_TRUE(dmarc_identifier(spf_verdict).passed);
  spf_verdict.result = SpfResult::kSoftFail;
  EXPECT_FALSE(dmarc_identifier(spf_verdict).passed);
  spf_verdict.result = SpfResult::kTempError;
  EXPECT_TRUE(dmarc_identifier(spf_verdict).temp_error);
  DkimVerdict dkim_verdict;
  dkim_verdict.signatures.resize(3);
  dkim_verdict.signatures[0].domain = "a.example";
  dkim_verdict.signatures[0].result = DkimResult::kPass;
  dkim_verdict.signatures[1].domain = "b.example";
  dkim_verdict.signatures[1].result = DkimResult::kNeutral;
  const auto identifiers = dmarc_identifiers(dkim_verdict);
  ASSERT_EQ(identifiers.size(), 2u);
  EXPECT_TRUE(identifiers[0].passed);
  EXPECT_FALSE(identifiers[1].passed);
}

TEST_F(Dmarc, WritesItsResult) {  // RFC 9989 9.1
  EXPECT_EQ(authentication_result(from(kReject, "sub.alpha.example")),
            "dmarc=fail header.from=sub.alpha.example policy.dmarc=reject");
  EXPECT_EQ(authentication_result(check(kReject, "To: x")), "dmarc=none reason=\"there is no From field\"");
}

class FieldCase : public Dmarc {};

TEST_F(FieldCase, A33_SeveralFromFieldsOrDomainsNeverPassForOneThatIsUnsigned) {
  dkim("attacker.example");
  constexpr std::string_view kBoth =
      "_dmarc.victim TXT \"v=DMARC1; p=reject\"\n_dmarc.attacker TXT \"v=DMARC1; p=none\"\n";
  for (const char* fields : {"From: a@victim.example\r\nFrom: b@attacker.example",
                             "From: b@attacker.example\r\nFrom: a@victim.example"}) {
    const DmarcVerdict verdict = check(kBoth, fields);
    EXPECT_EQ(verdict.result, DmarcResult::kNone);
    EXPECT_EQ(verdict.author_domain, "");
    EXPECT_TRUE(verdict.suspicious());
  }
  for (const char* field :
       {"From: a@victim.example, b@attacker.example", "From: b@attacker.example, a@victim.example"}) {
    const DmarcVerdict verdict = check(kBoth, field);
    EXPECT_EQ(verdict.result, DmarcResult::kFail);
    EXPECT_EQ(verdict.author_domain, "victim.example");
    EXPECT_EQ(verdict.disposition, DmarcPolicy::kReject);
  }
  // Without a record for the other domain there is no pass either.
  EXPECT_EQ(
      check("_dmarc.attacker TXT \"v=DMARC1; p=none\"", "From: b@attacker.example, a@victim.example").result,
      DmarcResult::kNone);
}

TEST_F(FieldCase, A34_ASubdomainInheritsThePolicyOfItsOrganization) {
  for (const DmarcProfile profile : {DmarcProfile::kRfc9989, DmarcProfile::kRfc7489}) {
    request_.profile = profile;
    const DmarcVerdict verdict = from(kReject, "a.b.alpha.example");
    EXPECT_EQ(verdict.result, DmarcResult::kFail);
    EXPECT_EQ(verdict.disposition, DmarcPolicy::kReject);
    EXPECT_EQ(verdict.policy_domain, "alpha.example");
    EXPECT_EQ(from("_dmarc.alpha TXT \"v=DMARC1; p=reject; sp=quarantine\"", "a.b.alpha.example").disposition,
              DmarcPolicy::kQuarantine);
  }
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

std::vector<std::string> keys(const Explanation& why) {
  std::vector<std::string> out;
  for (const Explanation& step : why.children)
    out.push_back(step.words.key);
  return out;
}

TEST_F(Dmarc, ExplainsEachStep) {
  request_.explain = true;
  spf("evil.example");
  dkim("news.alpha.example");
  const DmarcVerdict verdict =
      from("_dmarc.alpha TXT \"v=DMARC1; p=reject; pct=5; sp=none; np=quarantine; t=y; adkim=s\"",
           "sub.alpha.example");
  ASSERT_TRUE(verdict.explanation);
  const Explanation& why = *verdict.explanation;
  expect_known_words(why);
  EXPECT_EQ(why.outcome, "fail");
  EXPECT_EQ(keys(why), (std::vector<std::string>{"dmarc.author", "dmarc.organization", "dmarc.policy",
                                                 "dmarc.not-aligned", "dmarc.not-aligned"}));
  const Explanation& search = why.children[1];
  EXPECT_EQ(keys(search), (std::vector<std::string>{"dmarc.no-record", "dmarc.record", "dmarc.no-record"}));
  EXPECT_EQ(search.children[1].look_ups.at(0).name, "_dmarc.alpha.example");
  EXPECT_EQ(search.children[1].children.at(0).words.key, "dmarc.ignored");  // pct
  const Explanation& policy = why.children[2];
  const ByteRange& range = policy.ranges.at(0);
  EXPECT_EQ(range.of, "_dmarc.alpha.example TXT");
  EXPECT_EQ(verdict.record_text.substr(range.offset, range.length), "np=quarantine");
  EXPECT_EQ(keys(policy), (std::vector<std::string>{"dmarc.does-not-exist", "dmarc.testing"}));
  EXPECT_EQ(render(why.words, Language::kEnglish),
            "Nothing shows that sub.alpha.example sent this. It asks for: none.");
}

TEST_F(Dmarc, ExplainsEveryOutcome) {
  request_.explain = true;
  const auto root = [&](std::string_view zone, const std::string& fields) {
    const DmarcVerdict verdict = check(zone, fields);
    expect_known_words(*verdict.explanation);
    return verdict.explanation->words.key;
  };
  EXPECT_EQ(root(kReject, "From: a@alpha.example"), "dmarc.fail");
  EXPECT_EQ(root(kReject, "From: a@beta.example"), "dmarc.none");
  EXPECT_EQ(root(kReject, "To: a@beta.example"), "dmarc.not-judged");
  EXPECT_EQ(root(kReject, "From: a@alpha.example, b@beta.example"), "dmarc.fail");
  EXPECT_EQ(root("_dmarc.alpha TXT \"v=DMARC1; p=x\"", "From: a@alpha.example"), "dmarc.none");
  spf("alpha.example");
  EXPECT_EQ(root(kReject, "From: a@alpha.example"), "dmarc.pass");
  failures_ = {{"_dmarc.alpha.example", AnswerStatus::kServFail}};
  EXPECT_EQ(root(kReject, "From: a@alpha.example"), "dmarc.temperror");
  request_.profile = DmarcProfile::kRfc7489;
  request_.sample = 99;
  spf("x.example", false, true);
  failures_.clear();
  EXPECT_EQ(root("_dmarc.alpha TXT \"v=DMARC1; p=reject; pct=0\"", "From: a@alpha.example"), "dmarc.fail");
  EXPECT_EQ(root("_dmarc.alpha TXT \"v=DMARC1; p=none; x\"", "From: a@alpha.example"), "dmarc.permerror");
  request_.explain = false;
  EXPECT_FALSE(from(kReject, "alpha.example").explanation);
}

}  // namespace
}  // namespace glasspost::auth
