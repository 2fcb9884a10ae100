#include "engine/sim/event_queue.h"

#include <algorithm>

namespace glasspost::sim {

EventQueue::~EventQueue() {
  for (std::size_t i = 0; i < keys_; ++i) {
    Slot& slot = slot_at(key_at(i).slot());
    if (!is_dead(key_at(i))) slot.act(slot.storage, false);
  }
}

std::uint32_t EventQueue::take_slot() {
  if (free_.empty()) {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * kChunk;
    GLASSPOST_ASSERT(first + kChunk <= kMaximumPending);
    chunks_.push_back(std::make_unique<std::array<Slot, kChunk>>());
    for (std::uint32_t i = kChunk; i-- > 0;)
      free_.push_back(first + i);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return index;
}

EventId EventQueue::push_key(Instant at, std::uint32_t slot) {
  const std::uint64_t sequence = next_sequence_++;
  slot_at(slot).sequence = sequence;
  ++live_;
  if ((keys_ + kFirst) / 4 >= lines_.size()) lines_.emplace_back();
  sift_up(keys_++, Key{at.ns, sequence << kSlotBits | slot});
  return EventId{sequence, slot};
}

bool EventQueue::cancel(EventId id) {
  if (!id) return false;
  Slot& slot = slot_at(id.slot);
  if (slot.sequence != id.sequence) return false;
  slot.sequence = 0;
  slot.act(slot.storage, false);
  free_.push_back(id.slot);
  --live_;
  drop_dead_front();
  if (keys_ > 64 && keys_ > 2 * live_) compact();
  return true;
}

void EventQueue::run_next() {
  const std::uint32_t index = key_at(0).slot();
  Slot& slot = slot_at(index);
  slot.sequence = 0;
  --live_;
  pop_key();
  drop_dead_front();
  // The slot is free for others only once its callback has run.
  slot.act(slot.storage, true);
  free_.push_back(index);
}

void EventQueue::drop_dead_front() {
  while (keys_ > live_ && is_dead(key_at(0)))
    pop_key();
}

void EventQueue::pop_key() {
  const Key last = key_at(--keys_);
  if (keys_ != 0) sift_down(0, last);
}

void EventQueue::compact() {
  std::vector<Key> kept;
  kept.reserve(live_);
  for (std::size_t i = 0; i < keys_; ++i)
    if (!is_dead(key_at(i))) kept.push_back(key_at(i));
  // A sorted array is a heap, and keys are unique: the order of events stays.
  std::sort(kept.begin(), kept.end());
  keys_ = kept.size();
  for (std::size_t i = 0; i < keys_; ++i)
    key_at(i) = kept[i];
}

void EventQueue::sift_up(std::size_t hole, Key key) {
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / 4;
    if (!(key < key_at(parent))) break;
    key_at(hole) = key_at(parent);
    hole = parent;
  }
  key_at(hole) = key;
}

void EventQueue::sift_down(std::size_t hole, Key key) {
  // The last key mostly belongs far down again: go down along the least children without asking, then up.
  for (;;) {
    const std::size_t first = hole * 4 + 1;
    if (first + 3 >= keys_) break;
    const Key* const children = lines_[(first + kFirst) / 4].keys;
    const unsigned left = children[1] < children[0] ? 1 : 0;
    const unsigned right = children[3] < children[2] ? 3 : 2;
    const unsigned least = children[right] < children[left] ? right : left;
    key_at(hole) = children[least];
    hole = first + least;
  }
  const std::size_t first = hole * 4 + 1;
  if (first < keys_) {
    std::size_t least = first;
    for (std::size_t child = first + 1; child < keys_; ++child)
      if (key_at(child) < key_at(least)) least = child;
    key_at(hole) = key_at(least);
    hole = least;
  }
  sift_up(hole, key);
}

}  // namespace glasspost::sim
