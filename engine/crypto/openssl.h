#pragma once

// OpenSSL's own types, for the .cpp files of engine/crypto and engine/tls alone.

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "engine/base/random.h"
#include "engine/base/result.h"

namespace glasspost::crypto {

template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

inline void free_openssl_bytes(unsigned char* bytes) {
  OPENSSL_free(bytes);
}

using BioPtr = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, Freeing<X509_free>>;
using X509NamePtr = std::unique_ptr<X509_NAME, Freeing<X509_NAME_free>>;
using OpensslBytesPtr = std::unique_ptr<unsigned char, Freeing<free_openssl_bytes>>;

struct LibraryState {
  LibraryState() = default;
  LibraryState(const LibraryState&) = delete;
  LibraryState& operator=(const LibraryState&) = delete;
  ~LibraryState();

  OSSL_LIB_CTX* context = nullptr;  ///< null: OpenSSL's own
  OSSL_PROVIDER* algorithms = nullptr;
  OSSL_PROVIDER* generator = nullptr;
  /// In the generator's own state: the stream that it draws from now. Null in the real library.
  RandomStream** current = nullptr;
};

struct PublicKeyState {
  PkeyPtr key;
};

struct PrivateKeyState {
  // Keeps the context alive that the key was made in; null for the real library.
  std::shared_ptr<LibraryState> library;
  PkeyPtr key;
};

struct CertificateState {
  X509Ptr certificate;
};

/// "what: the first reason in OpenSSL's queue", which is then emptied.
[[nodiscard]] std::string openssl_reason(std::string_view what);
[[nodiscard]] inline tl::unexpected<Error> openssl_failure(std::string_view what) {
  return fail(ErrorCode::kTls, openssl_reason(what));
}
/// As RFC 2253 writes names; UTF-8 stays.
[[nodiscard]] std::string name_text(const X509_NAME* name);
/// A memory BIO that reads `bytes`, which outlive it.
[[nodiscard]] BioPtr reading_bio(std::string_view bytes);
/// What was written to a memory BIO.
[[nodiscard]] std::string written(BIO* bio);

/// A copy of the key that belongs to `context`.
[[nodiscard]] Result<PkeyPtr> key_in_context(const PrivateKeyState& key, OSSL_LIB_CTX* context);
/// A copy of the certificate that belongs to `context`.
[[nodiscard]] Result<X509Ptr> certificate_in_context(const CertificateState& certificate,
                                                     OSSL_LIB_CTX* context);

}  // namespace glasspost::crypto
