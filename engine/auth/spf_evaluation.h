#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/spf.h"
#include "engine/auth/spf_macro.h"
#include "engine/auth/spf_record.h"
#include "engine/auth/spf_steps.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task.h"

namespace glasspost::auth {

/// One run of check_host() with all that it includes and redirects to. The resolver outlives it.
class SpfEvaluation {
 public:
  SpfEvaluation(dns::Resolver& resolver, SpfRequest request, SpfLimits limits);

  Task<SpfVerdict> run();

 private:
  struct Outcome {
    SpfResult result = SpfResult::kNone;
    std::string mechanism;           // the term that decided
    std::optional<SpfModifier> exp;  // of the record that decided
    std::string domain;              // of that record
  };

  Task<Outcome> check_host(std::string domain, Explanation& why);
  Task<Outcome> evaluate(SpfRecord record, std::string text, std::string domain, Explanation& why);
  Task<Outcome> redirect(SpfModifier modifier, std::string domain, Explanation& why);
  Task<std::optional<std::string>> find_record(std::string domain, Explanation& why, Outcome& out);

  Task<SpfMatch> judge(const SpfDirective& directive, std::string domain, std::string target,
                       Explanation& step);
  Task<SpfMatch> match_include(std::string target, Explanation& step);
  Task<SpfMatch> match_a(const SpfDirective& directive, std::string target, Explanation& step);
  Task<SpfMatch> match_mx(const SpfDirective& directive, std::string target, Explanation& step);
  Task<SpfMatch> match_ptr(std::string target, Explanation& step);
  Task<SpfMatch> match_exists(std::string target, Explanation& step);

  /// A domain that cannot be a name gives kNxDomain.
  Task<dns::Answer> look_up(std::string domain, dns::RecordType type, Explanation& step);
  Task<dns::Answer> look_up_name(dns::Name name, dns::RecordType type, Explanation& step);
  [[nodiscard]] dns::RecordType address_type() const;
  SpfMatch check_answer(const dns::Answer& answer);
  bool count_term(Explanation& step);
  bool count_void(const dns::Answer& answer, Explanation& step);
  Task<std::vector<dns::Name>> validated_names(Explanation& step, bool& is_void);
  Task<void> find_validated_name(std::string domain, Explanation& step);
  Task<std::string> expand_target(std::string spec, std::string domain, Explanation& step);
  Task<std::string> owners_text(Outcome outcome, Explanation& why);
  SpfMatch temp_error(std::string problem);
  SpfMatch perm_error(std::string problem);
  void add(Explanation& parent, Explanation step);

  dns::Resolver& resolver_;
  SpfRequest request_;
  SpfLimits limits_;
  SpfMacroValues values_;
  bool name_validated_ = false;
  bool explaining_owner_ = false;  // look-ups for exp= are not limited // RFC 7208 4.6.4
  int steps_ = 0;
  int look_ups_ = 0;
  int voids_ = 0;
  Duration waited_;
  std::string problem_;
};

}  // namespace glasspost::auth
