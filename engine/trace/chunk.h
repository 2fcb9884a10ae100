#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/trace/event.h"

namespace glasspost::trace {

/// How many events a chunk holds.
inline constexpr std::size_t kChunkEvents = 4096;

/// 4,096 consecutive events and the memory of their columns. One thread appends; any other may read the
/// events below size(), for nothing that was once published moves or changes.
class Chunk {
 public:
  explicit Chunk(std::uint64_t first_seq);
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  [[nodiscard]] std::uint64_t first_seq() const { return first_seq_; }
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] bool full() const { return size_.load(std::memory_order_relaxed) == kChunkEvents; }
  /// Index is below size().
  [[nodiscard]] EventView at(std::size_t index) const { return {first_seq_ + index, rows_[index]}; }
  /// Bytes of memory that it holds.
  [[nodiscard]] std::size_t memory() const { return memory_; }

  template <class P>
  void append(const Header& header, const P& payload);
  void append(const RawEvent& event);
  /// Generic columns; those over the limits of kind.h are left out, texts over theirs are cut.
  void append(const Header& header, Kind kind, std::span<const std::int64_t> integers,
              std::span<const std::string_view> texts, std::optional<std::string_view> blob);

 private:
  static constexpr std::size_t kBlockBytes = 64 * 1024;

  // Room for the columns of one event, aligned for integers.
  char* allocate(std::size_t bytes) {
    const std::size_t rounded = (bytes + 7) & ~std::size_t{7};
    if (rounded > block_end_ - block_at_) return allocate_block(rounded);
    char* at = block_ + block_at_;
    block_at_ += rounded;
    return at;
  }
  char* allocate_block(std::size_t bytes);
  void publish(const Row& row) {
    const std::size_t index = size_.load(std::memory_order_relaxed);
    rows_[index] = row;
    size_.store(index + 1, std::memory_order_release);
  }

  std::uint64_t first_seq_;
  std::unique_ptr<Row[]> rows_;
  std::atomic<std::size_t> size_{0};
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* block_ = nullptr;
  std::size_t block_at_ = 0;
  std::size_t block_end_ = 0;
  std::size_t memory_ = 0;
};

namespace event_detail {

/// The longest prefix of a text within the maximum that does not cut a UTF-8 sequence, leaving room for
/// "...".
[[nodiscard]] std::size_t cut_length(std::string_view text, std::uint32_t maximum);

/// A text as it will be stored: its first `kept` bytes, then "..." if it was cut.
struct StoredText {
  const char* begin = nullptr;
  std::uint32_t kept = 0;
  std::uint32_t marks = 0;

  StoredText() = default;
  StoredText(std::string_view text, std::uint32_t maximum)
      : begin(text.data()), kept(static_cast<std::uint32_t>(text.size())) {
    if (text.size() > maximum) {
      kept = static_cast<std::uint32_t>(cut_length(text, maximum));
      marks = 3;
    }
  }
  [[nodiscard]] std::uint32_t size() const { return kept + marks; }
  char* copy_to(char* out) const {
    if (kept != 0) std::memcpy(out, begin, kept);
    if (marks != 0) std::memcpy(out + kept, "...", marks);
    return out + kept + marks;
  }
};

template <class P, class M>
void collect(const P& payload, const Field<P, M>& f, std::int64_t*& integers, StoredText*& texts) {
  if constexpr (kIsInteger<M>) {
    *integers++ = to_integer(payload.*f.member);
  } else {
    *texts++ = StoredText(bytes_of(payload.*f.member), f.maximum);
  }
}

}  // namespace event_detail

template <class P>
void Chunk::append(const Header& header, const P& payload) {
  constexpr event_detail::Shape kShape = event_detail::shape<P>();
  constexpr std::size_t kTexts = 1 + kShape.texts + kShape.blobs;
  static_assert(kShape.integers <= kMaxIntegers && kShape.texts <= kMaxTexts && kShape.blobs <= 1);
  std::int64_t integers[kShape.integers + 1];
  event_detail::StoredText texts[kTexts];
  std::int64_t* next_integer = integers;
  event_detail::StoredText* next_text = texts;
  *next_text++ = event_detail::StoredText(header.message, 255);
  std::apply([&](const auto&... f) { (event_detail::collect(payload, f, next_integer, next_text), ...); },
             P::columns());

  std::uint32_t ends[kTexts];
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < kTexts; ++i)
    ends[i] = end += texts[i].size();
  const std::size_t length = kShape.integers * sizeof(std::int64_t) + sizeof ends + end;
  char* const columns = allocate(length);
  char* out = columns;
  std::memcpy(out, integers, kShape.integers * sizeof(std::int64_t));
  out += kShape.integers * sizeof(std::int64_t);
  std::memcpy(out, ends, sizeof ends);
  out += sizeof ends;
  for (const event_detail::StoredText& text : texts)
    out = text.copy_to(out);

  Row row;
  row.time = header.time.ns;
  row.cause = header.cause;
  row.host = header.host.value;
  row.connection = header.connection.value;
  row.kind = static_cast<std::uint16_t>(P::kKind);
  row.integers = static_cast<std::uint8_t>(kShape.integers);
  row.texts = static_cast<std::uint8_t>(1 + kShape.texts);
  row.blobs = static_cast<std::uint8_t>(kShape.blobs);
  row.length = static_cast<std::uint32_t>(length);
  row.columns = columns;
  publish(row);
}

}  // namespace glasspost::trace
