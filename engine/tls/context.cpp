#include "engine/tls/context.h"

#include <utility>

#include "engine/tls/session.h"

namespace glasspost::tls {
namespace {

// Said in full, so that a machine's openssl.cnf changes nothing: what a world does depends on it alone.
constexpr const char* kSuites12 =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
constexpr const char* kSuites13 =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr const char* kSignatures =
    "ed25519:ECDSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA+SHA256:RSA+SHA384:RSA+SHA512";
constexpr int kSecurityLevel = 1;  // 80 bits: old mail servers are spoken to, broken ones are not

int version_number(TlsVersion version) {
  return version == TlsVersion::k12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

int accept_server_name(SSL*, int*, void*) {
  return SSL_TLSEXT_ERR_OK;
}

// What OpenSSL's macros for these lists do, without their casts; it does not write to the list.
bool set_list(SSL_CTX* ssl, int which, const char* list) {
  return SSL_CTX_ctrl(ssl, which, 0, const_cast<char*>(list)) == 1;
}

bool configure(SSL_CTX* ssl, const TlsSettings& settings) {
  // Tickets would hold the wall clock, and a cache would let one connection change another. Renegotiation:
  // RFC 9325 3.5; compression: RFC 9325 3.3.
  SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_security_level(ssl, kSecurityLevel);
  SSL_CTX_set_tlsext_servername_callback(ssl, accept_server_name);
  if (settings.key_log) SSL_CTX_set_keylog_callback(ssl, Session::on_key_log);
  return SSL_CTX_set_num_tickets(ssl, 0) == 1 &&
         SSL_CTX_set_min_proto_version(ssl, version_number(settings.minimum)) == 1 &&
         SSL_CTX_set_max_proto_version(ssl, version_number(settings.maximum)) == 1 &&
         SSL_CTX_set_cipher_list(ssl, kSuites12) == 1 && SSL_CTX_set_ciphersuites(ssl, kSuites13) == 1 &&
         set_list(ssl, SSL_CTRL_SET_GROUPS_LIST, kGroups) &&
         set_list(ssl, SSL_CTRL_SET_SIGALGS_LIST, kSignatures);
}

Ok install_identity(SSL_CTX* ssl, OSSL_LIB_CTX* library, const TlsSettings& settings) {
  if (!settings.identity) return {};
  const Result<crypto::X509Ptr> certificate =
      crypto::certificate_in_context(settings.identity->certificate.state(), library);
  if (!certificate) return fail(certificate.error());
  const Result<crypto::PkeyPtr> key = crypto::key_in_context(settings.identity->key.state(), library);
  if (!key) return fail(key.error());
  if (SSL_CTX_use_certificate(ssl, certificate->get()) != 1 || SSL_CTX_use_PrivateKey(ssl, key->get()) != 1 ||
      SSL_CTX_check_private_key(ssl) != 1) {
    return crypto::openssl_failure("the certificate and its key cannot be used for TLS");
  }
  for (const crypto::Certificate& intermediate : settings.intermediates) {
    const Result<crypto::X509Ptr> link = crypto::certificate_in_context(intermediate.state(), library);
    if (!link || SSL_CTX_add1_chain_cert(ssl, link->get()) != 1) {
      return crypto::openssl_failure("a certificate of the chain cannot be used for TLS");
    }
  }
  return {};
}

Ok install_authorities(SSL_CTX* ssl, OSSL_LIB_CTX* library, const TlsSettings& settings) {
  X509_STORE* store = SSL_CTX_get_cert_store(ssl);
  for (const crypto::Certificate& authority : settings.authorities) {
    const Result<crypto::X509Ptr> certificate = crypto::certificate_in_context(authority.state(), library);
    if (!certificate || X509_STORE_add_cert(store, certificate->get()) != 1) {
      return crypto::openssl_failure("an authority's certificate cannot be used");
    }
    if (settings.client_check != PeerCheck::kNone) SSL_CTX_add_client_CA(ssl, certificate->get());
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Context>> make_context(const crypto::Library& library, TlsSettings settings,
                                                    RandomStream& random) {
  if (settings.maximum < settings.minimum) {
    return fail(ErrorCode::kTls, "the highest TLS version is below the lowest");
  }
  auto context = std::make_shared<Context>(library, std::move(settings));
  const crypto::RandomScope scope(library, random);
  OSSL_LIB_CTX* its_library = library.state().context;
  context->ssl.reset(SSL_CTX_new_ex(its_library, nullptr, TLS_method()));
  SSL_CTX* ssl = context->ssl.get();
  if (ssl == nullptr || !configure(ssl, context->settings)) {
    return crypto::openssl_failure("TLS cannot be set up");
  }
  if (const Ok done = install_identity(ssl, its_library, context->settings); !done) return fail(done.error());
  if (const Ok done = install_authorities(ssl, its_library, context->settings); !done)
    return fail(done.error());
  return context;
}

}  // namespace glasspost::tls
