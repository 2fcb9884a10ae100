#pragma once

// Inner header of engine/tls.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "engine/base/random.h"
#include "engine/observe/observer.h"
#include "engine/tls/context.h"

namespace glasspost::tls {

/// One end of a TLS connection as a machine: encrypted bytes go in and come out, nothing waits.
class Session {
 public:
  enum class Step {
    kDone,
    kNeedsInput,  ///< receive() more of the peer's bytes, then try again
    kFailed       ///< error() says why; what take_output() gives (an alert) should still be sent
  };

  struct Peer {
    ConnectionId connection;
    TlsRole role = TlsRole::kClient;
    std::string server_name;  ///< client: whom to ask for and to verify
    Instant now;              ///< certificates are judged at this time
  };

  /// `observer` outlives the session. Error: kTls.
  static Result<std::unique_ptr<Session>> start(std::shared_ptr<const Context> context, RandomStream random,
                                                Observer& observer, Peer peer);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Step handshake();
  /// kDone: `got` bytes are at the start of `into`; 0 at the peer's close_notify.
  Step read(std::span<char> into, std::size_t& got);
  /// Never kNeedsInput; at most 64 KiB at once.
  Step write(std::string_view bytes);
  /// Produces close_notify.
  void close();

  void receive(std::string_view encrypted);
  /// What is to be sent to the peer, in order.
  std::string take_output();
  [[nodiscard]] bool has_output() const;

  [[nodiscard]] const Error& error() const { return error_; }
  /// After the handshake.
  [[nodiscard]] TlsFacts facts() const;

  static void on_key_log(const SSL* ssl, const char* line);

 private:
  Session(std::shared_ptr<const Context> context, RandomStream random, Observer& observer, Peer peer);
  Ok configure();
  Step outcome(int returned, std::string_view doing);
  std::string refusal() const;
  static void on_message(int sent, int version, int content, const void* bytes, std::size_t length, SSL* ssl,
                         void* session);

  std::shared_ptr<const Context> context_;
  RandomStream random_;
  Observer& observer_;
  Peer peer_;
  std::unique_ptr<SSL, crypto::Freeing<SSL_free>> ssl_;
  BIO* incoming_ = nullptr;  // owned by ssl_
  BIO* outgoing_ = nullptr;
  Error error_;
};

}  // namespace glasspost::tls
