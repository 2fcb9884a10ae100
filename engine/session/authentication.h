#pragma once

#include <string>
#include <string_view>

#include "engine/base/id.h"
#include "engine/observe/observer.h"
#include "engine/protocol/sasl/sasl.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"

// What authentication is in each protocol's server session.
namespace glasspost {

/// Fresh nonce and salt for one exchange, from the host's random stream.
[[nodiscard]] sasl::Nonces make_nonces(RandomSource& random, const Clock& clock,
                                       const std::string& host_name);

struct AuthenticationResult {
  ConnectionId connection;
  std::string_view rule;  ///< "RFC 4954 4"
  std::string user;
  std::string mechanism;
  bool passed = false;
};
/// Tells the observer who logged in, or did not, and how.
void tell_authentication(Observer& observer, const AuthenticationResult& result);

}  // namespace glasspost
