#include "engine/agent/mta/message_checks.h"

#include <utility>

#include "engine/auth/authentication_results.h"

namespace glasspost::agent {

namespace {

DecisionMade decision(DecisionKind kind, ConnectionId connection, std::string subject,
                      std::string_view outcome, std::optional<Explanation> explanation) {
  DecisionMade made;
  made.kind = kind;
  made.connection = connection;
  made.subject = std::move(subject);
  made.outcome = std::string(outcome);
  if (explanation) made.explanation = std::move(*explanation);
  made.explanation.outcome = made.outcome;
  return made;
}

// The signature that the result is about: the first that passes, else the first.
std::string subject_of(const auth::DkimVerdict& verdict) {
  for (const auth::DkimSignatureVerdict& signature : verdict.signatures) {
    if (signature.result == auth::DkimResult::kPass) return signature.domain;
  }
  return verdict.signatures.empty() ? std::string() : verdict.signatures.front().domain;
}

}  // namespace

MessageChecks::MessageChecks(MessageChecksPolicy policy, dns::Resolver& resolver, HostServices host,
                             Observer& observer)
    : policy_(std::move(policy)),
      resolver_(resolver),
      clock_(host.clock),
      observer_(observer),
      samples_(host.random.stream("dmarc sample")) {}

Task<MessageFindings> MessageChecks::check(ConnectionId connection, const std::string& content,
                                           std::optional<SpfFindings> spf) {
  MessageFindings findings;
  if (policy_.dmarc == DmarcAction::kOff) co_return findings;
  const message::Header header = message::parse_header(content);
  const auth::DkimVerdict dkim = co_await check_dkim(connection, header, content);
  auth::DmarcRequest request;
  request.profile = policy_.profile;
  if (spf) request.spf = spf->identifier;
  request.dkim = auth::dmarc_identifiers(dkim);
  const auth::DmarcVerdict dmarc = co_await check_dmarc(connection, header, std::move(request));

  // The signatures were judged on what came in; what falsely speaks for this host goes after. // RFC 8601 5
  findings.removed = auth::remove_forged_results(header, {policy_.host_name});
  std::vector<std::string> results;
  if (spf) results.push_back(std::move(spf->result));
  for (const auth::DkimSignatureVerdict& signature : dkim.signatures)
    results.push_back(auth::authentication_result(signature));
  if (dkim.signatures.empty()) results.emplace_back("dkim=none");
  results.push_back(auth::authentication_result(dmarc));
  findings.field = auth::authentication_results_field(policy_.host_name, results);
  if (policy_.dmarc == DmarcAction::kEnforce) act(connection, dmarc, findings);
  co_return findings;
}

Task<auth::DkimVerdict> MessageChecks::check_dkim(ConnectionId connection, const message::Header& header,
                                                  const std::string& content) {
  auth::DkimRequest request;
  request.now = clock_.now();
  request.explain = observer_.wants_explanations();
  request.keys = &keys_;
  auth::DkimVerdict verdict = co_await auth::verify_dkim(resolver_, header, content, request);
  observer_.decided(decision(DecisionKind::kDkim, connection, subject_of(verdict),
                             to_string(verdict.result()), std::move(verdict.explanation)));
  co_return verdict;
}

Task<auth::DmarcVerdict> MessageChecks::check_dmarc(ConnectionId connection, const message::Header& header,
                                                    auth::DmarcRequest request) {
  request.explain = observer_.wants_explanations();
  if (policy_.profile == auth::DmarcProfile::kRfc7489)
    request.sample = static_cast<unsigned>(samples_.below(100));
  auth::DmarcVerdict verdict = co_await auth::check_dmarc(resolver_, header, std::move(request));
  observer_.decided(decision(DecisionKind::kDmarc, connection, verdict.author_domain,
                             to_string(verdict.result), std::move(verdict.explanation)));
  co_return verdict;
}

void MessageChecks::act(ConnectionId connection, const auth::DmarcVerdict& dmarc, MessageFindings& findings) {
  findings.quarantine = dmarc.disposition == auth::DmarcPolicy::kQuarantine;
  const bool rejected = dmarc.disposition == auth::DmarcPolicy::kReject;
  if (!rejected && !dmarc.suspicious()) return;
  DecisionMade refused;
  refused.kind = DecisionKind::kAccess;
  refused.connection = connection;
  refused.subject = dmarc.author_domain;
  refused.outcome = refused.explanation.outcome = "reject";
  std::string text;
  if (rejected) {
    refused.explanation.rule = "RFC 9989 7.2";
    refused.explanation.words = {"access.dmarc-reject", {Argument::of_domain("domain", dmarc.author_domain)}};
    text = "Rejected by the DMARC policy of " + dmarc.author_domain;
  } else {
    refused.explanation.rule = "RFC 9989 11.5";
    refused.explanation.words = {"access.odd-from", {Argument::of_text("problem", dmarc.problem)}};
    text = "Nobody can tell whom this message is from: " + dmarc.problem;
  }
  observer_.decided(refused);
  findings.refusal = smtp::Reply::make(550, {5, 7, 1}, text);
}

}  // namespace glasspost::agent
