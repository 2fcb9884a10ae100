#include "engine/crypto/cram_md5.h"

#include "engine/crypto/hash.h"

namespace glasspost::crypto {

std::string cram_md5_digest(std::string_view password, std::string_view challenge) {
  return to_hex(hmac(HashAlgorithm::kMd5, password, challenge));
}

}  // namespace glasspost::crypto
