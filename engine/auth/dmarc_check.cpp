#include <algorithm>
#include <utility>

#include "engine/auth/dmarc.h"
#include "engine/auth/dmarc_discovery.h"
#include "engine/auth/public_suffix.h"
#include "engine/base/assert.h"

namespace glasspost::auth {
namespace {

enum class Aligned : std::uint8_t { kNo, kYes, kUnknown };

DmarcPolicy one_step_milder(DmarcPolicy policy) {
  return policy == DmarcPolicy::kReject ? DmarcPolicy::kQuarantine : DmarcPolicy::kNone;
}

bool is_at_or_below(std::string_view name, std::string_view ancestor) {
  return name == ancestor || (name.size() > ancestor.size() && name.ends_with(ancestor) &&
                              name[name.size() - ancestor.size() - 1] == '.');
}

// Of two authors' verdicts, the one that decides: nobody hides behind another.
int badness(const DmarcVerdict& verdict) {
  switch (verdict.result) {
    case DmarcResult::kPass:
      return 0;
    case DmarcResult::kNone:
      return 1;
    case DmarcResult::kPermError:
      return 2;
    case DmarcResult::kTempError:
      return 3;
    case DmarcResult::kFail:
      return 4 + static_cast<int>(verdict.disposition);
  }
  GLASSPOST_UNREACHABLE();
}

std::string_view problem_of(AuthorProblem problem) {
  switch (problem) {
    case AuthorProblem::kNone:
      return "";
    case AuthorProblem::kNoFrom:
      return "there is no From field";
    case AuthorProblem::kNoDomain:
      return "the From field names no domain";
    case AuthorProblem::kSeveralFields:
      return "there are several From fields";
    case AuthorProblem::kSeveralDomains:
      return "the From field names too many domains";
  }
  GLASSPOST_UNREACHABLE();
}

class DmarcCheck {
 public:
  DmarcCheck(dns::Resolver& resolver, const message::Header& header, DmarcRequest request, DmarcLimits limits)
      : header_(header),
        request_(std::move(request)),
        limits_(limits),
        discovery_(resolver, request_.profile, request_.explain) {}

  Task<DmarcVerdict> run() {
    const Authors authors = find_authors(header_);
    Explanation why;
    DmarcVerdict worst;
    worst.author_problem = authors.problem;
    explain_authors(authors, why);
    if (authors.domains.empty() || authors.domains.size() > limits_.authors) {
      worst.problem = std::string(problem_of(authors.problem));
      finish(worst, std::move(why));
      co_return worst;
    }
    prefer_passed();
    bool first = true;
    for (const std::string& author : authors.domains) {
      Explanation step;
      DmarcVerdict verdict = co_await judge(author, step);
      verdict.author_problem = authors.problem;
      conclude_step(verdict, step);
      if (request_.explain) why.children.push_back(std::move(step));
      if (first || badness(verdict) > badness(worst)) worst = std::move(verdict);
      first = false;
    }
    finish(worst, std::move(why));
    co_return worst;
  }

 private:
  [[nodiscard]] bool is_new() const { return request_.profile == DmarcProfile::kRfc9989; }
  [[nodiscard]] std::string rule(std::string_view new_section, std::string_view old_section) const {
    return is_new() ? "RFC 9989 " + std::string(new_section) : "RFC 7489 " + std::string(old_section);
  }

  // Those that passed come first, so that a flood of broken signatures hides none.
  void prefer_passed() {
    std::stable_partition(request_.dkim.begin(), request_.dkim.end(),
                          [](const DmarcIdentifier& d) { return d.passed; });
    if (request_.dkim.size() > limits_.identifiers) request_.dkim.resize(limits_.identifiers);
  }

  Task<DmarcVerdict> judge(std::string author, Explanation& why) {
    DmarcVerdict verdict;
    verdict.author_domain = author;
    Explanation search;
    const DmarcWalk walk = co_await find(author, search);
    set_organization(walk, verdict, search);
    if (request_.explain) why.children.push_back(std::move(search));
    const DmarcFound* found = choose(walk, verdict);
    if (found == nullptr) {
      verdict.problem = walk.failure;
      verdict.result = walk.failure.empty() ? DmarcResult::kNone : DmarcResult::kTempError;
      co_return verdict;
    }
    verdict.policy_domain = found->name;
    verdict.record_text = found->text;
    if (!found->record) {
      // RFC 9989 4.10.1: no DMARC processing; RFC 7489 has no such mercy with a broken record.
      verdict.problem = "the record of " + found->name + " cannot be used: " + found->record.error().message;
      verdict.result = is_new() ? DmarcResult::kNone : DmarcResult::kPermError;
      explain_unusable(*found, why);
      co_return verdict;
    }
    verdict.record = *found->record;
    const bool known = co_await set_policy(verdict, why);
    const bool decided = co_await align_all(verdict, why);
    settle(verdict, known && decided, walk, why);
    co_return verdict;
  }

  Task<DmarcWalk> find(std::string domain, Explanation& why) {
    if (is_new()) {
      co_return co_await discovery_.walk(std::move(domain), why);
    }
    co_return co_await discovery_.ask_two(std::move(domain), why);
  }

  void set_organization(const DmarcWalk& walk, DmarcVerdict& verdict, Explanation& search) const {
    if (is_new() && walk.failure.empty())
      verdict.organizational_domain = organizational_domain(verdict.author_domain, walk);
    if (!is_new()) verdict.organizational_domain = organizational_domain_by_list(verdict.author_domain);
    search.rule = rule("4.10.2", "3.2");
    search.outcome = verdict.organizational_domain;
    const std::string_view key =
        verdict.organizational_domain.empty() ? "dmarc.organization-unknown" : "dmarc.organization";
    search.words = MessageKey{std::string(key),
                              {Argument::of_domain("domain", verdict.author_domain),
                               Argument::of_domain("organization", verdict.organizational_domain)}};
  }

  // The record that applies. // RFC 9989 3.2.5, 4.10.1; RFC 7489 6.6.3
  [[nodiscard]] const DmarcFound* choose(const DmarcWalk& walk, const DmarcVerdict& verdict) const {
    if (walk.found.empty()) return nullptr;
    if (!is_new() || walk.found.front().name == verdict.author_domain) return &walk.found.front();
    if (!walk.failure.empty()) return nullptr;
    for (const DmarcFound& found : walk.found) {
      if (found.name == verdict.organizational_domain) return &found;
    }
    const DmarcFound& last = walk.found.back();
    return last.record && last.record->psd == DmarcPsd::kYes ? &last : nullptr;
  }

  void explain_unusable(const DmarcFound& found, Explanation& why) const {
    if (!request_.explain) return;
    Explanation step;
    step.rule = rule("4.10.1", "6.6.3");
    step.words = MessageKey{"dmarc.unusable",
                            {Argument::of_domain("domain", found.name),
                             Argument::of_text("problem", found.record.error().message)}};
    step.outcome = is_new() ? "none" : "permerror";
    const std::size_t at = std::min(found.record.error().offset.value_or(0), found.text.size());
    step.ranges.push_back(
        in_record(found.name, {at, std::min(found.text.find(';', at), found.text.size()) - at}));
    why.children.push_back(std::move(step));
  }

  static ByteRange in_record(const std::string& domain, const TextPlace& place) {
    return {RangeSource::kDnsRecord, "_dmarc." + domain + " TXT", place.offset, place.length};
  }

  // False if the DNS did not tell which policy applies. // RFC 9989 4.10.1
  Task<bool> set_policy(DmarcVerdict& verdict, Explanation& why) {
    const DmarcRecord& record = *verdict.record;
    Explanation step;
    verdict.published = record.p;
    TextPlace place = record.p_place;
    bool known = true;
    if (verdict.policy_domain != verdict.author_domain) {
      verdict.published = record.sp.value_or(record.p);
      if (record.sp) place = record.sp_place;
      if (record.np && *record.np != verdict.published) {
        const std::optional<bool> missing = co_await discovery_.does_not_exist(verdict.author_domain, step);
        known = missing.has_value();
        if (missing.value_or(false)) {
          verdict.published = *record.np;
          place = record.np_place;
        }
      }
    }
    verdict.policy = record.testing ? one_step_milder(verdict.published) : verdict.published;
    if (!request_.explain) co_return known;
    step.rule = rule("4.10.1", "6.6.3");
    step.words = MessageKey{record.policy_replaced ? "dmarc.policy-replaced" : "dmarc.policy",
                            {Argument::of_domain("domain", verdict.policy_domain),
                             Argument::of_text("policy", to_string(verdict.published))}};
    step.outcome = std::string(to_string(verdict.published));
    if (place.length > 0) step.ranges.push_back(in_record(verdict.policy_domain, place));
    if (record.testing) {
      Explanation testing;
      testing.rule = "RFC 9989 4.7";
      testing.words = MessageKey{"dmarc.testing", {Argument::of_text("policy", to_string(verdict.policy))}};
      testing.outcome = std::string(to_string(verdict.policy));
      testing.ranges.push_back(in_record(verdict.policy_domain, record.t_place));
      step.children.push_back(std::move(testing));
    }
    why.children.push_back(std::move(step));
    co_return known;
  }

  // False if an identifier that might be aligned could not be judged. // RFC 9989 4.4
  Task<bool> align_all(DmarcVerdict& verdict, Explanation& why) {
    bool decided = true;
    if (request_.spf) {
      const Aligned aligned = co_await align(*request_.spf, "SPF", verdict, why);
      verdict.spf_aligned = aligned == Aligned::kYes;
      decided = decided && aligned != Aligned::kUnknown;
    }
    for (const DmarcIdentifier& identifier : request_.dkim) {
      const Aligned aligned = co_await align(identifier, "DKIM", verdict, why);
      verdict.dkim_aligned = verdict.dkim_aligned || aligned == Aligned::kYes;
      decided = decided && aligned != Aligned::kUnknown;
    }
    co_return decided;
  }

  // kYes only for a check that passed; kUnknown where it, or the DNS, could not say now.
  Task<Aligned> align(const DmarcIdentifier& identifier, std::string_view check, const DmarcVerdict& verdict,
                      Explanation& why) {
    Explanation step;
    const bool spf = check == "SPF";
    const DmarcAlignment mode = spf ? verdict.record->aspf : verdict.record->adkim;
    Aligned aligned = Aligned::kNo;
    if (identifier.passed || identifier.temp_error) {
      aligned = co_await compare(comparable_domain(identifier.domain), mode, verdict, step);
    }
    const bool possible = aligned != Aligned::kNo;
    if (identifier.temp_error && possible) aligned = Aligned::kUnknown;
    if (!request_.explain) co_return aligned;
    std::string key = aligned == Aligned::kYes ? "dmarc.aligned" : "dmarc.not-aligned";
    if (!identifier.passed) key = "dmarc.not-passed";
    if (aligned == Aligned::kUnknown) key = "dmarc.alignment-unknown";
    step.rule = spf ? rule("4.4.2", "3.1.2") : rule("4.4.1", "3.1.1");
    step.words = MessageKey{
        std::move(key),
        {Argument::of_text("check", check), Argument::of_domain("domain", identifier.domain),
         Argument::of_domain("author", verdict.author_domain), Argument::of_text("mode", to_string(mode))}};
    step.outcome = aligned == Aligned::kYes  ? "aligned"
                   : aligned == Aligned::kNo ? "not aligned"
                                             : "temperror";
    const TextPlace& place = spf ? verdict.record->aspf_place : verdict.record->adkim_place;
    if (place.length > 0) step.ranges.push_back(in_record(verdict.policy_domain, place));
    why.children.push_back(std::move(step));
    co_return aligned;
  }

  Task<Aligned> compare(std::string domain, DmarcAlignment mode, const DmarcVerdict& verdict,
                        Explanation& why) {
    if (domain.empty()) co_return Aligned::kNo;
    if (domain == verdict.author_domain) co_return Aligned::kYes;
    if (mode == DmarcAlignment::kStrict) co_return Aligned::kNo;
    const std::string& organization = verdict.organizational_domain;
    if (!is_new())
      co_return organizational_domain_by_list(domain) == organization ? Aligned::kYes : Aligned::kNo;
    if (organization.empty()) co_return Aligned::kUnknown;
    // An organisational domain is the name or above it, so others need no walk.
    if (!is_at_or_below(domain, organization)) co_return Aligned::kNo;
    const DmarcWalk walk = co_await discovery_.walk(domain, why);
    if (!walk.failure.empty()) co_return Aligned::kUnknown;
    co_return organizational_domain(domain, walk) == organization ? Aligned::kYes : Aligned::kNo;
  }

  // RFC 9989 5.3.5, 5.3.6; RFC 7489 6.6.2, 6.6.4
  void settle(DmarcVerdict& verdict, bool decided, const DmarcWalk& walk, Explanation& why) const {
    if (verdict.spf_aligned || verdict.dkim_aligned) {
      verdict.result = DmarcResult::kPass;
      return;
    }
    if (!decided) {
      verdict.result = DmarcResult::kTempError;
      verdict.problem =
          walk.failure.empty() ? "a check that might be aligned could not be done now" : walk.failure;
      return;
    }
    verdict.result = DmarcResult::kFail;
    verdict.disposition = verdict.policy;
    if (is_new() || request_.sample < verdict.record->pct) return;
    verdict.sampled_out = true;
    verdict.disposition = one_step_milder(verdict.policy);
    if (!request_.explain) return;
    Explanation step;
    step.rule = "RFC 7489 6.6.4";
    step.words = MessageKey{"dmarc.sampled-out",
                            {Argument::of_number("percent", verdict.record->pct),
                             Argument::of_text("policy", to_string(verdict.disposition))}};
    step.outcome = std::string(to_string(verdict.disposition));
    step.ranges.push_back(in_record(verdict.policy_domain, verdict.record->pct_place));
    why.children.push_back(std::move(step));
  }

  void explain_authors(const Authors& authors, Explanation& why) const {
    if (!request_.explain) return;
    Explanation step;
    step.rule = rule("5.3.1", "6.6.1");
    std::size_t shown = 0;
    for (const message::HeaderField* field : header_.all("From")) {
      if (++shown > 10) break;
      step.ranges.push_back({RangeSource::kMessage, "", field->offset, field->raw.size()});
    }
    if (authors.problem == AuthorProblem::kNone) {
      step.words = MessageKey{"dmarc.author", {Argument::of_domain("domain", authors.domains.front())}};
      step.outcome = authors.domains.front();
    } else if (authors.domains.size() > 1 && authors.domains.size() <= limits_.authors) {
      step.words =
          MessageKey{"dmarc.several-authors",
                     {Argument::of_number("count", static_cast<std::int64_t>(authors.domains.size()))}};
      step.outcome = "each is judged";
    } else {
      step.words = MessageKey{"dmarc.no-author", {Argument::of_text("problem", problem_of(authors.problem))}};
      step.outcome = "none";
    }
    why.children.push_back(std::move(step));
  }

  void conclude_step(const DmarcVerdict& verdict, Explanation& why) const {
    if (!request_.explain) return;
    why.rule = rule("5.3", "6.6.2");
    why.outcome = std::string(to_string(verdict.result));
    why.words = MessageKey{"dmarc." + why.outcome,
                           {Argument::of_domain("domain", verdict.author_domain),
                            Argument::of_text("policy", to_string(verdict.disposition)),
                            Argument::of_text("problem", verdict.problem.empty() ? "-" : verdict.problem)}};
  }

  // One author's tree is the whole tree; several stand side by side below the verdict that counts.
  void finish(DmarcVerdict& verdict, Explanation why) const {
    verdict.look_ups = discovery_.look_ups();
    if (!request_.explain) return;
    if (why.children.size() == 2) {
      Explanation author = std::move(why.children[0]);
      why = std::move(why.children[1]);
      why.children.insert(why.children.begin(), std::move(author));
    } else {
      conclude_step(verdict, why);
      if (verdict.author_domain.empty()) why.words.key = "dmarc.not-judged";
    }
    why.inputs = {Argument::of_text("profile", to_string(request_.profile)),
                  Argument::of_domain("author", verdict.author_domain),
                  Argument::of_text("result", to_string(verdict.result)),
                  Argument::of_text("disposition", to_string(verdict.disposition)),
                  Argument::of_number("look-ups", verdict.look_ups)};
    verdict.explanation = std::move(why);
  }

  const message::Header& header_;
  DmarcRequest request_;
  DmarcLimits limits_;
  DmarcDiscovery discovery_;
};

}  // namespace

Task<DmarcVerdict> check_dmarc(dns::Resolver& resolver, const message::Header& header, DmarcRequest request,
                               DmarcLimits limits) {
  DmarcCheck check(resolver, header, std::move(request), limits);
  co_return co_await check.run();
}

}  // namespace glasspost::auth
