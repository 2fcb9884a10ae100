#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/crypto/key.h"
#include "engine/crypto/library.h"

namespace glasspost::crypto {

struct CertificateState;

/// A parsed X.509 certificate (RFC 5280): an immutable value, cheap to copy.
class Certificate {
 public:
  /// The first certificate of a PEM text of at most 64 KiB. Errors: kInvalidInput, kTooLarge.
  static Result<Certificate> from_pem(std::string_view pem);
  /// One certificate in DER, at most 64 KiB, nothing after it. Errors: kInvalidInput, kTooLarge.
  static Result<Certificate> from_der(std::string_view der);

  [[nodiscard]] std::string pem() const;
  [[nodiscard]] std::string der() const;
  /// "CN=mx.alpha.example,O=Glasspost", as RFC 2253 writes names; UTF-8 stays as it is.
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] std::string issuer() const;
  /// Lower-case hex.
  [[nodiscard]] std::string serial() const;
  [[nodiscard]] Instant not_before() const;
  [[nodiscard]] Instant not_after() const;
  /// The subjectAltName's DNS names and addresses, in its order.
  [[nodiscard]] std::vector<std::string> dns_names() const;
  [[nodiscard]] std::vector<IpAddress> addresses() const;
  [[nodiscard]] bool is_authority() const;
  /// Error: kUnsupported for a key that this program does not know.
  [[nodiscard]] Result<PublicKey> public_key() const;
  /// Signed by the key of `authority`? Says nothing of times and names.
  [[nodiscard]] bool signed_by(const Certificate& authority) const;

  explicit Certificate(std::shared_ptr<const CertificateState> state) : state_(std::move(state)) {}
  [[nodiscard]] const CertificateState& state() const { return *state_; }

 private:
  std::shared_ptr<const CertificateState> state_;
};

/// A certificate with its key: what a TLS server shows and proves.
struct Identity {
  Certificate certificate;
  PrivateKey key;
};

/// What a server certificate is to say.
struct CertificateRequest {
  std::vector<std::string>
      dns_names;  ///< ASCII (A-labels), at most 253 bytes each; the first is the subject's CN
  std::vector<IpAddress> addresses;
  Instant not_before;
  Instant not_after;
};

/// A certificate authority: one a world.
class CertificateAuthority {
 public:
  /// A new self-signed authority called `name` (at most 64 bytes of UTF-8). Errors: kInvalidInput, kTls.
  static Result<CertificateAuthority> make(const Library& library, KeyKind kind, std::string_view name,
                                           Instant not_before, Instant not_after, RandomStream& random);
  /// One kept on disk: its certificate and key. Error: kConflict if they do not belong together.
  static Result<CertificateAuthority> from_identity(const Library& library, Identity identity);

  [[nodiscard]] const Certificate& certificate() const { return identity_.certificate; }
  [[nodiscard]] const PrivateKey& key() const { return identity_.key; }
  /// A new key and a certificate for it. Key, serial number and signature come out of `random`. Errors:
  /// kInvalidInput (no names, a name that cannot stand in a certificate, times in the wrong order), kTls.
  [[nodiscard]] Result<Identity> issue(const CertificateRequest& request, KeyKind kind,
                                       RandomStream& random) const;

 private:
  CertificateAuthority(Library library, Identity identity)
      : library_(std::move(library)), identity_(std::move(identity)) {}
  Library library_;
  Identity identity_;
};

}  // namespace glasspost::crypto
