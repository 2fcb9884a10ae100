#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/dissect/dialogue.h"
#include "engine/dissect/short_names.h"
#include "engine/observe/catalogue.h"
#include "engine/observe/speaker.h"
#include "engine/trace/trace.h"

namespace glasspost::dissect {

/// A host number that stands for all name servers and resolvers.
inline constexpr HostId kNameServers{0xffff'fffe};

enum class LadderRowKind : std::uint8_t {
  kArrow,    ///< something goes from one axis to another
  kBoth,     ///< something that both do: a TLS handshake
  kNote,     ///< something happens at one axis
  kSection,  ///< a connection begins or ends, a fault: a line over the whole width
  kPhase,    ///< a dialogue comes into its next phase
};

/// What a row is about, for colours and filters.
enum class LadderTopic : std::uint8_t {
  kConnection,
  kCommand,
  kReply,
  kContent,
  kTls,
  kNames,     ///< DNS
  kVerdict,   ///< SPF, DKIM, DMARC, ARC
  kDecision,  ///< any other decision
  kMail,      ///< queues and responsibility
  kMailbox,
  kPerson,
  kFault,
};

/// The part that a host plays in a row: hosts with several roles may be shown as several axes.
enum class LadderRole : std::uint8_t {
  kNone,
  kUserAgent,
  kSubmission,
  kTransfer,
  kDelivery,
  kAccess,
  kNames
};
/// "MUA", "MSA", "MTA", "MDA", "POP3/IMAP", "DNS"; empty for kNone.
[[nodiscard]] std::string_view to_string(LadderRole role);

/// One row. Its words are made when it is shown: see LadderWords.
struct LadderRow {
  std::uint64_t seq = 0;
  Instant time;     ///< of the event
  Instant departs;  ///< of an arrow: when it leaves its axis, ...
  Instant arrives;  ///< ... and when it is there; equal to `time` where nobody knows
  ConnectionId connection;
  HostId from, to;                              ///< of notes the same; kNameServers stands for all of them
  std::uint32_t first_line = 0, last_line = 0;  ///< of a dialogue's rows: places in Dialogue::lines
  LadderRowKind kind{};
  LadderTopic topic{};
  Phase phase{};  ///< of the dialogue at that row
  LadderRole from_role{}, to_role{};
  bool dns = false;
  bool failed = false;  ///< the arrow did not arrive
};

/// The rows of a sequence diagram: dialogues line by line, DNS questions and answers, decisions, and what
/// became of mail; not segments. Made in one pass that can stop anywhere and go on, also when the trace has
/// grown. Rows keep their places.
class LadderIndex {
 public:
  LadderIndex();
  ~LadderIndex();
  LadderIndex(const LadderIndex&) = delete;
  LadderIndex& operator=(const LadderIndex&) = delete;

  /// Takes in the events up to `last` that it has not seen. `dialogues` must have seen them before.
  void extend(const trace::Trace& trace, const Dialogues& dialogues, std::uint64_t last);
  /// Writes out what waits for its next row; for whoever stops here.
  void finish();

  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] const std::vector<LadderRow>& rows() const { return rows_; }
  /// The first row of an event after `seq`: how many rows have happened by then.
  [[nodiscard]] std::size_t rows_until(std::uint64_t seq) const;
  [[nodiscard]] const std::vector<HostId>& name_servers() const { return name_servers_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  /// Of a row that tells whom a resolver asks.
  struct Trip {
    HostId resolver;
    std::vector<HostId> servers;
  };
  [[nodiscard]] const Trip& trip(const LadderRow& row) const { return trips_[row.first_line]; }
  /// The parties in the order in which they come in.
  struct Party {
    HostId host;
    LadderRole role{};
    friend bool operator==(const Party&, const Party&) = default;
    friend auto operator<=>(const Party&, const Party&) = default;
  };
  [[nodiscard]] std::vector<Party> parties() const;

 private:
  friend class LadderPass;
  struct Wire;

  std::uint64_t seen_ = 0;
  bool begun_ = false;
  std::vector<LadderRow> rows_;
  std::vector<HostId> name_servers_;  // sorted
  std::vector<HostId> user_agents_;   // sorted
  std::string title_;
  std::vector<Trip> trips_;
  std::vector<Party> met_by_connection_, met_by_row_;
  std::map<ConnectionId, std::unique_ptr<Wire>> wires_;
  std::map<HostId, std::vector<std::string>> roles_;
  std::map<HostId, std::size_t> questions_;     // rows whose datagram has not been seen
  std::map<HostId, Instant> answers_departed_;  // the latest datagram that a name server sent to a host
  // The resolver's own questions are told as one note at its axis.
  Trip pending_trip_;
  std::uint64_t trip_seq_ = 0;
  Instant trip_time_;
};

/// A vertical line of the ladder: a host, a role of a host, or several hosts that are shown as one.
struct LadderAxis {
  std::string name;           ///< shortened
  std::string roles;          ///< "MUA", "MTA MSA MDA"; empty for the DNS
  std::vector<HostId> hosts;  ///< in the order in which they came in
};

enum class AxisBy : std::uint8_t { kHost, kRole };

/// Which axis a party is shown at. At most `most` axes: the name servers and resolvers are one, the last; if
/// there are still too many, the hosts that come last are one.
class LadderAxes {
 public:
  LadderAxes(const LadderIndex& index, const trace::Projection& world, Language language, AxisBy by,
             std::size_t most);

  [[nodiscard]] const std::vector<LadderAxis>& axes() const { return axes_; }
  [[nodiscard]] std::size_t of(HostId host, LadderRole role) const;
  [[nodiscard]] bool has_names() const { return names_; }

 private:
  std::vector<LadderAxis> axes_;
  std::map<LadderIndex::Party, std::size_t> places_;
  AxisBy by_;
  bool names_ = false;
};

/// Says what a row is, in one line, names shortened. Borrows the index and the dialogues.
class LadderWords {
 public:
  LadderWords(const trace::Trace& trace, const LadderIndex& index, const Dialogues& dialogues,
              const trace::Projection& world, Language language);

  [[nodiscard]] std::string operator()(const LadderRow& row) const;
  [[nodiscard]] const ShortNames& names() const { return names_; }

 private:
  [[nodiscard]] std::string words(const LadderRow& row) const;
  [[nodiscard]] std::string of_event(const LadderRow& row, const trace::EventView& event) const;
  [[nodiscard]] std::string of_mail(const LadderRow& row, const trace::EventView& event) const;
  [[nodiscard]] std::string of_settled(const trace::EventView& event) const;
  [[nodiscard]] std::string of_lines(const LadderRow& row) const;
  [[nodiscard]] static std::string of_responses(const Dialogue& dialogue, const LadderRow& row);
  [[nodiscard]] std::string of_trip(const LadderRow& row) const;
  [[nodiscard]] std::string of_failure(const LadderRow& row, const trace::EventView& event) const;
  [[nodiscard]] std::string of_decision(const trace::EventView& event) const;

  trace::Trace trace_;
  const LadderIndex& index_;
  const Dialogues& dialogues_;
  trace::Projection world_;
  Speaker say_;
  ShortNames names_;
};

}  // namespace glasspost::dissect
