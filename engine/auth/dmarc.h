#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/author.h"
#include "engine/auth/dkim.h"
#include "engine/auth/dmarc_record.h"
#include "engine/auth/spf.h"
#include "engine/message/header.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task.h"

namespace glasspost::auth {

// DMARC: does the domain that the reader sees stand behind this message, and what does it ask for if not?
// // RFC 9989; RFC 7489 as a profile

/// RFC 9989 9.2
enum class DmarcResult : std::uint8_t { kNone, kPass, kFail, kTempError, kPermError };
/// "none", "pass", "fail", "temperror", "permerror".
[[nodiscard]] std::string_view to_string(DmarcResult result);

/// A domain that SPF or DKIM speaks of. // RFC 9989 3.2.3, 3.2.4
struct DmarcIdentifier {
  std::string domain;
  bool passed = false;
  bool temp_error = false;  ///< the check could not be done now
};

struct DmarcRequest {
  DmarcProfile profile = DmarcProfile::kRfc9989;
  std::optional<DmarcIdentifier> spf;  ///< of the MAIL FROM identity alone
  std::vector<DmarcIdentifier> dkim;   ///< d= of each signature
  unsigned sample = 0;                 ///< 0 to 99, drawn for this message: RFC 7489's pct
  bool explain = false;                ///< build DmarcVerdict::explanation (Observer::wants_explanations)
};
[[nodiscard]] DmarcIdentifier dmarc_identifier(const SpfVerdict& spf);
/// A signature whose key is in testing is as if it were not there, so it did not pass.
[[nodiscard]] std::vector<DmarcIdentifier> dmarc_identifiers(const DkimVerdict& dkim);

struct DmarcLimits {
  std::size_t authors = 4;       ///< domains in From; with more the message is not judged
  std::size_t identifiers = 10;  ///< DKIM domains that are looked at, those that passed first
};

struct DmarcVerdict {
  DmarcResult result = DmarcResult::kNone;
  AuthorProblem author_problem = AuthorProblem::kNone;
  std::string author_domain;          ///< the one that decided; empty if there is none
  std::string organizational_domain;  ///< the author's; empty if the DNS did not tell
  std::string policy_domain;          ///< where the record stands; empty if there is none
  std::string record_text;
  std::optional<DmarcRecord> record;
  DmarcPolicy published = DmarcPolicy::kNone;  ///< p, sp or np, whichever applies
  DmarcPolicy policy = DmarcPolicy::kNone;     ///< that, after t // RFC 9989 9.1 policy.dmarc
  DmarcPolicy disposition =
      DmarcPolicy::kNone;  ///< what the owner asks for this message: kNone unless it fails
  bool spf_aligned = false;
  bool dkim_aligned = false;
  bool sampled_out = false;  ///< RFC 7489: pct spares this message
  std::string problem;       ///< none, temperror, permerror: why, one English sentence without a full stop
  int look_ups = 0;          ///< questions asked
  std::optional<Explanation> explanation;  ///< if asked for

  /// A header no honest program writes: several From fields, or more authors than can be judged.
  [[nodiscard]] bool suspicious() const;
};

/// Never fails: failures are results. With authors of several domains each is judged, and the worst verdict
/// counts, so that nobody hides behind another. `header` and `resolver` outlive the task. // RFC 9989 5.3
[[nodiscard]] Task<DmarcVerdict> check_dmarc(dns::Resolver& resolver, const message::Header& header,
                                             DmarcRequest request, DmarcLimits limits = {});

/// "dmarc=pass header.from=alpha.example policy.dmarc=reject": one result of an Authentication-Results field.
/// // RFC 9989 9.1, 9.2
[[nodiscard]] std::string authentication_result(const DmarcVerdict& verdict);

}  // namespace glasspost::auth
