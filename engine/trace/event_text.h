#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/trace/projection.h"
#include "engine/trace/trace.h"

namespace glasspost::trace {

/// One event as one stable line, without a line feed: the format of golden tests and of the determinism
/// digest. `#7 +0.040000000s cause=#6 mx.beta.example c3 m=QID state-changed machine=smtp-server ...`.
/// `names` is any projection at or after the hosts became known (Trace::project(last_seq)); hosts that it
/// does not know are written `host7`. Blobs over 64 bytes are shortened and followed by their hash.
[[nodiscard]] std::string event_text(const EventView& event, Instant epoch, const Projection& names);

/// One column in words, as event_text writes it.
[[nodiscard]] std::string column_text(const EventView& event, const Column& column, Instant epoch,
                                      const Projection& names);

/// "+1.500000000s", "-0.000000001s": the time since the epoch.
[[nodiscard]] std::string time_text(Instant time, Instant epoch);

/// All events, a line each.
[[nodiscard]] std::string trace_text(const Trace& trace);

/// A hash of trace_text(): equal for equal runs, under any compiler.
[[nodiscard]] std::uint64_t trace_digest(const Trace& trace);

}  // namespace glasspost::trace
