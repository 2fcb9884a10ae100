#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glasspost::auth {

/// The name one label below the longest public suffix ("example.co.uk"), in lower case A-labels; nothing for
/// a public suffix itself and for what is no name. By the list that libpsl has built in, so that a run does
/// not depend on the host's files.
[[nodiscard]] std::optional<std::string> registrable_domain(std::string_view domain);

/// RFC 7489 3.2: that name, or the domain itself where there is none.
[[nodiscard]] std::string organizational_domain_by_list(std::string_view domain);

/// Lower case, A-labels, no dots at its ends: the form in which domains are compared. Empty for what cannot
/// be a name (an address literal, for one).
[[nodiscard]] std::string comparable_domain(std::string_view domain);

}  // namespace glasspost::auth
