#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task.h"

namespace glasspost::auth {

// Sender Policy Framework: may this client send in the name of this domain? // RFC 7208

/// RFC 7208 2.6
enum class SpfResult : std::uint8_t { kNone, kNeutral, kPass, kFail, kSoftFail, kTempError, kPermError };
/// "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror".
[[nodiscard]] std::string_view to_string(SpfResult result);

/// Whose domain is checked. // RFC 7208 2.3, 2.4
enum class SpfIdentity : std::uint8_t { kMailFrom, kHelo };

struct SpfRequest {
  SpfIdentity identity = SpfIdentity::kMailFrom;
  IpAddress client;       ///< an IPv4-mapped IPv6 address counts as IPv4
  std::string helo;       ///< what the client said in HELO or EHLO
  std::string mail_from;  ///< the reverse-path without its brackets; empty: postmaster at the HELO name
  std::string receiver;   ///< this host's name, for the %{r} macro
  Instant now;            ///< for the %{t} macro
  bool explain = false;   ///< build SpfVerdict::explanation (Observer::wants_explanations)
};

/// RFC 7208 4.6.4
struct SpfLimits {
  int look_ups = 10;                      ///< terms that ask the DNS
  int void_look_ups = 2;                  ///< of these, answers without records
  int mx_names = 10;                      ///< hosts of one mx
  int ptr_names = 10;                     ///< names of one ptr or %{p}: those beyond are ignored
  Duration time = Duration::seconds(20);  ///< waiting for the DNS, in sum; then temperror
};

struct SpfVerdict {
  SpfResult result = SpfResult::kNone;
  std::string domain;     ///< that was checked, as it was given
  std::string sender;     ///< the whole identity: "alice@alpha.example"
  std::string mechanism;  ///< the directive that matched ("-all", "ip4:192.0.2.1"), or empty
  std::string text;       ///< result fail: the owner's exp= explanation, visible ASCII, at most 1,000 bytes
  std::string problem;    ///< temperror, permerror: why, one English sentence without a full stop
  int look_ups = 0;
  int void_look_ups = 0;
  std::optional<Explanation> explanation;  ///< if asked for; at most 500 steps
};

/// check_host(). Never fails: failures are results. `resolver` outlives the task. // RFC 7208 4
[[nodiscard]] Task<SpfVerdict> check_spf(dns::Resolver& resolver, SpfRequest request, SpfLimits limits = {});

/// The value of a Received-SPF field, unfolded. // RFC 7208 9.1
[[nodiscard]] std::string received_spf(const SpfRequest& request, const SpfVerdict& verdict);
/// "spf=pass smtp.mailfrom=alice@alpha.example": one result of an Authentication-Results field.
/// // RFC 7208 9.2, RFC 8601 2.7.2
[[nodiscard]] std::string authentication_result(const SpfRequest& request, const SpfVerdict& verdict);

}  // namespace glasspost::auth
