#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/time.h"
#include "engine/scenario/data/domain.h"
#include "engine/scenario/data/network.h"
#include "engine/scenario/data/source_place.h"

namespace glasspost::scenario {

struct Attachment {
  std::string filename;
  std::string media_type;  ///< "text/plain", "application/octet-stream"
  std::string bytes;
};

/// A user writes and submits a message on one of her devices.
struct SendMail {
  std::string account;  ///< "alice@alpha.example"
  std::string device;   ///< full host name
  std::vector<std::string> to, cc,
      bcc;                    ///< addresses, with or without a display name: "Bob <bob@beta.example>"
  std::string from;           ///< the From field; default: the account
  std::string envelope_from;  ///< MAIL FROM; default: the account
  std::string subject;        ///< UTF-8
  std::string text;           ///< UTF-8, lines end with \n
  std::vector<Attachment> attachments;
};

/// Any host speaks SMTP to a server, with whatever it claims.
struct InjectMail {
  std::string host;    ///< who dials
  std::string target;  ///< full host name of the server
  std::uint16_t port = 25;
  std::string helo;       ///< the name it claims
  std::string mail_from;  ///< "" is the null reverse-path
  std::vector<std::string> rcpt_to;
  std::string from;  ///< the From field: whatever it likes to claim
  std::string to;    ///< the To field
  std::string subject;
  std::string text;
  /// The whole message instead of the four fields above, lines end with \n; sent as it is.
  std::optional<std::string> raw;
};

/// What a user does on a device besides sending.
enum class DeviceDeed : std::uint8_t {
  kSync,      ///< the device fetches what is new
  kRead,      ///< opens a message
  kReply,     ///< to its author
  kReplyAll,  ///< to everybody whom it names
  kForward,
  kDraft,  ///< writes a message and keeps it in Drafts
  kFlag,
  kUnflag,
  kMove,
  kDelete,
  kSearch,
  kCreateFolder,
  kGoOffline,  ///< from now on nothing is sent or asked; what is done meanwhile waits
  kGoOnline,   ///< it is done at the server now
};
/// The scenario's words for them, in their order.
inline constexpr std::array<std::string_view, 14> kDeedNames = {
    "sync",   "read", "reply",  "reply_all", "forward",       "draft",      "flag",
    "unflag", "move", "delete", "search",    "create_folder", "go_offline", "go_online"};
[[nodiscard]] constexpr std::string_view to_string(DeviceDeed deed) {
  return kDeedNames[static_cast<std::size_t>(deed)];
}

struct UseDevice {
  std::string account;  ///< "bob@beta.example"
  std::string device;   ///< full host name
  DeviceDeed deed = DeviceDeed::kSync;
  std::string folder = "INBOX";          ///< where the message lies
  std::string subject;                   ///< whose message: the newest with it (decoded); kDraft: its own
  std::string target;                    ///< kMove: the folder; kCreateFolder: its name; kSearch: the words
  std::vector<std::string> to, cc, bcc;  ///< kForward, kDraft
  std::string text;                      ///< of a reply, a forwarding or a draft; lines end with \n
  std::vector<Attachment> attachments;
};

struct StopHost {  ///< switched off in order: connections closed, disk synced
  std::string host;
};
struct CrashHost {  ///< power cut: what was not synced is lost
  std::string host;
};
struct RestartHost {  ///< a new incarnation; also starts a stopped one
  std::string host;
};
struct CutLink {     ///< nothing passes any more between these hosts
  std::string name;  ///< as written: a link's name or a host's
  std::vector<HostPair> pairs;
};
struct RestoreLink {
  std::string name;
  std::vector<HostPair> pairs;
};
struct ChangeLink {
  std::string name;
  std::vector<HostPair> pairs;
  LinkProfile profile;
};
/// All records of one owner and type are replaced; no values: removed.
struct SetRecord {
  std::string zone;  ///< name of a Scenario::zones
  std::string name;
  std::string type;
  std::vector<ZoneRecord> records;
};

/// From now on the domain's servers sign with this key alone.
struct SignWith {
  std::string domain;
  std::string selector;
};

using ActionKind = std::variant<SendMail, InjectMail, StopHost, CrashHost, RestartHost, CutLink, RestoreLink,
                                ChangeLink, SetRecord, UseDevice, SignWith>;

/// Something that happens at a moment, counted from the start of the run.
struct Action {
  SourcePlace place;
  Duration at;
  ActionKind what;
};

/// When an expectation is judged.
struct Moment {
  enum class Kind : std::uint8_t {
    kAt,   ///< exactly at `time`
    kBy,   ///< at some moment up to `time`, that moment included
    kEnd,  ///< when the run is over
  };
  Kind kind = Kind::kEnd;
  Duration time;
};

/// A check (spf, dkim, ...) came to a result.
struct ExpectCheck {
  std::string check;    ///< "spf", "dkim", "dmarc", "arc", "access", "route", "retry", "authentication"
  std::string result;   ///< the check's own word: "pass"
  std::string host;     ///< where; empty: anywhere
  std::string subject;  ///< what it was about (a domain, a recipient); empty: anything
};
/// A mailbox on a server or device holds something. Without `holds` and `count` it merely is not empty.
struct ExpectMailbox {
  std::string account;
  std::string mailbox = "INBOX";
  std::string host;                  ///< the mailbox host, or a device
  std::optional<std::string> holds;  ///< a message with this Subject (decoded)
  std::optional<std::uint64_t> count;
  /// Of the message in `holds`, or of every message: exactly these flags, as IMAP spells them ("\\Seen").
  std::optional<std::vector<std::string>> flags;
};
/// How many events match a query of the trace's query language.
struct ExpectQuery {
  std::string query;
  std::uint64_t at_least = 1;
  std::optional<std::uint64_t> at_most;
};
/// A DSN went to a sender.
struct ExpectBounced {
  std::string recipient;  ///< who was not reached; empty: anyone
  std::string host;       ///< who gave up; empty: anyone
  std::string status;     ///< enhanced status code with which it failed; empty: any
};
/// A server answered a command so.
struct ExpectReply {
  std::uint16_t code = 250;
  std::string enhanced;  ///< "5.7.23"; empty: any
  std::string to;    ///< the verb: "RCPT"; "content" for the reply to the final dot, "greeting"; empty: any
  std::string host;  ///< who answered; empty: anyone
};
/// How many messages wait in a host's queue.
struct ExpectQueue {
  std::string host;
  std::uint64_t count = 0;
};

using ExpectationKind =
    std::variant<ExpectCheck, ExpectMailbox, ExpectQuery, ExpectBounced, ExpectReply, ExpectQueue>;

struct Expectation {
  SourcePlace place;
  Moment when;
  ExpectationKind what;
  bool negated = false;  ///< `never:`: must not be so
  std::string text;      ///< as a person would say it: "spf is pass at mx.beta.example by 5s"
};

}  // namespace glasspost::scenario
