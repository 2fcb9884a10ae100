#pragma once

#include <optional>
#include <string>

#include "engine/agent/mta/directory.h"
#include "engine/session/pop3_server.h"

namespace glasspost::agent {

/// Lets those who live here fetch their mail by POP3: with the same names and passwords as they submit with.
class Pop3Service final : public pop3::Service {
 public:
  /// The directory must outlive it.
  explicit Pop3Service(const Directory& directory) : directory_(directory) {}

  Task<std::optional<pop3::Login>> login(const pop3::ClientInfo& client, std::string user) override;

 private:
  const Directory& directory_;
};

}  // namespace glasspost::agent
