#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/message/header.h"

namespace glasspost::imap {

/// One address structure. An entry with a mailbox and no host begins a group, one with neither ends it.
/// // RFC 3501 7.4.2 ENVELOPE
struct EnvelopeAddress {
  std::optional<std::string> name;     ///< as in the field, unquoted; encoded words stay encoded
  std::optional<std::string> route;    ///< "@a,@b": obsolete // RFC 5322 4.4 obs-route
  std::optional<std::string> mailbox;  ///< the local part, unquoted
  std::optional<std::string> host;     ///< empty, not absent, where an address has no domain

  friend bool operator==(const EnvelopeAddress&, const EnvelopeAddress&) = default;
};

/// Total, linear time; at most 10,000 addresses are read.
[[nodiscard]] std::vector<EnvelopeAddress> parse_envelope_addresses(std::string_view value);
/// The parenthesised envelope of a message header.
void append_envelope(std::string& out, const message::Header& header);
/// That of a message that cannot be read: every field absent.
void append_empty_envelope(std::string& out);

}  // namespace glasspost::imap
