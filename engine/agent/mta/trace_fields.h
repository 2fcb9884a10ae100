#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"

namespace glasspost::agent {

/// What a Received field tells of one hop. // RFC 5321 4.4
struct ReceivedFacts {
  std::string helo_name;    ///< as the client said it
  std::string client_name;  ///< what the DNS calls the client's address, confirmed; empty: unknown
  IpAddress client;
  std::string by;             ///< this host
  std::string protocol;       ///< "ESMTPS" // RFC 3848 2
  std::string tls;            ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty without TLS
  std::string authenticated;  ///< the account; empty if nobody logged in
  std::string queue_id;
  std::string recipient;  ///< without brackets; empty where there are several, which stay hidden
  Instant date;
};

/// The complete field with its line ends.
[[nodiscard]] std::string received_field(const ReceivedFacts& facts);

/// Received fields in the header: how often a message was handed on. // RFC 5321 6.3
[[nodiscard]] std::size_t count_received(std::string_view content);

}  // namespace glasspost::agent
