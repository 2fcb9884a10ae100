#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/scheduler.h"

namespace glasspost::tls::test {

class QueueScheduler final : public Scheduler {
 public:
  void resume_later(std::coroutine_handle<> frame, Cause cause) override { ready_.push_back({frame, cause}); }
  void run() {
    while (!ready_.empty()) {
      const auto [frame, cause] = ready_.front();
      ready_.pop_front();
      set_cause(cause);
      frame.resume();
      set_cause({});
    }
  }

 private:
  std::deque<std::pair<std::coroutine_handle<>, Cause>> ready_;
};

/// Stands still until it is set. Nothing under test makes timers.
class StillClock final : public Clock {
 public:
  explicit StillClock(Instant at) : now_(at) {}
  [[nodiscard]] Instant now() const override { return now_; }
  std::unique_ptr<Timer> make_timer(std::string_view) override { return nullptr; }
  void set(Instant at) { now_ = at; }

 private:
  Instant now_;
};

class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed, std::string host) : seed_(seed), host_(std::move(host)) {}
  RandomStream stream(std::string_view purpose) override { return {seed_, host_, purpose, ordinal_++}; }

 private:
  std::uint64_t seed_;
  std::string host_;
  std::uint64_t ordinal_ = 0;
};

/// One direction of a pipe.
struct Channel {
  std::string waiting;  ///< written, not yet read
  std::string log;      ///< all that was ever written
  bool ended = false;
};

/// Two ends of a stream in memory. A read gives at most `chunk` bytes, and at most `capacity` bytes wait.
class PipeEnd final : public ByteStream {
 public:
  struct Shape {
    std::size_t chunk = std::numeric_limits<std::size_t>::max();
    std::size_t capacity = std::numeric_limits<std::size_t>::max();
  };

  PipeEnd(Scheduler& scheduler, Clock& clock, std::shared_ptr<Channel> in, std::shared_ptr<Channel> out,
          Shape shape)
      : scheduler_(scheduler), clock_(clock), in_(std::move(in)), out_(std::move(out)), shape_(shape) {}
  ~PipeEnd() override {
    out_->ended = true;
    if (peer_ != nullptr) {
      peer_->peer_ = nullptr;
      peer_->wake();
    }
  }

  static void join(PipeEnd& a, PipeEnd& b) {
    a.peer_ = &b;
    b.peer_ = &a;
  }

  Task<Result<std::size_t>> read(std::span<char> into) override {
    GLASSPOST_ASSERT(!reading_);
    reading_ = true;
    for (;;) {
      const Ok fit = state();
      if (!fit) {
        reading_ = false;
        co_return fail(fit.error());
      }
      if (!in_->waiting.empty() || in_->ended) break;
      Completion<bool> woken(scheduler_);
      reader_ = &woken;
      co_await woken;
    }
    reading_ = false;
    const std::size_t count = std::min({into.size(), shape_.chunk, in_->waiting.size()});
    std::copy_n(in_->waiting.begin(), count, into.begin());
    in_->waiting.erase(0, count);
    if (peer_ != nullptr) peer_->wake();
    co_return count;
  }

  Task<Ok> write(std::string_view bytes) override {
    GLASSPOST_ASSERT(!writing_);
    if (write_closed_) co_return fail(ErrorCode::kEndOfStream, "closed");
    writing_ = true;
    while (!bytes.empty()) {
      const Ok fit = state();
      if (!fit || peer_ == nullptr) {
        writing_ = false;
        if (!fit) co_return fail(fit.error());
        co_return fail(ErrorCode::kAborted, "the peer is gone");
      }
      const std::size_t room = shape_.capacity - std::min(shape_.capacity, out_->waiting.size());
      if (room == 0) {
        Completion<bool> woken(scheduler_);
        writer_ = &woken;
        co_await woken;
        continue;
      }
      const std::string_view piece = bytes.substr(0, room);
      bytes.remove_prefix(piece.size());
      out_->waiting += piece;
      out_->log += piece;
      peer_->wake();
    }
    writing_ = false;
    co_return Ok();
  }

  Task<Ok> close_write() override {
    GLASSPOST_ASSERT(!writing_);
    write_closed_ = true;
    out_->ended = true;
    if (peer_ != nullptr) peer_->wake();
    co_return Ok();
  }

  void abort() override {
    aborted_ = true;
    wake();
    if (peer_ != nullptr) {
      peer_->aborted_ = true;
      peer_->wake();
    }
  }
  void set_deadline(Instant deadline) override {
    deadline_ = deadline;
    wake();
  }
  /// Lets pending operations look again (at the clock).
  void wake() {
    Completion<bool>* reader = std::exchange(reader_, nullptr);
    if (reader != nullptr) reader->complete(true);
    Completion<bool>* writer = std::exchange(writer_, nullptr);
    if (writer != nullptr) writer->complete(true);
  }

  [[nodiscard]] ConnectionId connection() const override { return ConnectionId{7}; }
  [[nodiscard]] Endpoint local() const override { return {}; }
  [[nodiscard]] Endpoint remote() const override { return {}; }

 private:
  [[nodiscard]] Ok state() const {
    if (aborted_) return fail(ErrorCode::kAborted, "aborted");
    if (clock_.now() >= deadline_) return fail(ErrorCode::kTimedOut, "timed out");
    return {};
  }

  Scheduler& scheduler_;
  Clock& clock_;
  std::shared_ptr<Channel> in_;
  std::shared_ptr<Channel> out_;
  Shape shape_;
  PipeEnd* peer_ = nullptr;
  Completion<bool>* reader_ = nullptr;
  Completion<bool>* writer_ = nullptr;
  Instant deadline_ = Instant::never();
  bool reading_ = false;
  bool writing_ = false;
  bool aborted_ = false;
  bool write_closed_ = false;
};

struct Pipe {
  std::shared_ptr<Channel> to_server = std::make_shared<Channel>();
  std::shared_ptr<Channel> to_client = std::make_shared<Channel>();
  std::unique_ptr<PipeEnd> client;
  std::unique_ptr<PipeEnd> server;

  Pipe(Scheduler& scheduler, Clock& clock, PipeEnd::Shape shape = {}) {
    client = std::make_unique<PipeEnd>(scheduler, clock, to_client, to_server, shape);
    server = std::make_unique<PipeEnd>(scheduler, clock, to_server, to_client, shape);
    PipeEnd::join(*client, *server);
  }
};

}  // namespace glasspost::tls::test
