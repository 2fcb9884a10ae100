#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/agent/mua/mua.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/protocol/smtp/delivery.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/session/smtp_client.h"

namespace glasspost::agent {

struct ServerDial {
  std::string server;  ///< a host name or an address
  std::uint16_t port = 25;
  Duration timeout = Duration::minutes(1);
};

/// Opens a connection to a named server: each of its addresses of a family that this host speaks, in turn.
/// Errors: kNotFound (no address), those of Network::dial for the last one tried.
Task<Result<ByteStreamPtr>> dial_server(ServerDial dial, HostServices host, dns::Resolver& resolver);

/// Connects the session, sends one message and quits; puts what was said into `outcome`. `begins`, if there
/// is one, is called once the dialogue has come as far as the message. All references must outlive the task.
Task<void> hand_over(smtp::ClientSession& session, ByteStreamPtr stream, const smtp::Envelope& envelope,
                     const std::string& content, const std::function<void()>& begins,
                     SubmissionOutcome& outcome);

}  // namespace glasspost::agent
