#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/observe/explanation.h"

namespace glasspost {

// Notices: what protocol code and agents tell whoever watches. They are facts already decided; nothing may be
// changed through them. Bytes, DNS look-ups through a Resolver and mailbox changes are not told here: taps
// see them.

/// A machine went from one state to another.
struct StateChanged {
  ConnectionId connection;
  std::string_view machine;  ///< "smtp-server", "smtp-client", "pop3-server", ...: a literal
  std::string_view from;     ///< the machine's own state names: literals
  std::string_view to;
  std::string_view trigger;  ///< the command, reply code or event that moved it
};

/// A deviation from the grammar was tolerated because a named switch allows it.
struct LeniencyUsed {
  ConnectionId connection;
  std::string_view leniency;  ///< the switch's name ("space-after-colon"): a literal
  std::string detail;
};

struct TlsHandshakeMessage {
  ConnectionId connection;
  bool sent = false;      ///< by this host
  std::string_view name;  ///< "ClientHello": a literal
  std::uint32_t length = 0;
};

struct TlsEstablished {
  ConnectionId connection;
  bool server = false;
  std::string version;
  std::string cipher;
  std::string server_name;
  std::string peer_subject;
  bool peer_verified = false;
};

enum class DecisionKind : std::uint8_t {
  kSpf,
  kDkim,
  kDmarc,
  kArc,
  kAccess,  ///< may this client speak, send, relay?
  kAuthentication,
  kRoute,   ///< which hosts for a domain
  kRetry,   ///< when next, or give up
  kFilter,  ///< into which folder
  kQuota,
};

/// A choice that a person could ask "why?" about.
struct DecisionMade {
  DecisionKind kind = DecisionKind::kAccess;
  ConnectionId connection;  ///< none if it was not made in a dialogue
  std::string message;      ///< this host's queue id, or empty
  std::string subject;      ///< what it is about: a recipient, a domain, an address
  std::string outcome;      ///< "pass", "reject", "relay", ...
  Explanation explanation;
};

/// A user agent hands over a message of its own making. `message` is the device's own id for it.
struct MailSubmitted {
  std::string message;
  std::string message_id;
  std::string reverse_path;
  std::vector<std::string> recipients;
  std::string subject;  ///< decoded, UTF-8
  std::uint64_t size = 0;
};

/// A server said its final 250 and is responsible from now on.
struct MailAccepted {
  ConnectionId connection;
  std::uint32_t transaction = 0;  ///< the n-th mail transaction of the connection, from 1
  std::string message;            ///< the queue id given by this host
  std::string reverse_path;
  std::vector<std::string> recipients;
  std::uint64_t size = 0;
};

struct MailQueued {
  std::string message;
  std::string reverse_path;
  std::vector<std::string> recipients;
  std::string origin;  ///< "accepted", "dsn", "restored" after a restart
  std::uint64_t size = 0;
};

/// A client transaction begins for some recipients of a queued message.
struct MailAttempted {
  std::string message;
  ConnectionId connection;
  std::uint32_t transaction =
      0;             ///< as the client counts on this connection, from 1; equal to the server's count
  std::string host;  ///< the target's name
  Endpoint target;
  std::vector<std::string> recipients;
  std::uint32_t attempt = 1;
};

enum class MailOutcome : std::uint8_t { kRelayed, kDeferred, kBounced, kDelivered, kExpired };

/// What became of one recipient of a queued message.
struct MailSettled {
  std::string message;
  std::string recipient;
  MailOutcome outcome = MailOutcome::kDeferred;
  std::string reply;     ///< the server's reply or our own reason, one line
  Instant next_attempt;  ///< kDeferred
  std::string related;   ///< kBounced: the DSN's queue id, empty if none is sent; kDelivered: the mailbox
};

/// A hop added, removed or changed bytes of the content. Applied in order to the received bytes they give the
/// stored.
struct MailAltered {
  std::string message;
  std::uint64_t offset = 0;   ///< in the content as it stands before this alteration
  std::uint64_t removed = 0;  ///< bytes
  std::string inserted;
  std::string reason;  ///< "Received", "Return-Path", "Date", "Message-ID", "Authentication-Results"
};

/// The host forgets a message: every recipient is settled.
struct MailRemoved {
  std::string message;
};

/// A caching resolver put an answer into its cache, or dropped one.
struct DnsCached {
  std::string name;
  std::string type;
  std::string answer;  ///< as in LookUp
  Instant expires;
};

/// Whoever watches one host. Every method of this null implementation does nothing, so running unobserved is
/// the same program. The connection of a notice is ByteStream::connection().
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void state_changed(const StateChanged&) {}
  virtual void leniency_used(const LeniencyUsed&) {}
  virtual void tls_handshake_message(const TlsHandshakeMessage&) {}
  virtual void tls_established(const TlsEstablished&) {}
  virtual void decided(const DecisionMade&) {}
  virtual void mail_submitted(const MailSubmitted&) {}
  virtual void mail_accepted(const MailAccepted&) {}
  virtual void mail_queued(const MailQueued&) {}
  virtual void mail_attempted(const MailAttempted&) {}
  virtual void mail_settled(const MailSettled&) {}
  virtual void mail_altered(const MailAltered&) {}
  virtual void mail_removed(const MailRemoved&) {}
  virtual void dns_cached(const DnsCached&) {}
  /// False where nobody looks: lets a check skip building explanations.
  [[nodiscard]] virtual bool wants_explanations() const { return false; }
};

}  // namespace glasspost
