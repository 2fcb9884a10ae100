#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"

namespace glasspost::agent {

struct GreylistPolicy {
  bool on = false;
  Duration delay = Duration::minutes(5);  ///< a triplet is deferred until it is so old
  Duration window = Duration::days(2);    ///< a client that comes back later than this starts anew
  Duration keep = Duration::days(36);     ///< a triplet that has passed passes at once, until unused so long
  std::size_t most = 100'000;             ///< triplets; beyond that the oldest is forgotten
};

/// What is known of a client that brings mail for somebody.
enum class GreylistVerdict : std::uint8_t {
  kOff,
  kNew,     ///< never seen: to be deferred
  kEarly,   ///< seen, but back too soon: to be deferred
  kPassed,  ///< back after the delay, for the first time
  kKnown,   ///< has passed before
};

struct GreylistFinding {
  GreylistVerdict verdict = GreylistVerdict::kOff;
  Duration wait;  ///< kNew, kEarly: until it passes; kPassed: how long it has been away
  [[nodiscard]] bool deferred() const {
    return verdict == GreylistVerdict::kNew || verdict == GreylistVerdict::kEarly;
  }
};

/// Defers a client's network, sender and recipient at their first meeting: who sends mail in earnest tries
/// again. Lives in memory; after a restart everybody is new. // RFC 6647 2
class Greylist {
 public:
  explicit Greylist(GreylistPolicy policy) : policy_(policy) {}

  /// Addresses are compared without regard to case; clients by their /24 or /64, because a large sender's
  /// next attempt may come from the machine beside it. // RFC 6647 2.3
  GreylistFinding meet(const IpAddress& client, std::string_view sender, std::string_view recipient,
                       Instant now);

  [[nodiscard]] std::size_t size() const { return known_.size(); }

 private:
  struct Entry {
    Instant first;
    Instant last;
    std::uint64_t age = 0;  ///< its place in by_age_
    bool passed = false;
  };
  void touch(const std::string& key, Entry& entry, Instant now);
  void forget_oldest();

  GreylistPolicy policy_;
  std::map<std::string, Entry> known_;
  std::map<std::uint64_t, std::string> by_age_;  ///< longest unused first
  std::uint64_t next_age_ = 0;
};

}  // namespace glasspost::agent
