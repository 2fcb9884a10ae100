#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/executor.h"
#include "engine/scenario/data/scenario.h"
#include "engine/scenario/host_software.h"
#include "engine/scenario/world_pki.h"
#include "engine/sim/world.h"
#include "engine/tap/tap.h"
#include "engine/trace/recorder.h"

namespace glasspost::scenario {

/// A scenario's world on the virtual network, ready to run: hosts with their software installed, links, the
/// script in the event queue. One thread uses it.
class VirtualWorld {
 public:
  /// The scenario and the recorder must outlive the world. `seed` replaces the scenario's. Errors:
  /// kInvalidInput (a zone or certificate that cannot be made), those of the crypto library.
  static Result<std::unique_ptr<VirtualWorld>> make(const Scenario& scenario, std::uint64_t seed,
                                                    trace::Recorder& recorder, std::string_view source);
  ~VirtualWorld();
  VirtualWorld(const VirtualWorld&) = delete;
  VirtualWorld& operator=(const VirtualWorld&) = delete;

  [[nodiscard]] sim::World& world() { return *world_; }
  [[nodiscard]] tap::Tap& tap() { return *tap_; }
  /// The first reason why some host's software could not start.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// What runs on a host now; null while it is down.
  [[nodiscard]] HostSoftware* software(std::string_view host);
  /// Does what the script would do, now.
  void perform(const Action& action);

 private:
  VirtualWorld(const Scenario& scenario, trace::Recorder& recorder);
  void add_hosts();
  void add_links();
  void install_software();
  void schedule_script();
  [[nodiscard]] sim::Link& pair_link(const HostPair& pair);
  template <class Change>
  void for_links(const std::string& name, const std::vector<HostPair>& pairs, Change change);
  struct Perform;

  const Scenario& scenario_;
  trace::Recorder& recorder_;
  InlineExecutor executor_;
  std::optional<WorldPki> pki_;
  std::unique_ptr<tap::Tap> tap_;
  std::map<std::string, std::weak_ptr<HostSoftware>, std::less<>> running_;
  std::optional<Error> failure_;
  std::unique_ptr<sim::World> world_;  // destroyed first: all software lives in it
};

}  // namespace glasspost::scenario
