#include "engine/sim/event_queue.h"

#include <algorithm>

namespace glasspost::sim {

EventQueue::~EventQueue() {
  for (const Key& key : heap_) {
    Slot& slot = slot_at(key.slot);
    if (slot.sequence == key.sequence) slot.act(slot.storage, false);
  }
}

std::uint32_t EventQueue::take_slot() {
  if (free_.empty()) {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * kChunk;
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
  heap_.emplace_back();
  sift_up(heap_.size() - 1, Key{at.ns, sequence, slot});
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
  if (heap_.size() > 64 && heap_.size() > 2 * live_) compact();
  return true;
}

void EventQueue::run_next() {
  const Key key = heap_.front();
  Slot& slot = slot_at(key.slot);
  slot.sequence = 0;
  --live_;
  pop_key();
  drop_dead_front();
  // The slot is free for others only once its callback has run.
  slot.act(slot.storage, true);
  free_.push_back(key.slot);
}

void EventQueue::drop_dead_front() {
  while (!heap_.empty() && slot_at(heap_.front().slot).sequence != heap_.front().sequence)
    pop_key();
}

void EventQueue::pop_key() {
  const Key last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0, last);
}

void EventQueue::compact() {
  std::erase_if(heap_, [this](const Key& key) { return slot_at(key.slot).sequence != key.sequence; });
  // A sorted array is a heap, and keys are unique: the order of events stays.
  std::sort(heap_.begin(), heap_.end());
}

void EventQueue::sift_up(std::size_t hole, Key key) {
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / 4;
    if (!(key < heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = key;
}

void EventQueue::sift_down(std::size_t hole, Key key) {
  const std::size_t size = heap_.size();
  for (;;) {
    const std::size_t first = hole * 4 + 1;
    if (first >= size) break;
    const std::size_t end = std::min(first + 4, size);
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child)
      if (heap_[child] < heap_[least]) least = child;
    if (!(heap_[least] < key)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = key;
}

}  // namespace glasspost::sim
