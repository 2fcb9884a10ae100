#include "engine/auth/spf_evaluation.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::auth {

using dns::AnswerStatus;
using dns::RecordType;

namespace {

// What a stranger's record can make us say is bounded: steps of an explanation, bytes of the owner's text.
constexpr int kMaxSteps = 500;
constexpr std::size_t kMaxOwnersText = 1'000;

bool has_address(const dns::Answer& answer, const IpAddress& client, unsigned v4_prefix, unsigned v6_prefix) {
  const unsigned prefix = client.is_v4() ? v4_prefix : v6_prefix;
  return std::any_of(answer.records.begin(), answer.records.end(), [&](const dns::Record& record) {
    const auto* data = std::get_if<dns::AddressData>(&record.data);
    return data != nullptr && client.in_network(data->address, prefix);
  });
}

// RFC 7208 5: an IPv4-mapped IPv6 address is an IPv4 address. The client's has been unmapped; a network
// within
// ::ffff:0:0/96 is one of IPv4 for the same reason.
bool in_network(const SpfDirective& directive, const IpAddress& client) {
  if (directive.mechanism == SpfMechanism::kIp4)
    return client.in_network(directive.network, directive.v4_prefix);
  const IpAddress unmapped = directive.network.unmapped();
  if (unmapped.is_v4() && directive.v6_prefix >= 96)
    return client.in_network(unmapped, directive.v6_prefix - 96);
  return client.in_network(directive.network, directive.v6_prefix);
}

bool is_failure(const dns::Answer& answer) {
  return answer.status == AnswerStatus::kServFail || answer.status == AnswerStatus::kTimedOut;
}

std::string failure_text(const dns::Answer& answer) {
  return answer.question.name.to_string() + " " + dns::to_string(answer.question.type) + ": " +
         answer.summary();
}

// A domain as mail writes it: labels between dots, no escapes, one final dot allowed. Nothing if it cannot be
// a name.
std::optional<dns::Name> to_name(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  std::vector<std::string> labels;
  labels.reserve(static_cast<std::size_t>(std::count(domain.begin(), domain.end(), '.')) + 1);
  for (const std::string_view label : split(domain, '.'))
    labels.emplace_back(label);
  Result<dns::Name> name = dns::Name::from_labels(std::move(labels));
  if (!name) return std::nullopt;
  return std::move(*name);
}

bool asks_the_dns(SpfMechanism mechanism) {
  return mechanism != SpfMechanism::kAll && mechanism != SpfMechanism::kIp4 &&
         mechanism != SpfMechanism::kIp6;
}

bool is_within(const dns::Name& name, std::string_view domain) {
  const std::optional<dns::Name> outer = to_name(domain);
  return outer && name.is_within(*outer);
}

MessageKey words_about(std::string key, std::string_view domain) {
  return MessageKey{std::move(key), {Argument::of_domain("domain", domain)}};
}

}  // namespace

SpfEvaluation::SpfEvaluation(dns::Resolver& resolver, SpfRequest request, SpfLimits limits)
    : resolver_(resolver), request_(std::move(request)), limits_(limits) {
  const bool helo = request_.identity == SpfIdentity::kHelo || request_.mail_from.empty();
  // RFC 7208 2.4: the null reverse-path stands for postmaster at the HELO name.
  const SenderParts parts = split_sender(helo ? "postmaster@" + request_.helo : request_.mail_from);
  values_.sender = parts.local_part + "@" + parts.domain;
  values_.client = request_.client.unmapped();
  values_.helo = request_.helo;
  values_.receiver = request_.receiver;
  values_.now = request_.now;
}

Task<SpfVerdict> SpfEvaluation::run() {
  SpfVerdict verdict;
  verdict.sender = values_.sender;
  verdict.domain = split_sender(values_.sender).domain;
  Explanation why;
  Outcome outcome = co_await check_host(verdict.domain, why);
  verdict.result = outcome.result;
  verdict.mechanism = outcome.mechanism;
  const bool error = outcome.result == SpfResult::kTempError || outcome.result == SpfResult::kPermError;
  if (error) verdict.problem = problem_;
  if (outcome.result == SpfResult::kFail) {
    verdict.text = co_await owners_text(std::move(outcome), why);
  }
  verdict.look_ups = look_ups_;
  verdict.void_look_ups = voids_;
  if (!request_.explain) co_return verdict;
  why.inputs = {Argument::of_address("client", values_.client), Argument::of_domain("domain", verdict.domain),
                Argument::of_mailbox("sender", verdict.sender), Argument::of_text("helo", request_.helo),
                Argument::of_number("look-ups", look_ups_),     Argument::of_number("void look-ups", voids_)};
  verdict.explanation = std::move(why);
  co_return verdict;
}

// RFC 7208 4.3 to 4.7, for the domain itself and for every include and redirect.
Task<SpfEvaluation::Outcome> SpfEvaluation::check_host(std::string domain, Explanation& why) {
  Outcome out;
  out.domain = domain;
  std::optional<std::string> text = co_await find_record(domain, why, out);
  if (text) {
    Result<SpfRecord> record = parse_spf_record(*text);
    if (record) {
      out = co_await evaluate(std::move(*record), std::move(*text), domain, why);
    } else {
      // RFC 7208 4.6: an error anywhere spoils the whole record.
      out.result = SpfResult::kPermError;
      problem_ = "the record of " + domain + " breaks the grammar: " + record.error().message;
      if (request_.explain) {
        Explanation step;
        step.rule = "RFC 7208 4.6";
        step.words = MessageKey{"spf.syntax-error", {Argument::of_text("problem", record.error().message)}};
        step.outcome = "permerror";
        const std::size_t at = record.error().offset.value_or(0);
        step.ranges.push_back(
            range_in_record(domain, {at, std::min(text->find(' ', at), text->size()) - at}));
        add(why, std::move(step));
      }
    }
  }
  if (request_.explain) {
    why.rule = "RFC 7208 4";
    why.words =
        MessageKey{"spf.result",
                   {Argument::of_domain("domain", domain), Argument::of_address("address", values_.client),
                    Argument::of_text("result", to_string(out.result))}};
    why.outcome = std::string(to_string(out.result));
  }
  co_return out;
}

// RFC 7208 4.4, 4.5: exactly one record, or out.result says why there is none.
Task<std::optional<std::string>> SpfEvaluation::find_record(std::string domain, Explanation& why,
                                                            Outcome& out) {
  Explanation step;
  std::optional<std::string> found;
  std::optional<dns::Name> name = to_name(domain);
  // RFC 7208 4.3: a well-formed name of several labels.
  if (!name || name->labels().size() < 2) {
    step.rule = "RFC 7208 4.3";
    step.words = words_about("spf.no-domain", domain);
    step.outcome = "none";
    add(why, std::move(step));
    co_return found;
  }
  const dns::Answer answer = co_await look_up_name(std::move(*name), RecordType::kTxt, step);
  std::size_t count = 0;
  for (const dns::Record& record : answer.records) {
    const auto* data = std::get_if<dns::TxtData>(&record.data);
    if (data == nullptr) continue;
    std::string text = data->joined();
    if (!is_spf_record(text)) continue;
    found = std::move(text);
    ++count;
  }
  const char* words = found ? "spf.record" : "spf.no-record";
  if (check_answer(answer) != SpfMatch::kYes) {
    found.reset();
    out.result = SpfResult::kTempError;
    words = "spf.error";
  } else if (count > 1) {
    found.reset();
    out.result = SpfResult::kPermError;
    problem_ = domain + " publishes several SPF records";
    words = "spf.several-records";
  }
  if (!request_.explain) co_return found;
  step.rule = "RFC 7208 4.5";
  step.words = words_about(words, domain);
  if (out.result == SpfResult::kTempError)
    step.words = MessageKey{words, {Argument::of_text("problem", problem_)}};
  if (found) step.ranges.push_back(range_in_record(domain, {0, found->size()}));
  step.outcome = found ? *found : std::string(to_string(out.result));
  add(why, std::move(step));
  co_return found;
}

// RFC 7208 4.6: the first directive that matches decides.
Task<SpfEvaluation::Outcome> SpfEvaluation::evaluate(SpfRecord record, std::string text, std::string domain,
                                                     Explanation& why) {
  Outcome out;
  out.domain = domain;
  out.exp = record.exp;
  for (const SpfDirective& directive : record.directives) {
    Explanation step;
    const std::string_view term =
        std::string_view(text).substr(directive.place.offset, directive.place.length);
    std::string target;
    SpfMatch match = SpfMatch::kNo;
    if (asks_the_dns(directive.mechanism)) {
      target = co_await expand_target(directive.domain, domain, step);
      match = co_await judge(directive, domain, target, step);
    } else if (directive.mechanism == SpfMechanism::kAll || in_network(directive, values_.client)) {
      match = SpfMatch::kYes;
    }
    if (request_.explain) {
      explain_directive({directive, term, domain, target, values_.client, match, problem_}, step);
      add(why, std::move(step));
    }
    if (match == SpfMatch::kNo) continue;
    out.mechanism = term;
    out.result = directive.result;
    if (match == SpfMatch::kTempError) out.result = SpfResult::kTempError;
    if (match == SpfMatch::kPermError) out.result = SpfResult::kPermError;
    co_return out;
  }
  if (record.redirect) {
    co_return co_await redirect(*record.redirect, domain, why);
  }
  out.result = SpfResult::kNeutral;  // RFC 7208 4.7
  if (request_.explain) {
    Explanation step;
    step.rule = "RFC 7208 4.7";
    step.words = words_about("spf.default", domain);
    step.outcome = "neutral";
    add(why, std::move(step));
  }
  co_return out;
}

// RFC 7208 6.1
Task<SpfEvaluation::Outcome> SpfEvaluation::redirect(SpfModifier modifier, std::string domain,
                                                     Explanation& why) {
  Explanation step;
  Outcome out;
  out.domain = domain;
  const std::string target = co_await expand_target(modifier.value, domain, step);
  if (count_term(step)) {
    Explanation inner;
    const std::string outer_domain = values_.domain;
    out = co_await check_host(target, inner);
    values_.domain = outer_domain;
    add(step, std::move(inner));
    if (out.result == SpfResult::kNone) {
      out.result = SpfResult::kPermError;
      problem_ = "redirect leads to " + target + ", which has no SPF record";
    }
  } else {
    out.result = SpfResult::kPermError;
  }
  if (request_.explain) {
    step.rule = "RFC 7208 6.1";
    step.words = words_about("spf.redirect", target);
    step.outcome = std::string(to_string(out.result));
    step.ranges.push_back(range_in_record(domain, modifier.place));
    add(why, std::move(step));
  }
  co_return out;
}

Task<SpfMatch> SpfEvaluation::judge(const SpfDirective& directive, std::string domain, std::string target,
                                    Explanation& step) {
  values_.domain = domain;
  if (!count_term(step)) co_return SpfMatch::kPermError;
  switch (directive.mechanism) {
    case SpfMechanism::kInclude:
      co_return co_await match_include(std::move(target), step);
    case SpfMechanism::kA:
      co_return co_await match_a(directive, std::move(target), step);
    case SpfMechanism::kMx:
      co_return co_await match_mx(directive, std::move(target), step);
    case SpfMechanism::kPtr:
      co_return co_await match_ptr(std::move(target), step);
    default:
      co_return co_await match_exists(std::move(target), step);
  }
}

// RFC 7208 5.2: the table of what an included result means.
Task<SpfMatch> SpfEvaluation::match_include(std::string target, Explanation& step) {
  Explanation inner;
  const std::string outer_domain = values_.domain;
  const Outcome outcome = co_await check_host(target, inner);
  values_.domain = outer_domain;
  add(step, std::move(inner));
  switch (outcome.result) {
    case SpfResult::kPass:
      co_return SpfMatch::kYes;
    case SpfResult::kTempError:
      co_return SpfMatch::kTempError;
    case SpfResult::kPermError:
      co_return SpfMatch::kPermError;
    case SpfResult::kNone:
      co_return perm_error("the included " + target + " has no SPF record");
    default:
      co_return SpfMatch::kNo;
  }
}

// RFC 7208 5.3
Task<SpfMatch> SpfEvaluation::match_a(const SpfDirective& directive, std::string target, Explanation& step) {
  const dns::Answer answer = co_await look_up(std::move(target), address_type(), step);
  const SpfMatch usable = check_answer(answer);
  if (usable != SpfMatch::kYes) co_return usable;
  if (!count_void(answer, step)) co_return SpfMatch::kPermError;
  const bool found = has_address(answer, values_.client, directive.v4_prefix, directive.v6_prefix);
  co_return found ? SpfMatch::kYes : SpfMatch::kNo;
}

// RFC 7208 5.4, 4.6.4: one look-up of the ten, and at most ten hosts of its own. A host without an address of
// the client's family is no void look-up: those are counted by terms, and the term's own answer had records.
Task<SpfMatch> SpfEvaluation::match_mx(const SpfDirective& directive, std::string target, Explanation& step) {
  const dns::Answer answer = co_await look_up(std::move(target), RecordType::kMx, step);
  const SpfMatch usable = check_answer(answer);
  if (usable != SpfMatch::kYes) co_return usable;
  if (!count_void(answer, step)) co_return SpfMatch::kPermError;
  if (answer.records.size() > static_cast<std::size_t>(limits_.mx_names)) {
    co_return perm_error("an mx has more than " + std::to_string(limits_.mx_names) + " hosts");
  }
  for (const dns::Record& record : answer.records) {
    const auto* mx = std::get_if<dns::MxData>(&record.data);
    if (mx == nullptr || mx->exchange.is_root()) continue;  // RFC 7505 3: the null MX has no host
    const dns::Answer host = co_await look_up_name(mx->exchange, address_type(), step);
    const SpfMatch host_usable = check_answer(host);
    if (host_usable != SpfMatch::kYes) co_return host_usable;
    if (has_address(host, values_.client, directive.v4_prefix, directive.v6_prefix)) co_return SpfMatch::kYes;
  }
  co_return SpfMatch::kNo;
}

// RFC 7208 5.5: any failure is no match.
Task<SpfMatch> SpfEvaluation::match_ptr(std::string target, Explanation& step) {
  bool is_void = false;
  const std::vector<dns::Name> names = co_await validated_names(step, is_void);
  if (is_void && ++voids_ > limits_.void_look_ups)
    co_return perm_error("more than " + std::to_string(limits_.void_look_ups) + " look-ups found nothing");
  for (const dns::Name& name : names) {
    if (is_within(name, target)) co_return SpfMatch::kYes;
  }
  co_return SpfMatch::kNo;
}

// RFC 7208 5.7: an A query, whatever the client's family.
Task<SpfMatch> SpfEvaluation::match_exists(std::string target, Explanation& step) {
  const dns::Answer answer = co_await look_up(std::move(target), RecordType::kA, step);
  const SpfMatch usable = check_answer(answer);
  if (usable != SpfMatch::kYes) co_return usable;
  if (!count_void(answer, step)) co_return SpfMatch::kPermError;
  co_return answer.records.empty() ? SpfMatch::kNo : SpfMatch::kYes;
}

RecordType SpfEvaluation::address_type() const {
  return values_.client.is_v4() ? RecordType::kA : RecordType::kAaaa;
}

Task<dns::Answer> SpfEvaluation::look_up(std::string domain, RecordType type, Explanation& step) {
  std::optional<dns::Name> name = to_name(domain);
  if (name) {
    co_return co_await look_up_name(std::move(*name), type, step);
  }
  // RFC 7208 4.8: a macro can make a name that cannot exist.
  dns::Answer answer;
  answer.status = AnswerStatus::kNxDomain;
  co_return answer;
}

Task<dns::Answer> SpfEvaluation::look_up_name(dns::Name name, RecordType type, Explanation& step) {
  dns::Question question;
  question.name = std::move(name);
  question.type = type;
  dns::Answer answer = co_await resolver_.resolve(std::move(question));
  waited_ = waited_ + answer.took;
  if (request_.explain) step.look_ups.push_back(to_look_up(answer));
  co_return answer;
}

// kYes: the answer may be used.
SpfMatch SpfEvaluation::check_answer(const dns::Answer& answer) {
  if (is_failure(answer)) return temp_error(failure_text(answer));
  if (waited_ > limits_.time) return temp_error("the DNS took longer than " + to_string(limits_.time));
  return SpfMatch::kYes;
}

SpfMatch SpfEvaluation::temp_error(std::string problem) {
  problem_ = std::move(problem);
  return SpfMatch::kTempError;
}

SpfMatch SpfEvaluation::perm_error(std::string problem) {
  problem_ = std::move(problem);
  return SpfMatch::kPermError;
}

// RFC 7208 4.6.4; false when that was one too many.
bool SpfEvaluation::count_term(Explanation& step) {
  if (explaining_owner_) return true;
  if (++look_ups_ <= limits_.look_ups) return true;
  problem_ = "more than " + std::to_string(limits_.look_ups) + " terms ask the DNS";
  if (request_.explain) {
    Explanation limit;
    limit.rule = "RFC 7208 4.6.4";
    limit.words = MessageKey{"spf.too-many-look-ups", {Argument::of_number("limit", limits_.look_ups)}};
    limit.outcome = "permerror";
    add(step, std::move(limit));
  }
  return false;
}

bool SpfEvaluation::count_void(const dns::Answer& answer, Explanation& step) {
  if (!answer.records.empty()) return true;
  if (++voids_ <= limits_.void_look_ups) return true;
  problem_ = "more than " + std::to_string(limits_.void_look_ups) + " look-ups found nothing";
  if (request_.explain) {
    Explanation limit;
    limit.rule = "RFC 7208 4.6.4";
    limit.words =
        MessageKey{"spf.too-many-void-look-ups", {Argument::of_number("limit", limits_.void_look_ups)}};
    limit.outcome = "permerror";
    add(step, std::move(limit));
  }
  return false;
}

// The names that the client's address leads to and that lead back to it. // RFC 7208 5.5
Task<std::vector<dns::Name>> SpfEvaluation::validated_names(Explanation& step, bool& is_void) {
  std::vector<dns::Name> names;
  const dns::Answer pointers =
      co_await look_up_name(dns::reverse_name(values_.client), RecordType::kPtr, step);
  is_void = pointers.status == AnswerStatus::kNoData || pointers.status == AnswerStatus::kNxDomain;
  int tried = 0;
  for (const dns::Record& record : pointers.records) {
    const auto* data = std::get_if<dns::NameData>(&record.data);
    if (data == nullptr || ++tried > limits_.ptr_names) continue;
    const dns::Answer back = co_await look_up_name(data->target, address_type(), step);
    if (has_address(back, values_.client, 32, 128)) names.push_back(data->target);
  }
  co_return names;
}

// RFC 7208 7.3: the domain itself if it is validated, else a name below it, else any.
Task<void> SpfEvaluation::find_validated_name(std::string domain, Explanation& step) {
  if (name_validated_) co_return;
  name_validated_ = true;
  values_.validated_name = "unknown";
  if (!explaining_owner_) ++look_ups_;  // RFC 7208 4.6.4; the term that uses it fails if that is too many
  bool is_void = false;
  const std::vector<dns::Name> names = co_await validated_names(step, is_void);
  int best = 0;
  for (const dns::Name& name : names) {
    int rank = 1;
    if (is_within(name, domain)) rank = name == to_name(domain) ? 3 : 2;
    if (rank <= best) continue;
    best = rank;
    values_.validated_name = name.to_string();
  }
}

Task<std::string> SpfEvaluation::expand_target(std::string spec, std::string domain, Explanation& step) {
  values_.domain = domain;
  if (spec.empty()) co_return domain;
  if (uses_validated_name(spec)) {
    co_await find_validated_name(domain, step);
  }
  co_return expand_domain(spec, values_);
}

// RFC 7208 6.2: the text at the exp= domain; anything wrong with it means that there is none.
Task<std::string> SpfEvaluation::owners_text(Outcome outcome, Explanation& why) {
  std::string text;
  if (!outcome.exp) co_return text;
  explaining_owner_ = true;
  Explanation step;
  const std::string target = co_await expand_target(outcome.exp->value, outcome.domain, step);
  const dns::Answer answer = co_await look_up(target, RecordType::kTxt, step);
  if (answer.records.size() == 1) {
    const auto* data = std::get_if<dns::TxtData>(&answer.records.front().data);
    const std::string raw = data != nullptr ? data->joined() : "";
    if (is_macro_string(raw, SpfMacroPlace::kExplanation)) {
      if (uses_validated_name(raw)) {
        co_await find_validated_name(outcome.domain, step);
      }
      text = expand_macros(raw, values_);
      if (text.size() > kMaxOwnersText) text.clear();
    }
  }
  if (request_.explain) {
    step.rule = "RFC 7208 6.2";
    step.words = words_about(text.empty() ? "spf.no-owners-text" : "spf.owners-text", outcome.domain);
    step.outcome = text;
    step.ranges.push_back(range_in_record(outcome.domain, outcome.exp->place));
    add(why, std::move(step));
  }
  co_return text;
}

void SpfEvaluation::add(Explanation& parent, Explanation step) {
  if (request_.explain && ++steps_ <= kMaxSteps) parent.children.push_back(std::move(step));
}

}  // namespace glasspost::auth
