// Certificates and keys, in PEM and DER, from whoever wrote them.
#include <cstdint>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/crypto/certificate.h"

using namespace glasspost::crypto;

namespace {

void look_at(const Certificate& certificate) {
  (void)certificate.subject();
  (void)certificate.issuer();
  (void)certificate.serial();
  (void)certificate.not_before();
  (void)certificate.not_after();
  (void)certificate.dns_names();
  (void)certificate.addresses();
  (void)certificate.is_authority();
  (void)certificate.public_key();
  (void)certificate.signed_by(certificate);
  GLASSPOST_ASSERT(Certificate::from_pem(certificate.pem()).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto certificate = Certificate::from_der(bytes)) look_at(*certificate);
  if (const auto certificate = Certificate::from_pem(bytes)) look_at(*certificate);
  if (const auto key = PrivateKey::from_pem(bytes)) (void)key->kind();
  for (const auto& key :
       {PublicKey::from_der(bytes), PublicKey::from_rsa_der(bytes), PublicKey::from_ed25519(bytes)}) {
    if (!key) continue;
    // Verification costs the square of the key's length and more: large ones are for a limit of the caller's.
    if (key->bits() <= 4096) (void)key->verify("bytes", bytes);
    (void)key->der();
  }
  return 0;
}
