#include "engine/trace/trace.h"

#include <algorithm>

namespace glasspost::trace {

Trace::Trace(std::shared_ptr<const Spine> spine, std::uint64_t last_seq)
    : spine_(std::move(spine)), last_seq_(last_seq) {
  if (spine_ && !spine_->slots.empty()) first_seq_ = spine_->slots.front()->first_seq;
  if (spine_ && !spine_->slots.empty()) epoch_ = find_epoch();
}

std::shared_ptr<const Chunk> Trace::chunk_of(std::uint64_t seq) const {
  if (!contains(seq)) return nullptr;
  if (recent_ && seq >= recent_->first_seq() && seq - recent_->first_seq() < recent_->size()) return recent_;
  const ChunkSlot& slot = *spine_->slots[slot_of(seq)];
  std::shared_ptr<const Chunk> chunk = slot.memory.load(std::memory_order_acquire);
  if (!chunk && spine_->source) {
    Result<std::shared_ptr<const Chunk>> loaded = spine_->source->load(slot.first_seq);
    if (loaded) {
      chunk = *loaded;
    } else {
      error_ = loaded.error();
    }
  }
  if (chunk) recent_ = chunk;
  return chunk;
}

std::size_t Trace::slot_of(std::uint64_t seq) const {
  // All chunks but the last are full.
  const std::uint64_t index = (seq - first_seq_) / kChunkEvents;
  return std::min<std::uint64_t>(index, spine_->slots.size() - 1);
}

std::optional<Event> Trace::event(std::uint64_t seq) const {
  std::shared_ptr<const Chunk> chunk = chunk_of(seq);
  if (!chunk || seq - chunk->first_seq() >= chunk->size()) return std::nullopt;
  return Event(chunk->at(seq - chunk->first_seq()), chunk);
}

std::uint64_t Trace::seq_at(Instant moment) const {
  if (empty()) return 0;
  const auto& slots = spine_->slots;
  const auto after = std::upper_bound(slots.begin(), slots.end(), moment,
                                      [](Instant m, const std::shared_ptr<const ChunkSlot>& slot) {
                                        return slot->first_seq > 1 && m < slot->keyframe.time();
                                      });
  if (after == slots.begin()) return 0;
  const std::uint64_t from = (*(after - 1))->first_seq;
  std::uint64_t low = from;
  std::uint64_t high = std::min<std::uint64_t>(last_seq_, from + kChunkEvents - 1) + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const std::optional<Event> at = event(middle);
    if (at && at->time() <= moment) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > first_seq_ ? low - 1 : 0;
}

Instant Trace::find_epoch() const {
  if (first_seq_ > 1 || spine_->slots.size() > 1) return spine_->slots.back()->keyframe.epoch();
  // It is among the first events, or nowhere.
  Instant found;
  for_each(1, 16, [&](const EventView& event) {
    const auto start = event.as<payload::RunStarted>();
    if (start) found = start->epoch;
    return !start.has_value();
  });
  return found;
}

Projection Trace::project(std::uint64_t seq) const {
  if (!spine_ || spine_->slots.empty()) return {};
  if (seq < first_seq_) return spine_->slots.front()->keyframe;
  const ChunkSlot& slot = *spine_->slots[slot_of(std::min(seq, std::max(last_seq_, first_seq_)))];
  Projection projection = slot.keyframe;
  for_each(slot.first_seq, seq, [&](const EventView& event) { projection.apply(event); });
  return projection;
}

Projection Trace::replay(std::uint64_t seq) const {
  if (!spine_ || spine_->slots.empty()) return {};
  Projection projection = spine_->slots.front()->keyframe;
  for_each(first_seq_, seq, [&](const EventView& event) { projection.apply(event); });
  return projection;
}

}  // namespace glasspost::trace
