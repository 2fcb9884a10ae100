#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace glasspost {

/// What kind of failure an operation met. A protocol's own outcome (550, NO, softfail) is never an Error: it
/// is an ordinary value.
enum class ErrorCode {
  kInvalidInput,  ///< bytes or a value that break the grammar; `offset` says where
  kTooLarge,      ///< a stated limit was passed
  kEndOfStream,   ///< the peer closed before a complete unit arrived
  kTimedOut,      ///< a deadline passed
  kAborted,       ///< the operation was cancelled, the stream reset, or the host went down
  kRefused,       ///< a connection was refused, or policy forbids it
  kUnreachable,   ///< no route, no such host
  kNotFound,      ///< a thing that was named does not exist
  kConflict,      ///< the thing exists already, or changed under us
  kUnsupported,   ///< well-formed, but not something this program does
  kIo,            ///< disk or operating system
  kTls,           ///< handshake or record failure, certificate refused
  kCorrupt,       ///< stored data that contradicts itself
};

/// The stable lower-case name, for messages and logs ("invalid input", "timed out").
[[nodiscard]] std::string_view to_string(ErrorCode code);

/// A failed operation, as a value. `message` is one English sentence without a final full stop, fit to be
/// shown to a person; `offset` counts bytes from the start of the input that was being read, where that makes
/// sense.
struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string message;
  std::optional<std::size_t> offset;

  friend bool operator==(const Error&, const Error&) = default;
};

/// "timed out: no reply from 192.0.2.1:25" — with " (at byte N)" where there is an offset.
[[nodiscard]] std::string to_string(const Error& error);

}  // namespace glasspost
