#include "engine/auth/dmarc.h"

#include <algorithm>

#include "engine/auth/authentication_results.h"
#include "engine/base/assert.h"

namespace glasspost::auth {

std::string_view to_string(DmarcResult result) {
  switch (result) {
    case DmarcResult::kNone:
      return "none";
    case DmarcResult::kPass:
      return "pass";
    case DmarcResult::kFail:
      return "fail";
    case DmarcResult::kTempError:
      return "temperror";
    case DmarcResult::kPermError:
      return "permerror";
  }
  GLASSPOST_UNREACHABLE();
}

DmarcIdentifier dmarc_identifier(const SpfVerdict& spf) {
  return {spf.domain, spf.result == SpfResult::kPass, spf.result == SpfResult::kTempError};
}

std::vector<DmarcIdentifier> dmarc_identifiers(const DkimVerdict& dkim) {
  std::vector<DmarcIdentifier> identifiers;
  for (const DkimSignatureVerdict& signature : dkim.signatures) {
    if (signature.domain.empty()) continue;
    identifiers.push_back({signature.domain, signature.result == DkimResult::kPass,
                           signature.result == DkimResult::kTempError});
  }
  return identifiers;
}

bool DmarcVerdict::suspicious() const {
  return author_problem == AuthorProblem::kSeveralFields ||
         (author_problem == AuthorProblem::kSeveralDomains && author_domain.empty());
}

std::string authentication_result(const DmarcVerdict& verdict) {
  AuthenticationResult result{"dmarc", std::string(to_string(verdict.result)), verdict.problem, {}};
  if (!verdict.author_domain.empty()) result.properties.push_back({"header", "from", verdict.author_domain});
  if (verdict.record)
    result.properties.push_back({"policy", "dmarc", std::string(to_string(verdict.policy))});
  return to_string(result);
}

}  // namespace glasspost::auth
