#pragma once

#include <cstdint>

#include "engine/observe/catalogue.h"
#include "engine/trace/trace.h"

namespace glasspost::cli {

/// What all views of a trace are given: the trace, the last event that has happened, and how to say it.
struct View {
  const trace::Trace& trace;
  std::uint64_t last = 0;
  Language language = Language::kEnglish;
  bool json = false;
  std::size_t width = 100;
};

}  // namespace glasspost::cli
