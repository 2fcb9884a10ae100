#include "engine/auth/dkim.h"

#include <algorithm>

#include "engine/auth/authentication_results.h"
#include "engine/base/assert.h"

namespace glasspost::auth {

std::string_view to_string(DkimResult result) {
  switch (result) {
    case DkimResult::kNone:
      return "none";
    case DkimResult::kPass:
      return "pass";
    case DkimResult::kFail:
      return "fail";
    case DkimResult::kPolicy:
      return "policy";
    case DkimResult::kNeutral:
      return "neutral";
    case DkimResult::kTempError:
      return "temperror";
    case DkimResult::kPermError:
      return "permerror";
  }
  GLASSPOST_UNREACHABLE();
}

bool DkimVerdict::passes() const {
  return result() == DkimResult::kPass;
}

DkimResult DkimVerdict::result() const {
  if (signatures.empty()) return DkimResult::kNone;
  for (const DkimResult wanted : {DkimResult::kPass, DkimResult::kTempError}) {
    const bool any = std::any_of(signatures.begin(), signatures.end(),
                                 [&](const DkimSignatureVerdict& s) { return s.result == wanted; });
    if (any) return wanted;
  }
  return signatures.front().result;
}

std::string authentication_result(const DkimSignatureVerdict& signature) {
  AuthenticationResult result{"dkim", std::string(to_string(signature.result)), signature.problem, {}};
  if (!signature.domain.empty()) result.properties.push_back({"header", "d", signature.domain});
  if (!signature.selector.empty()) result.properties.push_back({"header", "s", signature.selector});
  if (!signature.algorithm.empty()) result.properties.push_back({"header", "a", signature.algorithm});
  if (!signature.b_prefix.empty()) result.properties.push_back({"header", "b", signature.b_prefix});
  return to_string(result);
}

}  // namespace glasspost::auth
