#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trace/byte_logs.h"
#include "engine/trace/trace.h"

namespace glasspost::dissect {

/// What a part of a line is. The parts of a line are in order and do not overlap.
enum class LabelKind : std::uint8_t {
  kVerb,          ///< "MAIL FROM:"'s MAIL
  kArgument,      ///< a host name, a mechanism, free text
  kClause,        ///< "FROM:" or "TO:"
  kPath,          ///< <alice@alpha.example>
  kParameter,     ///< SIZE=1000
  kSecret,        ///< credentials
  kCode,          ///< 250
  kSeparator,     ///< the space or hyphen after the code
  kEnhancedCode,  ///< 2.1.5
  kKeyword,       ///< an extension's name in the reply to EHLO
  kReplyText,
  kUnknown,       ///< what makes no sense there
  kTag,           ///< IMAP: the command's name for this connection
  kUntagged,      ///< IMAP: "*"
  kContinuation,  ///< IMAP: "+"
  kStatus,        ///< "+OK", "-ERR"; "OK", "NO", "BAD", "BYE", "PREAUTH"
  kResponseCode,  ///< "[IN-USE]", with its brackets
  kResponseName,  ///< IMAP: EXISTS, FETCH, ...
  kNumber,        ///< of a message, a set of them, a count
  kMailbox,       ///< IMAP: a mailbox's name
  kLiteral,       ///< IMAP: the announcement of one: "{310}"
  kUniqueId,      ///< POP3
  kEnd,           ///< POP3: the lone dot of a listing
};
[[nodiscard]] std::string_view to_string(LabelKind kind);

struct Label {
  LabelKind kind{};
  std::uint32_t offset = 0;  ///< from the start of the line
  std::uint32_t length = 0;
  friend bool operator==(const Label&, const Label&) = default;
};

enum class LineKind : std::uint8_t {
  kCommand,
  kReply,     ///< one line of a reply
  kContent,   ///< a whole mail content, folded, with its final dot
  kAuthData,  ///< a client's answer to a challenge; a password in a literal
  kTls,       ///< bytes of TLS records, folded
  kOther,     ///< a protocol that has no dissector, or bytes that fit no grammar
  kLiteral,   ///< IMAP: the octets of a literal that is no mail content
};
[[nodiscard]] std::string_view to_string(LineKind kind);

/// In the order in which a dialogue goes through them. POP3 and IMAP have a login, then work on the mailbox,
/// with all the mail content that this takes. // RFC 1939 3, RFC 3501 3
enum class Phase : std::uint8_t { kConnect, kTls, kGreeting, kLogin, kEnvelope, kContent, kMailbox, kClose };
[[nodiscard]] std::string_view to_string(Phase phase);

/// One labelled piece of a dialogue.
struct Line {
  LineKind kind{};
  Phase phase{};
  trace::Direction direction{};
  trace::Layer layer{};
  std::uint64_t offset = 0;     ///< in the log of (connection, direction, layer)
  std::uint64_t length = 0;     ///< with its line end
  std::uint64_t first_seq = 0;  ///< the event that holds the first byte
  std::uint64_t seq = 0;        ///< the event that completes it
  Instant time;                 ///< of that event
  bool complete = true;         ///< false: the log ends in the middle of it
  std::string text;  ///< without the line end; secrets are replaced by "***"; of content nothing; at most
                     ///< 4,096 bytes
  std::vector<Label> labels;  ///< positions are those of the bytes, not of `text`

  // What the labels say. Empty or 0 where it does not apply.
  std::string verb;      ///< upper case
  std::string argument;  ///< secrets replaced
  std::uint32_t code = 0;
  std::string enhanced;  ///< "2.1.5"
  /// The reply is complete. IMAP: this response is; the command is done when the tagged one has come.
  bool last_of_reply = false;
  /// A reply, and content that is one: the verb that it answers; "(connect)" for the greeting, "(content)"
  /// after DATA. IMAP: of the oldest command that was in progress; empty if there was none.
  std::string answers;
  std::uint32_t transaction = 0;  ///< of MAIL..DATA and their replies: the n-th of the connection, from 1
  std::string subject;            ///< of content: its Subject, decoded
  std::string message_id;         ///< of content
  bool secret = false;            ///< has a kSecret label

  // POP3 and IMAP.
  std::string response;       ///< "+OK", "-ERR", "+"; "OK", "NO", "BYE", "EXISTS", "FETCH", ...
  std::string response_code;  ///< "IN-USE", "READ-WRITE": without brackets and arguments, upper case
  std::string tag;            ///< IMAP: of a command and its literals; of a response, "*" and "+" too
  bool by_uid = false;        ///< IMAP: UID FETCH; `verb` is "FETCH"
  std::optional<std::uint32_t> number;  ///< RETR's, EXISTS's, FETCH's; POP3 STAT's count
};

/// All of one connection.
struct Dialogue {
  ConnectionId connection;
  std::string protocol;     ///< "smtp", "pop3", "imap", "dns", or "" if nobody knows
  std::vector<Line> lines;  ///< in the order in which they were completed; incomplete ones at the end
};

/// The bytes of recorded dialogues as labelled lines: before TLS those of the wire, after it the plain ones.
/// Labels depend on the bytes alone, not on how they were cut into events. Keeps what it has found and goes
/// on from there when the trace grows.
class Dialogues {
 public:
  Dialogues();
  ~Dialogues();
  Dialogues(const Dialogues&) = delete;
  Dialogues& operator=(const Dialogues&) = delete;

  /// Takes in the events that have come since the last call, up to `last`.
  void update(const trace::Trace& trace, std::uint64_t last = UINT64_MAX);

  /// Null if the connection has no events.
  [[nodiscard]] const Dialogue* find(ConnectionId connection) const;
  /// The lines that an event completes: a stream-bytes event may complete several, or none.
  [[nodiscard]] std::vector<const Line*> completed_by(const trace::EventView& event) const;
  [[nodiscard]] std::vector<ConnectionId> connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The bytes of a line of a connection, out of the trace: [offset, offset + length) of its log.
[[nodiscard]] std::string bytes_of(const trace::Trace& trace, ConnectionId connection, const Line& line);

}  // namespace glasspost::dissect
