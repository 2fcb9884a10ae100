#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/dkim.h"
#include "engine/base/time.h"
#include "engine/message/header.h"
#include "engine/observe/observer.h"
#include "engine/runtime/clock.h"

namespace glasspost::agent {

/// A DKIM key that a host signs with.
struct SigningKey {
  auth::DkimSigner signer;
  auth::DkimSignOptions options;
  bool cover_length = false;         ///< l= says how long the body is now
  std::optional<Duration> lifetime;  ///< of a signature: x=
  bool active = true;
};

/// Signs what this host's users, and the host itself, send. // RFC 6376 5
class MailSigner {
 public:
  /// References must outlive it.
  MailSigner(std::vector<SigningKey> keys, Clock& clock, Observer& observer);

  /// From now on the domain's mail is signed with this key alone; nothing happens if it is not known here.
  void sign_with(std::string_view domain, std::string_view selector);
  /// The complete DKIM-Signature fields for a message that this host takes responsibility for, to be put on
  /// top: one for each active key of the author's domain, or where that has none of the reverse-path's.
  /// Tells what was decided.
  [[nodiscard]] std::vector<std::string> sign(const std::string& queue_id, std::string_view reverse_path,
                                              std::string_view content) const;

 private:
  [[nodiscard]] bool has_key(std::string_view domain) const;
  [[nodiscard]] std::string domain_for(const message::Header& header, std::string_view reverse_path) const;
  [[nodiscard]] Result<std::string> sign_with(const SigningKey& key, const message::Header& header,
                                              std::string_view content) const;

  std::vector<SigningKey> keys_;
  Clock& clock_;
  Observer& observer_;
};

}  // namespace glasspost::agent
