#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/agent/mua/device.h"
#include "engine/agent/mua/device_memory.h"
#include "engine/agent/mua/imap_account.h"
#include "engine/agent/mua/own_mailboxes.h"
#include "engine/session/pop3_client.h"

namespace glasspost::agent {

/// A maildrop as one device uses it: what is new is fetched, and deleted there as the policy says. A letter
/// is on the device's own disk before the server is told to delete it. // RFC 1939 3
class Pop3Account {
 public:
  /// All references must outlive it.
  Pop3Account(const DeviceConfig& config, const DeviceGround& ground, DeviceMemory& memory,
              OwnMailboxes& own);
  ~Pop3Account();

  /// One session from the greeting to QUIT. Errors: the server cannot be reached or refuses (kRefused, also
  /// where another session holds the maildrop).
  Task<Result<SyncCount>> sync();
  void abort();

 private:
  struct Listed {
    std::uint32_t number = 0;
    std::string unique_id;  ///< empty: the server has no UIDL
  };
  Task<Result<SyncCount>> exchange(pop3::ClientSession& session);
  Task<Result<std::vector<Listed>>> look(pop3::ClientSession& session);
  Task<Ok> fetch(pop3::ClientSession& session, Listed listed);
  [[nodiscard]] bool due(const Listed& listed) const;
  void forget_gone(const std::vector<Listed>& listed);

  const DeviceConfig& config_;
  const DeviceGround& ground_;
  DeviceMemory& memory_;
  OwnMailboxes& own_;
  std::unique_ptr<pop3::ClientSession> session_;
  bool aborted_ = false;
};

}  // namespace glasspost::agent
