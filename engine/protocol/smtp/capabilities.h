#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/smtp/reply.h"

namespace glasspost::smtp {

/// What a server said it can do, from the lines of its reply to EHLO. // RFC 5321 4.1.1.1
struct Capabilities {
  std::string domain;  ///< the server's name on the first line; may be empty
  bool esmtp = false;  ///< it answered EHLO
  bool pipelining = false;
  bool eight_bit_mime = false;
  bool enhanced_codes = false;
  bool starttls = false;
  bool smtputf8 = false;
  bool dsn = false;
  bool chunking = false;
  bool size = false;
  /// Octets; none: no limit is known, which is also what "SIZE 0" says. // RFC 1870 4
  std::optional<std::uint64_t> max_size;
  std::vector<std::string> mechanisms;  ///< upper case; both of "AUTH A B" and the old "AUTH=A B"
  std::vector<std::string> keywords;    ///< every line's first word, upper case, in order

  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// Total: lines that make no sense are skipped.
[[nodiscard]] Capabilities parse_ehlo_reply(const Reply& reply);

}  // namespace glasspost::smtp
