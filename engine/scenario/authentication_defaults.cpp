// What follows for mail authentication: key pairs, and what servers check.
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "engine/auth/dkim.h"
#include "engine/base/random.h"
#include "engine/crypto/key.h"
#include "engine/crypto/library.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

// An RSA key takes a tenth of a second to make.
constexpr std::size_t kMaxRsaKeys = 8;

Result<crypto::PrivateKey> make_key(KeyKind kind, RandomStream& random) {
  if (kind != KeyKind::kRsa2048) {
    std::array<unsigned char, 32> seed{};
    random.fill(seed);
    return crypto::PrivateKey::from_ed25519_seed(std::string(seed.begin(), seed.end()));
  }
  const Result<crypto::Library> library = crypto::Library::seeded();
  if (!library) return fail(library.error());
  return crypto::PrivateKey::generate(*library, crypto::KeyKind::kRsa2048, random);
}

bool has_policy(const WrittenDomain& domain) {
  return domain.dmarc.has_value() || !domain.dkim.empty();
}

}  // namespace

void make_dkim_keys(Reader& reader, Scenario& scenario) {
  std::size_t rsa_keys = 0;
  for (Domain& domain : scenario.domains) {
    for (DkimKey& key : domain.dkim) {
      if (key.kind == KeyKind::kRsa2048 && ++rsa_keys > kMaxRsaKeys) {
        reader.error(key.place, fmt::format("at most {} RSA keys in a scenario", kMaxRsaKeys));
        return;
      }
      RandomStream random(scenario.seed, domain.name, "dkim " + key.selector);
      const Result<crypto::PrivateKey> made = make_key(key.kind, random);
      if (!made) return reader.error(key.place, made.error().message);
      key.private_key = made->pem();
      key.record = auth::dkim_key_record_text(made->public_key());
      if (key.testing) key.record += "; t=y";  // RFC 6376 3.6.1
    }
  }
}

void set_checks(const WrittenServer& policy, const WrittenWorld& world, MailServer& server) {
  const bool published = std::any_of(world.domains.begin(), world.domains.end(), has_policy);
  server.dmarc = policy.dmarc.value_or(published ? DmarcAction::kEnforce : DmarcAction::kOff);
  server.dmarc_profile = policy.dmarc_profile.value_or(DmarcProfile::kRfc9989);
  // What is refused for SPF's sake before the content comes, DMARC never sees. // RFC 9989 7.1
  const SpfChoice usual = server.dmarc == DmarcAction::kOff ? SpfChoice::kReject : SpfChoice::kMark;
  const SpfChoice spf = policy.spf.value_or(usual);
  server.spf.check = spf != SpfChoice::kOff;
  server.spf.on_fail = spf == SpfChoice::kMark ? SpfAction::kMark : SpfAction::kReject;
}

}  // namespace glasspost::scenario
