#include "engine/trace/recorder.h"

#include <utility>

#include "engine/trace/file_sink.h"

namespace glasspost::trace {

Recorder::Recorder() : Recorder(RecorderOptions{}) {}

Recorder::Recorder(RecorderOptions options) : options_(std::move(options)) {
  open_chunk();
}

Recorder::~Recorder() = default;

Result<std::unique_ptr<Recorder>> Recorder::create(RecorderOptions options) {
  std::unique_ptr<Recorder> recorder(new Recorder(std::move(options)));
  if (!recorder->options_.file.empty()) {
    Result<std::unique_ptr<FileSink>> sink = FileSink::create(recorder->options_.file);
    if (!sink) return fail(std::move(sink.error()));
    recorder->sink_ = std::move(*sink);
    auto spine = std::make_shared<Spine>(*recorder->spine_.load(std::memory_order_acquire));
    spine->source = recorder->sink_->source();
    recorder->spine_.store(std::move(spine), std::memory_order_release);
  }
  return recorder;
}

std::uint64_t Recorder::append(const RawEvent& event) {
  if (open_->full()) seal();
  if (event.time.ns < last_time_.ns) {
    RawEvent later = event;
    later.time = last_time_;
    open_->append(later);
  } else {
    last_time_ = event.time;
    open_->append(event);
  }
  return ++last_seq_;
}

// A new chunk, listed for readers before anything stands in it.
void Recorder::open_chunk() {
  open_ = std::make_shared<Chunk>(last_seq_ + 1);
  auto slot = std::make_shared<ChunkSlot>();
  slot->first_seq = last_seq_ + 1;
  slot->keyframe = latest_;
  slot->memory.store(open_, std::memory_order_release);
  auto spine = std::make_shared<Spine>();
  if (const auto old = spine_.load(std::memory_order_acquire)) spine->slots = old->slots;
  if (sink_) {
    spine->source = sink_->source();
  } else {
    drop_oldest(*spine);
  }
  spine->slots.push_back(std::move(slot));
  spine_.store(std::move(spine), std::memory_order_release);
}

void Recorder::drop_oldest(Spine& spine) {
  std::size_t dropped = 0;
  while (sealed_bytes_ > options_.ring_bytes && dropped + 1 < spine.slots.size()) {
    const auto chunk = spine.slots[dropped]->memory.load(std::memory_order_acquire);
    sealed_bytes_ -= chunk->memory();
    ++dropped;
  }
  spine.slots.erase(spine.slots.begin(), spine.slots.begin() + static_cast<std::ptrdiff_t>(dropped));
}

void Recorder::seal() {
  for (std::size_t i = 0; i < open_->size(); ++i)
    latest_.apply(open_->at(i));
  sealed_bytes_ += open_->memory();
  if (sink_) {
    const auto spine = spine_.load(std::memory_order_acquire);
    sink_->write(spine->slots.back(), open_, open_->size());
  }
  open_chunk();
}

Trace Recorder::snapshot() const {
  // The list first: a chunk that is opened in between is not seen, and what is in the list's last is counted
  // afterwards.
  std::shared_ptr<const Spine> spine = spine_.load(std::memory_order_acquire);
  const ChunkSlot& last = *spine->slots.back();
  const auto chunk = last.memory.load(std::memory_order_acquire);
  // Without its chunk the last slot has been sealed and written meanwhile: it is full.
  const std::size_t size = chunk ? chunk->size() : kChunkEvents;
  return Trace(std::move(spine), last.first_seq + size - 1);
}

void Recorder::flush() {
  if (!sink_ || open_->size() == 0) return;
  const auto spine = spine_.load(std::memory_order_acquire);
  sink_->write(spine->slots.back(), open_, open_->size());
}

Ok Recorder::close() {
  if (!sink_) return {};
  flush();
  return sink_->close();
}

}  // namespace glasspost::trace
