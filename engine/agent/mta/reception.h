#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/agent/mta/directory.h"
#include "engine/agent/mta/mail_signer.h"
#include "engine/agent/mta/mta.h"
#include "engine/message/header.h"
#include "engine/observe/observer.h"
#include "engine/protocol/smtp/reply.h"
#include "engine/protocol/smtp/transaction.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/session/smtp_server.h"

namespace glasspost::agent {

/// What a server's face adds to a message that it took in.
struct ReceptionExtras {
  std::string client_name;    ///< for Received; empty: unknown
  std::string authenticated;  ///< the account; empty: nobody
  std::string origin;         ///< "accepted" or "submitted"
  bool quarantine = false;
  /// Removals of Authentication-Results fields that speak for this host, in order. // RFC 8601 5
  std::vector<message::Alteration> forged;
  /// Complete fields that are missing in the header, with their names; put at its end.
  std::vector<std::pair<std::string, std::string>> missing;
  /// Signs the message as it leaves this host, if given. // RFC 6376 5
  const MailSigner* signer = nullptr;
  /// Lines of the header that are too long, folded, in order. // RFC 5322 2.1.1
  std::vector<std::pair<std::string, message::Alteration>> folded;
  /// Complete fields above Received, with their names.
  std::vector<std::pair<std::string, std::string>> above;
};

/// The last step of a mail transaction, the same on every port: refuses loops, adds the trace fields, makes
/// the message durable and says 250.
class Reception {
 public:
  /// `hops`: Received fields that a message may have when it comes in.
  Reception(std::string host_name, std::uint32_t hops, const Directory& directory, Mta& mta,
            HostServices host, Observer& observer);

  Task<smtp::Reply> take(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                         std::string content, ReceptionExtras extras);

 private:
  [[nodiscard]] std::string received_for(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                                         const ReceptionExtras& extras, const std::string& queue_id) const;
  [[nodiscard]] store::SpoolEntry entry_for(const smtp::Transaction& transaction, const std::string& content,
                                            const ReceptionExtras& extras) const;
  [[nodiscard]] std::string recipient_address(const smtp::Recipient& recipient) const;
  void tell_loop(const smtp::ClientInfo& client, const smtp::Transaction& transaction, std::size_t hops);

  std::string host_name_;
  std::uint32_t hops_;
  const Directory& directory_;
  Mta& mta_;
  HostServices host_;
  Observer& observer_;
};

}  // namespace glasspost::agent
