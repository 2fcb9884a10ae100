#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/time.h"

namespace glasspost::sim {

/// Names one pending event; a default-made one names none. Never reused.
struct EventId {
  std::uint64_t sequence = 0;
  std::uint32_t slot = 0;
  explicit operator bool() const { return sequence != 0; }
};

/// Callbacks in order of (time, order of push): a 4-ary heap of small keys beside a pool of callbacks.
///
/// A callback of up to kInlineBytes lives in the pool; a larger one is boxed. Callbacks may push and cancel.
/// Cancelling is O(1): the key stays in the heap until it surfaces or until more keys are dead than alive.
class EventQueue {
 public:
  static constexpr std::size_t kInlineBytes = 64;

  EventQueue() = default;
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  ~EventQueue();

  template <class F>
  EventId push(Instant at, F&& callback) {
    using Callback = std::decay_t<F>;
    if constexpr (sizeof(Callback) <= kInlineBytes && alignof(Callback) <= alignof(std::max_align_t)) {
      const std::uint32_t index = take_slot();
      Slot& slot = slot_at(index);
      new (static_cast<void*>(slot.storage)) Callback(std::forward<F>(callback));
      slot.act = [](void* storage, bool run) {
        Callback& stored = *std::launder(static_cast<Callback*>(storage));
        if (run) stored();
        stored.~Callback();
      };
      return push_key(at, index);
    } else {
      return push(at, Boxed<Callback>{std::make_unique<Callback>(std::forward<F>(callback))});
    }
  }

  /// The callback is destroyed without having run. False if it has run, runs now or was cancelled before.
  bool cancel(EventId id);

  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] std::size_t size() const { return live_; }
  /// The queue must not be empty.
  [[nodiscard]] Instant next_time() const { return {heap_.front().time}; }
  /// Removes the first event and runs it. The queue must not be empty.
  void run_next();

 private:
  struct Key {
    std::int64_t time;
    std::uint64_t sequence;
    std::uint32_t slot;
    bool operator<(const Key& other) const {
      return time != other.time ? time < other.time : sequence < other.sequence;
    }
  };
  struct Slot {
    alignas(std::max_align_t) std::byte storage[kInlineBytes];
    void (*act)(void* storage, bool run) = nullptr;
    std::uint64_t sequence = 0;  // 0: free, or running
  };
  template <class Callback>
  struct Boxed {
    std::unique_ptr<Callback> callback;
    void operator()() { (*callback)(); }
  };
  static constexpr std::uint32_t kChunk = 256;

  Slot& slot_at(std::uint32_t index) { return (*chunks_[index / kChunk])[index % kChunk]; }
  std::uint32_t take_slot();
  EventId push_key(Instant at, std::uint32_t slot);
  void pop_key();
  void sift_up(std::size_t hole, Key key);
  void sift_down(std::size_t hole, Key key);
  void drop_dead_front();
  void compact();

  std::vector<Key> heap_;
  // Slots never move, so that a callback runs where it lies.
  std::vector<std::unique_ptr<std::array<Slot, kChunk>>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_sequence_ = 1;
  std::size_t live_ = 0;
};

}  // namespace glasspost::sim
