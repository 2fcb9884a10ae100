#pragma once

// Inner header of engine/tls.

#include <memory>

#include <openssl/ssl.h>

#include "engine/base/result.h"
#include "engine/crypto/library.h"
#include "engine/crypto/openssl.h"
#include "engine/tls/tls.h"

namespace glasspost::tls {

/// The settings as OpenSSL holds them: shared by all sessions of one upgrader.
struct Context {
  Context(crypto::Library its_library, TlsSettings its_settings)
      : library(std::move(its_library)), settings(std::move(its_settings)) {}

  crypto::Library library;
  TlsSettings settings;
  std::unique_ptr<SSL_CTX, crypto::Freeing<SSL_CTX_free>> ssl;
};

/// Error: kTls.
[[nodiscard]] Result<std::shared_ptr<const Context>> make_context(const crypto::Library& library,
                                                                  TlsSettings settings, RandomStream& random);

}  // namespace glasspost::tls
