#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/trace/chunk.h"
#include "engine/trace/event.h"
#include "engine/trace/projection.h"

namespace glasspost::trace {

/// Gives sealed chunks back that have left memory.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  /// The chunk that begins with this number. From any thread. Errors: kIo, kCorrupt.
  virtual Result<std::shared_ptr<const Chunk>> load(std::uint64_t first_seq) = 0;
};

/// A place in the list of chunks: in memory, or only in the file.
struct ChunkSlot {
  std::uint64_t first_seq = 0;
  Projection keyframe;  ///< after the event before first_seq
  mutable std::atomic<std::shared_ptr<const Chunk>> memory;
};

/// The list of chunks at some time; never changed once made, but for slots whose chunk leaves memory.
struct Spine {
  std::vector<std::shared_ptr<const ChunkSlot>> slots;  ///< the last is being written, or is the last
  std::shared_ptr<ChunkSource> source;                  ///< null without a file
};

/// A trace as it was when the snapshot was taken, or as a file holds it: events first_seq()..last_seq().
/// A value, cheap to copy. Reading needs nothing else of the engine and takes no lock; one Trace object is
/// used by one thread at a time, any number of copies by any number of threads.
class Trace {
 public:
  Trace() = default;
  Trace(std::shared_ptr<const Spine> spine, std::uint64_t last_seq);

  [[nodiscard]] bool empty() const { return last_seq() < first_seq(); }
  /// 1, or more where a ring has dropped the oldest.
  [[nodiscard]] std::uint64_t first_seq() const { return first_seq_; }
  [[nodiscard]] std::uint64_t last_seq() const { return last_seq_; }
  [[nodiscard]] std::uint64_t dropped() const { return first_seq_ - 1; }
  [[nodiscard]] bool contains(std::uint64_t seq) const { return seq >= first_seq_ && seq <= last_seq_; }

  /// Nothing if it is not in the trace, or its chunk cannot be read any more (see error()).
  [[nodiscard]] std::optional<Event> event(std::uint64_t seq) const;
  /// Calls `visit(const EventView&)` for each event from first to last (both included, cut to what there is),
  /// until it gives false. A visit that gives void never stops.
  template <class Visit>
  void for_each(std::uint64_t first, std::uint64_t last, Visit&& visit) const;
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each(first_seq_, last_seq_, std::forward<Visit>(visit));
  }

  /// The last event at or before the moment; 0 if there is none. Times never decrease.
  [[nodiscard]] std::uint64_t seq_at(Instant moment) const;
  /// The moment shown as +0: run-started's epoch, or 1970 where there is none.
  [[nodiscard]] Instant epoch() const { return epoch_; }

  /// The world after event `seq` (0: before the first): keyframe and replay. Cut to the trace's ends.
  [[nodiscard]] Projection project(std::uint64_t seq) const;
  /// The same by replay from the trace's beginning; for tests.
  [[nodiscard]] Projection replay(std::uint64_t seq) const;

  /// The last failure to read a chunk from the file, if any.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  [[nodiscard]] std::shared_ptr<const Chunk> chunk_of(std::uint64_t seq) const;
  [[nodiscard]] std::size_t slot_of(std::uint64_t seq) const;
  [[nodiscard]] Instant find_epoch() const;

  std::shared_ptr<const Spine> spine_;
  std::uint64_t first_seq_ = 1;
  std::uint64_t last_seq_ = 0;
  Instant epoch_;
  mutable std::shared_ptr<const Chunk> recent_;
  mutable std::optional<Error> error_;
};

/// The world after event `seq`.
[[nodiscard]] inline Projection project(const Trace& trace, std::uint64_t seq) {
  return trace.project(seq);
}

template <class Visit>
void Trace::for_each(std::uint64_t first, std::uint64_t last, Visit&& visit) const {
  if (first < first_seq_) first = first_seq_;
  if (last > last_seq_) last = last_seq_;
  while (first <= last) {
    const std::shared_ptr<const Chunk> chunk = chunk_of(first);
    if (!chunk) return;
    const std::uint64_t end = chunk->first_seq() + chunk->size();
    if (first >= end) return;
    for (; first < end && first <= last; ++first) {
      const EventView event = chunk->at(first - chunk->first_seq());
      if constexpr (std::is_void_v<decltype(visit(event))>) {
        visit(event);
      } else {
        if (!visit(event)) return;
      }
    }
  }
}

}  // namespace glasspost::trace
