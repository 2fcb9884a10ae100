#pragma once

#include <cstdint>
#include <vector>

#include "engine/protocol/smtp/parameter.h"
#include "engine/protocol/smtp/path.h"

namespace glasspost::smtp {

struct Recipient {
  ForwardPath path;
  RecipientParameters parameters;
};

/// One mail transaction at a server: from an accepted MAIL to the reply after the content. It is dropped
/// whole (RSET, EHLO, end of data, failure); nothing of it survives. // RFC 5321 3.3, 4.1.1.5
struct Transaction {
  std::uint32_t ordinal = 0;  ///< the n-th accepted MAIL of the connection, from 1
  ReversePath reverse_path;
  MailParameters parameters;
  std::vector<Recipient> recipients;  ///< accepted ones only, in order
};

}  // namespace glasspost::smtp
