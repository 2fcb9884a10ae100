#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/task.h"

namespace glasspost::dns {

/// One message over TCP: two bytes of length, then the message. Nothing if the peer ended before its first
/// byte. Errors: as ByteStream::read, and kEndOfStream within a message. // RFC 1035 4.2.2
[[nodiscard]] Task<Result<std::optional<std::string>>> read_tcp_message(ByteStream& stream);

/// Writes length and message at once (RFC 7766 8). The message has at most 65,535 bytes.
[[nodiscard]] Task<Ok> write_tcp_message(ByteStream& stream, std::string message);

}  // namespace glasspost::dns
