#include "engine/crypto/key.h"

#include <utility>

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "engine/base/assert.h"
#include "engine/crypto/openssl.h"

namespace glasspost::crypto {
namespace {

constexpr std::size_t kLargestPem = 64 * 1024;
constexpr std::size_t kEd25519Bytes = 32;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

KeyKind kind_of(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyKind::kRsa2048;
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyKind::kEd25519;
  if (EVP_PKEY_is_a(key, "EC") != 1) return KeyKind::kOther;
  char group[32] = {};
  std::size_t length = 0;
  const bool known = EVP_PKEY_get_group_name(key, group, sizeof group, &length) == 1;
  return known && std::string_view(group, length) == "prime256v1" ? KeyKind::kP256 : KeyKind::kOther;
}

// Ed25519 hashes by itself; the others sign a SHA-256 digest.
const char* digest_name(const EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : "SHA256";
}

// No passphrase is ever asked for on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

std::string public_der(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int length = i2d_PUBKEY(key, &bytes);
  const OpensslBytesPtr owned(bytes);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

Result<PublicKey> public_key_of(PkeyPtr key) {
  ERR_clear_error();
  auto state = std::make_shared<PublicKeyState>();
  state->key = std::move(key);
  return PublicKey(std::move(state));
}

}  // namespace

Result<PublicKey> PublicKey::from_der(std::string_view der) {
  const unsigned char* at = octets(der);
  PkeyPtr key(der.empty() || der.size() > kLargestPem
                  ? nullptr
                  : d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key || at != octets(der) + der.size()) {
    ERR_clear_error();
    return fail(ErrorCode::kInvalidInput, "not a public key (SubjectPublicKeyInfo)");
  }
  return public_key_of(std::move(key));
}

Result<PublicKey> PublicKey::from_rsa_der(std::string_view der) {
  Result<PublicKey> wrapped = from_der(der);
  if (wrapped && wrapped->kind() == KeyKind::kRsa2048) return wrapped;
  const unsigned char* at = octets(der);
  PkeyPtr key;
  if (!wrapped && !der.empty() && der.size() <= kLargestPem) {
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  }
  if (!key || at != octets(der) + der.size()) {
    ERR_clear_error();
    return fail(ErrorCode::kInvalidInput, "not an RSA public key");
  }
  return public_key_of(std::move(key));
}

Result<PublicKey> PublicKey::from_ed25519(std::string_view raw) {
  PkeyPtr key;
  if (raw.size() == kEd25519Bytes) {
    key.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(raw), raw.size()));
  }
  if (!key) return fail(ErrorCode::kInvalidInput, "not an Ed25519 public key of 32 bytes");
  return public_key_of(std::move(key));
}

KeyKind PublicKey::kind() const {
  return kind_of(state_->key.get());
}

int PublicKey::bits() const {
  return EVP_PKEY_get_bits(state_->key.get());
}

std::string PublicKey::der() const {
  return public_der(state_->key.get());
}

std::string PublicKey::raw_ed25519() const {
  if (kind() != KeyKind::kEd25519) return {};
  std::string raw(kEd25519Bytes, '\0');
  std::size_t length = raw.size();
  const int got =
      EVP_PKEY_get_raw_public_key(state_->key.get(), reinterpret_cast<unsigned char*>(raw.data()), &length);
  return got == 1 ? raw : std::string();
}

bool PublicKey::verify(std::string_view bytes, std::string_view signature) const {
  EVP_PKEY* key = state_->key.get();
  const DigestContextPtr context(EVP_MD_CTX_new());
  bool good =
      EVP_DigestVerifyInit_ex(context.get(), nullptr, digest_name(key), nullptr, nullptr, key, nullptr) == 1;
  good = good && EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(bytes),
                                  bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<PrivateKey> PrivateKey::generate(const Library& library, KeyKind kind, RandomStream& random) {
  const RandomScope scope(library, random);
  OSSL_LIB_CTX* context = library.state().context;
  auto state = std::make_shared<PrivateKeyState>();
  if (context != nullptr) state->library = library.shared_state();
  switch (kind) {
    case KeyKind::kRsa2048:
      state->key.reset(EVP_PKEY_Q_keygen(context, nullptr, "RSA", std::size_t{2048}));
      break;
    case KeyKind::kP256:
      state->key.reset(EVP_PKEY_Q_keygen(context, nullptr, "EC", "P-256"));
      break;
    case KeyKind::kEd25519:
      state->key.reset(EVP_PKEY_Q_keygen(context, nullptr, "ED25519"));
      break;
    case KeyKind::kOther:
      return fail(ErrorCode::kUnsupported, "a kind of key that cannot be made");
  }
  if (!state->key) return openssl_failure("no key could be made");
  return PrivateKey(std::move(state));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  if (pem.size() > kLargestPem) return fail(ErrorCode::kTooLarge, "a key file of more than 64 KiB");
  const BioPtr bio = reading_bio(pem);
  auto state = std::make_shared<PrivateKeyState>();
  state->key.reset(PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, no_passphrase, nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!state->key) return fail(ErrorCode::kInvalidInput, "not a private key in PEM without a passphrase");
  return PrivateKey(std::move(state));
}

Result<PrivateKey> PrivateKey::from_ed25519_seed(std::string_view seed) {
  auto state = std::make_shared<PrivateKeyState>();
  if (seed.size() == kEd25519Bytes) {
    state->key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed), seed.size()));
  }
  if (!state->key) return fail(ErrorCode::kInvalidInput, "not an Ed25519 seed of 32 bytes");
  return PrivateKey(std::move(state));
}

KeyKind PrivateKey::kind() const {
  return kind_of(state_->key.get());
}

int PrivateKey::bits() const {
  return EVP_PKEY_get_bits(state_->key.get());
}

PublicKey PrivateKey::public_key() const {
  // Through DER into OpenSSL's own context, so that it does not hold on to a seeded one.
  Result<PublicKey> key = PublicKey::from_der(public_der(state_->key.get()));
  GLASSPOST_ASSERT(key.has_value());
  return *key;
}

std::string PrivateKey::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  GLASSPOST_ASSERT(PEM_write_bio_PKCS8PrivateKey(bio.get(), state_->key.get(), nullptr, nullptr, 0, nullptr,
                                                 nullptr) == 1);
  return written(bio.get());
}

Result<std::string> PrivateKey::sign(std::string_view bytes) const {
  EVP_PKEY* key = state_->key.get();
  OSSL_LIB_CTX* context = state_->library ? state_->library->context : nullptr;
  const DigestContextPtr digest(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (EVP_DigestSignInit_ex(digest.get(), nullptr, digest_name(key), context, nullptr, key, nullptr) != 1 ||
      EVP_DigestSign(digest.get(), nullptr, &length, octets(bytes), bytes.size()) != 1) {
    return openssl_failure("the key cannot sign");
  }
  std::string signature(length, '\0');
  if (EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, octets(bytes),
                     bytes.size()) != 1) {
    return openssl_failure("the key did not sign");
  }
  signature.resize(length);
  return signature;
}

Result<PkeyPtr> key_in_context(const PrivateKeyState& key, OSSL_LIB_CTX* context) {
  unsigned char* bytes = nullptr;
  const int length = i2d_PrivateKey(key.key.get(), &bytes);
  const OpensslBytesPtr owned(bytes);
  if (length <= 0) return openssl_failure("the key cannot be written");
  const unsigned char* at = bytes;
  PkeyPtr copy(d2i_AutoPrivateKey_ex(nullptr, &at, length, context, nullptr));
  if (!copy) return openssl_failure("the key cannot be used");
  return copy;
}

}  // namespace glasspost::crypto
