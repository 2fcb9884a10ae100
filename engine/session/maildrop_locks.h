#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace glasspost::pop3 {

/// Who holds which maildrop: one session an account at a time. // RFC 1939 4
///
/// Shared by the sessions of one server; it outlives them. POP3 alone locks: other protocols go on working in
/// the mailbox meanwhile.
class MaildropLocks {
 public:
  /// Holds one maildrop as long as it lives, so a session that ends in any way lets go.
  class Lock {
   public:
    Lock(MaildropLocks& locks, std::string account) : locks_(&locks), account_(std::move(account)) {}
    Lock(Lock&& other) noexcept
        : locks_(std::exchange(other.locks_, nullptr)), account_(std::move(other.account_)) {}
    Lock& operator=(Lock&& other) noexcept {
      std::swap(locks_, other.locks_);
      std::swap(account_, other.account_);
      return *this;
    }
    ~Lock() {
      if (locks_ != nullptr) locks_->held_.erase(account_);
    }

   private:
    MaildropLocks* locks_;
    std::string account_;
  };

  /// None: another session holds it.
  [[nodiscard]] std::optional<Lock> acquire(const std::string& account) {
    if (!held_.insert(account).second) return std::nullopt;
    return std::optional<Lock>(std::in_place, *this, account);
  }
  [[nodiscard]] bool is_held(const std::string& account) const { return held_.contains(account); }

 private:
  std::set<std::string> held_;
};

}  // namespace glasspost::pop3
