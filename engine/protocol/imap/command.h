#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/protocol/imap/command_reader.h"
#include "engine/protocol/imap/sequence_set.h"

namespace glasspost::imap {

/// Every command that the codec knows; where each is legal is the machine's affair.
enum class Verb : std::uint8_t {
  kUnknown,
  kCapability,
  kNoop,
  kLogout,
  kId,  ///< RFC 2971
  kStartTls,
  kAuthenticate,
  kLogin,
  kEnable,     ///< RFC 5161
  kNamespace,  ///< RFC 2342
  kSelect,
  kExamine,
  kCreate,
  kDelete,
  kRename,
  kSubscribe,
  kUnsubscribe,
  kList,
  kLsub,
  kStatus,
  kAppend,
  kIdle,  ///< RFC 2177
  kCheck,
  kClose,
  kUnselect,  ///< RFC 3691
  kExpunge,
  kSearch,
  kFetch,
  kStore,
  kCopy,
  kMove,  ///< RFC 6851
};
inline constexpr std::size_t kVerbCount = 31;

/// "CAPABILITY", ...; "unknown".
[[nodiscard]] std::string_view to_string(Verb verb);

/// The system flags that a client may set, as bits. // RFC 3501 2.3.2
namespace system_flag {
inline constexpr std::uint32_t kSeen = 1;
inline constexpr std::uint32_t kAnswered = 2;
inline constexpr std::uint32_t kFlagged = 4;
inline constexpr std::uint32_t kDeleted = 8;
inline constexpr std::uint32_t kDraft = 16;
}  // namespace system_flag

struct FlagList {
  std::uint32_t system = 0;
  std::vector<std::string> keywords;  ///< as spelled, in order

  friend bool operator==(const FlagList&, const FlagList&) = default;
};

struct LoginArguments {
  std::string user;
  std::string password;
};
struct AuthenticateArguments {
  std::string mechanism;                        ///< upper case
  std::optional<std::string> initial_response;  ///< base64 as it stands; "=" is an empty one // RFC 4959 3
};
struct IdArguments {
  std::vector<std::pair<std::string, std::string>> fields;
};
struct EnableArguments {
  std::vector<std::string> capabilities;  ///< upper case
};
/// SELECT, EXAMINE, CREATE, DELETE, SUBSCRIBE, UNSUBSCRIBE; names stay as on the wire.
struct MailboxArguments {
  std::string mailbox;
  bool condstore = false;   ///< SELECT x (CONDSTORE) // RFC 7162 3.1.8
  std::string special_use;  ///< CREATE x (USE (\Sent)): the attribute // RFC 6154 3
};
struct RenameArguments {
  std::string from;
  std::string to;
};

enum class StatusItem : std::uint8_t {
  kMessages,
  kRecent,
  kUidNext,
  kUidValidity,
  kUnseen,
  kHighestModSeq,  ///< RFC 7162 3.1.7
  kSize,           ///< RFC 8438
};
struct StatusArguments {
  std::string mailbox;
  std::vector<StatusItem> items;
};
/// LIST and LSUB. // RFC 3501 6.3.8, RFC 5258, RFC 5819
struct ListArguments {
  std::string reference;
  std::vector<std::string> patterns;
  bool extended = false;  ///< selection options, several patterns or RETURN were given
  bool select_subscribed = false;
  bool select_remote = false;
  bool select_recursive_match = false;
  bool select_special_use = false;
  bool return_subscribed = false;
  bool return_children = false;
  bool return_special_use = false;
  std::vector<StatusItem> return_status;
};
struct AppendArguments {
  std::string mailbox;
  FlagList flags;
  std::optional<Instant> internal_date;
  std::string message;
};

/// What stands between the brackets of BODY[...]. // RFC 3501 6.4.5
struct Section {
  enum class Text : std::uint8_t { kWhole, kHeader, kHeaderFields, kHeaderFieldsNot, kText, kMime };
  std::vector<std::uint32_t> part;  ///< empty: the message itself
  Text text = Text::kWhole;
  std::vector<std::string> fields;  ///< as spelled

  friend bool operator==(const Section&, const Section&) = default;
};
struct Partial {
  std::uint32_t offset = 0;
  std::uint32_t length = 1;  ///< never 0

  friend bool operator==(const Partial&, const Partial&) = default;
};
enum class FetchItem : std::uint8_t {
  kFlags,
  kInternalDate,
  kSize,
  kEnvelope,
  kBody,           ///< BODY: the structure without extension data
  kBodyStructure,  ///< BODYSTRUCTURE: with it
  kUid,
  kModSeq,  ///< RFC 7162 3.1.5
  kSection,
};
struct FetchAttribute {
  FetchItem item = FetchItem::kFlags;
  Section section;
  bool peek = false;  ///< leaves \Seen alone
  std::optional<Partial> partial;
  std::string legacy_name;  ///< "RFC822", "RFC822.HEADER", "RFC822.TEXT": how the answer calls it

  friend bool operator==(const FetchAttribute&, const FetchAttribute&) = default;
};
/// How the response names an attribute: `BODY[1.HEADER.FIELDS (FROM)]<0>`. // RFC 3501 7.4.2
[[nodiscard]] std::string response_name(const FetchAttribute& attribute);

struct FetchArguments {
  SequenceSet set;
  std::vector<FetchAttribute> attributes;
  std::optional<std::uint64_t> changed_since;  ///< RFC 7162 3.1.4
};

enum class StoreOperation : std::uint8_t { kReplace, kAdd, kRemove };
struct StoreArguments {
  SequenceSet set;
  StoreOperation operation = StoreOperation::kReplace;
  bool silent = false;
  FlagList flags;
  std::optional<std::uint64_t> unchanged_since;  ///< RFC 7162 3.1.3
};
/// COPY and MOVE.
struct CopyArguments {
  SequenceSet set;
  std::string mailbox;
};
/// UID EXPUNGE. // RFC 4315 2.1
struct ExpungeArguments {
  SequenceSet set;
};

enum class SearchKind : std::uint8_t {
  kAll,
  kFlag,    ///< `flag` is set
  kUnflag,  ///< `flag` is not set
  kKeyword,
  kUnkeyword,
  kRecent,
  kNew,  ///< recent and not seen
  kOld,
  kHeader,  ///< `field` holds `text`; an empty text: is there
  kBody,
  kText,
  kBefore,  ///< `day`, of the internal date
  kOn,
  kSince,
  kSentBefore,  ///< `day`, of the Date field
  kSentOn,
  kSentSince,
  kLarger,
  kSmaller,
  kUid,
  kSequence,
  kModSeq,  ///< RFC 7162 3.1.5
  kNot,     ///< its one child
  kOr,      ///< its two children
  kAnd,     ///< all of its children
};
/// One search key, or several joined. // RFC 3501 6.4.4
struct SearchKey {
  SearchKind kind = SearchKind::kAll;
  std::uint32_t flag = 0;
  std::string field;
  std::string text;      ///< in the command's charset
  std::int64_t day = 0;  ///< days since 1970-01-01
  std::uint64_t number = 0;
  SequenceSet set;
  std::vector<SearchKey> children;
};
/// Search keys are nested this deep at most, and are this many at most.
inline constexpr std::size_t kMaxSearchDepth = 32;
inline constexpr std::size_t kMaxSearchKeys = 1'000;

struct SearchArguments {
  bool extended = false;  ///< RETURN (...) was given: the answer is ESEARCH // RFC 4731 3.1
  bool return_min = false;
  bool return_max = false;
  bool return_all = false;
  bool return_count = false;
  std::string charset;  ///< upper case; empty: US-ASCII
  SearchKey key;        ///< kAnd
  bool uses_mod_sequence = false;
};

using Arguments =
    std::variant<std::monostate, LoginArguments, AuthenticateArguments, IdArguments, EnableArguments,
                 MailboxArguments, RenameArguments, StatusArguments, ListArguments, AppendArguments,
                 FetchArguments, StoreArguments, CopyArguments, ExpungeArguments, SearchArguments>;

struct Command {
  std::string tag;
  Verb verb = Verb::kUnknown;
  bool uid = false;  ///< UID FETCH, UID STORE, UID COPY, UID MOVE, UID SEARCH, UID EXPUNGE
  Arguments arguments;
};

/// A command, or why it is none. Of a malformed one `command` holds the tag (empty if even that was
/// malformed) and the verb, as far as they were read.
struct ParsedCommand {
  Command command;
  std::optional<Error> error;  ///< kInvalidInput with an offset into the command's text
};

/// Total; recursion is bounded by kMaxSearchDepth. Literals are moved out of `raw`.
[[nodiscard]] ParsedCommand parse_command(RawCommand raw);

}  // namespace glasspost::imap
