#pragma once

// How a choreography is built; for the sources of this folder only.

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/dissect/short_names.h"
#include "engine/trace/event.h"
#include "engine/trace/projection.h"
#include "gui/model/choreography.h"

namespace glasspost::gui {

constexpr ScreenTime kMillisecond = 1'000'000;

/// How long things take on the screen.
struct Tempo {
  ScreenTime flight, rest;  // a line of dialogue
  ScreenTime content, content_rest;
  ScreenTime names, names_rest;  // a question that matters
  ScreenTime small_names;        // one that does not: addresses, reverse names
  ScreenTime connection, handshake;
  ScreenTime question, stamp, verdict_rest;
  ScreenTime queued, settled, delivered, mailbox, lost;
  ScreenTime fold;  // a whole dialogue that is folded
};
[[nodiscard]] const Tempo& tempo_of(Pace pace);

class Choreographer {
 public:
  Choreographer(const trace::Trace& trace, const dissect::Dialogues& dialogues, const trace::ByteLogs& logs,
                Pace pace);
  Choreography build();

 private:
  using Key = std::pair<std::uint32_t, trace::Direction>;
  struct InFlight {
    std::uint64_t need = 0;  // the wire log's length at which the last byte is there
    std::vector<std::uint32_t> movers;
    bool bound = false;  // `need` is known
  };
  struct Segment {
    std::uint64_t end = 0;
    bool carries = false;
  };
  struct LineTempo {
    ScreenTime flight, rest;
  };

  void visit(const trace::EventView& event);
  /// Puts an event on the screen's clock, not before `earliest`.
  ScreenTime place(const trace::EventView& event, ScreenTime earliest = 0);
  /// The next event placed begins a new caption, once the last has been read.
  void say(const trace::EventView& event, MessageKey words, bool major = true);
  [[nodiscard]] ScreenTime ready(HostId host) const;
  void keep_busy(HostId host, ScreenTime until);

  // Connections and what is said on them.
  void open(const trace::EventView& event);
  void establish(const trace::EventView& event);
  void close(const trace::EventView& event, std::string_view reason);
  void fail_to_connect(const trace::EventView& event);
  void tls(const trace::EventView& event);
  void stream(const trace::EventView& event);
  void depart(const trace::EventView& event, Talk& talk, const std::vector<const dissect::Line*>& lines);
  void arrive(Talk& talk, trace::Direction direction, ScreenTime at,
              const std::vector<std::uint32_t>& movers);
  void segment(const trace::EventView& event);
  void lose(const trace::EventView& event, HostId from, HostId to, std::string_view reason);
  [[nodiscard]] LineTempo line_tempo(const Talk& talk) const;
  void pair_up(Talk& talk, std::uint32_t mover, const dissect::Line& line);
  void note_envelope(Talk& talk, ScreenTime at, const dissect::Line& line);
  void note_letter(EnvelopeState& state, const Talk& talk, const dissect::Line& line) const;
  Talk& talk_of(ConnectionId connection);

  // Names, verdicts, mail, people.
  void asked(const trace::EventView& event);
  void answered(const trace::EventView& event);
  void decide(const trace::EventView& event);
  void mail(const trace::EventView& event);
  void settle(const trace::EventView& event);
  void mailbox(const trace::EventView& event);
  void person(const trace::EventView& event);
  void caption_flag(const trace::EventView& event, const std::string& flag, const std::string& device);
  [[nodiscard]] bool reading_by_pop3(HostId server) const;
  void mark(MarkKind kind, ScreenTime at, ScreenTime rest, const trace::EventView& event, std::string label,
            std::string detail = {});

  // Words for captions.
  /// A caption that begins with a line of its own accord; gives when the line may leave.
  ScreenTime explain(const Talk& talk, const dissect::Line& line, ScreenTime begin);
  void caption_line(const trace::EventView& event, const Talk& talk, const dissect::Line& line);
  void caption_verdict(const trace::EventView& event, const DeskVerdict& verdict);
  [[nodiscard]] std::string name(HostId host) const;

  void finish();

  const trace::Trace& trace_;
  const dissect::Dialogues& dialogues_;
  const trace::ByteLogs& logs_;
  const Tempo& tempo_;
  Pace pace_;
  trace::Projection end_;
  dissect::ShortNames names_;
  bool virtual_ = true;

  Choreography out_;
  std::vector<Anchor> anchors_;
  ScreenTime clock_ = 0;
  std::optional<Instant> last_;
  ScreenTime caption_hold_ = 0;
  std::optional<Caption> pending_caption_;
  std::map<HostId, ScreenTime> ready_;
  std::map<Key, std::vector<InFlight>> flights_;
  std::map<Key, std::map<std::uint64_t, Segment>> segments_;
  struct Question {
    std::uint32_t mover = 0;
    ScreenTime begin = 0;
    bool small = false;
  };
  std::map<std::uint64_t, Question> questions_;         // by the dns-asked event
  std::map<HostId, std::string> doing_;                 // the last caption that a host's look-ups had
  std::map<std::uint32_t, ScreenTime> last_arrival_;    // by connection
  std::map<std::uint32_t, std::uint32_t> line_counts_;  // lines of a folded dialogue
  std::set<std::string> explained_;                     // commands that have had their caption
};

}  // namespace glasspost::gui
