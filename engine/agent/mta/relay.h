#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/agent/mta/mta.h"
#include "engine/agent/mta/routing.h"
#include "engine/base/random.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/session/smtp_client.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::agent {

/// What is to be sent to one domain.
struct RelayJob {
  std::string queue_id;
  std::string domain;
  std::string reverse_path;
  std::vector<std::string> recipients;
  std::uint32_t attempt = 1;
  bool eight_bit = false;
  bool utf8 = false;
  store::Content content;
};

enum class RelayStatus : std::uint8_t { kRelayed, kDeferred, kFailed };

struct RelayResult {
  RelayStatus status = RelayStatus::kDeferred;
  std::string reply;        ///< one line
  std::string remote_host;  ///< who said it; empty: nobody but us
};

/// Sends messages to one domain: finds its mail exchangers, opens a connection to the first that answers, and
/// keeps it for the next message. One message at a time.
class Relay {
 public:
  /// All references must outlive it. `own_names` and the network's addresses tell this host among the
  /// targets.
  Relay(const MtaConfig& config, HostServices host, Observer& observer, dns::Resolver& resolver,
        TlsUpgrader* tls);
  ~Relay();

  /// One result a recipient, in order. `job` must outlive the task.
  Task<std::vector<RelayResult>> send(const RelayJob& job);
  /// Ends the connection, if there is one, politely.
  Task<void> finish();
  /// Cuts it; a running send() ends soon, with deferred results.
  void abort();

 private:
  struct Attempt;

  Task<Route> find_route(const RelayJob& job);
  Task<bool> try_targets(const RelayJob& job, Attempt& attempt);
  Task<bool> try_target(const RelayJob& job, Attempt& attempt, RouteTarget target);
  Task<std::vector<IpAddress>> addresses_of(RouteTarget target, Attempt& attempt);
  Task<bool> try_address(const RelayJob& job, Attempt& attempt, RouteTarget target, IpAddress address);
  Task<bool> connect(Attempt& attempt, RouteTarget target, Endpoint remote, smtp::TlsPolicy policy);
  Task<bool> transact(const RelayJob& job, Attempt& attempt);
  void tell_route(const RelayJob& job, const Route& route);
  [[nodiscard]] bool is_own(const IpAddress& address) const;

  const MtaConfig& config_;
  HostServices host_;
  Observer& observer_;
  dns::Resolver& resolver_;
  TlsUpgrader* tls_;
  RandomStream shuffle_;
  bool aborted_ = false;
  std::unique_ptr<smtp::ClientSession> session_;
  std::string session_host_;
  Endpoint session_target_;
  std::uint32_t sent_ = 0;  // messages on this connection
};

}  // namespace glasspost::agent
