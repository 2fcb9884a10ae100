// SPF against libspf2: the same questions to the same DNS in memory, in the same run.
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/auth/spf.h"
#include "engine/protocol/dns/zone_file.h"
#include "tests/bench/bench.h"
#include "tests/bench/peer_spf.h"
#include "tests/bench/ready_resolver.h"
#include "tests/bench/run_now.h"

namespace glasspost::bench {
namespace {

constexpr int kRounds = 20'000;
using Type = PeerSpf::Record::Type;

std::vector<PeerSpf::Record> dns_records() {
  return {{"one.example", Type::kTxt, "v=spf1 ip4:192.0.2.0/24 -all"},
          {"two.example", Type::kTxt, "v=spf1 a:mail.two.example -all"},
          {"mail.two.example", Type::kA, "192.0.2.25"},
          {"three.example", Type::kTxt, "v=spf1 include:a.three.example include:b.three.example -all"},
          {"a.three.example", Type::kTxt, "v=spf1 ip4:203.0.113.0/24 -all"},
          {"b.three.example", Type::kTxt, "v=spf1 ip4:192.0.2.25 ~all"}};
}

ReadyResolver resolver_of(const std::vector<PeerSpf::Record>& records) {
  std::string text;
  for (const PeerSpf::Record& record : records) {
    const bool is_text = record.type == Type::kTxt;
    text += fmt::format("{}. 300 IN {} {}{}{}\n", record.name, is_text ? "TXT" : "A", is_text ? "\"" : "",
                        record.value, is_text ? "\"" : "");
  }
  dns::ZoneSet zones;
  zones.set(*dns::parse_zone_file(text, dns::Name()));
  return ReadyResolver(zones);
}

auth::SpfRequest request_for(const std::string& domain) {
  auth::SpfRequest request;
  request.client = *IpAddress::parse("192.0.2.25");
  request.helo = "mx." + domain;
  request.mail_from = "alice@" + domain;
  request.receiver = "mx.beta.example";
  return request;
}

void bench_domain(const std::string& domain, std::string_view what, dns::Resolver& resolver, PeerSpf* peer) {
  auth::SpfRequest request = request_for(domain);
  bool good = true;
  const auto check = [&] {
    good = good && run_now(auth::check_spf(resolver, request)).result == auth::SpfResult::kPass;
  };
  const double plain = microseconds_each(check, kRounds);
  request.explain = true;
  const double explained = microseconds_each(check, kRounds);
  note(fmt::format("SPF, {}", what), plain, "us");
  note(fmt::format("SPF, {}, explained", what), explained, "us");
  if (peer == nullptr) return;
  const std::string client = "192.0.2.25";
  const double theirs = microseconds_each(
      [&] { good = good && peer->check(client, request.helo, request.mail_from) == "pass"; }, kRounds);
  if (!good) std::printf("  SPF did not pass: the figures do not count\n");
  note(fmt::format("SPF, {}: libspf2", what), theirs, "us");
  report(fmt::format("SPF, {}: times libspf2", what), plain / theirs, "", Goal::kAtMost, 2.0);
  report(fmt::format("SPF, {}, explained: times libspf2", what), explained / theirs, "", Goal::kAtMost, 5.0);
}

}  // namespace

void bench_spf() {
  const std::vector<PeerSpf::Record> records = dns_records();
  ReadyResolver resolver = resolver_of(records);
  const std::unique_ptr<PeerSpf> peer = PeerSpf::make(records);
  if (peer == nullptr) std::printf("  libspf2 is not here: no comparison\n");
  bench_domain("one.example", "one look-up", resolver, peer.get());
  bench_domain("two.example", "two look-ups", resolver, peer.get());
  bench_domain("three.example", "three look-ups", resolver, peer.get());
}

}  // namespace glasspost::bench
