#include "engine/auth/dmarc_discovery.h"

#include <algorithm>
#include <utility>

#include "engine/auth/public_suffix.h"
#include "engine/auth/spf_steps.h"
#include "engine/auth/tag_list.h"
#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

constexpr std::size_t kMaxQueries = 8;
constexpr std::size_t kMaxRecordText = 4'096;  // a longer record is nobody's

std::string last_labels(const std::vector<std::string_view>& labels, std::size_t count) {
  std::string out;
  for (std::size_t i = labels.size() - count; i < labels.size(); ++i) {
    if (!out.empty()) out += '.';
    out += labels[i];
  }
  return out;
}

std::size_t label_count(std::string_view name) {
  return static_cast<std::size_t>(std::count(name.begin(), name.end(), '.')) + 1;
}

bool is_failure(const dns::Answer& answer) {
  return answer.status == dns::AnswerStatus::kServFail || answer.status == dns::AnswerStatus::kTimedOut;
}

}  // namespace

std::vector<std::string> dmarc_walk_names(const std::string& domain) {
  std::vector<std::string> names;
  if (domain.empty()) return names;
  const std::vector<std::string_view> labels = split(domain, '.');
  std::size_t left = labels.size();
  while (left > 0) {
    names.push_back(last_labels(labels, left));
    // RFC 9989 4.10: of a long name the second question is for its last seven labels.
    left = left >= kMaxQueries ? kMaxQueries - 1 : left - 1;
  }
  return names;
}

std::string organizational_domain(const std::string& domain, const DmarcWalk& walk) {
  for (const DmarcFound& found : walk.found) {
    if (!found.record) continue;
    if (found.record->psd == DmarcPsd::kNo) return found.name;
    if (found.record->psd == DmarcPsd::kYes && found.name != domain) {
      const std::vector<std::string_view> labels = split(domain, '.');
      return last_labels(labels, std::min(label_count(found.name) + 1, labels.size()));
    }
  }
  return walk.found.empty() ? domain : walk.found.back().name;
}

Task<DmarcWalk> DmarcDiscovery::walk(std::string domain, Explanation& why) {
  DmarcWalk walk;
  const std::vector<std::string> names = dmarc_walk_names(domain);
  for (const std::string& name : names) {
    Asked asked = co_await ask(name, why);
    if (asked.outcome == Outcome::kFailure) {
      walk.failure = asked.failure;
      break;
    }
    if (!asked.found) continue;
    const DmarcPsd psd = asked.found->record ? asked.found->record->psd : DmarcPsd::kUnknown;
    walk.found.push_back(std::move(*asked.found));
    if (psd != DmarcPsd::kUnknown) break;
  }
  co_return walk;
}

Task<DmarcWalk> DmarcDiscovery::ask_two(std::string domain, Explanation& why) {
  DmarcWalk walk;
  std::vector<std::string> names = {domain};
  const std::string organization = organizational_domain_by_list(domain);
  if (organization != domain) names.push_back(organization);
  for (const std::string& name : names) {
    Asked asked = co_await ask(name, why);
    if (asked.outcome == Outcome::kNone) continue;
    walk.failure = asked.failure;
    if (asked.found) walk.found.push_back(std::move(*asked.found));
    break;  // RFC 7489 6.6.3: several records end it too
  }
  co_return walk;
}

Task<DmarcDiscovery::Asked> DmarcDiscovery::ask(std::string name, Explanation& why) {
  const auto known = asked_.find(name);
  if (known != asked_.end()) {
    if (explain_) explain(name, known->second, nullptr, why);
    co_return known->second;
  }
  const std::optional<dns::Name> owner = to_dns_name("_dmarc." + name);
  Asked out;
  if (!owner) co_return out;  // too long for the DNS, so there is none
  ++look_ups_;
  dns::Question question{*owner, dns::RecordType::kTxt};
  const dns::Answer answer = co_await resolver_.resolve(std::move(question));
  out = read(name, answer);
  if (explain_) explain(name, out, &answer, why);
  asked_.emplace(name, out);
  co_return out;
}

// RFC 9989 4.10 step 2: first what is not DMARC goes, then there must be exactly one.
DmarcDiscovery::Asked DmarcDiscovery::read(const std::string& name, const dns::Answer& answer) const {
  Asked out;
  if (is_failure(answer)) {
    out.outcome = Outcome::kFailure;
    out.failure = answer.question.name.to_string() + " TXT: " + answer.summary();
    return out;
  }
  for (const dns::Record& record : answer.records) {
    const auto* data = std::get_if<dns::TxtData>(&record.data);
    if (data == nullptr) continue;
    std::string text = data->joined();
    if (text.size() > kMaxRecordText || !is_dmarc_record(text)) continue;
    if (out.found) {
      out.found.reset();
      out.outcome = Outcome::kSeveral;
      return out;
    }
    Result<DmarcRecord> parsed = parse_dmarc_record(text, profile_);
    out.found = DmarcFound{name, std::move(text), std::move(parsed)};
    out.outcome = Outcome::kOne;
  }
  return out;
}

void DmarcDiscovery::explain(const std::string& name, const Asked& asked, const dns::Answer* answer,
                             Explanation& why) const {
  Explanation step;
  step.rule = profile_ == DmarcProfile::kRfc9989 ? "RFC 9989 4.10" : "RFC 7489 6.6.3";
  const std::string owner = "_dmarc." + name;
  const Argument domain = Argument::of_domain("domain", name);
  switch (asked.outcome) {
    case Outcome::kNone:
      step.words = MessageKey{"dmarc.no-record", {domain}};
      step.outcome = "none";
      break;
    case Outcome::kSeveral:
      step.words = MessageKey{"dmarc.several-records", {domain}};
      step.outcome = "none";
      break;
    case Outcome::kFailure:
      step.words = MessageKey{"dmarc.unreachable", {domain}};
      step.outcome = "temperror";
      break;
    case Outcome::kOne:
      step.words = MessageKey{"dmarc.record", {domain}};
      step.outcome = asked.found->text;
      step.ranges.push_back({RangeSource::kDnsRecord, owner + " TXT", 0, asked.found->text.size()});
      if (!asked.found->record) break;
      for (const DmarcIgnored& ignored : asked.found->record->ignored) {
        Explanation piece;
        piece.rule = "RFC 9989 4.7";
        piece.words =
            MessageKey{"dmarc.ignored",
                       {Argument::of_text(
                           "piece", asked.found->text.substr(ignored.place.offset, ignored.place.length))}};
        piece.outcome = "ignored";
        piece.ranges.push_back(
            {RangeSource::kDnsRecord, owner + " TXT", ignored.place.offset, ignored.place.length});
        step.children.push_back(std::move(piece));
      }
      break;
  }
  if (answer != nullptr) step.look_ups.push_back(to_look_up(*answer));
  why.children.push_back(std::move(step));
}

Task<std::optional<bool>> DmarcDiscovery::does_not_exist(std::string domain, Explanation& why) {
  const std::optional<dns::Name> name = to_dns_name(domain);
  std::optional<bool> out = true;
  if (!name) co_return out;
  ++look_ups_;
  dns::Question question{*name, dns::RecordType::kA};
  const dns::Answer answer = co_await resolver_.resolve(std::move(question));
  // A name that is an alias exists, whatever its target does.
  out = answer.status == dns::AnswerStatus::kNxDomain && answer.aliases.empty();
  if (is_failure(answer)) out.reset();
  if (explain_) {
    Explanation step;
    step.rule = "RFC 9989 3.2.13";
    const std::string_view key = !out   ? "dmarc.existence-unknown"
                                 : *out ? "dmarc.does-not-exist"
                                        : "dmarc.exists";
    step.words = MessageKey{std::string(key), {Argument::of_domain("domain", domain)}};
    step.outcome = !out ? "temperror" : *out ? "no" : "yes";
    step.look_ups.push_back(to_look_up(answer));
    why.children.push_back(std::move(step));
  }
  co_return out;
}

}  // namespace glasspost::auth
