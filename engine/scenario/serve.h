#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/scenario/data/scenario.h"
#include "engine/trace/trace.h"

namespace glasspost::scenario {

struct ServeOptions {
  std::uint16_t port_offset = 2000;  ///< added to ports below 1024
  std::filesystem::path state;       ///< spool, mailboxes and CA are kept here; empty: a temporary folder
  std::filesystem::path trace_file;  ///< empty: a ring in memory
  std::optional<Duration> run_for;   ///< empty: until a signal
  bool run_script = true;            ///< the scenario's user actions and faults happen too
  bool keep_secrets = false;         ///< passwords stay in the trace
  std::string source;                ///< the scenario's text, kept in the trace
  /// Given a way to look at the trace as it grows, before the servers start. It may be called from any thread
  /// until serve_scenario() returns.
  std::function<void(std::function<trace::Trace()>)> watching;
  const std::atomic<bool>* cancel = nullptr;  ///< set from any thread: the servers end soon
};

/// One open port.
struct ServedPort {
  std::string host;
  std::string protocol;    ///< "smtp", "submission", "submissions", "imap", "imaps",
                           ///< "pop3", "pop3s", "dns"
  std::string tls;         ///< "none", "starttls", "implicit"
  Endpoint endpoint;       ///< on this machine
  bool localhost = false;  ///< the same port is open on 127.0.0.1 too
};

struct ServedAccount {
  std::string address;
  std::string password;
  std::string submission_host;
};

/// What a person needs to know to use the servers.
struct Served {
  std::vector<ServedPort> ports;
  std::vector<ServedAccount> accounts;
  std::filesystem::path ca_file;
  std::filesystem::path state;
};

struct ServeReport {
  trace::Trace trace;  ///< as far as it is in memory or in the file
  std::uint64_t events = 0;
};

/// Runs the scenario's hosts on real sockets of this machine's loopback network until it is told to end
/// (SIGINT, SIGTERM, run_for), then stops the servers in order and closes the trace. `ready` is called once
/// all ports are open. Errors: kConflict or kRefused (a port), kIo (disk), kInvalidInput (the scenario's
/// zones or certificates).
[[nodiscard]] Result<ServeReport> serve_scenario(const Scenario& scenario, const ServeOptions& options,
                                                 const std::function<void(const Served&)>& ready);

}  // namespace glasspost::scenario
