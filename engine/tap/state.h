#pragma once

// What the parts of a tap share; for the sources of this folder only.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "engine/tap/connection_log.h"
#include "engine/tap/tap.h"

namespace glasspost::tap {

struct Tap::State {
  TapOptions options;
  ConnectionLogs connections;
  std::unique_ptr<WireTap> wire;
  /// How often a host has gone down: what was tapped before is silent.
  std::map<HostId, std::uint32_t> downs;
  std::map<HostId, std::uint32_t> incarnations;
  std::set<HostId> without_power;
  /// Datagrams between our own hosts on real sockets that have not arrived yet, by a key of addresses and
  /// content; the oldest is given up beyond kMostDatagrams.
  struct Underway {
    HostId from;
    std::uint32_t number = 0;
    std::uint64_t seq = 0;
  };
  static constexpr std::size_t kMostDatagrams = 1024;
  std::multimap<std::string, Underway> datagrams;
  std::map<HostId, std::uint32_t> datagrams_sent;
};

/// One incarnation of a host's software, as its taps see it. Shared by all of them.
struct Incarnation {
  Tap& tap;
  Tap::State& state;
  Scheduler& scheduler;
  HostId host;
  std::uint32_t downs = 0;

  [[nodiscard]] bool alive() const {
    if (tap.silent()) return false;
    const auto it = state.downs.find(host);
    return (it == state.downs.end() ? 0 : it->second) == downs;
  }
};
using IncarnationPtr = std::shared_ptr<const Incarnation>;

[[nodiscard]] std::unique_ptr<WireTap> make_wire_tap(const Tap& tap, Tap::State& state,
                                                     trace::Recorder& recorder);
[[nodiscard]] std::unique_ptr<Observer> make_observer(IncarnationPtr incarnation);
[[nodiscard]] std::unique_ptr<Network> make_network(IncarnationPtr incarnation, Network& inner);
[[nodiscard]] std::unique_ptr<TlsUpgrader> make_tls(IncarnationPtr incarnation, TlsUpgrader& inner);
[[nodiscard]] std::unique_ptr<dns::Resolver> make_resolver(IncarnationPtr incarnation, dns::Resolver& inner);
[[nodiscard]] std::unique_ptr<MailboxStoreTap> make_mailbox_store(IncarnationPtr incarnation,
                                                                  store::MailboxStore& inner);
/// `client`: this end dialled.
[[nodiscard]] ByteStreamPtr make_stream(IncarnationPtr incarnation, ByteStreamPtr inner, bool client,
                                        trace::Layer layer);

}  // namespace glasspost::tap
