#include "engine/agent/mail_server/pop3_service.h"

#include <utility>

namespace glasspost::agent {

Task<std::optional<pop3::Login>> Pop3Service::login(const pop3::ClientInfo&, std::string user) {
  const Account* account = directory_.find_login(user);
  if (account == nullptr || account->password.empty()) co_return std::optional<pop3::Login>();
  pop3::Login known;
  known.account = account->address;
  known.secret.password = account->password;
  co_return std::optional<pop3::Login>(std::move(known));
}

}  // namespace glasspost::agent
