#include <algorithm>

#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

std::string zone_text(const Scenario& scenario, const std::string& name) {
  std::string out;
  for (const Zone& zone : scenario.zones) {
    if (zone.name != name) continue;
    for (const ZoneRecord& record : zone.records)
      out += record.name + " " + record.type + " " + record.value + "\n";
  }
  return out;
}

std::string host_names(const Scenario& scenario) {
  std::string out;
  for (const Host& host : scenario.hosts)
    out += host.name + " " + host.addresses.front().to_string() + "\n";
  return out;
}

TEST(Defaults, AFewWordsMakeAWholeWorld) {
  const Scenario scenario = loaded(kFirstMail);
  EXPECT_EQ(scenario.name, "test");
  EXPECT_EQ(scenario.title.ko, "첫 번째 메일");
  EXPECT_EQ(scenario.seed, 7u);
  EXPECT_EQ(to_rfc3339(scenario.start), "2026-03-02T09:00:00Z");
  EXPECT_EQ(scenario.until, Duration::hours(1));
  EXPECT_EQ(scenario.network.default_link.bandwidth, 10'000'000u);
  EXPECT_EQ(host_names(scenario),
            "alice-laptop.alpha.example 192.0.2.101\n"
            "mx.alpha.example 192.0.2.25\n"
            "ns.alpha.example 192.0.2.53\n"
            "bob-phone.beta.example 198.51.100.101\n"
            "bob-laptop.beta.example 198.51.100.102\n"
            "mx.beta.example 198.51.100.25\n"
            "ns.beta.example 198.51.100.53\n"
            "resolver.example 203.0.113.5\n"
            "root.example 203.0.113.4\n");
}

TEST(Defaults, AMailServerTakesSubmitsAndKeepsMail) {
  const Scenario scenario = loaded(kFirstMail);
  const Host* mx = scenario.find_host("mx.alpha.example");
  ASSERT_NE(mx, nullptr);
  EXPECT_EQ(mx->roles, (std::vector<Role>{Role::kMx, Role::kMsa, Role::kMailbox}));
  ASSERT_TRUE(mx->mail_server.has_value());
  EXPECT_EQ(mx->mail_server->local_domains, std::vector<std::string>{"alpha.example"});
  ASSERT_EQ(mx->mail_server->listeners.size(), 4u);
  EXPECT_EQ(mx->mail_server->listeners[0].port, 25);
  EXPECT_EQ(mx->mail_server->listeners[1].port, 587);
  EXPECT_EQ(mx->mail_server->listeners[1].auth.size(), 5u);
  EXPECT_TRUE(mx->mail_server->listeners[1].auth_without_tls);
  EXPECT_EQ(mx->mail_server->listeners[2].service, Service::kImap);
  EXPECT_EQ(mx->mail_server->listeners[2].port, 143);
  EXPECT_EQ(mx->mail_server->listeners[3].service, Service::kPop3);
  EXPECT_EQ(mx->mail_server->listeners[3].port, 110);
  EXPECT_FALSE(mx->certificate.has_value());
  EXPECT_EQ(mx->mail_server->spf.on_fail, SpfAction::kReject);
  EXPECT_EQ(mx->resolvers.front().to_string(), "203.0.113.5");
}

TEST(Defaults, DevicesKnowTheirAccountAndServers) {
  const Scenario scenario = loaded(kFirstMail);
  const Host* phone = scenario.find_host("bob-phone.beta.example");
  ASSERT_NE(phone, nullptr);
  ASSERT_TRUE(phone->device.has_value());
  EXPECT_EQ(phone->device->account, "bob@beta.example");
  EXPECT_EQ(phone->device->protocol, RetrievalProtocol::kImap);
  EXPECT_EQ(phone->device->submission_host, "mx.beta.example");
  EXPECT_EQ(phone->device->submission_port, 587);
  EXPECT_EQ(phone->device->retrieval_host, "mx.beta.example");
  EXPECT_EQ(scenario.find_domain("beta.example")->users.front().password, "bob-secret");
  EXPECT_EQ(phone->place.line, 10u);
}

TEST(Defaults, ZonesHoldWhatTheWorldHolds) {
  const Scenario scenario = loaded(kFirstMail);
  EXPECT_EQ(zone_text(scenario, "alpha.example"),
            "alpha.example SOA ns.alpha.example postmaster.alpha.example 1 7200 3600 1209600 300\n"
            "alpha.example NS ns.alpha.example\n"
            "alice-laptop.alpha.example A 192.0.2.101\n"
            "mx.alpha.example A 192.0.2.25\n"
            "ns.alpha.example A 192.0.2.53\n"
            "alpha.example MX 10 mx.alpha.example\n"
            "alpha.example TXT v=spf1 mx -all\n");
  const std::string top = zone_text(scenario, "example");
  EXPECT_NE(top.find("beta.example NS ns.beta.example\nns.beta.example A 198.51.100.53\n"), std::string::npos)
      << top;
  EXPECT_NE(top.find("resolver.example A 203.0.113.5\n"), std::string::npos) << top;
  const std::string root = zone_text(scenario, ".");
  EXPECT_NE(root.find("example NS root.example\n"), std::string::npos) << root;
  EXPECT_NE(root.find("root.example A 203.0.113.4\n"), std::string::npos) << root;
  EXPECT_EQ(root.find("alpha.example"), std::string::npos) << root;
  EXPECT_NE(
      zone_text(scenario, "2.0.192.in-addr.arpa").find("25.2.0.192.in-addr.arpa PTR mx.alpha.example\n"),
      std::string::npos);
  EXPECT_EQ(scenario.find_host("ns.beta.example")->name_server->zones,
            std::vector<std::string>{"beta.example"});
  const auto& served = scenario.find_host("root.example")->name_server->zones;
  EXPECT_NE(std::find(served.begin(), served.end(), "2.0.192.in-addr.arpa"), served.end());
}

TEST(Defaults, ASubdomainIsDelegatedByItsParent) {
  const Scenario scenario =
      loaded("glasspost: 1\ntitle: x\ndomains:\n  alpha.example:\n  sub.alpha.example:\n");
  const std::string parent = zone_text(scenario, "alpha.example");
  EXPECT_NE(parent.find("sub.alpha.example NS ns.sub.alpha.example\nns.sub.alpha.example A 198.51.100.53\n"),
            std::string::npos)
      << parent;
  EXPECT_EQ(zone_text(scenario, "example").find("sub.alpha"), std::string::npos);
}

TEST(Defaults, TlsBringsCertificatesAndPort465) {
  const Scenario scenario = loaded(
      "glasspost: 1\ntitle: x\nserver: {tls: offered}\ndomains:\n  alpha.example: {users: {alice: {devices: "
      "[{laptop: "
      "{submit: 465}}, phone]}}}\nhosts:\n  mx.alpha.example: {certificate: {key: rsa-2048, names: "
      "[alpha.example]}}\n");
  const Host* mx = scenario.find_host("mx.alpha.example");
  ASSERT_EQ(mx->mail_server->listeners.size(), 7u);
  EXPECT_EQ(mx->mail_server->listeners[0].tls, TlsPolicy::kOffered);
  EXPECT_EQ(mx->mail_server->listeners[2].port, 465);
  EXPECT_EQ(mx->mail_server->listeners[2].tls, TlsPolicy::kRequired);
  EXPECT_EQ(mx->mail_server->listeners[3].tls, TlsPolicy::kOffered);
  EXPECT_EQ(mx->mail_server->listeners[4].port, 993);
  EXPECT_EQ(mx->mail_server->listeners[4].tls, TlsPolicy::kRequired);
  EXPECT_EQ(mx->mail_server->listeners[6].port, 995);
  EXPECT_EQ(mx->mail_server->listeners[6].tls, TlsPolicy::kRequired);
  ASSERT_TRUE(mx->certificate.has_value());
  EXPECT_EQ(mx->certificate->key, KeyKind::kRsa2048);
  EXPECT_EQ(mx->certificate->names, std::vector<std::string>{"alpha.example"});
  EXPECT_LT(mx->certificate->not_before, scenario.start);
  const Host* laptop = scenario.find_host("alice-laptop.alpha.example");
  EXPECT_TRUE(laptop->device->submission_implicit_tls);
  EXPECT_EQ(laptop->device->submission_port, 465);
  EXPECT_EQ(scenario.find_host("alice-phone.alpha.example")->device->submission_tls, TlsPolicy::kOffered);
}

TEST(Defaults, TheHostsWordGoesBeforeTheDomainsAndThatBeforeAll) {
  const Scenario scenario = loaded(
      "glasspost: 1\ntitle: x\nserver: {limits: {hops: 30, recipients: 5}, spf: mark, dmarc: "
      "enforce}\ndomains:\n"
      "  alpha.example: {server: {limits: {hops: 20}}}\n  beta.example:\n"
      "hosts:\n  mx.alpha.example: {server: {limits: {message: 1MiB}, leniencies: {25: {bare-lf-content: "
      "true}}}}\n");
  const MailServer& alpha = *scenario.find_host("mx.alpha.example")->mail_server;
  EXPECT_EQ(alpha.limits.hops, 20u);
  EXPECT_EQ(alpha.limits.recipients, 5u);
  EXPECT_EQ(alpha.limits.message_bytes, 1024u * 1024u);
  EXPECT_EQ(alpha.spf.on_fail, SpfAction::kMark);
  EXPECT_EQ(alpha.dmarc, DmarcAction::kEnforce);
  EXPECT_EQ(alpha.listeners[0].leniencies, (std::vector<LeniencySwitch>{{"bare-lf-content", true}}));
  EXPECT_EQ(scenario.find_host("mx.beta.example")->mail_server->limits.hops, 30u);
}

TEST(Defaults, ABackupMxRelaysToTheMailboxHost) {
  const Scenario scenario = loaded(
      "glasspost: 1\ntitle: x\ndomains:\n  beta.example: {users: {bob: }, mx: {20: mx2.beta.example, 5: "
      "mx1.beta.example}}\n");
  const Domain* beta = scenario.find_domain("beta.example");
  ASSERT_EQ(beta->mx.size(), 2u);
  EXPECT_EQ(beta->mx[0].host, "mx1.beta.example");
  EXPECT_EQ(beta->mx[0].preference, 5);
  EXPECT_EQ(beta->mailbox_host, "mx1.beta.example");
  const Host* second = scenario.find_host("mx2.beta.example");
  EXPECT_EQ(second->roles, std::vector<Role>{Role::kMx});
  EXPECT_EQ(second->mail_server->relay_domains, std::vector<std::string>{"beta.example"});
  EXPECT_TRUE(second->mail_server->local_domains.empty());
  EXPECT_NE(
      zone_text(scenario, "beta.example").find("beta.example MX 5 mx1.beta.example\nbeta.example MX 20 mx2"),
      std::string::npos);
}

TEST(Defaults, ANullMxTakesNoMail) {
  const Scenario scenario = loaded("glasspost: 1\ntitle: x\ndomains:\n  quiet.example: {mx: none}\n");
  EXPECT_TRUE(scenario.find_domain("quiet.example")->null_mx);
  EXPECT_NE(zone_text(scenario, "quiet.example").find("quiet.example MX 0 .\n"), std::string::npos);
  EXPECT_EQ(scenario.find_host("mx.quiet.example"), nullptr);
}

TEST(Defaults, BothFamiliesOnRequest) {
  const Scenario scenario =
      loaded("glasspost: 1\ntitle: x\nnetwork: {ip: both}\ndomains:\n  alpha.example:\n");
  const Host* mx = scenario.find_host("mx.alpha.example");
  ASSERT_EQ(mx->addresses.size(), 2u);
  EXPECT_EQ(mx->addresses[1].to_string(), "2001:db8:1::25");
  EXPECT_NE(zone_text(scenario, "alpha.example").find("mx.alpha.example AAAA 2001:db8:1::25\n"),
            std::string::npos);
  EXPECT_NE(zone_text(scenario, "8.b.d.0.1.0.0.2.ip6.arpa").find(" PTR mx.alpha.example\n"),
            std::string::npos);
}

TEST(Defaults, LinksOfHostsAndNamedLinks) {
  const Scenario scenario = loaded(
      "glasspost: 1\ntitle: x\nnetwork:\n  default: {latency: 10ms, bandwidth: 1Gbit}\n"
      "  links: {sea: {between: [alpha.example, beta.example], latency: 150ms}}\n"
      "domains: {alpha.example: {users: {alice: {devices: [{phone: {link: {latency: 80ms, loss: 1.5%}}}]}}}, "
      "beta.example: }\n");
  const auto find = [&scenario](const std::string& a, const std::string& b) -> const Link* {
    for (const Link& link : scenario.network.links) {
      if ((link.a == a && link.b == b) || (link.a == b && link.b == a)) return &link;
    }
    return nullptr;
  };
  const Link* sea = find("mx.alpha.example", "mx.beta.example");
  ASSERT_NE(sea, nullptr);
  EXPECT_EQ(sea->name, "sea");
  EXPECT_EQ(sea->profile.latency, Duration::milliseconds(150));
  EXPECT_EQ(sea->profile.bandwidth, 1'000'000'000u);
  const Link* phone = find("alice-phone.alpha.example", "mx.beta.example");
  ASSERT_NE(phone, nullptr);
  EXPECT_EQ(phone->profile.loss, 15'000u);
  EXPECT_EQ(find("mx.alpha.example", "ns.beta.example"), nullptr);
}

TEST(Defaults, ExplicitHostsTakeThePlaceOfDerivedOnes) {
  const Scenario scenario = loaded(
      "glasspost: 1\ntitle: x\ndomains:\n  alpha.example:\nhosts:\n  ns1.alpha.example: {roles: "
      "[name-server], addresses: "
      "[192.0.2.7]}\n  cache.example: {roles: [resolver]}\n  mx.alpha.example: {addresses: [192.0.2.99, "
      "2001:db8::9]}\n");
  EXPECT_EQ(scenario.find_host("ns.alpha.example"), nullptr);
  EXPECT_EQ(scenario.find_host("resolver.example"), nullptr);
  EXPECT_EQ(scenario.find_host("mx.alpha.example")->addresses.size(), 2u);
  EXPECT_EQ(scenario.find_host("mx.alpha.example")->resolvers,
            scenario.find_host("cache.example")->addresses);
  EXPECT_NE(zone_text(scenario, "example")
                .find("alpha.example NS ns1.alpha.example\nns1.alpha.example A 192.0.2.7\n"),
            std::string::npos);
}

TEST(Defaults, WrittenRecordsAndZonesAreAdded) {
  const Scenario scenario = loaded(
      "glasspost: 1\ntitle: x\ndns: {ttl: 10m}\ndomains:\n  alpha.example:\n    records:\n      - {name: "
      "www, type: A, value: "
      "[192.0.2.80, 192.0.2.81], ttl: 5m}\n      - {type: TXT, value: hello world}\nzones:\n  other.example: "
      "{records: [{type: MX, "
      "value: 10  mx.alpha.example.}]}\n");
  const std::string alpha = zone_text(scenario, "alpha.example");
  EXPECT_NE(
      alpha.find(
          "www.alpha.example A 192.0.2.80\nwww.alpha.example A 192.0.2.81\nalpha.example TXT hello world\n"),
      std::string::npos)
      << alpha;
  EXPECT_NE(zone_text(scenario, "other.example").find("other.example MX 10 mx.alpha.example\n"),
            std::string::npos);
  for (const Zone& zone : scenario.zones) {
    for (const ZoneRecord& record : zone.records) {
      EXPECT_EQ(record.ttl, record.name == "www.alpha.example" ? 300u : 600u);
    }
  }
}

}  // namespace
}  // namespace glasspost::scenario
