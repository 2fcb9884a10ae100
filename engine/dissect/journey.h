#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dissect/dialogue.h"
#include "engine/trace/trace.h"

namespace glasspost::dissect {

/// What a hop added to a message or took from it.
struct Alteration {
  std::uint64_t seq = 0;
  std::uint64_t offset = 0;   ///< in the message as it was before
  std::uint64_t removed = 0;  ///< bytes
  std::string inserted;
  std::string reason;
};

/// One mail as one host knows it.
struct Hop {
  trace::MessageRef ref;
  trace::MessageView message;
  std::vector<Alteration> alterations;  ///< by event
};

/// The catalogue key of how a hop came to have the message: cli.hop-...
[[nodiscard]] std::string_view hop_key(std::string_view origin);

/// All hops of the mails that bear this name in that world, by the moment at which they first knew it. `id`
/// is a queue id, a Message-ID with or without angle brackets, or HOST/QUEUE-ID. Without alterations.
[[nodiscard]] std::vector<Hop> hops_of(const trace::Projection& world, std::string_view id);
/// All hops of the mail that this host's message is.
[[nodiscard]] std::vector<Hop> hops_of(const trace::Projection& world, const trace::MessageRef& message);
/// Gives a mail-altered event to the hop that it happened at.
void note_alteration(std::vector<Hop>& hops, const trace::EventView& event);

/// The message as this hop received it: what came by its connection and transaction, without stuffed dots.
/// Nothing where it came by no connection, or its bytes are not in the trace.
[[nodiscard]] std::optional<std::string> received_bytes(const trace::Trace& trace, const Dialogues& dialogues,
                                                        const Hop& hop);
/// The bytes after the alterations; those that do not fit are left out.
[[nodiscard]] std::string altered(std::string bytes, const std::vector<Alteration>& alterations);

}  // namespace glasspost::dissect
