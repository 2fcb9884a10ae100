#include "engine/auth/spf.h"

#include <utility>

#include "engine/auth/spf_evaluation.h"
#include "engine/base/assert.h"

namespace glasspost::auth {

std::string_view to_string(SpfResult result) {
  switch (result) {
    case SpfResult::kNone:
      return "none";
    case SpfResult::kNeutral:
      return "neutral";
    case SpfResult::kPass:
      return "pass";
    case SpfResult::kFail:
      return "fail";
    case SpfResult::kSoftFail:
      return "softfail";
    case SpfResult::kTempError:
      return "temperror";
    case SpfResult::kPermError:
      return "permerror";
  }
  GLASSPOST_UNREACHABLE();
}

Task<SpfVerdict> check_spf(dns::Resolver& resolver, SpfRequest request, SpfLimits limits) {
  SpfEvaluation evaluation(resolver, std::move(request), limits);
  co_return co_await evaluation.run();
}

}  // namespace glasspost::auth
