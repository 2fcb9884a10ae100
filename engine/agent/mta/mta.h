#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/agent/mta/retry.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/store/api/spool.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::agent {

class Directory;
class MailSigner;
class Mda;

/// Whether an SMTP client uses STARTTLS. // RFC 3207, RFC 7435
enum class OutboundTls : std::uint8_t {
  kNone,
  kOpportunistic,  ///< where the server offers it; an unverified certificate is good enough
  kRequired,       ///< no message without it, and with a verified certificate
};

struct MtaConfig {
  std::string host_name;               ///< said in EHLO, and what tells this host among the MXs of a domain
  std::vector<std::string> own_names;  ///< further names of this host
  RetrySchedule retry;
  OutboundTls tls = OutboundTls::kNone;
  std::uint16_t port = 25;                   ///< of other servers
  bool allow_loopback = false;               ///< dial 127.0.0.0/8 and ::1 too
  std::uint32_t connections = 50;            ///< outbound, at once
  std::uint32_t connections_per_domain = 5;  ///< of them to one domain
  std::uint32_t messages_per_connection = 100;
  std::uint32_t targets_per_attempt = 10;  ///< addresses dialled before an attempt counts as deferred
  Duration dial_timeout = Duration::seconds(30);
  std::uint64_t spool_bytes = 256ull * 1024 * 1024;  ///< queued content; beyond it messages are put off (452)
  std::uint32_t spool_messages = 100'000;
};

/// A mail transfer agent: it keeps a durable queue and sees every recipient of every message to an end (local
/// delivery, relay by SMTP, or a bounce), across restarts.
///
/// Pending recipients are grouped by domain; a group goes over one connection at a time in one transaction.
class Mta {
 public:
  /// All references must outlive the MTA. `tls` may be null where the policy is kNone, `signer` where what
  /// the host itself writes (notifications, lists) is not signed.
  Mta(MtaConfig config, const Directory& directory, HostServices host, Observer& observer,
      dns::Resolver& resolver, TlsUpgrader* tls, store::Spool& spool, Mda& mda,
      const MailSigner* signer = nullptr);
  ~Mta();

  /// Reads the spool and starts to work on it. Errors: those of Spool::load().
  Task<Ok> start();
  /// Lets running attempts end (they are cut off after the network's own time-outs) and starts no more.
  Task<void> stop();

  /// A new queue id: unique on this host over all its incarnations, and readable aloud.
  [[nodiscard]] std::string make_queue_id();
  /// Takes responsibility: when the task ends with success, the message is on disk. The queue id must come
  /// from make_queue_id(). Forwards among the recipients are followed here. Errors: kTooLarge (the spool is
  /// full), those of Spool::apply().
  Task<Ok> enqueue(store::SpoolEntry entry, store::Content content);

  /// Messages that are not settled.
  [[nodiscard]] std::size_t queue_length() const;
  /// Makes every pending recipient due now ("flush").
  void retry_now();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace glasspost::agent
