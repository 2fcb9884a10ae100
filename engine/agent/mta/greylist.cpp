#include "engine/agent/mta/greylist.h"

#include <utility>

#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

// The network's bytes, a length that tells v4 from v6, and both addresses; NUL stands in none of them.
std::string key_of(const IpAddress& client, std::string_view sender, std::string_view recipient) {
  const IpAddress address = client.unmapped();
  std::string key;
  for (std::size_t i = 0; i < (address.is_v6() ? 8u : 3u); ++i)
    key += static_cast<char>(address.bytes()[i]);
  key += address.is_v6() ? '6' : '4';
  return key + to_lower(sender) + '\0' + to_lower(recipient);
}

}  // namespace

void Greylist::touch(const std::string& key, Entry& entry, Instant now) {
  by_age_.erase(entry.age);
  entry.last = now;
  entry.age = ++next_age_;
  by_age_.emplace(entry.age, key);
}

void Greylist::forget_oldest() {
  const auto oldest = by_age_.begin();
  known_.erase(oldest->second);
  by_age_.erase(oldest);
}

GreylistFinding Greylist::meet(const IpAddress& client, std::string_view sender, std::string_view recipient,
                               Instant now) {
  if (!policy_.on) return {};
  const std::string key = key_of(client, sender, recipient);
  const auto [at, fresh] = known_.try_emplace(key);
  Entry& entry = at->second;
  // Who stayed away too long is a stranger again.
  const bool lapsed = !fresh && now - entry.last > (entry.passed ? policy_.keep : policy_.window);
  if (fresh || lapsed) {
    entry.first = now;
    entry.passed = false;
    touch(key, entry, now);
    if (known_.size() > policy_.most) forget_oldest();
    return {GreylistVerdict::kNew, policy_.delay};
  }
  touch(key, entry, now);
  const Duration away = now - entry.first;
  if (entry.passed) return {GreylistVerdict::kKnown, away};
  if (away < policy_.delay) return {GreylistVerdict::kEarly, policy_.delay - away};
  entry.passed = true;
  return {GreylistVerdict::kPassed, away};
}

}  // namespace glasspost::agent
