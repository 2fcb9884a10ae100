#include "engine/session/server_wire.h"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/result.h"

namespace glasspost {
namespace {

// After our last reply the peer has this long to close, so that the reply is not lost to a reset.
constexpr Duration kLinger = Duration::seconds(5);
constexpr std::size_t kMostLingering = 64 * 1024;

}  // namespace

ServerWire::ServerWire(ByteStreamPtr stream, Clock& clock, TlsUpgrader* tls, Duration write_patience)
    : stream_(std::move(stream)), clock_(clock), tls_(tls), write_patience_(write_patience) {}

void ServerWire::resize_block(std::size_t size) {
  if (size == block_size || unread.size() > size) return;
  auto other = std::make_unique<char[]>(size);
  std::copy(unread.begin(), unread.end(), other.get());
  unread = std::string_view(other.get(), unread.size());
  block_ = std::move(other);
  block_size = size;
}

void ServerWire::lose(WireLoss loss) {
  if (lost) return;
  timed_out_ = loss == WireLoss::kTimedOut;
  lost = !timed_out_;
  wire_lost(loss);
}

Task<bool> ServerWire::fill() {
  if (stop_requested) co_return false;
  stream_->set_deadline(clock_.now() + patience());
  const std::span<char> into(block_.get(), block_size);
  reading_ = true;
  const Result<std::size_t> count = co_await stream_->read(into);
  reading_ = false;
  if (stop_requested) co_return false;
  if (!count || *count == 0) {
    const bool timed_out = !count && count.error().code == ErrorCode::kTimedOut;
    lose(timed_out ? WireLoss::kTimedOut : WireLoss::kLost);
    co_return false;
  }
  unread = std::string_view(block_.get(), *count);
  co_return true;
}

Task<bool> ServerWire::flush() {
  if (out.empty() || lost || stream_ == nullptr) co_return !lost;
  stream_->set_deadline(clock_.now() + write_patience_);
  // What is said meanwhile (IDLE) waits for the next time.
  const std::string bytes = std::exchange(out, {});
  const Ok written = co_await stream_->write(bytes);
  if (written) co_return true;
  lose(WireLoss::kLost);
  co_return false;
}

Task<std::optional<TlsFacts>> ServerWire::secure(Duration patience) {
  GLASSPOST_ASSERT(tls_ != nullptr);
  stream_->set_deadline(clock_.now() + patience);
  handshaking_ = stream_.get();
  ByteStreamPtr below = std::move(stream_);
  Result<TlsUpgrade> upgraded = co_await tls_->upgrade(std::move(below), TlsRole::kServer, std::string());
  handshaking_ = nullptr;
  if (!upgraded) {
    lose(WireLoss::kTls);
    co_return std::nullopt;
  }
  stream_ = std::move(upgraded->stream);
  co_return std::move(upgraded->facts);
}

Task<void> ServerWire::hang_up() {
  const bool written = co_await flush();
  if (written && stream_ != nullptr) {
    const Ok closed = co_await stream_->close_write();
    std::size_t drained = 0;
    const Instant end = clock_.now() + kLinger;
    bool more = closed.has_value() && !stop_requested && !timed_out_;
    while (more && drained < kMostLingering) {
      stream_->set_deadline(end);
      const std::span<char> into(block_.get(), block_size);
      reading_ = true;
      const Result<std::size_t> count = co_await stream_->read(into);
      reading_ = false;
      drained += count.value_or(0);
      more = count.value_or(0) > 0 && !stop_requested;
    }
  }
  stream_.reset();
}

void ServerWire::request_stop() {
  stop_requested = true;
  if (reading_) stream_->set_deadline(clock_.now());
  // A handshake can be told nothing.
  if (handshaking_ != nullptr) handshaking_->abort();
}

void ServerWire::abort() {
  stop_requested = true;
  if (stream_) stream_->abort();
  if (handshaking_ != nullptr) handshaking_->abort();
}

}  // namespace glasspost
