#include "engine/protocol/dns/static_resolver.h"

#include <algorithm>
#include <limits>

namespace glasspost::dns {
namespace {

// Stands for every type in the table of failures.
constexpr auto kEveryType = static_cast<RecordType>(0);

AnswerStatus status_of(ZoneOutcome outcome) {
  switch (outcome) {
    case ZoneOutcome::kAnswer:
      return AnswerStatus::kFound;
    case ZoneOutcome::kNoData:
      return AnswerStatus::kNoData;
    case ZoneOutcome::kNxDomain:
      return AnswerStatus::kNxDomain;
    case ZoneOutcome::kAlias:
    case ZoneOutcome::kReferral:
    case ZoneOutcome::kLoop:
    case ZoneOutcome::kOutside:
      return AnswerStatus::kServFail;
  }
  GLASSPOST_UNREACHABLE();
}

}  // namespace

Answer resolve_in(const ZoneSet& zones, const Question& question) {
  ZoneLookup found = zones.lookup(question);
  Answer answer;
  answer.question = question;
  answer.status = status_of(found.outcome);
  answer.ttl = std::numeric_limits<std::uint32_t>::max();
  for (Record& record : found.answers) {
    answer.ttl = std::min(answer.ttl, record.ttl);
    const bool wanted = record.type == question.type || question.type == RecordType::kAny;
    (wanted ? answer.records : answer.aliases).push_back(std::move(record));
  }
  for (const Record& record : found.authority) {
    if (record.type == RecordType::kSoa) answer.ttl = std::min(answer.ttl, record.ttl);
  }
  if (answer.status == AnswerStatus::kServFail) answer.ttl = 0;
  return answer;
}

void StaticResolver::fail(Name name, AnswerStatus status, Duration took) {
  fail(std::move(name), kEveryType, status, took);
}

void StaticResolver::fail(Name name, RecordType type, AnswerStatus status, Duration took) {
  failures_[{std::move(name), type}] = {status, took};
}

Task<Answer> StaticResolver::resolve(Question question) {
  asked_.push_back(question);
  auto failure = failures_.find({question.name, question.type});
  if (failure == failures_.end()) failure = failures_.find({question.name, kEveryType});
  if (failure == failures_.end()) co_return resolve_in(zones_, question);
  Answer answer;
  answer.question = std::move(question);
  answer.status = failure->second.status;
  answer.took = failure->second.took;
  co_return answer;
}

}  // namespace glasspost::dns
