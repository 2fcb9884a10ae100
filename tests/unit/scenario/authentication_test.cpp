// What a domain says of DKIM and DMARC in a word or two, and what follows from it.
#include <algorithm>

#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

std::string head(const std::string& rest) {
  return "glasspost: 1\ntitle: t\n" + rest;
}

std::vector<std::string> texts_at(const Scenario& scenario, const std::string& name) {
  std::vector<std::string> out;
  for (const Zone& zone : scenario.zones) {
    for (const ZoneRecord& record : zone.records) {
      if (record.type == "TXT" && record.name == name) out.push_back(record.value);
    }
  }
  return out;
}

const MailServer& server_of(const Scenario& scenario, const std::string& host) {
  return *scenario.find_host(host)->mail_server;
}

TEST(DkimKeys, OneWordGivesAKeyThatIsPublished) {
  for (const char* word : {"true", "yes"}) {
    const Scenario scenario =
        loaded(head("domains: {a.example: {users: {u: }, dkim: " + std::string(word) + "}}"));
    const Domain& domain = scenario.domains.at(0);
    ASSERT_EQ(domain.dkim.size(), 1u);
    EXPECT_EQ(domain.dkim[0].selector, "s1");
    EXPECT_TRUE(domain.dkim[0].signs);
    EXPECT_NE(domain.dkim[0].private_key.find("PRIVATE KEY"), std::string::npos);
    EXPECT_EQ(texts_at(scenario, "s1._domainkey.a.example"), std::vector<std::string>{domain.dkim[0].record});
  }
  EXPECT_TRUE(loaded(head("domains: {a.example: {dkim: false}}")).domains[0].dkim.empty());
}

TEST(DkimKeys, ComeFromTheSeedTheDomainAndTheSelector) {
  const auto record = [](const std::string& seed, const std::string& domain, const std::string& selector) {
    return loaded(head("seed: " + seed + "\ndomains: {" + domain + ": {dkim: {" + selector + ": }}}"))
        .domains[0]
        .dkim[0]
        .record;
  };
  EXPECT_EQ(record("1", "a.example", "s1"), record("1", "a.example", "s1"));
  EXPECT_NE(record("1", "a.example", "s1"), record("2", "a.example", "s1"));
  EXPECT_NE(record("1", "a.example", "s1"), record("1", "b.example", "s1"));
  EXPECT_NE(record("1", "a.example", "s1"), record("1", "a.example", "s2"));
}

TEST(DkimKeys, SettingsAreTaken) {
  const Scenario scenario = loaded(
      head("domains: {a.example: {dkim: {one: rsa-2048, two: {publish: false, sign: false, testing: true, "
           "canonicalization: simple/relaxed, body_length: true, lifetime: 7d}}}}"));
  const std::vector<DkimKey>& keys = scenario.domains[0].dkim;
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].kind, KeyKind::kRsa2048);
  EXPECT_EQ(keys[0].record.substr(0, 19), "v=DKIM1; k=rsa; p=M");
  EXPECT_TRUE(keys[1].record.ends_with("; t=y"));
  EXPECT_TRUE(keys[1].simple_header && !keys[1].simple_body && keys[1].body_length);
  EXPECT_EQ(keys[1].lifetime, Duration::days(7));
  EXPECT_TRUE(texts_at(scenario, "two._domainkey.a.example").empty());
}

TEST(DmarcRecords, AWordIsAPolicy) {
  const auto at = [](const std::string& value) {
    return texts_at(loaded(head("domains: {a.example: {dmarc: " + value + "}}")), "_dmarc.a.example");
  };
  EXPECT_EQ(at("reject"), std::vector<std::string>{"v=DMARC1; p=reject"});
  EXPECT_EQ(at("none"), std::vector<std::string>{"v=DMARC1; p=none"});
  EXPECT_EQ(at("\"v=DMARC1; p=none; np=reject\""), std::vector<std::string>{"v=DMARC1; p=none; np=reject"});
  EXPECT_TRUE(at("\"off\"").empty());
}

TEST(Checks, FollowFromWhatDomainsPublish) {
  const std::string users = "users: {u: }";
  const Scenario plain = loaded(head("domains: {a.example: {" + users + "}}"));
  EXPECT_EQ(server_of(plain, "mx.a.example").dmarc, DmarcAction::kOff);
  EXPECT_EQ(server_of(plain, "mx.a.example").spf.on_fail, SpfAction::kReject);
  const Scenario published = loaded(head("domains: {a.example: {" + users + "}, b.example: {dmarc: none}}"));
  EXPECT_EQ(server_of(published, "mx.a.example").dmarc, DmarcAction::kEnforce);
  EXPECT_EQ(server_of(published, "mx.a.example").spf.on_fail, SpfAction::kMark) << "DMARC has its say";
  const Scenario said =
      loaded(head("server: {spf: reject, dmarc: mark, dmarc_profile: rfc7489}\n"
                  "domains: {a.example: {" +
                  users + ", dkim: true}}"));
  EXPECT_EQ(server_of(said, "mx.a.example").dmarc, DmarcAction::kMark);
  EXPECT_EQ(server_of(said, "mx.a.example").dmarc_profile, DmarcProfile::kRfc7489);
  EXPECT_EQ(server_of(said, "mx.a.example").spf.on_fail, SpfAction::kReject);
}

TEST(MailingLists, HaveTheirDefaults) {
  const Scenario scenario = loaded(head("domains: {l.example: {lists: {class: {members: [x@a.example]}}}}"));
  const MailingList& list = scenario.domains[0].lists.at(0);
  EXPECT_EQ(list.prefix, "[class]");
  EXPECT_EQ(list.footer, "--\nSent by the list class@l.example");
  EXPECT_FALSE(list.rewrite_from);
}

TEST(DkimDeeds, AreRecordsAndASwitch) {
  const Scenario scenario =
      loaded(head("domains: {a.example: {dkim: {s1: , s2: {publish: false}}}}\nscript:\n"
                  "  - {at: 1s, dkim_key: {domain: a.example, selector: s2, do: publish}}\n"
                  "  - {at: 2s, dkim_key: {domain: a.example, selector: s2, do: sign}}\n"
                  "  - {at: 3s, dkim_key: {domain: a.example, selector: s1, do: revoke}}\n"
                  "  - {at: 4s, dkim_key: {domain: a.example, selector: s1, do: remove}}\n"));
  ASSERT_EQ(scenario.script.size(), 4u);
  const auto& publish = std::get<SetRecord>(scenario.script[0].what);
  EXPECT_EQ(publish.name, "s2._domainkey.a.example");
  EXPECT_EQ(publish.records.at(0).value, scenario.domains[0].dkim[1].record);
  EXPECT_EQ(std::get<SignWith>(scenario.script[1].what).selector, "s2");
  EXPECT_EQ(std::get<SetRecord>(scenario.script[2].what).records.at(0).value, "v=DKIM1; p=");
  EXPECT_TRUE(std::get<SetRecord>(scenario.script[3].what).records.empty());
}

TEST(Authentication, MistakesAreNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"domains: {a.example: {dkim: maybe}}", "maybe"},
      {"domains: {a.example: {dkim: {s1: md5}}}", "md5"},
      {"domains: {a.example: {dkim: {s_.x: }}}", "selector"},
      {"domains: {a.example: {dkim: {s1: {lifetime: 1ms}}}}", "whole seconds"},
      {"domains: {a.example: {dmarc: refuse}}", "quarantine"},
      {"domains: {a.example: {lists: {l: {members: [nobody]}}}}", "address"},
      {"domains: {a.example: {lists: {l: {members: [x@b.example], footer: 안녕}}}}", "ASCII"},
      {"domains: {a.example: }\nscript: [{at: 1s, dkim_key: {domain: a.example, selector: s1, do: sign}}]",
       "no DKIM key `s1`"},
      {"domains: {a.example: }\nscript: [{at: 1s, dkim_key: {domain: b.example, selector: s1, do: sign}}]",
       "no domain `b.example`"}};
  for (const auto& [text, piece] : cases)
    EXPECT_NE(errors_of(head(text)).find(piece), std::string::npos) << text << "\n" << errors_of(head(text));
}

}  // namespace
}  // namespace glasspost::scenario
