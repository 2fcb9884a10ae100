#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/protocol/dns/zone.h"

namespace glasspost::dns {

/// The answer that a set of zones gives, aliases followed; a name of no zone, and a name below a cut whose
/// zone is not in the set, gives SERVFAIL.
[[nodiscard]] Answer resolve_in(const ZoneSet& zones, const Question& question);

/// Answers from zones in memory, at once. For tests, and for checks against a zone file.
class StaticResolver final : public Resolver {
 public:
  explicit StaticResolver(ZoneSet zones) : zones_(std::move(zones)) {}

  /// From now on every question about `name` fails with this status (kServFail or kTimedOut) after `took`,
  /// on top of what the zones say.
  void fail(Name name, AnswerStatus status, Duration took = {});
  /// Only questions of this type.
  void fail(Name name, RecordType type, AnswerStatus status, Duration took = {});

  Task<Answer> resolve(Question question) override;

  [[nodiscard]] ZoneSet& zones() { return zones_; }
  /// Every question so far, in order.
  [[nodiscard]] const std::vector<Question>& asked() const { return asked_; }

 private:
  struct Failure {
    AnswerStatus status = AnswerStatus::kServFail;
    Duration took;
  };
  ZoneSet zones_;
  std::map<std::pair<Name, RecordType>, Failure> failures_;
  std::vector<Question> asked_;
};

}  // namespace glasspost::dns
