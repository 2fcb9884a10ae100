#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/message/address.h"

namespace glasspost::message {

/// RFC 3464 2.3.3
enum class DsnAction : std::uint8_t { kFailed, kDelayed, kDelivered, kRelayed, kExpanded };
[[nodiscard]] std::string_view to_string(DsnAction action);

/// What became of one recipient. // RFC 3464 2.3
struct DsnRecipient {
  std::string original_recipient;  ///< ORCPT as "rfc822;bob@b.example"; empty: none was given
  Address final_recipient;
  DsnAction action = DsnAction::kFailed;
  std::string status = "5.0.0";  ///< RFC 3463
  std::string remote_mta;        ///< the host that said so; empty if nobody did
  std::string diagnostic;        ///< its SMTP reply ("550 5.1.1 no such user"); empty if there was none
  std::optional<Instant> last_attempt;
  std::optional<Instant> will_retry_until;  ///< kDelayed
};

/// A delivery status notification before it has bytes.
struct DsnReport {
  std::string reporting_mta;      ///< host name
  std::string envelope_id;        ///< ENVID as the sender gave it, decoded; empty if none
  std::string received_from_mta;  ///< empty: unknown
  std::optional<Instant> arrival_date;
  std::vector<DsnRecipient> recipients;
  Mailbox from;  ///< usually the postmaster or mailer-daemon
  Address to;    ///< the reverse-path of the message
  Instant date;
  std::string message_id;         ///< without brackets
  std::string subject;            ///< UTF-8
  std::string text;               ///< words for people, UTF-8
  std::string in_reply_to;        ///< the original's Message-ID without brackets; empty if none
  std::string returned;           ///< the original's header, or all of it
  bool returned_is_full = false;  ///< `returned` is the whole message
};

/// The bytes of a multipart/report: words, message/delivery-status, the returned header or message. 7-bit
/// whatever comes in, with two exceptions: a full message with 8-bit bytes makes the whole 8bit (an rfc822
/// part may not be encoded), and addresses of `from` and `to` stand in the header as they are. A full message
/// that no line could carry (NUL, lines beyond 998) is returned as its header. The reverse-path of the
/// transaction must be null: that is the sender's business. // RFC 3464, RFC 6522
[[nodiscard]] std::string build_dsn(const DsnReport& report, RandomStream& random);

/// The groups of fields of a message/delivery-status body: the message's, then one a recipient. // RFC
/// 3464 2.1
struct DeliveryStatus {
  struct Recipient {
    std::string original_recipient;
    std::string final_recipient;  ///< the address without its type
    std::string action;           ///< lower case
    std::string status;
    std::string remote_mta;
    std::string diagnostic;
  };
  std::string reporting_mta;
  std::string envelope_id;
  std::vector<Recipient> recipients;
};
/// Total: fields that are missing are empty. At most kMaxAddresses recipients are read.
[[nodiscard]] DeliveryStatus parse_delivery_status(std::string_view body);

}  // namespace glasspost::message
