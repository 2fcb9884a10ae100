#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/task.h"
#include "engine/runtime/task_group.h"

/// A small deterministic world for the tests of sessions: a ready queue, a clock that jumps, and pairs of
/// connected streams in memory. One thread, no sleeping, the same order every time.
namespace glasspost::test {

class World final : public Scheduler, public Clock {
 public:
  using EventKey = std::pair<std::int64_t, std::uint64_t>;

  void resume_later(std::coroutine_handle<> frame, Cause cause) override { ready_.push_back({frame, cause}); }
  [[nodiscard]] Instant now() const override { return now_; }
  std::unique_ptr<Timer> make_timer(std::string_view) override { return std::make_unique<WorldTimer>(*this); }

  /// Calls `action` at a moment; never() is never. The key is for cancel().
  EventKey at(Instant moment, std::function<void()> action) {
    const EventKey key{moment.ns, ++sequence_};
    if (moment != Instant::never()) events_.emplace(key, std::move(action));
    return key;
  }
  void cancel(EventKey key) { events_.erase(key); }

  /// Runs what is ready now; the clock stands still.
  void run_ready() {
    while (!ready_.empty()) {
      const auto [frame, cause] = ready_.front();
      ready_.pop_front();
      set_cause(cause);
      frame.resume();
      set_cause({});
    }
  }
  /// Runs until nothing is left to happen up to `end`; the clock jumps from event to event.
  void run_until(Instant end) {
    run_ready();
    while (!events_.empty() && events_.begin()->first.first <= end.ns) {
      auto event = events_.extract(events_.begin());
      now_.ns = std::max(now_.ns, event.key().first);
      event.mapped()();
      run_ready();
    }
    if (end != Instant::never()) now_ = std::max(now_, end);
  }
  void run() { run_until(Instant::never()); }
  void run_for(Duration time) { run_until(now_ + time); }

 private:
  class WorldTimer final : public Timer {
   public:
    explicit WorldTimer(World& world) : world_(world) {}
    Task<Ok> wait_until(Instant moment) override {
      if (moment <= world_.now()) co_return Ok();
      Completion<Ok> completion(world_);
      waiting_ = &completion;
      const EventKey key = world_.at(moment, [&completion] { completion.complete(Ok()); });
      Ok result = co_await completion;
      waiting_ = nullptr;
      world_.cancel(key);
      co_return result;
    }
    void cancel() override {
      if (waiting_ != nullptr && !waiting_->completed()) {
        waiting_->complete(fail(ErrorCode::kAborted, "the timer was cancelled"));
      }
    }

   private:
    World& world_;
    Completion<Ok>* waiting_ = nullptr;
  };

  Instant now_ = Instant{1'772'442'000'000'000'000};  // 2026-03-02T09:00:00Z
  std::uint64_t sequence_ = 0;
  std::deque<std::pair<std::coroutine_handle<>, Cause>> ready_;
  std::map<EventKey, std::function<void()>> events_;
};

class SeededRandom final : public RandomSource {
 public:
  RandomStream stream(std::string_view purpose) override {
    return RandomStream(1, "test", purpose, ++ordinals_[std::string(purpose)]);
  }

 private:
  std::map<std::string, std::uint64_t> ordinals_;
};

/// One end of a connection in memory.
class MemoryStream final : public ByteStream {
 public:
  struct Settings {
    std::size_t most_per_read = SIZE_MAX;  ///< octets that one read gives at most
    std::size_t capacity = SIZE_MAX;       ///< octets under way before a write waits
  };

  ~MemoryStream() override {
    outgoing_->closed = true;
    incoming_->reader_gone = true;
    wake(*outgoing_);
    wake(*incoming_);
  }

  Task<Result<std::size_t>> read(std::span<char> into) override {
    while (true) {
      if (incoming_->aborted) co_return fail(ErrorCode::kAborted, "the connection was reset");
      const std::size_t available = incoming_->bytes.size() - incoming_->taken;
      if (available > 0) {
        const std::size_t count = std::min({into.size(), available, settings_.most_per_read});
        std::copy_n(incoming_->bytes.data() + incoming_->taken, count, into.data());
        incoming_->taken += count;
        if (incoming_->taken == incoming_->bytes.size()) {
          incoming_->bytes.clear();
          incoming_->taken = 0;
        }
        wake(*incoming_);
        co_return count;
      }
      if (incoming_->closed) co_return std::size_t{0};
      if (deadline_ <= world_.now()) co_return fail(ErrorCode::kTimedOut, "no octet came in time");
      co_await wait(incoming_->reader);
    }
  }

  Task<Ok> write(std::string_view bytes) override {
    while (true) {
      if (outgoing_->aborted || outgoing_->reader_gone) {
        co_return fail(ErrorCode::kAborted, "the connection was reset");
      }
      if (outgoing_->closed) co_return fail(ErrorCode::kEndOfStream, "written after the end");
      const std::size_t under_way = outgoing_->bytes.size() - outgoing_->taken;
      const std::size_t room = settings_.capacity - std::min(settings_.capacity, under_way);
      const std::size_t count = std::min(room, bytes.size());
      outgoing_->bytes.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      if (count > 0) wake(*outgoing_);
      if (bytes.empty()) co_return Ok();
      if (deadline_ <= world_.now()) co_return fail(ErrorCode::kTimedOut, "the peer takes no more");
      co_await wait(outgoing_->writer);
    }
  }

  Task<Ok> close_write() override {
    outgoing_->closed = true;
    wake(*outgoing_);
    co_return Ok();
  }

  void abort() override {
    incoming_->aborted = true;
    outgoing_->aborted = true;
    wake(*incoming_);
    wake(*outgoing_);
  }

  void set_deadline(Instant deadline) override {
    deadline_ = deadline;
    wake(*incoming_);
    wake(*outgoing_);
  }

  [[nodiscard]] ConnectionId connection() const override { return connection_; }
  [[nodiscard]] Endpoint local() const override { return local_; }
  [[nodiscard]] Endpoint remote() const override { return remote_; }

 private:
  // One direction.
  struct Pipe {
    std::string bytes;
    std::size_t taken = 0;
    bool closed = false;       ///< by its writer
    bool reader_gone = false;  ///< nobody will read it
    bool aborted = false;
    Completion<bool>* reader = nullptr;
    Completion<bool>* writer = nullptr;
  };

  MemoryStream(World& world, ConnectionId connection, std::shared_ptr<Pipe> incoming,
               std::shared_ptr<Pipe> outgoing, Endpoint local, Endpoint remote, Settings settings)
      : world_(world),
        connection_(connection),
        incoming_(std::move(incoming)),
        outgoing_(std::move(outgoing)),
        local_(local),
        remote_(remote),
        settings_(settings) {}

  static void wake(Pipe& pipe) {
    for (Completion<bool>* waiter : {pipe.reader, pipe.writer}) {
      if (waiter != nullptr && !waiter->completed()) waiter->complete(true);
    }
  }

  // Waits until something has changed or the deadline is there; the caller looks again.
  Task<void> wait(Completion<bool>*& place) {
    Completion<bool> completion(world_);
    place = &completion;
    const World::EventKey key = world_.at(deadline_, [&completion] {
      if (!completion.completed()) completion.complete(true);
    });
    co_await completion;
    world_.cancel(key);
    place = nullptr;
  }

  friend std::pair<ByteStreamPtr, ByteStreamPtr> connect(World&, ConnectionId, Settings, Settings);

  World& world_;
  ConnectionId connection_;
  std::shared_ptr<Pipe> incoming_;
  std::shared_ptr<Pipe> outgoing_;
  Endpoint local_;
  Endpoint remote_;
  Settings settings_;
  Instant deadline_ = Instant::never();
};

/// A connection: the client's end (192.0.2.1:40000) and the server's (192.0.2.25:25).
inline std::pair<ByteStreamPtr, ByteStreamPtr> connect(World& world,
                                                       ConnectionId connection = ConnectionId{1},
                                                       MemoryStream::Settings client = {},
                                                       MemoryStream::Settings server = {}) {
  auto to_server = std::make_shared<MemoryStream::Pipe>();
  auto to_client = std::make_shared<MemoryStream::Pipe>();
  const Endpoint client_end{IpAddress::v4({192, 0, 2, 1}), 40000};
  const Endpoint server_end{IpAddress::v4({192, 0, 2, 25}), 25};
  ByteStreamPtr a(new MemoryStream(world, connection, to_client, to_server, client_end, server_end, client));
  ByteStreamPtr b(new MemoryStream(world, connection, to_server, to_client, server_end, client_end, server));
  return {std::move(a), std::move(b)};
}

}  // namespace glasspost::test
