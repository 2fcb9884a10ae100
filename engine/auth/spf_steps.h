#pragma once

#include <string>
#include <string_view>

#include "engine/auth/spf_record.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"

namespace glasspost::auth {

// The steps of an SPF evaluation, as explanations. Pure.

enum class SpfMatch : std::uint8_t { kNo, kYes, kTempError, kPermError };

/// "match", "no match", "temperror", "permerror".
[[nodiscard]] std::string_view to_string(SpfMatch match);

/// "RFC 7208 5.2".
[[nodiscard]] std::string_view rule_of(SpfMechanism mechanism);

[[nodiscard]] LookUp to_look_up(const dns::Answer& answer);

/// The bytes of a term in the TXT record of `domain`.
[[nodiscard]] ByteRange range_in_record(std::string_view domain, const SpfPlace& place);

/// A directive was judged: `term` is its text, `target` its domain after expansion (or empty).
struct SpfDirectiveStep {
  const SpfDirective& directive;
  std::string_view term;
  std::string_view domain;
  std::string_view target;
  const IpAddress& client;
  SpfMatch match;
  std::string_view problem;  ///< temperror, permerror
};
/// Fills rule, words, outcome, inputs and range; look-ups and children are already there.
void explain_directive(const SpfDirectiveStep& judged, Explanation& step);

}  // namespace glasspost::auth
