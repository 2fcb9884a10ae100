#include "engine/crypto/hash.h"

#include <utility>

#include <openssl/crypto.h>

#include "engine/base/assert.h"
#include "engine/crypto/openssl.h"

namespace glasspost::crypto {
namespace {

// Fetching an algorithm by name takes longer than hashing a line, so each is fetched once; it is never
// changed and lives as long as the process.
const EVP_MD* fetched(HashAlgorithm algorithm) {
  static const EVP_MD* const kMd5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static const EVP_MD* const kSha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const kSha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  switch (algorithm) {
    case HashAlgorithm::kMd5:
      return kMd5;
    case HashAlgorithm::kSha1:
      return kSha1;
    case HashAlgorithm::kSha256:
      return kSha256;
    case HashAlgorithm::kSha512:
      return kSha512;
  }
  GLASSPOST_UNREACHABLE();
}

std::size_t block_size(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::kSha512 ? 128 : 64;
}

}  // namespace

std::size_t digest_size(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::kMd5:
      return 16;
    case HashAlgorithm::kSha1:
      return 20;
    case HashAlgorithm::kSha256:
      return 32;
    case HashAlgorithm::kSha512:
      return 64;
  }
  GLASSPOST_UNREACHABLE();
}

struct Hash::State {
  HashAlgorithm algorithm;
  DigestContextPtr context{EVP_MD_CTX_new()};

  void begin() const {
    const EVP_MD* digest = fetched(algorithm);
    GLASSPOST_ASSERT(digest != nullptr && EVP_DigestInit_ex(context.get(), digest, nullptr) == 1);
  }
};

Hash::Hash(HashAlgorithm algorithm) : state_(new State{algorithm}) {
  state_->begin();
}
Hash::Hash(Hash&&) noexcept = default;
Hash& Hash::operator=(Hash&&) noexcept = default;
Hash::~Hash() = default;

void Hash::update(std::string_view bytes) {
  GLASSPOST_ASSERT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Hash::finish() {
  std::string out(digest_size(state_->algorithm), '\0');
  GLASSPOST_ASSERT(
      EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1);
  state_->begin();
  return out;
}

std::string digest(HashAlgorithm algorithm, std::string_view bytes) {
  Hash hash(algorithm);
  hash.update(bytes);
  return hash.finish();
}

// RFC 2104 2: H(K XOR opad, H(K XOR ipad, text)).
std::string hmac(HashAlgorithm algorithm, std::string_view key, std::string_view bytes) {
  std::string inner_key(key.size() > block_size(algorithm) ? digest(algorithm, key) : std::string(key));
  inner_key.resize(block_size(algorithm), '\0');
  std::string outer_key = inner_key;
  for (char& c : inner_key)
    c = static_cast<char>(c ^ 0x36);
  for (char& c : outer_key)
    c = static_cast<char>(c ^ 0x5c);
  Hash hash(algorithm);
  hash.update(inner_key);
  hash.update(bytes);
  const std::string inner = hash.finish();
  hash.update(outer_key);
  hash.update(inner);
  return hash.finish();
}

std::string pbkdf2(HashAlgorithm algorithm, std::string_view password, std::string_view salt,
                   unsigned iterations, std::size_t length) {
  GLASSPOST_ASSERT(iterations > 0 && length > 0);
  std::string out(length, '\0');
  GLASSPOST_ASSERT(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                     reinterpret_cast<const unsigned char*>(salt.data()),
                                     static_cast<int>(salt.size()), static_cast<int>(iterations),
                                     fetched(algorithm), static_cast<int>(length),
                                     reinterpret_cast<unsigned char*>(out.data())) == 1);
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

}  // namespace glasspost::crypto
