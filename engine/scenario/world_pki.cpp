#include "engine/scenario/world_pki.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/random.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kAuthorityName = "Glasspost classroom CA";
// The authority outlives every scenario's certificates.
constexpr Duration kAuthorityPast = Duration::days(3650);
constexpr Duration kAuthorityFuture = Duration::days(7300);

crypto::KeyKind key_kind(KeyKind kind, bool real) {
  switch (kind) {
    case KeyKind::kEd25519:
      return real ? crypto::KeyKind::kP256 : crypto::KeyKind::kEd25519;
    case KeyKind::kRsa2048:
      return crypto::KeyKind::kRsa2048;
    case KeyKind::kP256:
      return crypto::KeyKind::kP256;
  }
  GLASSPOST_UNREACHABLE();
}

struct Issue {
  const crypto::Library& library;
  const crypto::CertificateAuthority& authority;
  std::uint64_t seed;
  bool real;
  Duration shift;  // from the scenario's clock to this world's
};

Result<crypto::Identity> issue(const Issue& issue, const Host& host, const WorldPki::LocalNames& local) {
  const Certificate& wanted = *host.certificate;
  crypto::CertificateRequest request;
  request.dns_names = wanted.names;
  request.dns_names.insert(request.dns_names.end(), local.dns_names.begin(), local.dns_names.end());
  if (const auto it = local.addresses.find(host.name); it != local.addresses.end())
    request.addresses = it->second;
  request.not_before = wanted.not_before + issue.shift;
  request.not_after = wanted.not_after + issue.shift;
  RandomStream random(issue.seed, host.name, "certificate");
  const crypto::KeyKind kind = key_kind(wanted.key, issue.real);
  if (!wanted.self_signed) return issue.authority.issue(request, kind, random);
  // Vouched for by nobody whom the world trusts.
  auto own = crypto::CertificateAuthority::make(issue.library, kind, host.name, request.not_before,
                                                request.not_after, random);
  if (!own) return fail(own.error());
  return own->issue(request, kind, random);
}

Result<std::optional<std::string>> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::optional<std::string>();
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in && !in.eof()) return fail(ErrorCode::kIo, "cannot read " + path.string());
  return std::optional<std::string>(std::move(text));
}

Ok write_file(const std::filesystem::path& path, std::string_view text, std::filesystem::perms mode) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  std::error_code error;
  std::filesystem::permissions(path, mode, error);
  out << text;
  out.close();
  if (!out || error) return fail(ErrorCode::kIo, "cannot write " + path.string());
  return {};
}

Result<crypto::CertificateAuthority> kept_authority(const crypto::Library& library, Instant now,
                                                    const std::filesystem::path& directory) {
  const std::filesystem::path certificate_file = directory / "ca.pem";
  const std::filesystem::path key_file = directory / "ca-key.pem";
  const auto certificate_pem = read_file(certificate_file);
  if (!certificate_pem) return fail(certificate_pem.error());
  const auto key_pem = read_file(key_file);
  if (!key_pem) return fail(key_pem.error());
  if (*certificate_pem && *key_pem) {
    auto certificate = crypto::Certificate::from_pem(**certificate_pem);
    auto key = crypto::PrivateKey::from_pem(**key_pem);
    if (!certificate || !key) {
      return fail(ErrorCode::kCorrupt,
                  "cannot understand " + (certificate ? key_file : certificate_file).string());
    }
    return crypto::CertificateAuthority::from_identity(library, {std::move(*certificate), std::move(*key)});
  }
  RandomStream serial(static_cast<std::uint64_t>(now.ns), "", "authority");
  auto made = crypto::CertificateAuthority::make(library, crypto::KeyKind::kP256, kAuthorityName,
                                                 now - Duration::days(1), now + kAuthorityFuture, serial);
  if (!made) return made;
  using std::filesystem::perms;
  Ok written = write_file(key_file, made->key().pem(), perms::owner_read | perms::owner_write);
  if (!written) return fail(written.error());
  written = write_file(certificate_file, made->certificate().pem(),
                       perms::owner_read | perms::owner_write | perms::group_read | perms::others_read);
  if (!written) return fail(written.error());
  return made;
}

}  // namespace

Result<WorldPki> WorldPki::make_virtual(const Scenario& scenario, std::uint64_t seed) {
  auto library = crypto::Library::seeded();
  if (!library) return fail(library.error());
  RandomStream random(seed, "", "authority");
  auto authority = crypto::CertificateAuthority::make(*library, crypto::KeyKind::kEd25519, kAuthorityName,
                                                      scenario.start - kAuthorityPast,
                                                      scenario.start + kAuthorityFuture, random);
  if (!authority) return fail(authority.error());
  WorldPki pki(*library, authority->certificate());
  for (const Host& host : scenario.hosts) {
    if (!host.certificate) continue;
    auto identity = issue({*library, *authority, seed, false, Duration{}}, host, {});
    if (!identity) return fail(identity.error());
    pki.identities_.emplace(host.name, std::move(*identity));
  }
  return pki;
}

Result<WorldPki> WorldPki::make_real(const Scenario& scenario, Instant now,
                                     const std::filesystem::path& directory, const LocalNames& local) {
  crypto::Library library = crypto::Library::real();
  auto authority = kept_authority(library, now, directory);
  if (!authority) return fail(authority.error());
  WorldPki pki(library, authority->certificate());
  for (const Host& host : scenario.hosts) {
    if (!host.certificate) continue;
    const auto seed = static_cast<std::uint64_t>(now.ns);
    auto identity = issue({library, *authority, seed, true, now - scenario.start}, host, local);
    if (!identity) return fail(identity.error());
    pki.identities_.emplace(host.name, std::move(*identity));
  }
  return pki;
}

const crypto::Identity* WorldPki::identity_of(std::string_view host) const {
  const auto it = identities_.find(host);
  return it == identities_.end() ? nullptr : &it->second;
}

}  // namespace glasspost::scenario
