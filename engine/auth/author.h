#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/message/header.h"

namespace glasspost::auth {

/// Why a header does not have just one Author Domain.
enum class AuthorProblem : std::uint8_t {
  kNone,
  kNoFrom,          ///< no From field
  kNoDomain,        ///< an empty group, an address literal, nothing that reads as an address
  kSeveralFields,   ///< several From fields: a sign of an attack, never decided by one of them
  kSeveralDomains,  ///< authors of different domains in one field
};

/// Whose message it claims to be: the domains of its From field, in order, each once, in lower case A-labels;
/// none with kNoFrom, kNoDomain and kSeveralFields. // RFC 9989 3.2.2, 4.4, 5.3.1
struct Authors {
  AuthorProblem problem = AuthorProblem::kNone;
  std::vector<std::string> domains;
};
[[nodiscard]] Authors find_authors(const message::Header& header);

}  // namespace glasspost::auth
