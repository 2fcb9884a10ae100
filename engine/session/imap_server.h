#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/imap/command_reader.h"
#include "engine/protocol/sasl/sasl.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/task.h"
#include "engine/session/imap_memory.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::imap {

/// What a listener offers and allows. It must outlive the sessions that use it.
struct ServerOptions {
  std::string host_name;
  bool implicit_tls = false;      ///< TLS from the first byte: port 993 // RFC 8314 3.2
  bool starttls = false;          ///< offered before authentication
  bool require_tls = false;       ///< no authentication before TLS
  bool login_without_tls = true;  ///< false: LOGINDISABLED, and no mechanism that sends the password, without
                                  ///< TLS
  std::vector<sasl::Mechanism> mechanisms = {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin,
                                             sasl::Mechanism::kCramMd5, sasl::Mechanism::kScramSha1,
                                             sasl::Mechanism::kScramSha256};
  CommandReader::Limits limits;  ///< once authenticated
  /// Of a stranger: nothing that it sends may take much memory.
  CommandReader::Limits stranger_limits = {64 * 1024, 8 * 1024, 0, 10, 1024 * 1024};
  Duration login_timeout = Duration::minutes(3);
  Duration idle_timeout = Duration::minutes(30);  ///< at least this // RFC 3501 5.4
  Duration write_timeout = Duration::minutes(5);
  std::size_t max_errors = 25;        ///< malformed or illegal commands in a row
  std::size_t max_failed_logins = 5;  ///< on one connection
};

/// Who speaks on this connection, as far as is known now.
struct ClientInfo {
  ConnectionId connection;
  Endpoint remote;
  Endpoint local;
  std::optional<TlsFacts> tls;
  std::string user;       ///< authenticated; empty: nobody yet
  std::string account;    ///< the user's in the mailbox store
  std::string mechanism;  ///< of AUTHENTICATE; "LOGIN" for the command; empty before
};

enum class CloseReason : std::uint8_t { kLogout, kTimedOut, kLost, kTooMany, kTls, kStopped };

struct Dialogue;

/// What an agent tells sessions about its users. One service serves many sessions.
class Service {
 public:
  virtual ~Service() = default;
  /// The secret of a user; none: there is no such user. `user` is UTF-8 of at most 255 octets.
  virtual Task<std::optional<sasl::Secret>> secret(const ClientInfo& client, std::string user) = 0;
  /// The account of a user who has been authenticated: by default the name itself.
  virtual Task<std::string> account(const ClientInfo& client, std::string user);
  /// The session has ended.
  virtual void closed(const ClientInfo&, CloseReason) {}
};

/// Up to which UID the messages of a folder have been told to some session as \Recent. One for all sessions
/// of a store; kept in memory: after a restart every message is recent once more. // RFC 3501 2.3.2
class RecentMarks {
 public:
  [[nodiscard]] store::Uid mark(store::FolderId folder) const {
    const auto found = marks_.find(folder);
    return found == marks_.end() ? 0 : found->second;
  }
  /// Messages above the mark, up to `last`, are now somebody's.
  void claim(store::FolderId folder, store::Uid last) {
    store::Uid& mark = marks_[folder];
    mark = std::max(mark, last);
  }

 private:
  std::map<store::FolderId, store::Uid> marks_;
};

/// What a session gets from its host. All outlive it.
struct ServerContext {
  Clock& clock;
  RandomSource& random;
  Observer& observer;
  store::MailboxStore& mailboxes;
  RecentMarks& recents;
  TlsUpgrader* tls = nullptr;
  MessageMemory* memory = nullptr;  ///< null: nothing is remembered
};

/// One connection to an IMAP4rev1 server, from the greeting to its end. // RFC 3501
///
/// Each session numbers the messages of its mailbox for itself: a message that another session removes keeps
/// its number until this client may be told. // RFC 3501 7.4.1, RFC 2180 4
class ServerSession {
 public:
  ServerSession(ByteStreamPtr stream, const ServerOptions& options, Service& service, ServerContext context);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  /// Runs the dialogue; call it once. The session must outlive the task.
  Task<void> serve();
  /// Ends it politely: the command in progress is finished and answered, then BYE is sent.
  void request_stop();
  /// Ends it at once (the stream is reset).
  void abort();
  [[nodiscard]] const ClientInfo& client() const;

 private:
  std::unique_ptr<Dialogue> dialogue_;
};

}  // namespace glasspost::imap
