#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/cache.h"
#include "engine/protocol/dns/reply.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/task.h"
#include "engine/runtime/task_group.h"
#include "engine/session/dns_server.h"

namespace glasspost::agent {

/// A server of a zone with its addresses.
struct RootHint {
  dns::Name name;
  std::vector<IpAddress> addresses;
};

struct ResolverHostConfig {
  std::vector<RootHint> root_hints;
  Duration server_timeout = Duration::seconds(2);  ///< one try at one server
  Duration total_timeout = Duration::seconds(12);  ///< one client's question, everything included
  int rounds = 2;                                  ///< how often a zone's servers are tried
  std::uint32_t max_queries = 64;                  ///< sent for one question of a client
  std::uint32_t max_aliases = 12;                  ///< CNAMEs followed for one question
  std::uint32_t max_referrals = 16;                ///< steps down the tree for one name
  std::uint32_t max_depth = 4;                     ///< questions for servers' addresses inside each other
  std::size_t max_running = 1'000;                 ///< different questions at a time; more get SERVFAIL
  dns::Cache::Limits cache;
  dns::ServerLimits server;
};

/// A caching recursive resolver: answers stubs on port 53 and finds answers by asking down from the root.
/// Only questions with RD are served; others are refused. Equal questions that come while one is being
/// answered wait for it. // RFC 1034 5.3.3
class ResolverHost final : private dns::Responder, public dns::Resolver {
 public:
  ResolverHost(HostServices host, Observer& observer, ResolverHostConfig config);
  ~ResolverHost() override;

  Ok start();
  /// See dns::Server::stop.
  void stop();
  [[nodiscard]] bool stopped() const { return server_.stopped() && tasks_.empty(); }

  /// The same service for software on this very host, without a socket.
  Task<dns::Answer> resolve(dns::Question question) override;

  [[nodiscard]] const dns::Cache& cache() const { return cache_; }
  /// As an operator does who wants a changed record to be seen at once.
  void flush_cache() { cache_.clear(); }

 private:
  struct Run;     // one client's question: budget and deadline
  struct Found;   // what became of one name and type
  struct Zone;    // whom to ask now
  struct Waiter;  // somebody who waits for a running question

  Task<std::optional<dns::Message>> respond(dns::Message query, Endpoint client) override;
  Task<Found> answer(dns::Question question);
  Task<void> run(dns::Question question);
  Task<Found> follow_aliases(Run& run, dns::Question question);
  Task<Found> find(Run& run, dns::Question question, std::uint32_t depth);
  Task<std::optional<dns::Reply>> ask_zone(Run& run, Zone& zone, dns::Question question);
  Task<void> find_addresses(Run& run, Zone& zone, std::uint32_t depth);
  [[nodiscard]] std::optional<Found> from_cache(const dns::Question& question) const;
  [[nodiscard]] Zone closest_zone(const dns::Name& name) const;
  [[nodiscard]] Zone zone_of(const dns::Reply& referral) const;
  void add_cached_addresses(Zone& zone) const;
  [[nodiscard]] bool has_family(const IpAddress& address) const;
  Found keep(const dns::Question& question, dns::Reply& reply);
  Found keep_failure(const dns::Question& question);
  void keep_referral(const dns::Reply& reply);
  void keep_set(std::vector<dns::Record> records, dns::Trust trust);
  void notice(const dns::Question& question, std::string_view answer,
              const std::optional<dns::Cache::Stored>& stored);

  HostServices host_;
  Observer& observer_;
  ResolverHostConfig config_;
  RandomStream ids_;
  std::vector<IpAddress> addresses_;
  dns::Cache cache_;
  bool stopping_ = false;
  std::map<std::pair<dns::Name, dns::RecordType>, std::vector<Waiter*>> running_;
  dns::Server server_;
  TaskGroup tasks_;
};

}  // namespace glasspost::agent
