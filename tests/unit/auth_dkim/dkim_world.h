#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/auth/dkim.h"
#include "engine/crypto/key.h"
#include "engine/message/header.h"
#include "engine/protocol/dns/static_resolver.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::auth::test {

/// An RSA key of 1024 bits, made for these tests.
inline crypto::PrivateKey rsa_key() {
  static const crypto::PrivateKey key = *crypto::PrivateKey::from_pem(R"(-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQDEn2JzjuIcUSdU/nuxmUwlXIr6Y3pG6LtTV7FHVD0ImxFW6xmW
poXudOMWzZQo3j9VTlNMGVmOqC0rh+nDEQ78EA739srY0YIWlS9iDv0VjAv1JJxa
x85DmrszDxfck7kRN6mUOjH+ejn0vdTFWxZ0DTFwl1s0KZZZQUJ5DYrJEwIDAQAB
AoGAdFQwNVpV4JcLBDhECoE+EeS8vQNZ9tX+7oI1epQWQB8ulRQnYYBIQRqauIUM
oVlMczYSBjYBTGunvdd9sFFJYUFtAT9e7b/bu2l2tNLv9CCFUt9xj+USBFuZPgUp
0Q1AueH0e3DGWcvOKmDxhTpCM7fSMsKUAifkxRi8JANY5VECQQD4X65/3rQO4yUy
8XTYW6yApT2OAE3MgKoVlxelRTJnrRHSazTlfmgY2gHSU6ioiVZQ3uJ2+wMNVRtM
0Sji7NoHAkEAyqjq+BOhq/cJVEiiPURxKY0e2B2HA/qtg7sUR7dXvbkNH7fmQvtu
OUkXHraCyN747xT9rMNoRGQfUrq5+rRFlQJBAK2QB1v532+L0YHg81sB7PDVB8fE
dJlUzAZcWDy4tzl12r9lBUjd5ZaAOceliHWFy1il+DFWxVI6x+INQ3oYM18CQEzH
VEXqQh0BeaJZ5kVp8al5Uo80GJvUU/qNXPCSsIYrXqJ+rJkB4s+HNmAna0Mo3ozN
mhHi8lS+zfMs1Rr7Q0UCQBIpM6bi26KqmLXsejzWUlwhiGwj9lKJrPgjR+m/qCz7
qarPCyObBYvcZprAB44IvtSzAAoMtaXhoE20Li+eodI=
-----END RSA PRIVATE KEY-----
)");
  return key;
}
inline crypto::PrivateKey ed25519_key() {
  return *crypto::PrivateKey::from_ed25519_seed("0123456789abcdef0123456789abcdef");
}

inline constexpr std::string_view kMessage =
    "Received: from a.example by b.example; Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    "From: Alice <alice@alpha.example>\r\n"
    "To: bob@beta.example,\r\n carol@beta.example\r\n"
    "Subject:  Two   spaces \r\n"
    "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    "Message-ID: <1@alpha.example>\r\n"
    "\r\n"
    "Hello,  Bob\t \r\n\r\nbye\r\n\r\n\r\n";

/// The DNS and the messages of the verifier's tests.
class DkimWorld {
 public:
  DkimSigner rsa{"alpha.example", "s1", rsa_key()};
  DkimSigner ed25519{"alpha.example", "e1", ed25519_key()};
  std::vector<std::pair<std::string, std::string>> texts = {
      {"s1._domainkey.alpha.example", dkim_key_record_text(rsa_key().public_key())},
      {"e1._domainkey.alpha.example", dkim_key_record_text(ed25519_key().public_key())}};
  std::vector<std::pair<std::string, dns::AnswerStatus>> failures;
  DkimRequest request;
  DkimLimits limits;

  static std::string sign(std::string_view message, const DkimSigner& signer,
                          const DkimSignOptions& options = {}) {
    const message::Header header = message::parse_header(message);
    const Result<std::string> field = sign_dkim(header, message, signer, options);
    GLASSPOST_ASSERT(field.has_value());
    return *field + std::string(message);
  }

  DkimVerdict verify(const std::string& message) {
    dns::Zone zone(dns::Name(), {});
    for (const auto& [name, text] : texts)
      GLASSPOST_ASSERT(zone.add(dns::make_txt(*dns::Name::parse(name), text, 300)).has_value());
    dns::ZoneSet zones;
    zones.set(std::move(zone));
    resolver_.emplace(std::move(zones));
    for (const auto& [name, status] : failures)
      resolver_->fail(*dns::Name::parse(name), status, Duration::seconds(5));
    const message::Header header = message::parse_header(message);
    return glasspost::test::run_now(verify_dkim(*resolver_, header, message, request, limits));
  }
  /// The only signature's.
  DkimSignatureVerdict one(const std::string& message) {
    DkimVerdict verdict = verify(message);
    GLASSPOST_ASSERT(verdict.signatures.size() == 1);
    return verdict.signatures.front();
  }
  std::string result(const std::string& message) { return std::string(to_string(verify(message).result())); }
  [[nodiscard]] std::size_t questions() const { return resolver_->asked().size(); }

 private:
  std::optional<dns::StaticResolver> resolver_;
};

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  GLASSPOST_ASSERT(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace glasspost::auth::test
