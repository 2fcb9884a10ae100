#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/protocol/dns/message.h"
#include "engine/protocol/dns/resolver.h"

namespace glasspost::dns {

/// What a recursive server's response to `question` says, the chain of aliases put in order. The response has
/// been matched to its query already. NOERROR and NXDOMAIN give kFound, kNoData or kNxDomain, any other code
/// kServFail.
[[nodiscard]] Answer read_answer(const Question& question, const Message& response);

/// The first SOA of the authority section that stands at or above a name. // RFC 2308 2.1
[[nodiscard]] std::optional<Record> negative_soa(const Message& response, const Name& name);

enum class ReplyKind : std::uint8_t {
  kAnswer,    ///< `records` are of the asked type, behind `aliases` perhaps
  kAlias,     ///< `aliases` only: the last one's target is to be asked for
  kReferral,  ///< `records` are the NS records of `zone`, `glue` their addresses
  kNoData,
  kNxDomain,
  kLame,     ///< the server does not know the zone, or its reply makes no sense
  kFailure,  ///< SERVFAIL, REFUSED and the like
};

/// What an authoritative server's response says to a resolver that takes it for a server of a zone. Only what
/// that zone may speak of is taken (the bailiwick): answers and referrals below `zone`, glue below it.
struct Reply {
  ReplyKind kind = ReplyKind::kLame;
  std::vector<Record> records;
  std::vector<Record> aliases;
  std::vector<Record> glue;
  std::optional<Record> soa;
  Name zone;
};
/// RFC 1034 5.3.3 step 4, RFC 2181 5.4.1, RFC 2308 2
[[nodiscard]] Reply read_reply(const Question& question, const Message& response, const Name& zone);

}  // namespace glasspost::dns
