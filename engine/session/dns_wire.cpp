#include "engine/session/dns_wire.h"

#include <span>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost::dns {
namespace {

// Gives how many bytes came before the peer's end: `into.size()` unless it ended early.
Task<Result<std::size_t>> read_whole(ByteStream& stream, std::span<char> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const Result<std::size_t> got = co_await stream.read(into.subspan(done));
    if (!got) co_return fail(got.error());
    if (*got == 0) break;
    done += *got;
  }
  co_return done;
}

}  // namespace

Task<Result<std::optional<std::string>>> read_tcp_message(ByteStream& stream) {
  char prefix[2] = {0, 0};
  const std::span<char> prefix_bytes(prefix, 2);
  const Result<std::size_t> first = co_await read_whole(stream, prefix_bytes);
  if (!first) co_return fail(first.error());
  if (*first == 0) co_return std::optional<std::string>();
  const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(prefix[0])) << 8 |
                             static_cast<unsigned char>(prefix[1]);
  std::string message(length, '\0');
  const std::span<char> body(message.data(), message.size());
  const Result<std::size_t> rest = co_await read_whole(stream, body);
  if (!rest) co_return fail(rest.error());
  if (*first < 2 || *rest < length)
    co_return fail(ErrorCode::kEndOfStream, "the peer closed within a DNS message");
  co_return std::optional<std::string>(std::move(message));
}

Task<Ok> write_tcp_message(ByteStream& stream, std::string message) {
  GLASSPOST_ASSERT(message.size() <= 0xFFFF);
  std::string bytes;
  bytes += static_cast<char>(message.size() >> 8 & 0xFF);
  bytes += static_cast<char>(message.size() & 0xFF);
  bytes += message;
  const Ok written = co_await stream.write(bytes);
  co_return written;
}

}  // namespace glasspost::dns
