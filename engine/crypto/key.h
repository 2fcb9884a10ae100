#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/crypto/library.h"

namespace glasspost::crypto {

enum class KeyKind { kRsa2048, kP256, kEd25519, kOther };

struct PublicKeyState;
struct PrivateKeyState;

/// A parsed public key: an immutable value, cheap to copy, to be kept and used many times. Verification needs
/// no random numbers, so no Library either.
class PublicKey {
 public:
  /// A SubjectPublicKeyInfo in DER, of any kind. Error: kInvalidInput.
  static Result<PublicKey> from_der(std::string_view der);
  /// RSA as SubjectPublicKeyInfo or as the bare RSAPublicKey: DKIM records hold either. Error: kInvalidInput.
  // RFC 6376 3.6.1
  static Result<PublicKey> from_rsa_der(std::string_view der);
  /// The bare 32 bytes. Error: kInvalidInput. // RFC 8463 4.2
  static Result<PublicKey> from_ed25519(std::string_view raw);

  /// kRsa2048 stands for RSA of any size; see bits().
  [[nodiscard]] KeyKind kind() const;
  /// Of the modulus or the field: 2048, 256.
  [[nodiscard]] int bits() const;
  /// SubjectPublicKeyInfo.
  [[nodiscard]] std::string der() const;
  /// The bare 32 bytes of an Ed25519 key; empty for others.
  [[nodiscard]] std::string raw_ed25519() const;
  /// RSA: RSASSA-PKCS1-v1_5 with SHA-256 over `bytes`. Ed25519: PureEdDSA over `bytes`. P-256: ECDSA with
  /// SHA-256 (signature in DER). A malformed signature is simply false.
  [[nodiscard]] bool verify(std::string_view bytes, std::string_view signature) const;

  explicit PublicKey(std::shared_ptr<const PublicKeyState> state) : state_(std::move(state)) {}
  [[nodiscard]] const PublicKeyState& state() const { return *state_; }

 private:
  std::shared_ptr<const PublicKeyState> state_;
};

/// A parsed private key; as PublicKey, cheap to copy.
class PrivateKey {
 public:
  /// A new key: out of `random` in a seeded library, of the operating system's entropy in the real one.
  /// Errors: kUnsupported (kOther), kTls.
  static Result<PrivateKey> generate(const Library& library, KeyKind kind, RandomStream& random);
  /// PKCS#8 or traditional PEM without a passphrase, at most 64 KiB, used with the real library. Error:
  /// kInvalidInput, kTooLarge.
  static Result<PrivateKey> from_pem(std::string_view pem);
  /// The 32 bytes of an Ed25519 seed. Error: kInvalidInput. // RFC 8032 5.1.5
  static Result<PrivateKey> from_ed25519_seed(std::string_view seed);

  [[nodiscard]] KeyKind kind() const;
  /// As PublicKey::bits().
  [[nodiscard]] int bits() const;
  [[nodiscard]] PublicKey public_key() const;
  /// PKCS#8, not encrypted.
  [[nodiscard]] std::string pem() const;
  /// As PublicKey::verify reads it. RSA and Ed25519 signatures are a function of key and bytes; P-256 draws
  /// from the library's generator (a RandomScope in a seeded one). Error: kTls.
  [[nodiscard]] Result<std::string> sign(std::string_view bytes) const;

  explicit PrivateKey(std::shared_ptr<const PrivateKeyState> state) : state_(std::move(state)) {}
  [[nodiscard]] const PrivateKeyState& state() const { return *state_; }

 private:
  std::shared_ptr<const PrivateKeyState> state_;
};

}  // namespace glasspost::crypto
