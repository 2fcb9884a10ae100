#include "engine/base/error.h"

#include <fmt/format.h>

#include "engine/base/assert.h"

namespace glasspost {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
      return "invalid input";
    case ErrorCode::kTooLarge:
      return "too large";
    case ErrorCode::kEndOfStream:
      return "end of stream";
    case ErrorCode::kTimedOut:
      return "timed out";
    case ErrorCode::kAborted:
      return "aborted";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kUnreachable:
      return "unreachable";
    case ErrorCode::kNotFound:
      return "not found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kIo:
      return "input/output";
    case ErrorCode::kTls:
      return "TLS";
    case ErrorCode::kCorrupt:
      return "corrupt";
  }
  GLASSPOST_UNREACHABLE();
}

std::string to_string(const Error& error) {
  if (error.offset)
    return fmt::format("{}: {} (at byte {})", to_string(error.code), error.message, *error.offset);
  return fmt::format("{}: {}", to_string(error.code), error.message);
}

}  // namespace glasspost
