#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/dissect/ladder.h"
#include "engine/observe/catalogue.h"
#include "engine/trace/trace.h"

namespace glasspost::cli {

using dissect::LadderAxis;
using dissect::LadderRowKind;

/// A row with its words.
struct LadderRow {
  LadderRowKind kind = LadderRowKind::kNote;
  std::uint64_t seq = 0;
  Instant time;
  ConnectionId connection;
  std::size_t from = 0;  ///< axis; for notes the only one
  std::size_t to = 0;
  std::string label;  ///< one line, shortened, in the ladder's language
  bool dns = false;
  bool failed = false;  ///< the arrow did not arrive
};

/// A sequence diagram as data.
struct Ladder {
  Language language = Language::kEnglish;
  Instant epoch;
  std::string title;
  std::vector<LadderAxis> axes;     ///< from left to right
  std::vector<LadderRow> rows;      ///< by event
  std::string ending;               ///< that was left away from all names; may be empty
  std::vector<std::string> folded;  ///< names of hosts that stand for others: "DNS: resolver, root, ns.alpha"
};

/// What happened up to and with event `last`: dialogues line by line, DNS questions and answers, decisions,
/// and what became of mail. Not segments. At most kMostAxes axes: the name servers and resolvers are one, and
/// if there are still too many, the hosts that come last are one.
[[nodiscard]] Ladder build_ladder(const trace::Trace& trace, std::uint64_t last, Language language);
inline constexpr std::size_t kMostAxes = 6;

/// The diagram as text, every line at most `width` columns (at least 60).
[[nodiscard]] std::string ladder_text(const Ladder& ladder, std::size_t width = 100);
/// The same rows as a JSON object.
[[nodiscard]] std::string ladder_json(const Ladder& ladder);

}  // namespace glasspost::cli
