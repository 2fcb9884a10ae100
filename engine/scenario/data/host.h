#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/scenario/data/source_place.h"

namespace glasspost::scenario {

/// What a host does. One host may have several roles.
enum class Role : std::uint8_t {
  kMx,          ///< takes mail from other servers on port 25
  kMsa,         ///< takes mail from its own users on 587 and 465
  kMailbox,     ///< keeps its users' mailboxes (an MDA delivers into them)
  kNameServer,  ///< answers for zones
  kResolver,    ///< asks the DNS for others, and remembers
  kDevice,      ///< a user's phone or laptop: a MUA
  kStranger,    ///< belongs to nobody in the world: speaks SMTP as the script tells it
};

enum class TlsPolicy : std::uint8_t {
  kNone,      ///< neither offered nor used
  kOffered,   ///< offered by servers, used by clients where the peer offers it (RFC 3207, RFC 7435)
  kRequired,  ///< nothing of a message or a password passes without it
};

enum class Service : std::uint8_t {
  kSmtp,         ///< 25: from other servers
  kSubmission,   ///< 587: from users; TLS by STARTTLS // RFC 6409
  kSubmissions,  ///< 465: from users; inside TLS from the first byte // RFC 8314 3.3
  kImap,         ///< 143: users read their mail; TLS by STARTTLS // RFC 3501
  kImaps,        ///< 993: the same inside TLS from the first byte // RFC 8314 3.2
  kPop3,         ///< 110: users fetch their mail; TLS by STLS // RFC 1939
  kPop3s,        ///< 995: the same inside TLS from the first byte // RFC 8314 3.2
};

/// TLS from the first byte, before anything is said.
[[nodiscard]] constexpr bool is_implicit_tls(Service service) {
  return service == Service::kSubmissions || service == Service::kImaps || service == Service::kPop3s;
}
/// Users read their mail by it.
[[nodiscard]] constexpr bool is_retrieval(Service service) {
  return service != Service::kSmtp && service != Service::kSubmission && service != Service::kSubmissions;
}

enum class AuthMechanism : std::uint8_t { kPlain, kLogin, kCramMd5, kScramSha1, kScramSha256 };

/// A named deviation from the grammar, switched on or off for one listener. The names are those that the SMTP
/// codec knows ("space-after-colon"); what is not listed keeps the listener's own default.
struct LeniencySwitch {
  std::string name;
  bool on = true;

  friend bool operator==(const LeniencySwitch&, const LeniencySwitch&) = default;
};

struct Listener {
  SourcePlace place;
  Service service = Service::kSmtp;
  std::uint16_t port = 25;
  TlsPolicy tls = TlsPolicy::kNone;  ///< kSubmissions, kImaps, kPop3s: always kRequired
  std::vector<AuthMechanism> auth;   ///< offered; empty for kSmtp; IMAP, POP3: empty means all there are
  bool auth_without_tls = false;     ///< offer PLAIN and LOGIN on an unencrypted connection too
  std::vector<LeniencySwitch> leniencies;
  std::uint32_t max_sessions = 100;  ///< at once; one more is answered with 421
};

/// Every number is enforced by the server.
struct Limits {
  std::uint64_t message_bytes = 25 * 1024 * 1024;  ///< announced as SIZE; 0: no fixed limit // RFC 1870 4
  std::uint32_t recipients = 100;                  ///< a transaction // RFC 5321 4.5.3.1.8
  std::uint32_t hops = 100;              ///< Received fields before a loop is assumed // RFC 5321 6.3
  Duration idle = Duration::minutes(5);  ///< waiting for a command // RFC 5321 4.5.3.2.7
  std::uint64_t spool_bytes = 256ull * 1024 * 1024;  ///< queued content; beyond it 452
  std::uint64_t mailbox_bytes = 0;                   ///< quota of each mailbox; 0: none
};

/// What a server does with SPF's verdict on a message from another server.
enum class SpfAction : std::uint8_t {
  kReject,  ///< 550 5.7.23 at RCPT // RFC 7208 8.4, RFC 7372 3.2
  kMark,    ///< accept; Received-SPF or Authentication-Results says it
};
struct SpfPolicy {
  bool check = true;
  SpfAction on_fail = SpfAction::kReject;
};

/// What a server does about DKIM and DMARC of a message from another server.
enum class DmarcAction : std::uint8_t {
  kOff,
  kMark,     ///< Authentication-Results says what was found // RFC 8601
  kEnforce,  ///< that, and what the author's domain asks for // RFC 9989 7.2
};
enum class DmarcProfile : std::uint8_t { kRfc9989, kRfc7489 };

/// How a host sends onwards.
struct OutboundPolicy {
  TlsPolicy tls = TlsPolicy::kNone;
  std::vector<Duration> retry_after;  ///< wait before the 2nd, 3rd, ... attempt; the last one repeats
  Duration give_up_after = Duration::days(5);  ///< then a DSN // RFC 5321 4.5.4.1
  std::uint16_t port = 25;
};

/// MTA, MSA and MDA of one host. Present where a host has role kMx, kMsa or kMailbox.
struct MailServer {
  std::vector<std::string> local_domains;  ///< delivered here
  std::vector<std::string> relay_domains;  ///< accepted from anyone and sent on by MX: a backup MX
  std::vector<Listener> listeners;
  Limits limits;
  SpfPolicy spf;
  DmarcAction dmarc = DmarcAction::kOff;
  DmarcProfile dmarc_profile = DmarcProfile::kRfc9989;
  Duration greylist;  ///< how long strangers are put off; 0: not at all
  OutboundPolicy outbound;
};

/// Present where a host has role kNameServer.
struct NameServer {
  std::vector<std::string> zones;  ///< names of Scenario::zones, "." among them for a root server
};

/// Present where a host has role kResolver.
struct ResolverService {
  std::vector<IpAddress> root_servers;
  std::uint32_t cache_entries = 10'000;
  Duration max_ttl = Duration::days(1);
};

enum class RetrievalProtocol : std::uint8_t { kNone, kPop3, kImap };

/// What a device keeps, and what it leaves on the server.
enum class RetrievalPolicy : std::uint8_t {
  kDelete,  ///< POP3: fetched, then deleted on the server; the default
  kLeave,   ///< POP3: fetched and left there, for good or for Device::leave_for
  kOnline,  ///< IMAP: only headers are kept; a letter is fetched each time that it is read
  kCached,  ///< IMAP: letters are kept too; the default
  kIdle,    ///< IMAP: kept, and the connection stays open, so that the server tells news at once // RFC 2177
};

/// Present where a host has role kDevice: a user's MUA and its account settings.
struct Device {
  SourcePlace place;
  std::string name;     ///< as the script calls it: "laptop"
  std::string account;  ///< "alice@alpha.example"; its password stands with the user
  RetrievalProtocol protocol = RetrievalProtocol::kNone;
  std::string submission_host;  ///< full host name
  std::uint16_t submission_port = 587;
  bool submission_implicit_tls = false;         ///< 465
  TlsPolicy submission_tls = TlsPolicy::kNone;  ///< STARTTLS on 587
  AuthMechanism auth = AuthMechanism::kPlain;
  std::string retrieval_host;  ///< empty with kNone
  std::uint16_t retrieval_port = 0;
  bool retrieval_implicit_tls = false;         ///< 993, 995
  TlsPolicy retrieval_tls = TlsPolicy::kNone;  ///< STARTTLS on 143, STLS on 110
  RetrievalPolicy policy = RetrievalPolicy::kCached;
  Duration leave_for;  ///< kLeave: deleted on the server once so old; 0: never
  Duration poll;       ///< it looks for mail by itself so often; 0: only when told
};

enum class KeyKind : std::uint8_t { kEd25519, kRsa2048, kP256 };

/// A server's certificate, issued by the world's CA unless it signs itself.
struct Certificate {
  SourcePlace place;
  std::vector<std::string> names;  ///< subject alternative names; the first is the common name
  KeyKind key = KeyKind::kEd25519;
  Instant not_before;
  Instant not_after;
  bool self_signed = false;
};

/// One machine. Explicit and complete: nothing has to be derived by who builds the world.
struct Host {
  SourcePlace place;
  std::string name;                  ///< full, lower case, unique: "mx.alpha.example"
  std::string domain;                ///< the domain it belongs to, or empty
  std::vector<Role> roles;           ///< in the order of Role, no repeats
  std::vector<IpAddress> addresses;  ///< IPv4 first; at least one; unique in the world
  std::vector<IpAddress> resolvers;  ///< whom its stub asks; empty only for resolvers and name servers
  std::optional<MailServer> mail_server;
  std::optional<NameServer> name_server;
  std::optional<ResolverService> resolver;
  std::optional<Device> device;
  std::optional<Certificate> certificate;

  [[nodiscard]] bool has(Role role) const {
    for (const Role mine : roles) {
      if (mine == role) return true;
    }
    return false;
  }
};

}  // namespace glasspost::scenario
