#include "engine/agent/name_server.h"

namespace glasspost::agent {

NameServer::NameServer(HostServices host, dns::ZoneSet zones, dns::ServerLimits limits)
    : host_(host), zones_(std::move(zones)), server_(host, *this, limits) {}

Ok NameServer::start() {
  return server_.start(host_.network.addresses());
}

Task<std::optional<dns::Message>> NameServer::respond(dns::Message query, Endpoint) {
  co_return dns::answer_from_zones(zones_, query);
}

}  // namespace glasspost::agent
