// DKIM against its floor: OpenSSL's own verification of the same header bytes plus SHA-256 over the same
// body.
#include <algorithm>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "engine/auth/dkim.h"
#include "engine/auth/dkim_fields.h"
#include "engine/auth/dkim_signature.h"
#include "engine/auth/dkim_signed_bytes.h"
#include "engine/auth/dmarc.h"
#include "engine/crypto/hash.h"
#include "tests/bench/bench.h"
#include "tests/bench/ready_resolver.h"
#include "tests/bench/run_now.h"

namespace glasspost::bench {
namespace {

std::string message_of_4_kib() {
  std::string message =
      "Received: from a.example ([192.0.2.1]) by b.example with ESMTP id 1;\r\n\tMon, 02 Mar 2026 09:00:00 "
      "+0000\r\n"
      "From: Alice <alice@alpha.example>\r\nTo: Bob <bob@beta.example>\r\nSubject: speed\r\n"
      "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <speed@alpha.example>\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  while (message.size() < 4'096)
    message += "A line of text, as people write them in their letters.\r\n";
  return message;
}

ReadyResolver resolver_with(const std::string& key_record) {
  dns::Zone zone(dns::Name(), {});
  (void)zone.add(dns::make_txt(*dns::Name::parse("s1._domainkey.alpha.example"), key_record, 300));
  (void)zone.add(dns::make_txt(*dns::Name::parse("_dmarc.alpha.example"), "v=DMARC1; p=reject", 300));
  dns::ZoneSet zones;
  zones.set(std::move(zone));
  return ReadyResolver(zones);
}

constexpr int kTurns = 12;

template <class F>
void lower(double& best, F&& work) {
  best = std::min(best, microseconds_each(work, 200, 1));
}

void bench_key(std::string_view name, crypto::KeyKind kind) {
  const crypto::Library library = crypto::Library::real();
  RandomStream random(1, "bench", "key");
  const crypto::PrivateKey key = *crypto::PrivateKey::generate(library, kind, random);
  const crypto::PublicKey public_key = key.public_key();
  const std::string plain = message_of_4_kib();
  const auth::DkimSigner signer{"alpha.example", "s1", key};
  const message::Header plain_header = message::parse_header(plain);
  const std::string message = *auth::sign_dkim(plain_header, plain, signer, {}) + plain;
  const message::Header header = message::parse_header(message);
  const std::string body = message.substr(header.body_offset);

  const auth::DkimSignature signature = *auth::read_dkim_signature(header.fields[0].value()).signature;
  const auto picked = auth::DkimFields(header).pick(signature.fields, 0);
  const std::string bytes =
      auth::dkim_signed_bytes(header, picked, header.fields[0], signature.header, signature.b_value);
  const bool ed25519 = kind == crypto::KeyKind::kEd25519;
  const std::string signed_bytes = ed25519 ? crypto::digest(crypto::HashAlgorithm::kSha256, bytes) : bytes;
  bool good = true;
  ReadyResolver resolver = resolver_with(auth::dkim_key_record_text(public_key));
  auth::DkimKeyCache cache;
  auth::DkimRequest request;
  request.keys = &cache;
  const auto verify_work = [&] {
    good = good && run_now(auth::verify_dkim(resolver, header, message, request)).passes();
  };
  // Floor and ours take turns, so that both meet the same machine.
  double verify_floor = 1e9, sign_floor = 1e9, verify = 1e9, explained = 1e9, sign = 1e9;
  for (int turn = 0; turn < kTurns; ++turn) {
    lower(verify_floor, [&] {
      good = good && public_key.verify(signed_bytes, signature.signature);
      good = good && crypto::digest(crypto::HashAlgorithm::kSha256, body).size() == 32;
      if (ed25519) good = good && crypto::digest(crypto::HashAlgorithm::kSha256, bytes).size() == 32;
    });
    request.explain = false;
    lower(verify, verify_work);
    request.explain = true;
    lower(explained, verify_work);
    lower(sign_floor, [&] {
      good = good && key.sign(signed_bytes).has_value();
      good = good && crypto::digest(crypto::HashAlgorithm::kSha256, body).size() == 32;
    });
    lower(sign, [&] { good = good && auth::sign_dkim(plain_header, plain, signer, {}).has_value(); });
  }
  if (!good) std::printf("  a signature did not hold: the figures below do not count\n");
  note(fmt::format("DKIM {}: floor of verifying 4 KiB", name), verify_floor, "us");
  note(fmt::format("DKIM {}: verifying 4 KiB", name), verify, "us");
  note(fmt::format("DKIM {}: verifying 4 KiB, explained", name), explained, "us");
  report(fmt::format("DKIM {}: verifying, times the floor", name), verify / verify_floor, "", Goal::kAtMost,
         1.5);
  report(fmt::format("DKIM {}: signing, times the floor", name), sign / sign_floor, "", Goal::kAtMost, 1.5);
}

void bench_dmarc() {
  ReadyResolver resolver = resolver_with("p=");
  const std::string message = message_of_4_kib();
  const message::Header header = message::parse_header(message);
  auth::DmarcRequest request;
  request.dkim = {{"alpha.example", true, false}};
  bool good = true;
  const double check = microseconds_each([&] {
    good = good && run_now(auth::check_dmarc(resolver, header, request)).result == auth::DmarcResult::kPass;
  });
  if (!good) std::printf("  DMARC did not pass: the figure below does not count\n");
  note("DMARC: tree walk of two names and alignment", check, "us");
}

}  // namespace

void bench_auth() {
  bench_spf();
  bench_key("RSA-2048", crypto::KeyKind::kRsa2048);
  bench_key("Ed25519", crypto::KeyKind::kEd25519);
  bench_dmarc();
}

}  // namespace glasspost::bench
