#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/net/io_world.h"
#include "engine/runtime/task_group.h"
#include "engine/scenario/data/scenario.h"
#include "engine/scenario/host_software.h"
#include "engine/scenario/serve.h"
#include "engine/scenario/world_pki.h"
#include "engine/tap/tap.h"
#include "engine/trace/recorder.h"

namespace glasspost::scenario {

/// A scenario's world on real sockets of this machine's loopback network. One thread uses it.
///
/// Of the script's acts, links' faults cannot be done on real sockets; they are recorded as asked for and not
/// done. Stopping or crashing a host ends its software in order (the kernel keeps what was written).
class RealWorld {
 public:
  /// The scenario and the recorder must outlive the world. Errors: as serve_scenario().
  static Result<std::unique_ptr<RealWorld>> make(const Scenario& scenario, const ServeOptions& options,
                                                 const std::filesystem::path& state,
                                                 trace::Recorder& recorder);
  ~RealWorld();
  RealWorld(const RealWorld&) = delete;
  RealWorld& operator=(const RealWorld&) = delete;

  /// Starts every host's software. `ready` is called once all of it runs; if some cannot start, the run ends.
  void start(std::function<void()> ready);
  /// The script from now on, each action at its time after now.
  void run_script();
  /// Does what the script would do, now. World's thread, as is software().
  void perform(const Action& action);
  /// What runs on a host now; null while it is stopped.
  [[nodiscard]] HostSoftware* software(std::string_view host);
  /// Runs until end() was called and everything has stopped, or something failed.
  void run();
  /// Stops the software in order and then ends run(). World's thread.
  void end(std::string_view reason);

  [[nodiscard]] net::IoWorld& io() { return *io_; }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// The ports that are open, and what a person needs to use them.
  [[nodiscard]] std::vector<ServedPort> ports() const;

 private:
  RealWorld(const Scenario& scenario, const ServeOptions& options, std::filesystem::path state,
            trace::Recorder& recorder);
  Ok add_hosts();
  [[nodiscard]] std::unique_ptr<HostSoftware> make_software(std::size_t index);
  void stop_host(std::string_view host);
  void restart_host(std::string_view host);
  Task<void> act_in_time(Instant start);
  Task<void> stop_software(HostSoftware* software);
  Task<void> stop_all();
  Task<void> give_up_stopping();
  void fail_with(Error error);

  struct Perform;

  const Scenario& scenario_;
  const ServeOptions& options_;
  std::filesystem::path state_;
  trace::Recorder& recorder_;
  std::unique_ptr<net::IoWorld> io_;
  std::unique_ptr<net::DiskThread> disk_;
  std::unique_ptr<tap::Tap> tap_;
  std::optional<WorldPki> pki_;
  std::vector<HostServices> services_;
  std::string localhost_host_;  // whose ports are open on 127.0.0.1 too
  // What was stopped stays until the end: a coroutine of it may still wait.
  std::vector<std::unique_ptr<HostSoftware>> stopped_;
  std::map<std::string, std::unique_ptr<HostSoftware>, std::less<>> running_;
  std::optional<Error> failure_;
  bool ending_ = false;
  std::unique_ptr<Timer> script_timer_, end_timer_;
  TaskGroup tasks_;
};

}  // namespace glasspost::scenario
