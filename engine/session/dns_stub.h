#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/protocol/dns/cache.h"
#include "engine/protocol/dns/message.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"

namespace glasspost::dns {

struct StubConfig {
  std::vector<Endpoint> servers;            ///< recursive resolvers, in order of preference
  Duration timeout = Duration::seconds(5);  ///< one try at one server
  int rounds = 2;                           ///< how often the whole list is tried
  std::size_t cache_entries = 0;            ///< 0: no cache of its own
};

/// Asks a host's resolvers: each server in turn, the whole list `rounds` times, over UDP with TCP for
/// truncated answers. Of several failures the last decides: a server that said SERVFAIL or REFUSED gives
/// kServFail, silence kTimedOut. Without servers every answer is kServFail. // RFC 1123 6.1.3.1, RFC
/// 1034 5.3.1
class StubResolver final : public Resolver {
 public:
  StubResolver(HostServices host, StubConfig config);

  Task<Answer> resolve(Question question) override;

 private:
  [[nodiscard]] std::optional<Answer> from_cache(const Question& question) const;
  void keep(const Answer& answer, const Message& message);

  HostServices host_;
  StubConfig config_;
  RandomStream ids_;
  Cache cache_;
};

}  // namespace glasspost::dns
