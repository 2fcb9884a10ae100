#include <algorithm>

#include "engine/base/random.h"
#include "engine/net/world_state.h"

namespace glasspost::net {
namespace {

// Connections that nobody ever accepts and datagrams that never arrive leave their entries behind.
constexpr std::size_t kMostDialled = 65'536;
constexpr std::size_t kMostFlights = 1'024;

}  // namespace

void Registry::dialled(const Endpoint& from, const Endpoint& to, Connection connection) {
  if (dialled_.size() >= kMostDialled) dialled_.erase(dialled_.begin());
  dialled_[{from, to}] = connection;
}

std::optional<Registry::Connection> Registry::accepted(const Endpoint& from, const Endpoint& to) {
  const auto found = dialled_.find({from, to});
  if (found == dialled_.end()) return std::nullopt;
  const Connection connection = found->second;
  dialled_.erase(found);
  return connection;
}

void Registry::sent(const Endpoint& from, const Endpoint& to, std::string_view bytes, Datagram datagram) {
  if (flights_.size() >= kMostFlights) flights_.pop_front();
  flights_.push_back({from, to, stable_hash(bytes), datagram});
}

std::optional<Registry::Datagram> Registry::received(const Endpoint& from, const Endpoint& to,
                                                     std::string_view bytes) {
  const std::uint64_t hash = stable_hash(bytes);
  const auto found = std::find_if(flights_.begin(), flights_.end(), [&](const Flight& flight) {
    return flight.hash == hash && flight.from == from && flight.to == to;
  });
  if (found == flights_.end()) return std::nullopt;
  const Datagram datagram = found->datagram;
  flights_.erase(found);
  return datagram;
}

}  // namespace glasspost::net
