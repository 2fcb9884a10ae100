#pragma once

#include <optional>
#include <string>

#include "engine/agent/mta/directory.h"
#include "engine/agent/mta/reception.h"
#include "engine/base/random.h"
#include "engine/observe/observer.h"
#include "engine/runtime/host_services.h"
#include "engine/session/smtp_server.h"

namespace glasspost::agent {

struct SubmissionPolicy {
  std::string host_name;
  bool sender_must_match = true;  ///< the reverse-path must be one of the account's // RFC 6409 6.1
};

/// A message submission agent, ports 587 and 465: takes mail for anywhere from users who have logged in, and
/// completes it. // RFC 6409
class SubmissionService final : public smtp::Service {
 public:
  /// All references must outlive it, and the signer, if there is one.
  SubmissionService(SubmissionPolicy policy, const Directory& directory, Reception& reception,
                    HostServices host, Observer& observer, const MailSigner* signer = nullptr);

  Task<std::optional<sasl::Secret>> secret(const smtp::ClientInfo& client, std::string user) override;
  Task<smtp::Reply> mail(const smtp::ClientInfo& client, const smtp::Transaction& transaction) override;
  Task<smtp::Reply> recipient(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                              const smtp::Recipient& recipient) override;
  Task<smtp::Reply> message(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                            std::string content) override;

 private:
  [[nodiscard]] smtp::Reply judge_sender(const smtp::ClientInfo& client, const std::string& reverse_path,
                                         Explanation& why) const;
  [[nodiscard]] smtp::Reply judge_recipient(const std::string& recipient, Explanation& why) const;
  void complete(std::string_view content, ReceptionExtras& extras);

  SubmissionPolicy policy_;
  const Directory& directory_;
  Reception& reception_;
  HostServices host_;
  Observer& observer_;
  const MailSigner* signer_;
  RandomStream ids_;
};

}  // namespace glasspost::agent
