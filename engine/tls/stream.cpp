#include "engine/tls/stream.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost::tls {
namespace {

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kWriteSize = 64 * 1024;

}  // namespace

/// A wait for the write below to end; it takes itself off when its frame goes.
class TlsStream::Turn {
 public:
  explicit Turn(TlsStream& stream) : stream_(stream), done_(stream.scheduler_) {
    GLASSPOST_ASSERT(stream_.turn_ == nullptr);
    stream_.turn_ = &done_;
  }
  ~Turn() {
    if (stream_.turn_ == &done_) stream_.turn_ = nullptr;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  Completion<bool>& done() { return done_; }

  /// The write below has ended: whoever waits looks again.
  static void pass(TlsStream& stream) {
    stream.below_is_writing_ = false;
    Completion<bool>* waiting = std::exchange(stream.turn_, nullptr);
    if (waiting != nullptr) waiting->complete(true);
  }

 private:
  TlsStream& stream_;
  Completion<bool> done_;
};

TlsStream::TlsStream(Scheduler& scheduler, ByteStreamPtr below, std::unique_ptr<Session> session)
    : scheduler_(scheduler),
      below_(std::move(below)),
      session_(std::move(session)),
      encrypted_(new char[kReadSize]) {}

Task<Ok> TlsStream::handshake() {
  for (;;) {
    const Session::Step step = session_->handshake();
    const Ok sent = co_await flush();
    if (step == Session::Step::kFailed) co_return fail(session_->error());
    if (!sent) co_return fail(sent.error());
    if (step == Session::Step::kDone) co_return Ok();
    const Ok fetched = co_await fetch();
    if (!fetched) co_return fail(fetched.error());
  }
}

Task<Ok> TlsStream::fetch() {
  const std::span<char> buffer(encrypted_.get(), kReadSize);
  const Result<std::size_t> got = co_await below_->read(buffer);
  if (!got) co_return fail(got.error());
  if (*got == 0) {
    // RFC 8446 6.1: only close_notify ends TLS; an attacker could have sent the FIN.
    co_return fail(ErrorCode::kEndOfStream, "the connection ended without TLS's close_notify");
  }
  session_->receive({encrypted_.get(), *got});
  co_return Ok();
}

Task<Result<std::size_t>> TlsStream::read(std::span<char> into) {
  GLASSPOST_ASSERT(!into.empty());
  for (;;) {
    if (read_error_) co_return fail(*read_error_);
    if (at_end_) co_return std::size_t{0};
    std::size_t got = 0;
    const Session::Step step = session_->read(into, got);
    // An alert or the answer to a KeyUpdate. If it cannot be sent, the writer will hear of it.
    if (session_->has_output()) {
      co_await flush();
    }
    if (step == Session::Step::kFailed) {
      read_error_ = session_->error();
    } else if (step == Session::Step::kDone) {
      at_end_ = got == 0;
      co_return got;
    } else {
      const Ok fetched = co_await fetch();
      if (!fetched && fetched.error().code == ErrorCode::kEndOfStream) read_error_ = fetched.error();
      if (!fetched) co_return fail(fetched.error());
    }
  }
}

Task<Ok> TlsStream::write(std::string_view bytes) {
  if (write_closed_) co_return fail(ErrorCode::kEndOfStream, "writing after close_write");
  while (!bytes.empty()) {
    if (write_error_) co_return fail(*write_error_);
    const std::string_view piece = bytes.substr(0, kWriteSize);
    bytes.remove_prefix(piece.size());
    if (session_->write(piece) == Session::Step::kFailed) {
      write_error_ = session_->error();
      co_return fail(*write_error_);
    }
    const Ok sent = co_await flush();
    if (!sent) co_return fail(sent.error());
  }
  if (write_error_) co_return fail(*write_error_);
  co_return Ok();
}

Task<Ok> TlsStream::close_write() {
  if (write_closed_) co_return Ok();
  write_closed_ = true;
  session_->close();
  const Ok sent = co_await flush();
  if (!sent) co_return fail(sent.error());
  while (below_is_writing_) {
    Turn turn(*this);
    Completion<bool>& done = turn.done();
    co_await done;
  }
  below_is_writing_ = true;
  const Ok closed = co_await below_->close_write();
  Turn::pass(*this);
  co_return closed;
}

void TlsStream::collect() {
  std::string more = session_->take_output();
  produced_ += more.size();
  if (output_.empty()) {
    output_ = std::move(more);
  } else {
    output_ += more;
  }
}

Task<Ok> TlsStream::flush() {
  collect();
  const std::uint64_t target = produced_;
  while (accepted_ < target) {
    if (write_error_) co_return fail(*write_error_);
    if (below_is_writing_) {
      Turn turn(*this);
      Completion<bool>& done = turn.done();
      co_await done;
      continue;
    }
    below_is_writing_ = true;
    const std::string piece = std::exchange(output_, {});
    const Ok written = co_await below_->write(piece);
    if (written) accepted_ += piece.size();
    if (!written) write_error_ = written.error();
    Turn::pass(*this);
  }
  co_return Ok();
}

}  // namespace glasspost::tls
