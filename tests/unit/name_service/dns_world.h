#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/agent/name_server.h"
#include "engine/agent/resolver_host.h"
#include "engine/observe/observer.h"
#include "engine/runtime/task_group.h"
#include "engine/session/dns_stub.h"
#include "engine/sim/world.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::test {

[[nodiscard]] dns::Name name(std::string_view text);
[[nodiscard]] IpAddress ip(std::string_view text);
[[nodiscard]] dns::Zone zone(std::string_view text, std::string_view origin);
/// The data joined by "; ".
[[nodiscard]] std::string data(const std::vector<dns::Record>& records);

class RecordingObserver final : public Observer {
 public:
  void dns_cached(const DnsCached& cached) override { notices.push_back(cached); }
  [[nodiscard]] bool has(std::string_view owner, std::string_view type, std::string_view answer) const;
  std::vector<DnsCached> notices;
};

/// Counts the datagrams to port 53 of each address, and connections' packets likewise.
class QueryCounter final : public sim::PacketRule {
 public:
  void judge(const sim::Packet& packet, sim::Passage& passage) override;
  std::map<IpAddress, int> datagrams;
  std::map<IpAddress, int> packets;
};

/// A root server, three servers for two zones, a resolver host and a client, 10 ms from the internet each.
class DnsWorld : public testing::Test {
 protected:
  DnsWorld();
  ~DnsWorld() override;

  /// Runs a task to its end.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    tasks_.spawn(store_result(std::move(task), out));
    world_.run_until([&] { return out.has_value(); }, world_.now() + Duration::hours(1));
    GLASSPOST_ASSERT(out.has_value());
    return std::move(*out);
  }
  dns::Answer ask(std::string_view asked, dns::RecordType type) {
    return run(stub_->resolve({name(asked), type}));
  }
  void pass(Duration duration) { world_.run_until(world_.now() + duration); }
  int asked(std::string_view address) { return counter_->datagrams[ip(address)]; }
  agent::NameServer& start_server(sim::Host& host, std::vector<dns::Zone> zones);

  TaskGroup tasks_;
  RecordingObserver observer_;
  sim::World world_;
  sim::Host& root_;
  sim::Host& ns1_;
  sim::Host& ns2_;
  sim::Host& beta_;
  sim::Host& resolver_;
  sim::Host& client_;
  QueryCounter* counter_ = nullptr;
  std::map<std::string, std::shared_ptr<agent::NameServer>> servers_;
  std::shared_ptr<agent::ResolverHost> resolver_host_;
  std::unique_ptr<dns::StubResolver> stub_;
};

}  // namespace glasspost::test
