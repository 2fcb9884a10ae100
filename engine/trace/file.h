#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/trace/trace.h"

namespace glasspost::trace {

/// "GPst": the application_id of a trace's SQLite database.
inline constexpr std::int32_t kApplicationId = 0x47507374;
/// The user_version of traces that this program writes and reads.
inline constexpr std::int32_t kFileVersion = 1;

/// Opens a recorded trace. Keyframes are rebuilt. The file is only read.
/// Errors, with the file's name and, where it makes sense, the event's number: kNotFound; kInvalidInput (not
/// SQLite, or not a trace); kUnsupported (another version); kCorrupt (truncated, damaged, or rows that break
/// the schema); kIo.
[[nodiscard]] Result<Trace> open_trace(const std::string& file);

/// A trace from a database's bytes, as a whole in memory; for tests and for files that come from elsewhere.
[[nodiscard]] Result<Trace> open_trace_bytes(std::string_view bytes);

/// What check_trace() found.
struct TraceCheck {
  std::uint64_t events = 0;
  std::uint64_t unknown_kinds = 0;  ///< events of kinds that this program does not know
};
/// Opens the file and looks at every event: the database's integrity, numbers without gaps, times that do not
/// decrease, causes that come before, columns that fit their kind, byte logs without gaps. Errors as
/// open_trace(), naming the first event that is wrong.
[[nodiscard]] Result<TraceCheck> check_trace(const std::string& file);

/// Writes a whole trace to a new file (an existing one is replaced). Errors: kIo.
[[nodiscard]] Ok save_trace(const Trace& trace, const std::string& file);

}  // namespace glasspost::trace
