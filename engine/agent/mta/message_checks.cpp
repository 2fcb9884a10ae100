#include "engine/agent/mta/message_checks.h"

#include <utility>

#include "engine/auth/authentication_results.h"
#include "engine/base/text.h"

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

// What in a message shows that somebody between author and client has handed it on; empty if nothing does.
// Names of fields, which are the same in every language.
std::string sign_of_indirect_mail(const message::Header& header, const auth::DkimVerdict& dkim,
                                  const std::string& author_domain) {
  // RFC 2919 2, RFC 2369 3, RFC 5322 3.6.6
  for (const std::string_view name : {"List-Id", "List-Post", "List-Unsubscribe", "Resent-From"}) {
    if (header.find(name) != nullptr) return std::string(name);
  }
  for (const auth::DkimSignatureVerdict& signature : dkim.signatures) {
    const bool authors = iequals(signature.domain, author_domain);
    if (authors && signature.result == auth::DkimResult::kFail)
      return "DKIM-Signature d=" + author_domain + ", fail";
  }
  const std::size_t hops = header.count("Received");
  return hops > 1 ? "Received x " + std::to_string(hops) : std::string();
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
  if (policy_.dmarc == DmarcAction::kEnforce) {
    const bool by_policy_alone = policy_.profile == auth::DmarcProfile::kRfc7489;
    const std::string indirect =
        by_policy_alone ? std::string() : sign_of_indirect_mail(header, dkim, dmarc.author_domain);
    act(connection, dmarc, indirect, findings);
  }
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

void MessageChecks::act(ConnectionId connection, const auth::DmarcVerdict& dmarc, const std::string& indirect,
                        MessageFindings& findings) {
  const bool asked_to_reject = dmarc.disposition == auth::DmarcPolicy::kReject;
  const bool rejected = asked_to_reject && indirect.empty();
  findings.quarantine = dmarc.disposition == auth::DmarcPolicy::kQuarantine || (asked_to_reject && !rejected);
  if (asked_to_reject && !rejected) {
    DecisionMade spared;
    spared.kind = DecisionKind::kAccess;
    spared.connection = connection;
    spared.subject = dmarc.author_domain;
    spared.outcome = spared.explanation.outcome = "quarantine";
    spared.explanation.rule = "RFC 9989 7.4";
    spared.explanation.words = {
        "access.dmarc-indirect",
        {Argument::of_domain("domain", dmarc.author_domain), Argument::of_text("sign", indirect)}};
    observer_.decided(spared);
  }
  if (!rejected && !dmarc.suspicious()) return;
  DecisionMade refused;
  refused.kind = DecisionKind::kAccess;
  refused.connection = connection;
  refused.subject = dmarc.author_domain;
  refused.outcome = refused.explanation.outcome = "reject";
  std::string text;
  if (rejected) {
    refused.explanation.rule =
        policy_.profile == auth::DmarcProfile::kRfc7489 ? "RFC 7489 6.3" : "RFC 9989 7.2";
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
