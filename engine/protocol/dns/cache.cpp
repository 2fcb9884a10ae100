#include "engine/protocol/dns/cache.h"

#include <algorithm>

namespace glasspost::dns {
namespace {

// NXDOMAIN is about a name, not a type.
constexpr auto kEveryType = static_cast<RecordType>(0);

Instant after_seconds(Instant now, std::uint32_t seconds) {
  return now + Duration::seconds(seconds);
}

}  // namespace

std::uint32_t seconds_left(Instant expires, Instant now) {
  if (expires <= now) return 0;
  return static_cast<std::uint32_t>(((expires - now).ns + 999'999'999) / 1'000'000'000);
}

std::optional<Cache::Stored> Cache::put(const Question& question, std::vector<Record> records, Trust trust,
                                        Instant now) {
  GLASSPOST_ASSERT(!records.empty());
  std::uint32_t ttl = limits_.max_ttl;
  for (const Record& record : records)
    ttl = std::min(ttl, record.ttl);
  CachedSet set;
  set.records = std::move(records);
  set.trust = trust;
  set.expires = after_seconds(now, ttl);
  return store({question.name, question.type}, std::move(set), now);
}

std::optional<Cache::Stored> Cache::put_negative(const Question& question, AnswerStatus status,
                                                 std::optional<Record> soa, Instant now) {
  GLASSPOST_ASSERT(status == AnswerStatus::kNxDomain || status == AnswerStatus::kNoData);
  if (!soa || !std::holds_alternative<SoaData>(soa->data)) return std::nullopt;
  const std::uint32_t ttl =
      std::min({soa->ttl, std::get<SoaData>(soa->data).minimum, limits_.max_negative_ttl});
  CachedSet set;
  set.status = status;
  set.soa = std::move(soa);
  set.expires = after_seconds(now, ttl);
  const RecordType type = status == AnswerStatus::kNxDomain ? kEveryType : question.type;
  return store({question.name, type}, std::move(set), now);
}

std::optional<Cache::Stored> Cache::put_failure(const Question& question, Instant now) {
  CachedSet set;
  set.status = AnswerStatus::kServFail;
  set.expires = after_seconds(now, limits_.failure_ttl);
  return store({question.name, question.type}, std::move(set), now);
}

std::optional<Cache::Stored> Cache::store(Key key, CachedSet set, Instant now) {
  if (set.expires <= now || limits_.entries == 0) return std::nullopt;
  const auto old = sets_.find(key);
  if (old != sets_.end()) {
    const bool fresh = old->second.expires > now;
    const bool failure = set.status == AnswerStatus::kServFail;
    if (fresh &&
        (old->second.trust > set.trust || (failure && old->second.status != AnswerStatus::kServFail)))
      return std::nullopt;
    by_expiry_.erase({old->second.expires, key});
    sets_.erase(old);
  }
  Stored stored;
  stored.expires = set.expires;
  if (sets_.size() >= limits_.entries) {
    const Key first = by_expiry_.begin()->second;
    stored.dropped = Question{first.first, first.second == kEveryType ? RecordType::kAny : first.second};
    by_expiry_.erase(by_expiry_.begin());
    sets_.erase(first);
  }
  by_expiry_.emplace(set.expires, key);
  sets_.emplace(std::move(key), std::move(set));
  return stored;
}

const CachedSet* Cache::find(const Question& question, Trust at_least, Instant now) const {
  for (const RecordType type : {question.type, kEveryType}) {
    const auto set = sets_.find({question.name, type});
    if (set != sets_.end() && set->second.expires > now && set->second.trust >= at_least) return &set->second;
  }
  return nullptr;
}

void Cache::clear() {
  sets_.clear();
  by_expiry_.clear();
}

}  // namespace glasspost::dns
