#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/message/address.h"

namespace glasspost::message {

struct Attachment {
  std::string file_name;                                ///< UTF-8
  std::string media_type = "application/octet-stream";  ///< "type/subtype", without parameters
  std::string content;                                  ///< bytes; encoded with base64
};

/// A message that a person wrote, before it has bytes. Everything is UTF-8.
struct Draft {
  std::vector<Mailbox> from;
  std::optional<Mailbox> sender;  ///< required where `from` holds several // RFC 5322 3.6.2
  std::vector<Mailbox> reply_to;
  std::vector<AddressEntry> to;
  std::vector<AddressEntry> cc;
  std::string subject;
  Instant date;
  int offset_minutes = 0;  ///< of the writer's zone
  std::string message_id;  ///< without brackets; empty: no field, the submission server adds one
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::vector<std::pair<std::string, std::string>>
      more_fields;   ///< unstructured ones, written after the others
  std::string text;  ///< text/plain; any line ends
  std::vector<Attachment> attachments;
  bool allow_8bit = false;  ///< text may stay 8bit
};

/// The message's bytes with CRLF line ends, every line within 998 octets, the header ASCII unless an address
/// is not. Boundaries come from `random`. Error: kInvalidInput (no From; several without Sender; a field name
/// or media type that is none). // RFC 5322 3.6, RFC 2045, RFC 2046
[[nodiscard]] Result<std::string> compose(const Draft& draft, RandomStream& random);

/// A boundary that does not occur in any of `contents` as a line's start. // RFC 2046 5.1.1
[[nodiscard]] std::string make_boundary(RandomStream& random, const std::vector<std::string_view>& contents);

}  // namespace glasspost::message
