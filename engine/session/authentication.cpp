#include "engine/session/authentication.h"

#include "engine/base/random.h"

namespace glasspost {

sasl::Nonces make_nonces(RandomSource& random, const Clock& clock, const std::string& host_name) {
  RandomStream stream = random.stream("sasl nonce");
  sasl::Nonces nonces;
  nonces.nonce = stream.token(24);
  nonces.salt = stream.token(16);
  nonces.host_name = host_name;
  nonces.unix_seconds = clock.now().unix_seconds();
  return nonces;
}

void tell_authentication(Observer& observer, const AuthenticationResult& result) {
  DecisionMade decision;
  decision.kind = DecisionKind::kAuthentication;
  decision.connection = result.connection;
  decision.subject = result.user;
  decision.outcome = result.passed ? "pass" : "fail";
  if (observer.wants_explanations()) {
    decision.explanation.rule = result.rule;
    decision.explanation.outcome = decision.outcome;
    decision.explanation.words = {
        result.passed ? "sasl.right" : "sasl.wrong",
        {Argument::of_text("user", result.user), Argument::of_text("mechanism", result.mechanism)}};
  }
  observer.decided(decision);
}

}  // namespace glasspost
