#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/agent/mta/directory.h"
#include "engine/agent/mta/exchange_service.h"
#include "engine/agent/mta/mail_signer.h"
#include "engine/agent/mta/mta.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/store/api/spool.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::agent {

/// Which of the server's faces a port shows.
enum class ListenerRole : std::uint8_t {
  kExchange,    ///< 25: mail from other servers for this host's domains
  kSubmission,  ///< 587 and 465: mail from users to anywhere // RFC 6409
  kImap,        ///< 143 and 993: users read their mailboxes // RFC 3501
  kPop3,        ///< 110 and 995: users fetch their mail // RFC 1939
};

enum class ListenerTls : std::uint8_t {
  kNone,      ///< not offered
  kOffered,   ///< STARTTLS
  kRequired,  ///< STARTTLS, and before it neither mail nor authentication
  kImplicit,  ///< from the first byte // RFC 8314 3.3
};

enum class AuthMechanism : std::uint8_t { kPlain, kLogin, kCramMd5, kScramSha1, kScramSha256 };

struct ListenerConfig {
  ListenerRole role = ListenerRole::kExchange;
  std::uint16_t port = 25;  ///< on each address of the host
  ListenerTls tls = ListenerTls::kNone;
  std::vector<AuthMechanism> auth;  ///< kSubmission; kImap, kPop3: empty means all that there are
  bool auth_without_tls = false;    ///< offer PLAIN and LOGIN in the clear too
  std::vector<std::pair<std::string, bool>> leniencies;  ///< switches of the SMTP codec, by name
  std::uint32_t max_sessions = 100;                      ///< at once; one more is told so and closed
};

struct MailServerLimits {
  std::uint64_t message_bytes = 25 * 1024 * 1024;  ///< said as SIZE; 0: no fixed limit // RFC 1870 4
  std::uint32_t recipients = 100;                  ///< a transaction // RFC 5321 4.5.3.1.8
  std::uint32_t hops = 25;                         ///< Received fields; one more is a loop // RFC 5321 6.3
  Duration idle = Duration::minutes(5);            ///< // RFC 5321 4.5.3.2.7
};

struct MailServerConfig {
  std::string host_name;  ///< "mx.beta.example"
  DirectoryConfig directory;
  std::vector<ListenerConfig> listeners;
  MailServerLimits limits;
  SpfPolicy spf = SpfPolicy::kReject;
  DmarcAction dmarc = DmarcAction::kOff;
  auth::DmarcProfile dmarc_profile = auth::DmarcProfile::kRfc9989;
  std::vector<SigningKey> signing;  ///< of the domains that this host sends for
  GreylistPolicy greylist;
  bool sender_must_match = true;  ///< a submitter's reverse-path must be one of its own // RFC 6409 6.1
  bool reverse_lookup = true;     ///< ask for the client's PTR, for Received
  MtaConfig mta;                  ///< its host_name is set from the one above
};

/// What a mail server stands on; all references must outlive it.
struct MailServerGround {
  HostServices host;
  Observer& observer;
  dns::Resolver& resolver;
  TlsUpgrader* server_tls = nullptr;  ///< null: TLS is not offered, and kImplicit listeners are refused
  TlsUpgrader* client_tls = nullptr;
  store::Spool& spool;
  store::MailboxStore& store;
};

/// The mail software of one host: it listens, runs a session for each connection, and owns the MTA, the MSA
/// and the MDA behind them.
class MailServer {
 public:
  MailServer(MailServerConfig config, MailServerGround ground);
  /// Whoever destroys a running server first awaits stop(), or never runs its scheduler again (a crash).
  ~MailServer();

  /// Makes the accounts, takes up the spool where the last incarnation left it, and listens. Errors:
  /// kInvalidInput (configuration), those of Spool, MailboxStore and Network::listen().
  Task<Ok> start();
  /// No new connections or attempts; sessions are cut; ends when nothing of the server runs any more.
  Task<void> stop();

  /// From now on the domain's mail is signed with this key alone.
  void sign_with(std::string_view domain, std::string_view selector);
  [[nodiscard]] Mta& mta();
  [[nodiscard]] const Directory& directory() const;
  /// Sessions that are open, of all protocols.
  [[nodiscard]] std::size_t sessions() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace glasspost::agent
