#pragma once

#include <string>
#include <string_view>

#include "engine/base/id.h"
#include "engine/scenario/data/scenario.h"
#include "engine/tap/tap.h"

namespace glasspost::scenario {

/// The number that a host has in the trace: its place in Scenario::hosts, from 1. None for an unknown name.
[[nodiscard]] HostId host_id(const Scenario& scenario, std::string_view name);

/// Records what a trace begins with: the run, the scenario's text, its hosts, links and devices.
struct RunFacts {
  std::uint64_t seed = 1;
  Instant epoch;
  bool virtual_world = true;
  std::string_view source;  ///< the scenario's text; may be empty
};
void tell_world(tap::Tap& tap, const Scenario& scenario, const RunFacts& facts);

/// An action of the script as a trace tells it.
struct ActionWords {
  HostId host;
  std::string who;     ///< "alice@alpha.example", or the host
  std::string action;  ///< "send", "inject", "stop", ...
  std::string detail;
};
[[nodiscard]] ActionWords describe(const Scenario& scenario, const Action& action);
/// Records the action; what follows in the caller's scope has it as its cause.
void tell_action(tap::Tap& tap, const Scenario& scenario, const Action& action);

}  // namespace glasspost::scenario
