#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace glasspost::crypto {

/// MD5 and SHA-1 are here for CRAM-MD5, SCRAM-SHA-1 and old identifiers, never for new signatures.
enum class HashAlgorithm { kMd5, kSha1, kSha256, kSha512 };

/// Bytes of a digest: 16, 20, 32 or 64.
[[nodiscard]] std::size_t digest_size(HashAlgorithm algorithm);
/// The raw digest of the whole of `bytes`.
[[nodiscard]] std::string digest(HashAlgorithm algorithm, std::string_view bytes);

/// A digest of bytes that come in pieces.
class Hash {
 public:
  explicit Hash(HashAlgorithm algorithm);
  Hash(Hash&&) noexcept;
  Hash& operator=(Hash&&) noexcept;
  ~Hash();
  void update(std::string_view bytes);
  /// The raw digest; the hash then stands at its beginning again.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// RFC 2104. The raw code, digest_size() bytes.
[[nodiscard]] std::string hmac(HashAlgorithm algorithm, std::string_view key, std::string_view bytes);
/// RFC 8018 5.2 with HMAC; `iterations` from 1, `length` in bytes from 1.
[[nodiscard]] std::string pbkdf2(HashAlgorithm algorithm, std::string_view password, std::string_view salt,
                                 unsigned iterations, std::size_t length);
/// Equality whose time depends on the lengths alone.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);
/// Lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(std::string_view bytes);

}  // namespace glasspost::crypto
