#include "engine/tls/session.h"

#include <utility>

#include <openssl/x509v3.h>

#include "engine/base/assert.h"
#include "engine/tls/message_names.h"

namespace glasspost::tls {
namespace {

constexpr std::size_t kLargestWrite = 64 * 1024;

int accept_any(int, X509_STORE_CTX*) {
  return 1;
}

}  // namespace

Session::Session(std::shared_ptr<const Context> context, RandomStream random, Observer& observer, Peer peer)
    : context_(std::move(context)), random_(random), observer_(observer), peer_(std::move(peer)) {}

Result<std::unique_ptr<Session>> Session::start(std::shared_ptr<const Context> context, RandomStream random,
                                                Observer& observer, Peer peer) {
  std::unique_ptr<Session> session(new Session(std::move(context), random, observer, std::move(peer)));
  if (const Ok done = session->configure(); !done) return fail(done.error());
  return session;
}

Ok Session::configure() {
  const crypto::RandomScope scope(context_->library, random_);
  const TlsSettings& settings = context_->settings;
  ERR_clear_error();
  ssl_.reset(SSL_new(context_->ssl.get()));
  incoming_ = BIO_new(BIO_s_mem());
  outgoing_ = BIO_new(BIO_s_mem());
  if (!ssl_ || incoming_ == nullptr || outgoing_ == nullptr) {
    BIO_free(incoming_);
    BIO_free(outgoing_);
    return crypto::openssl_failure("TLS cannot begin");
  }
  SSL* ssl = ssl_.get();
  SSL_set_bio(ssl, incoming_, outgoing_);
  SSL_set_app_data(ssl, this);
  SSL_set_msg_callback(ssl, on_message);
  SSL_set_msg_callback_arg(ssl, this);
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), peer_.now.unix_seconds());

  const bool server = peer_.role == TlsRole::kServer;
  const PeerCheck check_peer = server ? settings.client_check : settings.server_check;
  if (server) {
    if (!settings.identity) return fail(ErrorCode::kTls, "a TLS server needs a certificate");
    const int required = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    if (check_peer == PeerCheck::kRequire) SSL_set_verify(ssl, required, nullptr);
    if (check_peer == PeerCheck::kReport) SSL_set_verify(ssl, SSL_VERIFY_PEER, accept_any);
    SSL_set_accept_state(ssl);
    return {};
  }
  SSL_set_verify(ssl, check_peer == PeerCheck::kRequire ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_set_connect_state(ssl);
  if (peer_.server_name.empty()) {
    if (check_peer != PeerCheck::kRequire) return {};
    return fail(ErrorCode::kTls, "there is no name to verify the server against");
  }
  // RFC 6125 6.4; an address is matched as an address and not sent as a name. // RFC 6066 3
  if (IpAddress::parse(peer_.server_name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), peer_.server_name.c_str());
    return {};
  }
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (SSL_set1_host(ssl, peer_.server_name.c_str()) != 1 ||
      SSL_set_tlsext_host_name(ssl, peer_.server_name.c_str()) != 1) {
    return crypto::openssl_failure("the server's name cannot be asked for");
  }
  return {};
}

// Why the handshake or a record failed, in words: the certificate's own fault first.
std::string Session::refusal() const {
  const long verdict = SSL_get_verify_result(ssl_.get());
  const unsigned long code = ERR_peek_error();
  const bool by_us =
      ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  if (!by_us || verdict == X509_V_OK) return {};
  return std::string("the peer's certificate is refused: ") + X509_verify_cert_error_string(verdict);
}

Session::Step Session::outcome(int returned, std::string_view doing) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return Step::kNeedsInput;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kDone;
    default:
      break;
  }
  std::string reason = refusal();
  error_ = Error{ErrorCode::kTls, reason.empty() ? crypto::openssl_reason(doing) : std::move(reason),
                 std::nullopt};
  ERR_clear_error();
  return Step::kFailed;
}

Session::Step Session::handshake() {
  const crypto::RandomScope scope(context_->library, random_);
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_.get());
  if (returned != 1) {
    const Step step = outcome(returned, "the TLS handshake failed");
    if (step != Step::kDone) return step;
    error_ = Error{ErrorCode::kTls, "the peer ended TLS within the handshake", std::nullopt};
    return Step::kFailed;
  }
  TlsFacts known = facts();
  TlsEstablished notice;
  notice.connection = peer_.connection;
  notice.server = peer_.role == TlsRole::kServer;
  notice.version = std::move(known.version);
  notice.cipher = std::move(known.cipher);
  notice.server_name = std::move(known.server_name);
  notice.peer_subject = std::move(known.peer_subject);
  notice.peer_verified = known.peer_verified;
  observer_.tls_established(notice);
  return Step::kDone;
}

Session::Step Session::read(std::span<char> into, std::size_t& got) {
  const crypto::RandomScope scope(context_->library, random_);
  ERR_clear_error();
  got = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
  return returned == 1 ? Step::kDone : outcome(returned, "TLS received what it cannot accept");
}

Session::Step Session::write(std::string_view bytes) {
  GLASSPOST_ASSERT(!bytes.empty() && bytes.size() <= kLargestWrite);
  const crypto::RandomScope scope(context_->library, random_);
  ERR_clear_error();
  std::size_t taken = 0;
  const int returned = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken);
  if (returned == 1) return Step::kDone;
  // A memory BIO takes everything, and there is no renegotiation: there is nothing to wait for.
  if (outcome(returned, "TLS cannot send") != Step::kFailed) {
    error_ = Error{ErrorCode::kTls, "TLS cannot send any more", std::nullopt};
  }
  return Step::kFailed;
}

void Session::close() {
  const crypto::RandomScope scope(context_->library, random_);
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void Session::receive(std::string_view encrypted) {
  const int taken = BIO_write(incoming_, encrypted.data(), static_cast<int>(encrypted.size()));
  GLASSPOST_ASSERT(taken == static_cast<int>(encrypted.size()));
}

std::string Session::take_output() {
  std::string bytes = crypto::written(outgoing_);
  if (!bytes.empty()) BIO_reset(outgoing_);
  return bytes;
}

bool Session::has_output() const {
  return BIO_pending(outgoing_) > 0;
}

TlsFacts Session::facts() const {
  const SSL* ssl = ssl_.get();
  TlsFacts facts;
  facts.version = SSL_get_version(ssl);
  facts.cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl));
  const char* asked_for = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (asked_for != nullptr) facts.server_name = asked_for;
  const crypto::X509Ptr certificate(SSL_get1_peer_certificate(ssl));
  if (!certificate) return facts;
  facts.peer_subject = crypto::name_text(X509_get_subject_name(certificate.get()));
  const TlsSettings& settings = context_->settings;
  const bool server = peer_.role == TlsRole::kServer;
  // A client that knows no name cannot have verified whose certificate it saw.
  const bool checked = server ? settings.client_check != PeerCheck::kNone
                              : settings.server_check != PeerCheck::kNone && !peer_.server_name.empty();
  facts.peer_verified = checked && SSL_get_verify_result(ssl) == X509_V_OK;
  return facts;
}

void Session::on_message(int sent, int, int content, const void* bytes, std::size_t length, SSL*,
                         void* session) {
  auto& self = *static_cast<Session*>(session);
  const auto* octets = static_cast<const std::uint8_t*>(bytes);
  TlsHandshakeMessage notice;
  notice.connection = self.peer_.connection;
  notice.sent = sent != 0;
  notice.length = static_cast<std::uint32_t>(length);
  if (content == SSL3_RT_HANDSHAKE && length > 0) {
    notice.name = handshake_message_name(octets[0]);
  } else if (content == SSL3_RT_ALERT && length > 1) {
    notice.name = alert_name(octets[1]);
  } else {
    return;
  }
  self.observer_.tls_handshake_message(notice);
}

void Session::on_key_log(const SSL* ssl, const char* line) {
  const auto* self = static_cast<const Session*>(SSL_get_app_data(ssl));
  self->context_->settings.key_log(self->peer_.connection, line);
}

}  // namespace glasspost::tls
