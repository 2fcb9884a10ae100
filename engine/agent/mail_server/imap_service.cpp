#include "engine/agent/mail_server/imap_service.h"

#include <utility>

namespace glasspost::agent {

Task<std::optional<sasl::Secret>> ImapService::secret(const imap::ClientInfo&, std::string user) {
  const Account* account = directory_.find_login(user);
  if (account == nullptr || account->password.empty()) co_return std::optional<sasl::Secret>();
  sasl::Secret known;
  known.password = account->password;
  co_return std::optional<sasl::Secret>(std::move(known));
}

Task<std::string> ImapService::account(const imap::ClientInfo&, std::string user) {
  const Account* account = directory_.find_login(user);
  if (account == nullptr) co_return user;
  co_return account->address;
}

}  // namespace glasspost::agent
