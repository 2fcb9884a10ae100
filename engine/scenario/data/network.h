#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/scenario/data/source_place.h"

namespace glasspost::scenario {

/// How a path between two hosts behaves, the same in both directions.
struct LinkProfile {
  Duration latency = Duration::milliseconds(20);  ///< one way
  Duration jitter;                                ///< added on top: uniform in [0, jitter]
  std::uint64_t bandwidth = 0;                    ///< bits per second; 0: unlimited
  std::uint32_t loss = 0;  ///< segments and datagrams lost, in millionths (20% = 200,000)

  friend bool operator==(const LinkProfile&, const LinkProfile&) = default;
};

/// A path that differs from the default. A link named in the scenario has that name; one that follows from a
/// host's own `link:` is named after the host.
struct Link {
  SourcePlace place;
  std::string name;
  std::string a;  ///< full host names; a link holds for both directions
  std::string b;
  LinkProfile profile;
};

/// Every two hosts reach each other by the default profile, unless `links` has an entry for the pair (at most
/// one has).
struct Network {
  LinkProfile default_link;
  std::vector<Link> links;
};

/// Two hosts, by full name.
struct HostPair {
  std::string a;
  std::string b;

  friend bool operator==(const HostPair&, const HostPair&) = default;
};

}  // namespace glasspost::scenario
