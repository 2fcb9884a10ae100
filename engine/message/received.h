#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ip_address.h"
#include "engine/message/date_time.h"

namespace glasspost::message {

/// The clauses of a Received field, as far as they are there. // RFC 5321 4.4
struct Received {
  std::string from;  ///< what follows "from": usually the name that the client gave
  std::string by;
  std::string via;
  std::string with;         ///< all words of the clause ("ESMTPS", "Microsoft SMTPSVC")
  std::string id;           ///< without angle brackets
  std::string for_mailbox;  ///< without angle brackets
  std::optional<DateTime> date;

  // What the server says in comments about the client it saw (TCP-info and what real servers add to it).
  std::string from_host;  ///< the address's name in the DNS
  std::optional<IpAddress> from_address;
  std::string helo;         ///< the name that was given, where "from" is another one
  std::string helo_verb;    ///< "HELO", "EHLO" or "LHLO"
  std::string ident;        ///< user@host of RFC 1413, or an authenticated user
  std::string tls_version;  ///< "1.3"; empty: nothing is said
  std::string tls_cipher;
};

/// Total. Clauses may come in any order and case.
[[nodiscard]] Received parse_received(std::string_view value);

}  // namespace glasspost::message
