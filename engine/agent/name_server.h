#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/protocol/dns/zone.h"
#include "engine/runtime/host_services.h"
#include "engine/session/dns_server.h"

namespace glasspost::agent {

/// An authoritative name server: answers from its zones, never asks anybody.
class NameServer final : private dns::Responder {
 public:
  NameServer(HostServices host, dns::ZoneSet zones, dns::ServerLimits limits = {});

  /// Listens on port 53 of all of the host's addresses, UDP and TCP. Errors as Network::listen and bind.
  Ok start();
  /// See dns::Server::stop.
  void stop() { server_.stop(); }
  [[nodiscard]] bool stopped() const { return server_.stopped(); }

  /// The zones may be changed between any two events; the next query sees it.
  [[nodiscard]] dns::ZoneSet& zones() { return zones_; }

 private:
  Task<std::optional<dns::Message>> respond(dns::Message query, Endpoint client) override;

  HostServices host_;
  dns::ZoneSet zones_;
  dns::Server server_;
};

}  // namespace glasspost::agent
