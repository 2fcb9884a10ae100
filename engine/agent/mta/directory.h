#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::agent {

/// Somebody who has a mailbox here, may submit here, or both.
struct Account {
  std::string address;   ///< "alice@alpha.example": the account's name, its mailbox, and who it may send as
  std::string password;  ///< empty: nobody can log in
  std::uint64_t quota_bytes = 0;           ///< 0: no limit
  std::vector<std::string> also_sends_as;  ///< further addresses that it may use as reverse-path
};

/// An address behind which many read. What becomes of a letter to it: see mailing_list.h.
struct MailingList {
  std::string address;               ///< "class@lists.example"
  std::vector<std::string> members;  ///< addresses
  std::string prefix;                ///< before the Subject; empty: none
  std::string footer;                ///< below the text, ASCII, lines end with \n; empty: none
  bool rewrite_from = false;         ///< its own address in From, the author's in Reply-To
};

struct DirectoryConfig {
  std::vector<std::string> local_domains;  ///< final delivery happens here
  std::vector<std::string> relay_domains;  ///< taken from anyone and sent on by MX: a backup MX
  std::vector<Account> accounts;           ///< a mailbox here where the domain is local
  /// address of a local domain -> where its mail goes instead of into a mailbox
  std::map<std::string, std::vector<std::string>> forwards;
  /// Of local domains. Bounces of members go to the postmaster, by a forward from NAME-bounces@.
  std::vector<MailingList> lists;
  /// Who reads the mail of <postmaster> and postmaster@ each local domain, where no account or forward of
  /// that name exists; empty: a mailbox of its own. // RFC 5321 4.5.1
  std::string postmaster;
};

enum class RecipientKind : std::uint8_t {
  kMailbox,      ///< an account with a mailbox here
  kForward,      ///< goes on to other addresses
  kList,         ///< a mailing list of this host
  kUnknownUser,  ///< the domain is local, the local part is nobody's
  kRelayDomain,  ///< a domain that this host is a backup MX for
  kForeign,      ///< somebody else's domain
};

struct RecipientMatch {
  RecipientKind kind = RecipientKind::kForeign;
  std::string account;                ///< kMailbox
  std::vector<std::string> targets;   ///< kForward
  const MailingList* list = nullptr;  ///< kList; the directory owns it
};

/// Who lives here. Addresses are compared after unquoting the local part, without regard to ASCII case (a
/// local domain may decide so, RFC 5321 2.4), and domains in their A-label form.
class Directory {
 public:
  explicit Directory(DirectoryConfig config);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// `address` without brackets, as in RCPT.
  [[nodiscard]] RecipientMatch find(std::string_view address) const;
  /// The account that a user name means: the address, or its local part where only one account has it.
  [[nodiscard]] const Account* find_login(std::string_view user_name) const;
  /// May this account use this reverse-path? The null reverse-path belongs to everybody.
  [[nodiscard]] bool may_send_as(std::string_view account, std::string_view reverse_path) const;
  [[nodiscard]] bool is_local_domain(std::string_view domain) const;
  /// The postmaster's address at the first local domain; at the host where there is none.
  [[nodiscard]] std::string postmaster_of(std::string_view host_name) const;
  /// Mailboxes to be made, with their quota.
  [[nodiscard]] std::vector<Account> mailboxes() const;

  /// The form that addresses are compared in: unquoted local part and domain, both in lower case.
  [[nodiscard]] static std::string key(std::string_view address);
  /// What stands behind the last @ in lower case; empty without one.
  [[nodiscard]] static std::string domain_of(std::string_view address);

 private:
  DirectoryConfig config_;
  std::map<std::string, Account> accounts_;  // by key
  std::map<std::string, std::vector<std::string>> forwards_;
  std::map<std::string, const MailingList*> lists_;  // by key; into config_
  std::map<std::string, std::string> logins_;        // user name -> key; empty value: ambiguous
};

}  // namespace glasspost::agent
