#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/sasl/sasl.h"
#include "engine/protocol/smtp/reply.h"
#include "engine/protocol/smtp/server_machine.h"
#include "engine/protocol/smtp/transaction.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::smtp {

/// Which of the three well-known services a listener offers.
enum class Profile : std::uint8_t {
  kRelay25,         ///< from server to server: strict // RFC 5321
  kSubmission587,   ///< from user agents; STARTTLS, AUTH // RFC 6409
  kSubmissions465,  ///< the same with TLS from the first byte // RFC 8314 3.3
};

/// What a listener offers and allows. It must outlive the sessions that use it.
struct ServerOptions : ServerPolicy {
  Profile profile = Profile::kRelay25;

  Duration command_timeout = Duration::minutes(5);  ///< RFC 5321 4.5.3.2.7
  Duration content_timeout = Duration::minutes(5);  ///< between two blocks of content
  Duration write_timeout = Duration::minutes(5);

  /// The usual options of a profile: relay strict and with STARTTLS if there is a TLS; submission with AUTH
  /// required, PLAIN, LOGIN and CRAM-MD5, and the kinder leniencies. Change any of them afterwards.
  static ServerOptions for_profile(Profile profile, std::string host_name, bool has_tls);
};

/// Who speaks on this connection, as far as is known now.
struct ClientInfo {
  ConnectionId connection;
  Endpoint remote;
  Endpoint local;
  Profile profile = Profile::kRelay25;
  std::string helo_name;  ///< as given with HELO or EHLO; empty before
  bool esmtp = false;     ///< said EHLO
  std::optional<TlsFacts> tls;
  std::string authenticated_user;  ///< empty: nobody
  std::string mechanism;           ///< of AUTH; empty without

  /// For Received's "with": SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA. // RFC 3848 2
  [[nodiscard]] std::string_view protocol() const;
};

enum class CloseReason : std::uint8_t { kQuit, kTimedOut, kLost, kRefused, kTooMany, kTls, kStopped };

/// The role that a server plays: what an agent (MSA, MTA) implements. One service may serve many sessions;
/// ClientInfo::connection tells them apart. The references stay valid until the returned task has ended.
///
/// A reply of 2xx says yes, 4xx and 5xx say no; 421 also ends the session after it was sent. Every default is
/// "yes" or "nothing to do" save secret(), verify() and message().
class Service {
 public:
  virtual ~Service() = default;

  /// Called once, before the greeting. A 2xx goes out as the greeting: 220 (its text is put behind the host's
  /// name); any other code is sent as it is and ends the session (554 // RFC 5321 3.1).
  virtual Task<Reply> connected(const ClientInfo& client);
  /// After a well-formed HELO or EHLO; client.helo_name is set. The text of a 2xx is not used.
  virtual Task<Reply> helo(const ClientInfo& client);
  /// The account's secret for AUTH; none: there is no such account. `user` is UTF-8 of at most 255 octets.
  virtual Task<std::optional<sasl::Secret>> secret(const ClientInfo& client, std::string user);
  /// `transaction` is what will stand if the answer is 2xx, with its ordinal, and no recipients yet.
  virtual Task<Reply> mail(const ClientInfo& client, const Transaction& transaction);
  /// `transaction` holds the recipients that were accepted before.
  virtual Task<Reply> recipient(const ClientInfo& client, const Transaction& transaction,
                                const Recipient& recipient);
  /// The content, dots removed, CRLF line ends. 250 only once the message is durable: from then on this host
  /// is responsible. // RFC 5321 4.2.5, 6.1
  virtual Task<Reply> message(const ClientInfo& client, const Transaction& transaction,
                              std::string content) = 0;
  /// VRFY. The default answers 252. // RFC 5321 3.5.3
  virtual Task<Reply> verify(const ClientInfo& client, std::string argument);
  /// A transaction that MAIL began was dropped without a message (RSET, EHLO, STARTTLS, end of session).
  virtual void reset(const ClientInfo&, const Transaction&) {}
  /// The session has ended.
  virtual void closed(const ClientInfo&, CloseReason) {}
};

/// What a session gets from its host. All outlive it.
struct ServerContext {
  Clock& clock;
  RandomSource& random;
  Observer& observer;
  TlsUpgrader* tls = nullptr;
};

/// One connection to a server, from the greeting to its end.
///
/// Bytes after a STARTTLS command, in the same read or before our 220, are an injection attempt: the session
/// answers 554 and closes; nothing of them is ever looked at. // RFC 3207 4.2, 6
class ServerSession {
 public:
  ServerSession(ByteStreamPtr stream, const ServerOptions& options, Service& service, ServerContext context);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  /// Runs the dialogue; call it once. The session must outlive the task.
  Task<void> serve();
  /// Ends it politely: what the service is in the middle of is finished and answered, then 421 is sent.
  void request_stop();
  /// Ends it at once (the stream is reset).
  void abort();
  [[nodiscard]] const ClientInfo& client() const;

 private:
  struct Dialogue;
  std::unique_ptr<Dialogue> dialogue_;
};

/// A session that lives as long as its task, for callers that never need to stop it.
Task<void> serve(ByteStreamPtr stream, const ServerOptions& options, Service& service, ServerContext context);

}  // namespace glasspost::smtp
