#include "engine/session/dns_stub.h"

#include <utility>

#include "engine/protocol/dns/reply.h"
#include "engine/session/dns_exchange.h"

namespace glasspost::dns {
namespace {

Cache::Limits limits_for(std::size_t entries) {
  Cache::Limits limits;
  limits.entries = entries;
  return limits;
}

// A server that answered with a failure is not asked the same again.
bool may_ask_again(const Error& error) {
  return error.code == ErrorCode::kTimedOut;
}

}  // namespace

StubResolver::StubResolver(HostServices host, StubConfig config)
    : host_(host),
      config_(std::move(config)),
      ids_(host.random.stream("dns stub")),
      cache_(limits_for(config_.cache_entries)) {}

Task<Answer> StubResolver::resolve(Question question) {
  const Instant start = host_.clock.now();
  if (std::optional<Answer> cached = from_cache(question)) co_return std::move(*cached);
  Answer answer;
  answer.question = question;
  std::vector<bool> failed(config_.servers.size(), false);
  for (int round = 0; round < config_.rounds; ++round) {
    for (std::size_t i = 0; i < config_.servers.size(); ++i) {
      if (failed[i]) continue;
      const Instant deadline = host_.clock.now() + config_.timeout;
      Result<Message> response =
          co_await ask_server(host_, ids_, config_.servers[i], question, true, deadline);
      if (response) {
        answer = read_answer(question, *response);
        failed[i] = answer.status == AnswerStatus::kServFail;
      } else {
        failed[i] = !may_ask_again(response.error());
        answer.status = failed[i] ? AnswerStatus::kServFail : AnswerStatus::kTimedOut;
      }
      answer.took = host_.clock.now() - start;
      if (response && !failed[i]) {
        keep(answer, *response);
        co_return answer;
      }
      if (!response && response.error().code == ErrorCode::kAborted) co_return answer;
    }
  }
  co_return answer;
}

std::optional<Answer> StubResolver::from_cache(const Question& question) const {
  const Instant now = host_.clock.now();
  const CachedSet* set = cache_.find(question, Trust::kAnswer, now);
  if (set == nullptr) return std::nullopt;
  Answer answer;
  answer.question = question;
  answer.status = set->status;
  answer.ttl = seconds_left(set->expires, now);
  answer.from_cache = true;
  for (const Record& record : set->records)
    (record.type == question.type ? answer.records : answer.aliases).push_back(record);
  return answer;
}

// The whole chain is kept under the question, for as long as its shortest-lived link.
void StubResolver::keep(const Answer& answer, const Message& message) {
  const Instant now = host_.clock.now();
  if (answer.status == AnswerStatus::kFound) {
    std::vector<Record> records = answer.aliases;
    records.insert(records.end(), answer.records.begin(), answer.records.end());
    cache_.put(answer.question, std::move(records), Trust::kAnswer, now);
    return;
  }
  const Name end =
      answer.aliases.empty() ? answer.question.name : std::get<NameData>(answer.aliases.back().data).target;
  std::optional<Record> soa = negative_soa(message, end);
  if (soa) soa->ttl = answer.ttl;
  // Behind aliases the asked name itself exists: nothing is known about its other types.
  if (!answer.aliases.empty() && answer.status == AnswerStatus::kNxDomain) return;
  cache_.put_negative(answer.question, answer.status, std::move(soa), now);
}

}  // namespace glasspost::dns
