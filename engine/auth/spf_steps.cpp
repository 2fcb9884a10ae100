#include "engine/auth/spf_steps.h"

#include "engine/base/assert.h"

namespace glasspost::auth {
namespace {

std::string network_of(const SpfDirective& directive) {
  const unsigned prefix =
      directive.mechanism == SpfMechanism::kIp4 ? directive.v4_prefix : directive.v6_prefix;
  return directive.network.to_string() + "/" + std::to_string(prefix);
}

MessageKey words_for(const SpfDirectiveStep& judged) {
  const bool yes = judged.match == SpfMatch::kYes;
  const Argument address = Argument::of_address("address", judged.client);
  const Argument domain = Argument::of_domain("domain", judged.target);
  switch (judged.directive.mechanism) {
    case SpfMechanism::kAll:
      return MessageKey{"spf.all", {Argument::of_text("result", to_string(judged.directive.result))}};
    case SpfMechanism::kIp4:
    case SpfMechanism::kIp6:
      return MessageKey{yes ? "spf.ip-match" : "spf.ip-no-match",
                        {address, Argument::of_text("network", network_of(judged.directive))}};
    case SpfMechanism::kA:
      return MessageKey{yes ? "spf.a-match" : "spf.a-no-match", {address, domain}};
    case SpfMechanism::kMx:
      return MessageKey{yes ? "spf.mx-match" : "spf.mx-no-match", {address, domain}};
    case SpfMechanism::kPtr:
      return MessageKey{yes ? "spf.ptr-match" : "spf.ptr-no-match", {address, domain}};
    case SpfMechanism::kExists:
      return MessageKey{yes ? "spf.exists-match" : "spf.exists-no-match", {domain}};
    case SpfMechanism::kInclude:
      return MessageKey{yes ? "spf.include-match" : "spf.include-no-match", {address, domain}};
  }
  GLASSPOST_UNREACHABLE();
}

}  // namespace

std::string_view to_string(SpfMatch match) {
  switch (match) {
    case SpfMatch::kNo:
      return "no match";
    case SpfMatch::kYes:
      return "match";
    case SpfMatch::kTempError:
      return "temperror";
    case SpfMatch::kPermError:
      return "permerror";
  }
  GLASSPOST_UNREACHABLE();
}

std::string_view rule_of(SpfMechanism mechanism) {
  switch (mechanism) {
    case SpfMechanism::kAll:
      return "RFC 7208 5.1";
    case SpfMechanism::kInclude:
      return "RFC 7208 5.2";
    case SpfMechanism::kA:
      return "RFC 7208 5.3";
    case SpfMechanism::kMx:
      return "RFC 7208 5.4";
    case SpfMechanism::kPtr:
      return "RFC 7208 5.5";
    case SpfMechanism::kIp4:
    case SpfMechanism::kIp6:
      return "RFC 7208 5.6";
    case SpfMechanism::kExists:
      return "RFC 7208 5.7";
  }
  GLASSPOST_UNREACHABLE();
}

LookUp to_look_up(const dns::Answer& answer) {
  return {answer.question.name.to_string(), dns::to_string(answer.question.type), answer.summary(),
          answer.took, answer.from_cache};
}

ByteRange range_in_record(std::string_view domain, const SpfPlace& place) {
  return {RangeSource::kDnsRecord, std::string(domain) + " TXT", place.offset, place.length};
}

void explain_directive(const SpfDirectiveStep& judged, Explanation& step) {
  const bool error = judged.match == SpfMatch::kTempError || judged.match == SpfMatch::kPermError;
  step.rule = std::string(rule_of(judged.directive.mechanism));
  if (error) {
    step.words = MessageKey{"spf.error", {Argument::of_text("problem", judged.problem)}};
  } else {
    step.words = words_for(judged);
  }
  step.outcome = std::string(to_string(judged.match));
  step.inputs.push_back(Argument::of_text("term", judged.term));
  if (!judged.target.empty()) step.inputs.push_back(Argument::of_domain("domain", judged.target));
  step.ranges.push_back(range_in_record(judged.domain, judged.directive.place));
}

}  // namespace glasspost::auth
