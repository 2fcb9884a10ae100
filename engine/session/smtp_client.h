#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/smtp/capabilities.h"
#include "engine/protocol/smtp/client_machine.h"
#include "engine/protocol/smtp/delivery.h"
#include "engine/protocol/smtp/reply.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::smtp {

/// How long a client waits for what. // RFC 5321 4.5.3.2
struct ClientTimeouts {
  Duration greeting = Duration::minutes(5);
  Duration command = Duration::minutes(5);        ///< EHLO, MAIL, RCPT, STARTTLS, AUTH, RSET
  Duration data = Duration::minutes(2);           ///< for the 354
  Duration content_block = Duration::minutes(3);  ///< for a block of content to be taken
  Duration final_reply = Duration::minutes(10);   ///< after the final dot
  Duration quit = Duration::seconds(10);          ///< ours: the message is settled already
};

struct ClientOptions : ClientPolicy {
  std::string tls_server_name;  ///< to ask for and to verify
  ClientTimeouts timeouts;
};

/// What a session gets from its host. All outlive it.
struct ClientContext {
  Clock& clock;
  RandomSource& random;
  Observer& observer;
  TlsUpgrader* tls = nullptr;  ///< needed unless the policy is kNone
};

/// One connection of a client. Call connect() once, send() as often as wanted, then quit(); never two at a
/// time. After an error the connection is gone: usable() is false, and every call fails the same way.
class ClientSession {
 public:
  ClientSession(ClientOptions options, ClientContext context);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  /// Greeting, EHLO (HELO where EHLO is unknown), STARTTLS, AUTH, as the options say.
  Task<tl::expected<void, ClientError>> connect(ByteStreamPtr stream);
  /// One transaction. `content` may have any line ends; CRLF and dot-stuffing are made here. Never fails as a
  /// whole: the Delivery says what became of each recipient. Both references must outlive the task.
  Task<Delivery> send(const Envelope& envelope, std::string_view content);
  /// QUIT, its reply, and an orderly close; quiet about a server that has gone.
  Task<void> quit();
  /// Ends it at once; a pending call completes with kLost.
  void abort();

  [[nodiscard]] bool usable() const;
  /// Of the last EHLO.
  [[nodiscard]] const Capabilities& capabilities() const;
  [[nodiscard]] const std::optional<TlsFacts>& tls() const;
  /// The ordinal that the next accepted MAIL will have on this connection, from 1.
  [[nodiscard]] std::uint32_t next_transaction() const;
  [[nodiscard]] ConnectionId connection() const;

 private:
  struct Dialogue;
  std::unique_ptr<Dialogue> dialogue_;
};

}  // namespace glasspost::smtp
