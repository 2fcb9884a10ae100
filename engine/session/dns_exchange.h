#pragma once

#include <string>
#include <string_view>

#include "engine/base/ip_address.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/protocol/dns/message.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"

namespace glasspost::dns {

/// Asks one server one question over UDP from a port of its own, and again over TCP if the answer was
/// truncated. Datagrams that are not the answer (another sender, id or question) are passed over; `ids` gives
/// id and port. Errors: kTimedOut, kUnreachable, kRefused, kAborted (this host goes down), kInvalidInput (the
/// answer is malformed or the TCP answer belongs to another question). // RFC 5452 9, RFC 7766 5
[[nodiscard]] Task<Result<Message>> ask_server(HostServices host, RandomStream& ids, Endpoint server,
                                               Question question, bool recursion_desired, Instant deadline);

}  // namespace glasspost::dns
