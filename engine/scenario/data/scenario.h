#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/scenario/data/domain.h"
#include "engine/scenario/data/host.h"
#include "engine/scenario/data/network.h"
#include "engine/scenario/data/script.h"
#include "engine/scenario/data/source_place.h"

namespace glasspost::scenario {

inline constexpr int kFormatVersion = 1;

/// A named switch that a class may flip: the scenario's text with some values replaced, under the same seed.
struct Variant {
  SourcePlace place;
  std::string name;
  Words title;
  /// What is laid over the scenario: a path of keys ("domains", "alpha.example", "spf") and the new value as
  /// YAML. A variant is loaded by giving its name to load_scenario.
  struct Patch {
    SourcePlace place;
    std::vector<std::string> path;
    std::string value;
  };
  std::vector<Patch> patches;
};

/// Who exists, what happens when, and what must come true. Plain values, every default applied: hosts have
/// their addresses, domains their passwords, zones their records.
struct Scenario {
  int format = kFormatVersion;
  std::string name;  ///< the file's name without its ending: "first-mail"
  Words title;
  std::optional<Words> moral;  ///< one line: what is to be learnt
  Words description;           ///< may be empty
  std::uint64_t seed = 1;
  Instant start;   ///< the virtual clock's first reading
  Duration until;  ///< the run ends when nothing is left to do, at the latest then
  Network network;
  std::vector<Host> hosts;  ///< by domain (devices, mail servers, name server), then the rest; the trace's
                            ///< host n is hosts[n - 1]
  std::vector<Domain> domains;  ///< in the order written
  std::vector<Zone> zones;
  std::vector<Action> script;  ///< by time; equal times in the order written
  std::vector<Expectation> expectations;
  std::vector<Variant> variants;

  [[nodiscard]] const Host* find_host(std::string_view host_name) const {
    for (const Host& host : hosts) {
      if (host.name == host_name) return &host;
    }
    return nullptr;
  }
  [[nodiscard]] const Domain* find_domain(std::string_view domain_name) const {
    for (const Domain& domain : domains) {
      if (domain.name == domain_name) return &domain;
    }
    return nullptr;
  }
};

}  // namespace glasspost::scenario
