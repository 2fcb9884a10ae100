#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/dissect/dialogue.h"
#include "engine/observe/explanation.h"
#include "engine/trace/trace.h"
#include "gui/model/selection.h"

namespace glasspost::gui {

enum class WhyKind : std::uint8_t {
  kStep,    ///< a step of the check
  kLookUp,  ///< a question that it asked the DNS
  kBytes,   ///< bytes that it looked at: of a record, the message, a command
};

/// A node of the tree of reasons; parents stand before their children.
struct WhyNode {
  WhyKind kind{};
  std::uint32_t depth = 0;
  std::string id;       ///< "147.0.1": the event, and which child of which
  bool parent = false;  ///< has children
  // kStep.
  MessageKey words;
  std::string outcome;
  std::string rule;
  std::vector<Argument> inputs;
  // kLookUp.
  LookUp look_up;
  // kBytes: the text that they lie in, and where.
  std::string of;  ///< "alpha.example TXT"; empty: the message
  std::string text;
  std::size_t mark = 0, mark_length = 0;
  /// Where a click leads: the DNS's answer, the bytes on the wire; monostate: nowhere.
  Selection jump;
  std::uint64_t seq = 0;  ///< the event there; 0: none
};

/// The reasons of a decision as a tree whose leaves lead to their events and bytes; empty for other events.
/// `world` is any projection after the hosts became known.
[[nodiscard]] std::vector<WhyNode> why_tree(const trace::Trace& trace, const dissect::Dialogues& dialogues,
                                            const trace::EventView& decision);

/// What an event came from, nearest first, without packets: at most `most`.
[[nodiscard]] std::vector<std::uint64_t> told_causes(const trace::Trace& trace, const trace::EventView& event,
                                                     std::size_t most);

/// A record's text out of an answer in presentation form: strings without their quotes, joined.
/// // RFC 1035 5.1
[[nodiscard]] std::string record_text(std::string_view presentation);

}  // namespace glasspost::gui
