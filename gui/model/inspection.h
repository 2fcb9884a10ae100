#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/dissect/state_diagram.h"
#include "engine/observe/speaker.h"
#include "engine/trace/projection.h"
#include "engine/trace/trace.h"
#include "gui/model/digest.h"
#include "gui/model/selection.h"
#include "gui/model/why_tree.h"

namespace glasspost::gui {

/// How something looks at first glance.
enum class Mood : std::uint8_t { kPlain, kGood, kMore, kWait, kBad, kNames, kCipher, kClient, kServer };
/// Of a reply code's first digit.
[[nodiscard]] Mood mood_of_code(std::uint32_t code);
/// Of a verdict's or a decision's outcome.
[[nodiscard]] Mood mood_of_outcome(std::string_view outcome);

/// What it means, in words for people.
struct InspectedText {
  std::string words;
  std::string rule;    ///< "RFC 5321 4.1.1.2"; may be empty
  bool quiet = false;  ///< an aside
};
struct InspectedFact {
  std::string name;
  std::string value;
  Selection jump;     ///< where a click leads; monostate: nowhere
  bool code = false;  ///< bytes, not words
  Mood mood = Mood::kPlain;
};
/// What follows belongs to it, and may be folded by its id.
struct InspectedHeading {
  std::string id;
  std::string words;
};
/// A dialogue's machine with the session's place.
struct InspectedDiagram {
  std::string id;
  std::string words;  ///< whose it is
  dissect::StateDiagram diagram;
  std::vector<std::string> names;    ///< of the states, in the person's language
  std::optional<std::size_t> place;  ///< where the session stands
  std::optional<std::size_t> from;   ///< where it came from by what is inspected
};
/// Bytes: what was added (+) or removed (-), or is only shown (blank).
struct InspectedBytes {
  char sign = ' ';
  std::string name;  ///< a header field's, or the reason of a change
  std::string text;
  Selection jump;
};

using InspectedPart =
    std::variant<InspectedText, InspectedFact, InspectedHeading, InspectedDiagram, WhyNode, InspectedBytes>;

/// All that the inspector says of one thing.
struct Inspection {
  std::string title;
  std::string badge;  ///< "pass", "550", "connected"
  Mood mood = Mood::kPlain;
  std::string where;      ///< when and where it happened
  std::uint64_t seq = 0;  ///< the event; 0: none
  std::vector<InspectedPart> parts;
};

/// What it is made from. `world` is the moment that is looked at; `seq` its event.
struct InspectionSource {
  const trace::Trace& trace;
  const Digest& digest;
  const trace::Projection& world;
  std::uint64_t seq = 0;
  Language language = Language::kEnglish;
};

/// Of nothing: what happened last. Total.
[[nodiscard]] Inspection inspect(const InspectionSource& source, const Selection& selection);

/// The selection that a row of the ladder stands for.
[[nodiscard]] Selection selection_of(const dissect::LadderRow& row);
/// A number that changes with the selection; 0: nothing is selected.
[[nodiscard]] std::uint64_t mark_of(const Selection& selection);
/// The connection and event that a selection is about; 0: none.
struct Focal {
  ConnectionId connection;
  std::uint64_t seq = 0;
};
[[nodiscard]] Focal focal_of(const trace::Trace& trace, const Digest& digest, const Selection& selection);

}  // namespace glasspost::gui
