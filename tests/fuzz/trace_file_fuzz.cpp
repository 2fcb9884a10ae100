// Any bytes as a trace's file: an error, or a trace that can be read, projected and written out as text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/trace/event_text.h"
#include "engine/trace/file.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<trace::Trace> trace = trace::open_trace_bytes(bytes);
  if (!trace) return 0;
  static_cast<void>(trace::trace_digest(*trace));
  static_cast<void>(trace->project(trace->last_seq() / 2).hash());
  return 0;
}
