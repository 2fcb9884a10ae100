#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/random.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task_group.h"
#include "engine/tap/tap.h"

namespace glasspost::tap {

/// One thread's ready queue.
class QueueScheduler final : public Scheduler {
 public:
  void resume_later(std::coroutine_handle<> frame, Cause cause) override { ready_.push_back({frame, cause}); }
  void run() {
    while (!ready_.empty()) {
      const auto [frame, cause] = ready_.front();
      ready_.pop_front();
      set_cause(cause);
      frame.resume();
    }
  }

 private:
  std::deque<std::pair<std::coroutine_handle<>, Cause>> ready_;
};

class NoClock final : public Clock {
 public:
  Instant now() const override { return Instant{1000}; }
  std::unique_ptr<Timer> make_timer(std::string_view) override { return nullptr; }
};

class NoRandom final : public RandomSource {
 public:
  RandomStream stream(std::string_view purpose) override { return RandomStream(1, "host", purpose); }
};

/// A stream that gives what a test has put in, and takes everything.
class ScriptedStream final : public ByteStream {
 public:
  explicit ScriptedStream(ConnectionId id) : id_(id) {}
  Task<Result<std::size_t>> read(std::span<char> into) override {
    if (incoming.empty()) co_return Result<std::size_t>(std::size_t{0});
    const std::size_t n = std::min(into.size(), incoming.front().size());
    incoming.front().copy(into.data(), n);
    incoming.front().erase(0, n);
    if (incoming.front().empty()) incoming.pop_front();
    co_return Result<std::size_t>(n);
  }
  Task<Ok> write(std::string_view bytes) override {
    outgoing += bytes;
    co_return Ok{};
  }
  Task<Ok> close_write() override { co_return Ok{}; }
  void abort() override {}
  void set_deadline(Instant) override {}
  ConnectionId connection() const override { return id_; }
  Endpoint local() const override { return {IpAddress::v4({192, 0, 2, 1}), 40000}; }
  Endpoint remote() const override { return {IpAddress::v4({198, 51, 100, 1}), 25}; }

  std::deque<std::string> incoming;
  std::string outgoing;

 private:
  ConnectionId id_;
};

/// Gives prepared streams to whoever dials or accepts.
class ScriptedNetwork final : public Network {
 public:
  class Port final : public Listener {
   public:
    explicit Port(ScriptedNetwork& network) : network_(network) {}
    Task<Result<ByteStreamPtr>> accept() override { co_return network_.take(); }
    void close() override {}
    Endpoint local() const override { return {IpAddress::v4({198, 51, 100, 1}), 25}; }

   private:
    ScriptedNetwork& network_;
  };

  Task<Result<ByteStreamPtr>> dial(Endpoint, Instant) override { co_return take(); }
  Result<std::unique_ptr<Listener>> listen(Endpoint) override {
    return std::unique_ptr<Listener>(std::make_unique<Port>(*this));
  }
  Result<std::unique_ptr<DatagramSocket>> bind(Endpoint) override {
    return fail(ErrorCode::kUnsupported, "no datagrams");
  }
  std::vector<IpAddress> addresses() const override { return {IpAddress::v4({192, 0, 2, 1})}; }

  Result<ByteStreamPtr> take() {
    if (streams.empty()) return fail(ErrorCode::kRefused, "refused");
    ByteStreamPtr stream = std::move(streams.front());
    streams.pop_front();
    return stream;
  }
  std::deque<ByteStreamPtr> streams;
};

/// A tap over the fakes.
struct FakeWorld {
  explicit FakeWorld(TapOptions options)
      : tap(
            recorder, scheduler, [] { return Instant{1000}; }, options) {}

  HostServices services() { return {scheduler, clock, random, network}; }

  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    T value = co_await task;
    result.emplace(std::move(value));
  }
  /// Runs a task that never waits for anything outside.
  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    TaskGroup group;
    group.spawn(keep(std::move(task), result));
    scheduler.run();
    return std::move(*result);
  }

  trace::Recorder recorder;
  QueueScheduler scheduler;
  NoClock clock;
  NoRandom random;
  ScriptedNetwork network;
  Tap tap;
};

}  // namespace glasspost::tap
