#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/agent/mua/mua.h"
#include "engine/base/result.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"

namespace glasspost::agent {

/// An SMTP transaction with whatever its sender claims.
struct Injection {
  std::string target;  ///< a server's host name or address; empty: the MX of the first recipient's domain
  std::uint16_t port = 25;
  std::string helo;       ///< the name it claims
  std::string mail_from;  ///< empty: the null reverse-path
  std::vector<std::string> rcpt_to;
  std::string content;  ///< the whole message; bare LF line ends become CRLF, nothing else is touched
};

/// A host that belongs to nobody and speaks SMTP as it is told: a spammer, a forger, a test.
class Stranger {
 public:
  Stranger(HostServices host, Observer& observer, dns::Resolver& resolver);
  /// Everything that the network or the server says is an outcome. Date and Message-ID are added where they
  /// are missing.
  Task<SubmissionOutcome> inject(Injection injection);

 private:
  HostServices host_;
  Observer& observer_;
  dns::Resolver& resolver_;
};

}  // namespace glasspost::agent
