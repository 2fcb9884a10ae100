#include "engine/agent/mta/directory.h"

#include <algorithm>
#include <utility>

#include "engine/agent/mta/mailing_list.h"
#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/domain_name.h"

namespace glasspost::agent {

namespace {

std::string normal_domain(std::string_view domain) {
  const Result<std::string> a_labels = message::to_a_labels(domain);
  return a_labels ? *a_labels : to_lower(domain);
}

constexpr std::string_view kPostmaster = "postmaster";

}  // namespace

std::string Directory::key(std::string_view address) {
  const Result<message::Address> parsed = message::parse_smtp_mailbox(address, true);
  if (!parsed) return to_lower(address);
  return to_lower(parsed->local_part) + "@" + normal_domain(parsed->domain);
}

std::string Directory::domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return "";
  return normal_domain(address.substr(at + 1));
}

Directory::Directory(DirectoryConfig config) : config_(std::move(config)) {
  for (std::string& domain : config_.local_domains)
    domain = normal_domain(domain);
  for (std::string& domain : config_.relay_domains)
    domain = normal_domain(domain);
  for (const Account& account : config_.accounts) {
    const std::string address = key(account.address);
    accounts_.emplace(address, account);
    logins_[address] = address;
    const auto [login, fresh] = logins_.emplace(address.substr(0, address.rfind('@')), address);
    if (!fresh && login->second != address) login->second.clear();
  }
  for (const auto& [address, targets] : config_.forwards)
    forwards_.emplace(key(address), targets);
  for (const MailingList& list : config_.lists) {
    const std::string address = key(list.address);
    lists_.emplace(address, &list);
    forwards_.emplace(key(bounces_address(list)),
                      std::vector<std::string>{std::string(kPostmaster) + "@" + domain_of(address)});
  }
  // RFC 5321 4.5.1: mail for the postmaster of each local domain is never refused.
  for (const std::string& domain : config_.local_domains) {
    const std::string address = std::string(kPostmaster) + "@" + domain;
    if (accounts_.contains(address) || forwards_.contains(address)) continue;
    if (config_.postmaster.empty()) {
      accounts_.emplace(address, Account{address, "", 0, {}});
    } else {
      forwards_.emplace(address, std::vector<std::string>{config_.postmaster});
    }
  }
}

bool Directory::is_local_domain(std::string_view domain) const {
  const auto& local = config_.local_domains;
  return std::find(local.begin(), local.end(), normal_domain(domain)) != local.end();
}

RecipientMatch Directory::find(std::string_view address) const {
  std::string wanted = key(address);
  // <Postmaster> without a domain means this host's. // RFC 5321 4.1.1.3
  if (wanted == kPostmaster && !config_.local_domains.empty()) {
    wanted += "@" + config_.local_domains.front();
  }
  RecipientMatch match;
  if (const auto forward = forwards_.find(wanted); forward != forwards_.end()) {
    match.kind = RecipientKind::kForward;
    match.targets = forward->second;
    return match;
  }
  if (const auto list = lists_.find(wanted); list != lists_.end()) {
    match.kind = RecipientKind::kList;
    match.list = list->second;
    return match;
  }
  const std::string domain = domain_of(wanted);
  if (is_local_domain(domain)) {
    const auto account = accounts_.find(wanted);
    match.kind = account == accounts_.end() ? RecipientKind::kUnknownUser : RecipientKind::kMailbox;
    if (account != accounts_.end()) match.account = account->second.address;
    return match;
  }
  const auto& relayed = config_.relay_domains;
  const bool relays = std::find(relayed.begin(), relayed.end(), domain) != relayed.end();
  match.kind = relays ? RecipientKind::kRelayDomain : RecipientKind::kForeign;
  return match;
}

const Account* Directory::find_login(std::string_view user_name) const {
  const auto login = logins_.find(key(user_name));
  if (login == logins_.end() || login->second.empty()) return nullptr;
  return &accounts_.at(login->second);
}

bool Directory::may_send_as(std::string_view account, std::string_view reverse_path) const {
  if (reverse_path.empty()) return true;
  const std::string wanted = key(reverse_path);
  const auto owner = accounts_.find(key(account));
  if (owner == accounts_.end()) return false;
  if (wanted == owner->first) return true;
  const auto& others = owner->second.also_sends_as;
  return std::any_of(others.begin(), others.end(),
                     [&wanted](const std::string& other) { return key(other) == wanted; });
}

std::string Directory::postmaster_of(std::string_view host_name) const {
  const std::string domain =
      config_.local_domains.empty() ? std::string(host_name) : config_.local_domains.front();
  return std::string(kPostmaster) + "@" + domain;
}

std::vector<Account> Directory::mailboxes() const {
  std::vector<Account> found;
  for (const auto& [address, account] : accounts_) {
    if (is_local_domain(domain_of(address))) found.push_back(account);
  }
  return found;
}

}  // namespace glasspost::agent
