#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/store/api/spool.h"

namespace glasspost::agent {

/// A recipient that a message will not reach any more.
struct FailedRecipient {
  std::string address;
  std::string original;     ///< as the sender gave it, where it was another
  std::string reply;        ///< the server's reply or our own: "550 5.1.1 No such user"
  std::string remote_host;  ///< who said it; empty: this host
  Instant last_attempt;
};

struct BounceFacts {
  std::string host_name;   ///< of this MTA
  std::string postmaster;  ///< whom the notification is from
  std::string queue_id;    ///< of the new message
  Instant now;
  const store::SpoolEntry& failed;  ///< the message that bounces; its reverse-path is not null
  std::string_view content;         ///< of it; its header is returned
  std::vector<FailedRecipient> recipients;
};

/// The delivery status notification to the sender, ready for the queue: from the null reverse-path, with
/// origin "dsn". `random` gives boundary and Message-ID. // RFC 5321 6.1, RFC 3464
[[nodiscard]] store::SpoolChange::Put build_bounce(const BounceFacts& facts, RandomStream& random);

/// The status code in a reply ("5.1.1" in "550 5.1.1 ..."); "5.0.0" without one; a 4 becomes a 5, since the
/// message is given up. // RFC 3463
[[nodiscard]] std::string status_of(std::string_view reply);

}  // namespace glasspost::agent
