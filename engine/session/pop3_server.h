#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/pop3/response.h"
#include "engine/protocol/pop3/server_machine.h"
#include "engine/protocol/sasl/sasl.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/task.h"
#include "engine/session/maildrop_locks.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::pop3 {

/// What a listener offers and allows. It must outlive the sessions that use it.
struct ServerOptions : ServerPolicy {
  ServerOptions() {
    mechanisms = {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin, sasl::Mechanism::kCramMd5,
                  sasl::Mechanism::kScramSha1, sasl::Mechanism::kScramSha256};
  }

  bool implicit_tls = false;  ///< TLS from the first byte: port 995 // RFC 8314 3.2

  Duration idle_timeout = Duration::minutes(10);  ///< the least that RFC 1939 3 allows
  Duration write_timeout = Duration::minutes(10);
};

/// Who speaks on this connection, as far as is known now.
struct ClientInfo {
  ConnectionId connection;
  Endpoint remote;
  Endpoint local;
  std::optional<TlsFacts> tls;
  std::string account;    ///< whose maildrop is open; empty: nobody's
  std::string mechanism;  ///< "PLAIN", ...; "USER", "APOP"
};

enum class CloseReason : std::uint8_t { kQuit, kTimedOut, kLost, kRefused, kTooMany, kTls, kStopped };

/// What a user name stands for.
struct Login {
  std::string account;  ///< of the mailbox store
  sasl::Secret secret;
};

/// Who may log in. One service may serve many sessions. The references stay valid until the task has ended.
class Service {
 public:
  virtual ~Service() = default;

  /// Called once, before the greeting. -ERR goes out as it is and ends the session.
  virtual Task<Response> connected(const ClientInfo& client);
  /// None: there is no such user.
  virtual Task<std::optional<Login>> login(const ClientInfo& client, std::string user) = 0;
  /// The session has ended, and its maildrop is free.
  virtual void closed(const ClientInfo&, CloseReason) {}
};

/// What a session gets from its host. All outlive it.
struct ServerContext {
  Clock& clock;
  RandomSource& random;
  Observer& observer;
  store::MailboxStore& store;
  MaildropLocks& locks;
  TlsUpgrader* tls = nullptr;
};

/// One connection to a server, from the greeting to its end. The maildrop is the account's INBOX as it was at
/// login; what DELE marks is removed at QUIT and never otherwise, whatever becomes of the client.
///
/// Bytes behind a STLS command that came before our +OK are an injection attempt: the session answers -ERR
/// and closes; nothing of them is ever looked at. // RFC 2595 4, as RFC 3207 6 for SMTP
class ServerSession {
 public:
  ServerSession(ByteStreamPtr stream, const ServerOptions& options, Service& service, ServerContext context);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  /// Runs the dialogue; call it once. The session must outlive the task.
  Task<void> serve();
  /// Ends it politely: the command in hand is answered, then -ERR [SYS/TEMP] is sent.
  void request_stop();
  /// Ends it at once (the stream is reset).
  void abort();
  [[nodiscard]] const ClientInfo& client() const;

 private:
  struct Dialogue;
  std::unique_ptr<Dialogue> dialogue_;
};

}  // namespace glasspost::pop3
