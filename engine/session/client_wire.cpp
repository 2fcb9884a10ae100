#include "engine/session/client_wire.h"

#include <span>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost {

ClientWire::ClientWire(TlsUpgrader* tls_upgrader, std::size_t block_size)
    : tls_upgrader_(tls_upgrader), block_size_(block_size), block_(std::make_unique<char[]>(block_size)) {}

void ClientWire::open(ByteStreamPtr stream) {
  GLASSPOST_ASSERT(stream_ == nullptr);
  connection = stream->connection();
  stream_ = std::move(stream);
}

Task<bool> ClientWire::fill(Instant deadline) {
  stream_->set_deadline(deadline);
  const std::span<char> into(block_.get(), block_size_);
  const Result<std::size_t> count = co_await stream_->read(into);
  if (!count) {
    wire_failed(count.error());
    co_return false;
  }
  if (*count == 0) {
    wire_failed(Error{ErrorCode::kEndOfStream, "the server closed the connection", std::nullopt});
    co_return false;
  }
  unread = std::string_view(block_.get(), *count);
  co_return true;
}

Task<bool> ClientWire::write(const std::string& bytes, Instant deadline) {
  stream_->set_deadline(deadline);
  const Ok written = co_await stream_->write(bytes);
  if (!written) wire_failed(written.error());
  co_return written.has_value();
}

Task<bool> ClientWire::secure(std::string server_name, bool clean, Instant deadline) {
  if (tls_upgrader_ == nullptr) {
    wire_failed(Error{ErrorCode::kTls, "this host has no TLS", std::nullopt});
    co_return false;
  }
  if (!unread.empty() || !clean) {
    wire_failed(
        Error{ErrorCode::kTls, "octets came in the clear behind the server's yes to TLS", std::nullopt});
    co_return false;
  }
  stream_->set_deadline(deadline);
  handshaking_ = stream_.get();
  ByteStreamPtr below = std::move(stream_);
  Result<TlsUpgrade> upgraded =
      co_await tls_upgrader_->upgrade(std::move(below), TlsRole::kClient, std::move(server_name));
  handshaking_ = nullptr;
  if (!upgraded) {
    wire_failed(upgraded.error());
    co_return false;
  }
  stream_ = std::move(upgraded->stream);
  tls = std::move(upgraded->facts);
  co_return true;
}

Task<void> ClientWire::hang_up(Instant deadline) {
  if (stream_ == nullptr) co_return;
  stream_->set_deadline(deadline);
  const Ok closed = co_await stream_->close_write();
  static_cast<void>(closed);
  stream_.reset();
}

void ClientWire::abort() {
  if (stream_) stream_->abort();
  if (handshaking_ != nullptr) handshaking_->abort();
}

}  // namespace glasspost
