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
  static constexpr std::size_t kInlineBytes = 112;
  static constexpr std::size_t kMaximumPending = (std::size_t{1} << 24) - 1;  ///< about two gigabytes

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
  [[nodiscard]] Instant next_time() const { return {key_at(0).time}; }
  /// Removes the first event and runs it. The queue must not be empty.
  void run_next();

 private:
  // 16 bytes: the four children of a key fill one cache line.
  struct Key {
    std::int64_t time;
    std::uint64_t order;  // sequence, and below it the slot
    bool operator<(const Key& other) const {
      return time != other.time ? time < other.time : order < other.order;
    }
    [[nodiscard]] std::uint32_t slot() const { return static_cast<std::uint32_t>(order & kMaximumPending); }
    [[nodiscard]] std::uint64_t sequence() const { return order >> kSlotBits; }
  };
  // Two cache lines, of which a small callback uses the first.
  struct alignas(64) Slot {
    void (*act)(void* storage, bool run) = nullptr;
    std::uint64_t sequence = 0;  // 0: free, or running
    alignas(std::max_align_t) std::byte storage[kInlineBytes];
  };
  // Children stand at 4i+1.. of the heap, which begins so that each four of them share a cache line.
  struct alignas(64) Line {
    Key keys[4];
  };
  template <class Callback>
  struct Boxed {
    std::unique_ptr<Callback> callback;
    void operator()() { (*callback)(); }
  };
  static constexpr std::uint32_t kChunk = 256;
  static constexpr unsigned kSlotBits = 24;
  static constexpr std::size_t kFirst = 3;  // where the root lies in its line

  Key& key_at(std::size_t i) { return lines_[(i + kFirst) / 4].keys[(i + kFirst) % 4]; }
  [[nodiscard]] const Key& key_at(std::size_t i) const {
    return lines_[(i + kFirst) / 4].keys[(i + kFirst) % 4];
  }
  [[nodiscard]] bool is_dead(const Key& key) { return slot_at(key.slot()).sequence != key.sequence(); }
  Slot& slot_at(std::uint32_t index) { return (*chunks_[index / kChunk])[index % kChunk]; }
  std::uint32_t take_slot();
  EventId push_key(Instant at, std::uint32_t slot);
  void pop_key();
  void sift_up(std::size_t hole, Key key);
  void sift_down(std::size_t hole, Key key);
  void drop_dead_front();
  void compact();

  std::vector<Line> lines_;
  std::size_t keys_ = 0;  // dead ones included
  // Slots never move, so that a callback runs where it lies.
  std::vector<std::unique_ptr<std::array<Slot, kChunk>>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_sequence_ = 1;
  std::size_t live_ = 0;
};

}  // namespace glasspost::sim
