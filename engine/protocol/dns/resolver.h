#pragma once

#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/protocol/dns/name.h"
#include "engine/protocol/dns/record.h"
#include "engine/runtime/task.h"

namespace glasspost::dns {

struct Question {
  Name name;
  RecordType type = RecordType::kA;

  friend bool operator==(const Question&, const Question&) = default;
};

/// How a look-up ended. NXDOMAIN and an empty answer are different things, and failures differ from both.
enum class AnswerStatus : std::uint8_t {
  kFound,     ///< records of the asked type exist
  kNoData,    ///< the name exists, the type does not // RFC 2308 2.2
  kNxDomain,  ///< the name does not exist // RFC 2308 2.1
  kServFail,  ///< a server answered with a failure, or nonsense
  kTimedOut,  ///< nobody answered in time
};
/// "found", "NODATA", "NXDOMAIN", "SERVFAIL", "TIMEOUT".
[[nodiscard]] std::string_view to_string(AnswerStatus status);

/// The DNS's own answer, nothing folded away.
struct Answer {
  Question question;
  AnswerStatus status = AnswerStatus::kServFail;
  std::vector<Record> records;  ///< of the asked type, at the end of the chain of aliases
  std::vector<Record> aliases;  ///< CNAMEs that were followed, in order
  std::uint32_t ttl = 0;        ///< seconds: the least of the chain and the records, or the negative TTL
  bool from_cache = false;      ///< by this resolver's own cache
  Duration took;

  /// As LookUp::answer of an explanation: data joined by "; ", or the status.
  [[nodiscard]] std::string summary() const;
};

/// Asks the DNS. Look-ups end in bounded time and never fail to give an Answer; one resolver serves any
/// number of concurrent questions.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual Task<Answer> resolve(Question question) = 0;
};

}  // namespace glasspost::dns
