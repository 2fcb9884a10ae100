#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/id.h"
#include "engine/dissect/dialogue.h"
#include "engine/observe/explanation.h"
#include "engine/observe/observer.h"
#include "engine/trace/byte_logs.h"
#include "engine/trace/trace.h"
#include "gui/model/cursor.h"
#include "gui/model/schedule.h"
#include "gui/model/tone.h"

namespace glasspost::gui {

/// All name servers and resolvers, which stand on one shelf.
inline constexpr HostId kShelf{0xffff'fffe};

/// Moments of the screen's clock, in nanoseconds since its beginning.
using ScreenTime = std::int64_t;
inline constexpr ScreenTime kNotYet = INT64_MAX;

enum class MoverKind : std::uint8_t { kCommand, kReply, kContent, kQuery, kAnswer, kLost, kBaton };

/// Something that travels. It leaves at `begin`, arrives at `end`, rests there and is gone at `gone`.
struct Mover {
  MoverKind kind{};
  Tone tone{};
  ScreenTime begin = 0;
  ScreenTime end = 0;
  ScreenTime gone = 0;
  HostId from, to;  ///< 0: outside; kShelf
  ConnectionId connection;
  std::uint32_t line = 0;  ///< of the connection's dialogue
  std::uint64_t seq = 0;   ///< the event that sent it
  std::string label;       ///< a verb, a code, a record type
  std::string detail;      ///< content: its subject; an answer: what it says; lost: why
  bool secure = false;     ///< inside TLS
};

/// A command and its reply; either may be lacking (a greeting; a reply that has not been given yet).
struct Exchange {
  std::int32_t command = -1;  ///< index of movers
  std::int32_t reply = -1;
  ScreenTime begin = 0;
};

enum class Bead : std::uint8_t { kHello, kFrom, kTo, kData, kBye };
inline constexpr std::size_t kBeadCount = 5;

/// What the envelope of a transaction bears, and what the letter in it claims, from a moment on.
struct EnvelopeState {
  ScreenTime begin = 0;
  std::string mail_from;
  std::vector<std::string> rcpt_to;
  bool letter = false;  ///< it has come
  std::string from, to, subject;
};

/// One connection as the stage shows it.
struct Talk {
  ConnectionId connection;
  HostId client, server;
  std::uint16_t port = 0;
  bool retrieval = false;  ///< POP3 or IMAP: folded
  ScreenTime opened = 0;
  ScreenTime established = kNotYet;
  ScreenTime tls = kNotYet;  ///< the ends agree
  ScreenTime tls_begun = kNotYet;
  std::string tls_version;
  ScreenTime closed = kNotYet;
  std::string failure;  ///< why it came to nothing
  std::vector<Exchange> exchanges;
  ScreenTime beads[kBeadCount] = {kNotYet, kNotYet, kNotYet, kNotYet, kNotYet};
  std::vector<EnvelopeState> envelopes;  ///< by begin

  [[nodiscard]] bool open_at(ScreenTime now) const { return opened <= now && now < closed; }
};

/// A check's verdict at the inspection desk.
struct DeskVerdict {
  DecisionKind kind{};
  ConnectionId connection;
  HostId host;
  ScreenTime question = 0;  ///< the slot lights up
  ScreenTime fall = 0;      ///< the stamp begins to fall
  std::uint64_t seq = 0;
  std::string subject;
  std::string outcome;
  std::string domain;               ///< SPF, DKIM: whose word it is; DMARC: the From domain
  std::vector<std::string> pieces;  ///< SPF: the record's terms; DKIM, DMARC: short facts
  std::int32_t lit = -1;            ///< the piece that decided
  bool spf_aligned = false;         ///< DMARC: whose domain fits
  bool dkim_aligned = false;
  std::string policy;  ///< DMARC: none, quarantine, reject
};

/// Something that happens to a mail in a host: a queue, a tray.
enum class MarkKind : std::uint8_t {
  kSubmitted,
  kQueued,
  kDeferred,
  kBounced,
  kDelivered,
  kStored,
  kFlags,
  kMoved,
  kExpunged,
  kDown,
  kUp
};
struct Mark {
  MarkKind kind{};
  ScreenTime begin = 0;
  ScreenTime end = 0;  ///< its rest is over
  HostId host;
  std::uint64_t seq = 0;
  std::string label;  ///< recipient, subject, flag, reason
  std::string detail;
};

struct Caption {
  ScreenTime begin = 0;
  ScreenTime read = 0;  ///< it has been there long enough
  MessageKey words;
  std::uint64_t seq = 0;
};

/// Idle time that the screen leaps over.
struct Leap {
  ScreenTime begin = 0;
  ScreenTime end = 0;
  Duration simulated;
};

/// Everything that the stage does, in order, computed once for a trace and a pace: a pure function of both.
struct Choreography {
  Schedule schedule;
  std::vector<Mover> movers;  ///< by begin
  ScreenTime longest = 0;     ///< no mover lives longer
  std::map<ConnectionId, Talk> talks;
  std::vector<DeskVerdict> verdicts;  ///< by question
  std::vector<Mark> marks;            ///< by begin
  ScreenTime longest_mark = 0;        ///< no mark rests longer
  std::vector<Caption> captions;      ///< by begin
  std::vector<Leap> leaps;
  std::vector<ScreenTime> exchange_stops;  ///< where a step of one exchange ends
  std::vector<ScreenTime> scene_stops;     ///< where the next thing that changes the picture stands complete

  [[nodiscard]] ScreenTime length() const { return schedule.length().ns; }
  /// Indices of the movers that are to be seen.
  [[nodiscard]] std::vector<std::uint32_t> movers_at(ScreenTime now) const;
  /// A mail has just been delivered at that host.
  [[nodiscard]] bool delivering_at(HostId host, ScreenTime now) const;
  /// The latest verdict of a kind in a conversation; null before it is asked for.
  [[nodiscard]] const DeskVerdict* verdict_at(DecisionKind kind, const Talk& talk, ScreenTime now) const;
  /// Null before the first.
  [[nodiscard]] const Caption* caption_at(ScreenTime now) const;
  [[nodiscard]] const Leap* leap_at(ScreenTime now) const;
  /// The conversation that the eye should follow; null before the first.
  [[nodiscard]] const Talk* focus_at(ScreenTime now) const;
  /// The stop after or before a moment; the ends if there is none.
  [[nodiscard]] ScreenTime stop(bool scene, ScreenTime from, int direction) const;
};

[[nodiscard]] Choreography choreograph(const trace::Trace& trace, const dissect::Dialogues& dialogues,
                                       const trace::ByteLogs& logs, Pace pace);

/// How long a caption stands at the least, in either language.
[[nodiscard]] ScreenTime reading_time(const MessageKey& words);
/// How long idle time of that length takes on the screen.
[[nodiscard]] ScreenTime leap_time(Duration idle);

/// "alice@alpha.example" is Alice.
[[nodiscard]] std::string person_of(std::string_view account);
/// The part after the @, without a closing bracket.
[[nodiscard]] std::string domain_of(std::string_view address);

}  // namespace glasspost::gui
