#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/protocol/imap/command.h"
#include "engine/protocol/imap/envelope.h"

namespace glasspost::imap {

/// What stands in brackets in a status response. // RFC 3501 7.1
struct ResponseCode {
  std::string name;                ///< upper case: "UIDVALIDITY", "APPENDUID"; empty: there was none
  std::uint64_t number = 0;        ///< UIDNEXT, UIDVALIDITY, UNSEEN, HIGHESTMODSEQ
  std::uint32_t uid_validity = 0;  ///< APPENDUID, COPYUID // RFC 4315 3
  SequenceSet source;              ///< COPYUID
  SequenceSet destination;         ///< APPENDUID, COPYUID
  std::vector<std::string> words;  ///< CAPABILITY (upper case), PERMANENTFLAGS

  friend bool operator==(const ResponseCode&, const ResponseCode&) = default;
};

enum class ResponseStatus : std::uint8_t { kOk, kNo, kBad, kPreauth, kBye };

struct StatusLine {
  ResponseStatus status = ResponseStatus::kOk;
  ResponseCode code;
  std::string text;

  friend bool operator==(const StatusLine&, const StatusLine&) = default;
};

struct CapabilityData {
  std::vector<std::string> capabilities;  ///< upper case
};
struct EnabledData {
  std::vector<std::string> capabilities;  ///< upper case // RFC 5161 3.2
};
struct FlagsData {
  std::vector<std::string> flags;  ///< as spelled
};
/// LIST or LSUB. // RFC 3501 7.2.2
struct ListData {
  bool subscribed_list = false;         ///< LSUB
  std::vector<std::string> attributes;  ///< as spelled: "\\Noselect", "\\Sent"
  std::optional<char> delimiter;
  std::string mailbox;  ///< UTF-8; a name that is no modified UTF-7 stays as it was

  [[nodiscard]] bool has(std::string_view attribute) const;
};
struct StatusData {
  std::string mailbox;  ///< UTF-8
  std::optional<std::uint32_t> messages, recent, uid_next, uid_validity, unseen;
  std::optional<std::uint64_t> highest_mod_sequence, size;
};
/// SEARCH or ESEARCH. // RFC 3501 7.2.5, RFC 4731
struct SearchData {
  std::vector<SequenceRange> numbers;  ///< in the server's order
  std::optional<std::uint32_t> count;
  std::optional<std::uint64_t> mod_sequence;
};
struct ExistsData {
  std::uint32_t count = 0;
};
struct RecentData {
  std::uint32_t count = 0;
};
struct ExpungeData {
  std::uint32_t number = 1;
};
struct VanishedData {  ///< RFC 7162 3.2.10
  bool earlier = false;
  SequenceSet uids;
};

struct MessageFlags {
  FlagList flags;  ///< system flags that RFC 3501 does not know are keywords with their backslash
  bool recent = false;

  friend bool operator==(const MessageFlags&, const MessageFlags&) = default;
};
/// An envelope as a server tells it. // RFC 3501 7.4.2
struct FetchedEnvelope {
  std::optional<std::string> date, subject;
  std::vector<EnvelopeAddress> from, sender, reply_to, to, cc, bcc;
  std::optional<std::string> in_reply_to, message_id;
};
struct FetchedSection {
  std::string name;  ///< "BODY[HEADER]", "RFC822.TEXT", without the partial's "<0>"
  std::optional<std::uint32_t> origin;
  std::optional<std::string> bytes;  ///< none: NIL
};
struct FetchData {
  std::uint32_t number = 1;
  std::optional<std::uint32_t> uid;
  std::optional<MessageFlags> flags;
  std::optional<std::uint64_t> size;
  std::optional<Instant> internal_date;
  std::optional<std::uint64_t> mod_sequence;
  std::optional<FetchedEnvelope> envelope;
  std::vector<FetchedSection> sections;

  /// The bytes of a section by its name; null: it was not sent, or NIL.
  [[nodiscard]] const std::string* section(std::string_view name) const;
};
/// Something that this client has no use for.
struct OtherData {
  std::string name;  ///< upper case
};

using ResponseData =
    std::variant<OtherData, StatusLine, CapabilityData, EnabledData, FlagsData, ListData, StatusData,
                 SearchData, ExistsData, RecentData, ExpungeData, VanishedData, FetchData>;

struct ServerResponse {
  enum class Kind : std::uint8_t { kContinue, kTagged, kUntagged };
  Kind kind = Kind::kUntagged;
  std::string tag;    ///< kTagged
  std::string text;   ///< kContinue: what follows "+ "
  ResponseData data;  ///< kTagged: always a StatusLine
};

/// Total; no recursion; unknown data is passed over. Error: kInvalidInput with an offset into the response's
/// text. Literals are moved out of `raw`. // RFC 3501 9 response
[[nodiscard]] Result<ServerResponse> parse_response(RawCommand raw);

/// How many octets a response holds: what a client counts against its limit.
[[nodiscard]] std::size_t octets_of(const RawCommand& raw);

}  // namespace glasspost::imap
