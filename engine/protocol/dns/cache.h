#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "engine/protocol/dns/resolver.h"

namespace glasspost::dns {

/// How much cached data may be believed. // RFC 2181 5.4.1
enum class Trust : std::uint8_t {
  kReferral,  ///< NS records and glue from the parent's side of a cut: good for finding servers only
  kAnswer,    ///< from the answer section
};

/// What a cache knows about (name, type).
struct CachedSet {
  AnswerStatus status = AnswerStatus::kFound;  ///< kFound, kNoData, kNxDomain or kServFail
  std::vector<Record> records;                 ///< kFound; their TTLs as received
  std::optional<Record> soa;                   ///< of a negative answer
  Trust trust = Trust::kAnswer;
  Instant expires;
};

/// A bounded cache of record sets and negative answers: pure, time comes as arguments. When it is full the
/// entry that expires first makes room.
class Cache {
 public:
  struct Limits {
    std::size_t entries = 10'000;
    std::uint32_t max_ttl = 7 * 86'400;          ///< seconds
    std::uint32_t max_negative_ttl = 3 * 3'600;  ///< seconds // RFC 2308 5
    std::uint32_t failure_ttl = 5;               ///< seconds // RFC 2308 7.1, RFC 9520 3.2
  };
  struct Stored {
    Instant expires;
    std::optional<Question> dropped;  ///< what had to make room
  };

  explicit Cache(Limits limits) : limits_(limits) {}

  /// Records of one owner and type, not empty. Nothing happens (nullopt) with a TTL of 0, or where fresh data
  /// of higher trust is there.
  std::optional<Stored> put(const Question& question, std::vector<Record> records, Trust trust, Instant now);
  /// NXDOMAIN holds for every type of the name. Without an SOA nothing is kept. // RFC 2308 5
  std::optional<Stored> put_negative(const Question& question, AnswerStatus status, std::optional<Record> soa,
                                     Instant now);
  /// For `failure_ttl`.
  std::optional<Stored> put_failure(const Question& question, Instant now);

  /// Fresh data of at least this trust; the pointer is good until the next change.
  [[nodiscard]] const CachedSet* find(const Question& question, Trust at_least, Instant now) const;
  [[nodiscard]] std::size_t size() const { return sets_.size(); }
  void clear();

 private:
  using Key = std::pair<Name, RecordType>;
  std::optional<Stored> store(Key key, CachedSet set, Instant now);

  Limits limits_;
  std::map<Key, CachedSet> sets_;
  std::set<std::pair<Instant, Key>> by_expiry_;
};

/// Whole seconds until `expires`, rounded up; 0 when it has passed.
[[nodiscard]] std::uint32_t seconds_left(Instant expires, Instant now);

}  // namespace glasspost::dns
