#pragma once

namespace glasspost {

/// Prints the broken assumption with its place and ends the program.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace glasspost

/// An assumption about our own code, checked in every build. No input may be able to break it.
#define GLASSPOST_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::glasspost::assertion_failed(#expression, __FILE__, __LINE__))

#define GLASSPOST_UNREACHABLE() ::glasspost::assertion_failed("unreachable", __FILE__, __LINE__)
