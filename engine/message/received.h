#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/message/date_time.h"

namespace glasspost::message {

/// The clauses of a Received field, as far as they are there. // RFC 5321 4.4
struct Received {
  std::string from;       ///< the name that the client gave, or what was known
  std::string from_info;  ///< the comment behind it (TCP-info), without its parentheses
  std::string by;
  std::string via;
  std::string with;
  std::string id;
  std::string for_mailbox;  ///< without angle brackets
  std::optional<DateTime> date;
};

/// Total. Clauses may come in any order; comments are skipped.
[[nodiscard]] Received parse_received(std::string_view value);

}  // namespace glasspost::message
