#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/task.h"

namespace glasspost {

/// One end of a reliable, ordered, two-way stream of bytes: TCP, TLS over it, or a decorator around either.
///
/// At most one read and one write may be pending at a time (one of each). Destroying a stream closes it; no
/// operation may be pending then. All errors are sticky: after one, the same call fails the same way.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Waits for at least one byte and gives how many were put at the start of `into` (not empty); 0 is the
  /// peer's orderly end. Errors: kTimedOut (deadline), kAborted (reset by either side, host gone), kTls,
  /// kEndOfStream (TLS that ended without close_notify: the last bytes may have been cut off).
  virtual Task<Result<std::size_t>> read(std::span<char> into) = 0;
  /// Writes all of `bytes`, which must stay valid until the task ends; it ends when the bytes are accepted
  /// for sending. Errors: kTimedOut, kAborted, kTls, kEndOfStream (after close_write).
  virtual Task<Ok> write(std::string_view bytes) = 0;
  /// Says that no more will be written (TCP FIN; TLS close_notify, then FIN). Reading goes on.
  virtual Task<Ok> close_write() = 0;
  /// Ends both directions at once, without waiting (TCP RST). Pending operations complete with kAborted.
  virtual void abort() = 0;
  /// Pending and later operations fail with kTimedOut once this moment has passed. Instant::never() lifts it.
  virtual void set_deadline(Instant deadline) = 0;

  /// The same at both ends of one connection; the taps' and observers' key.
  [[nodiscard]] virtual ConnectionId connection() const = 0;
  [[nodiscard]] virtual Endpoint local() const = 0;
  [[nodiscard]] virtual Endpoint remote() const = 0;
};

using ByteStreamPtr = std::unique_ptr<ByteStream>;

}  // namespace glasspost
