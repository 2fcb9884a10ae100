#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/scenario/data/scenario.h"
#include "engine/scenario/virtual_world.h"
#include "engine/session/smtp_client.h"
#include "engine/sim/world.h"
#include "engine/trace/recorder.h"

namespace glasspost::bench {

/// beta.example's mail server on the virtual network, and a machine that sends to it by bare SMTP sessions.
struct MailWorld {
  scenario::Scenario scenario;
  std::unique_ptr<trace::Recorder> recorder;
  std::unique_ptr<scenario::VirtualWorld> world;
  sim::Host* sender = nullptr;
  Endpoint server;

  /// Keeps its trace in memory where `trace_file` is empty; listeners take at most `max_sessions` at once.
  explicit MailWorld(const std::string& trace_file = "", std::uint32_t max_sessions = 100);
};

/// Sends `count` messages of `content` over one connection, one transaction each; counts those that were
/// accepted.
Task<void> send_messages(HostServices host, Endpoint server, std::uint32_t count, std::string_view content,
                         std::uint64_t& accepted);

/// A message of about 1 KiB.
[[nodiscard]] std::string small_message();

}  // namespace glasspost::bench
