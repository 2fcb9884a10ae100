#pragma once

#include <optional>
#include <string>

#include "engine/agent/mta/directory.h"
#include "engine/session/imap_server.h"

namespace glasspost::agent {

/// Lets those who live here read their mail by IMAP: with the same names and passwords as they submit with.
class ImapService final : public imap::Service {
 public:
  /// The directory must outlive it.
  explicit ImapService(const Directory& directory) : directory_(directory) {}

  Task<std::optional<sasl::Secret>> secret(const imap::ClientInfo& client, std::string user) override;
  /// The account's name in the mailbox store: its address.
  Task<std::string> account(const imap::ClientInfo& client, std::string user) override;

 private:
  const Directory& directory_;
};

}  // namespace glasspost::agent
