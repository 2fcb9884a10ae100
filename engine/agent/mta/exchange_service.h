#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/agent/mta/directory.h"
#include "engine/agent/mta/greylist.h"
#include "engine/agent/mta/message_checks.h"
#include "engine/agent/mta/reception.h"
#include "engine/auth/spf.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/session/smtp_server.h"

namespace glasspost::agent {

/// What is done about an SPF "fail" on the exchange ports. Other verdicts never refuse.
enum class SpfPolicy : std::uint8_t {
  kOff,         ///< not checked
  kMark,        ///< Received-SPF says it // RFC 7208 9.1
  kQuarantine,  ///< that, and into Junk
  kReject,      ///< that, and a "fail" is refused at RCPT: 550 5.7.23 // RFC 7208 8.4, RFC 7372 3.2
};

struct ExchangePolicy {
  std::string host_name;
  SpfPolicy spf = SpfPolicy::kReject;
  bool reverse_lookup = true;
  DmarcAction dmarc = DmarcAction::kOff;
  auth::DmarcProfile dmarc_profile = auth::DmarcProfile::kRfc9989;
  GreylistPolicy greylist;
};

/// The MTA's receiving side, port 25: takes mail for this host's domains from anyone, for others from nobody.
class ExchangeService final : public smtp::Service {
 public:
  /// All references must outlive it.
  ExchangeService(ExchangePolicy policy, const Directory& directory, Reception& reception,
                  dns::Resolver& resolver, HostServices host, Observer& observer);

  Task<smtp::Reply> connected(const smtp::ClientInfo& client) override;
  Task<smtp::Reply> mail(const smtp::ClientInfo& client, const smtp::Transaction& transaction) override;
  Task<smtp::Reply> recipient(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                              const smtp::Recipient& recipient) override;
  Task<smtp::Reply> message(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                            std::string content) override;
  void reset(const smtp::ClientInfo& client, const smtp::Transaction& transaction) override;
  void closed(const smtp::ClientInfo& client, smtp::CloseReason reason) override;

 private:
  /// What is known of one connection's client and of its transaction.
  struct Client {
    std::string name;
    auth::SpfResult spf = auth::SpfResult::kNone;
    std::string spf_text;  // the domain owner's explanation
    std::string spf_domain;
    std::string received_spf;  // the complete field; empty: not checked
    std::optional<SpfFindings> spf_findings;
  };

  Task<std::string> confirmed_name(IpAddress address);
  Task<void> check_spf(const smtp::ClientInfo& client, std::string mail_from);
  std::optional<smtp::Reply> greylisted(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                                        const std::string& recipient, Explanation& why);
  [[nodiscard]] smtp::Reply judge(const smtp::Recipient& recipient, const Client& client,
                                  Explanation& why) const;

  ExchangePolicy policy_;
  const Directory& directory_;
  Reception& reception_;
  dns::Resolver& resolver_;
  Clock& clock_;
  Observer& observer_;
  MessageChecks checks_;
  Greylist greylist_;
  std::map<ConnectionId, Client> clients_;
};

}  // namespace glasspost::agent
