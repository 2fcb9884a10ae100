#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/auth/dmarc_record.h"
#include "engine/base/result.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task.h"

namespace glasspost::auth {

/// A DMARC record where it stands; one that cannot be used counts as found.
struct DmarcFound {
  std::string name;
  std::string text;
  Result<DmarcRecord> record;
};

/// What the names from a domain upwards hold, the longest first.
struct DmarcWalk {
  std::vector<DmarcFound> found;
  std::string failure;  ///< the DNS did not answer: the walk ended there, and this says where
};

/// The names that a walk asks, without their "_dmarc.": at most eight. `domain` as comparable_domain() gives
/// it. // RFC 9989 4.10
[[nodiscard]] std::vector<std::string> dmarc_walk_names(const std::string& domain);
/// RFC 9989 4.10.2
[[nodiscard]] std::string organizational_domain(const std::string& domain, const DmarcWalk& walk);

/// Finds records; answers are kept for the walks of one message. The resolver outlives it.
class DmarcDiscovery {
 public:
  DmarcDiscovery(dns::Resolver& resolver, DmarcProfile profile, bool explain)
      : resolver_(resolver), profile_(profile), explain_(explain) {}

  /// The tree walk. Each question becomes a step below `why`. // RFC 9989 4.10
  Task<DmarcWalk> walk(std::string domain, Explanation& why);
  /// RFC 7489's: the domain itself, then the organisational domain of the list. // RFC 7489 6.6.3
  Task<DmarcWalk> ask_two(std::string domain, Explanation& why);
  /// Whether the DNS says that the name does not exist; nothing if it did not answer. // RFC 9989 3.2.13, A.4
  Task<std::optional<bool>> does_not_exist(std::string domain, Explanation& why);

  [[nodiscard]] int look_ups() const { return look_ups_; }

 private:
  enum class Outcome { kNone, kOne, kSeveral, kFailure };
  struct Asked {
    Outcome outcome = Outcome::kNone;
    std::optional<DmarcFound> found;
    std::string failure;
  };
  Task<Asked> ask(std::string name, Explanation& why);
  [[nodiscard]] Asked read(const std::string& name, const dns::Answer& answer) const;
  void explain(const std::string& name, const Asked& asked, const dns::Answer* answer,
               Explanation& why) const;

  dns::Resolver& resolver_;
  DmarcProfile profile_;
  bool explain_;
  int look_ups_ = 0;
  std::map<std::string, Asked> asked_;
};

}  // namespace glasspost::auth
