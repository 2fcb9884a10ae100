#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/trace/kind.h"
#include "engine/trace/payload.h"

namespace glasspost::trace {

/// What every event has besides its number, kind and payload.
struct Header {
  Instant time;
  std::uint64_t cause = 0;   ///< the causing event's number; 0: from outside
  HostId host;               ///< where it happened; 0: nowhere, or outside
  ConnectionId connection;   ///< 0: none
  std::string_view message;  ///< the host's queue id; empty: none. At most 255 bytes
};

/// One event in memory: fixed fields and a pointer to the encoded columns, which live in the same chunk:
/// integers (int64 each), ends of the texts (uint32 each), then the texts. Text 0 is the message, the kind's
/// texts follow, a blob is last. Native byte order; files store columns, not this.
struct Row {
  std::int64_t time = 0;
  std::uint64_t cause = 0;
  std::uint32_t host = 0;
  std::uint32_t connection = 0;
  std::uint16_t kind = 0;
  std::uint8_t integers = 0;
  std::uint8_t texts = 0;  ///< with the message, without the blob
  std::uint8_t blobs = 0;  ///< 0 or 1
  std::uint32_t length = 0;
  const char* columns = nullptr;
};

/// Looks at one event of a chunk without owning anything; as good as that chunk lives.
class EventView {
 public:
  EventView() = default;
  EventView(std::uint64_t seq, const Row& row) : seq_(seq), row_(&row) {}

  [[nodiscard]] std::uint64_t seq() const { return seq_; }
  [[nodiscard]] Instant time() const { return {row_->time}; }
  [[nodiscard]] std::uint64_t cause() const { return row_->cause; }
  [[nodiscard]] HostId host() const { return {row_->host}; }
  [[nodiscard]] ConnectionId connection() const { return {row_->connection}; }
  [[nodiscard]] std::string_view message() const { return text_at(0); }
  [[nodiscard]] Kind kind() const { return static_cast<Kind>(row_->kind); }
  /// Null if the kind is not known.
  [[nodiscard]] const KindInfo* info() const { return kind_info(kind()); }

  // The generic columns. Those that the event has not are 0 or empty.
  [[nodiscard]] std::size_t integer_count() const { return row_->integers; }
  [[nodiscard]] std::size_t text_count() const { return row_->texts > 0 ? row_->texts - 1u : 0u; }
  [[nodiscard]] bool has_blob() const { return row_->blobs != 0; }
  [[nodiscard]] std::int64_t integer(std::size_t index) const {
    if (index >= row_->integers) return 0;
    std::int64_t value = 0;
    std::memcpy(&value, row_->columns + index * sizeof value, sizeof value);
    return value;
  }
  [[nodiscard]] std::string_view text(std::size_t index) const {
    return index + 1 < row_->texts ? text_at(index + 1) : std::string_view{};
  }
  [[nodiscard]] std::string_view blob() const {
    return row_->blobs != 0 ? text_at(row_->texts) : std::string_view{};
  }

  /// The payload, if the event is of that kind. Its views are as good as this one.
  template <class P>
  [[nodiscard]] std::optional<P> as() const;

 private:
  [[nodiscard]] std::string_view text_at(std::size_t index) const {
    const char* ends = row_->columns + row_->integers * sizeof(std::int64_t);
    const char* bytes = ends + (row_->texts + row_->blobs) * sizeof(std::uint32_t);
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    if (index > 0) std::memcpy(&begin, ends + (index - 1) * sizeof begin, sizeof begin);
    std::memcpy(&end, ends + index * sizeof end, sizeof end);
    return {bytes + begin, end - begin};
  }

  std::uint64_t seq_ = 0;
  const Row* row_ = nullptr;
};

class Chunk;

/// An EventView that keeps its chunk alive.
class Event : public EventView {
 public:
  Event() = default;
  Event(EventView view, std::shared_ptr<const Chunk> chunk) : EventView(view), chunk_(std::move(chunk)) {}

 private:
  std::shared_ptr<const Chunk> chunk_;
};

/// An event with its columns as plain values: for events of unknown kinds, files and tests. At most
/// kMaxIntegers and kMaxTexts; texts and blob within kMaxText and kMaxBlob.
struct RawEvent {
  Instant time;
  std::uint64_t cause = 0;
  HostId host;
  ConnectionId connection;
  std::string message;
  Kind kind{};
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;
  std::optional<std::string> blob;

  friend bool operator==(const RawEvent&, const RawEvent&) = default;
};
[[nodiscard]] RawEvent to_raw(const EventView& event);

namespace event_detail {

template <class M>
inline constexpr bool kIsText = std::is_same_v<M, std::string_view> || std::is_same_v<M, TextList>;
template <class M>
inline constexpr bool kIsBlob = std::is_same_v<M, Blob>;
template <class M>
inline constexpr bool kIsInteger = !kIsText<M> && !kIsBlob<M>;

template <class M>
constexpr std::int64_t to_integer(const M& value) {
  if constexpr (std::is_same_v<M, Instant> || std::is_same_v<M, Duration>) {
    return value.ns;
  } else if constexpr (std::is_same_v<M, HostId>) {
    return static_cast<std::int64_t>(value.value);
  } else {
    return static_cast<std::int64_t>(value);
  }
}
template <class M>
constexpr M from_integer(std::int64_t value) {
  if constexpr (std::is_same_v<M, Instant> || std::is_same_v<M, Duration>) {
    return M{value};
  } else if constexpr (std::is_same_v<M, HostId>) {
    return HostId{static_cast<std::uint32_t>(value)};
  } else if constexpr (std::is_same_v<M, bool>) {
    return value != 0;
  } else {
    return static_cast<M>(value);
  }
}
constexpr std::string_view bytes_of(std::string_view text) {
  return text;
}
constexpr std::string_view bytes_of(const TextList& list) {
  return list.joined;
}
constexpr std::string_view bytes_of(const Blob& blob) {
  return blob.bytes;
}

/// How many integers, texts and blobs a payload has.
struct Shape {
  std::size_t integers = 0, texts = 0, blobs = 0;
};
template <class P, class M>
constexpr void count(const Field<P, M>&, Shape& s) {
  s.integers += kIsInteger<M> ? 1 : 0;
  s.texts += kIsText<M> ? 1 : 0;
  s.blobs += kIsBlob<M> ? 1 : 0;
}
template <class P>
constexpr Shape shape() {
  Shape s;
  std::apply([&s](const auto&... f) { (count(f, s), ...); }, P::columns());
  return s;
}

template <class P, class M>
void decode(const EventView& event, P& payload, const Field<P, M>& f, Shape& at) {
  if constexpr (kIsInteger<M>) {
    payload.*f.member = from_integer<M>(event.integer(at.integers++));
  } else if constexpr (kIsBlob<M>) {
    payload.*f.member = Blob{event.blob()};
  } else {
    payload.*f.member = M{event.text(at.texts++)};
  }
}

}  // namespace event_detail

template <class P>
std::optional<P> EventView::as() const {
  if (kind() != P::kKind) return std::nullopt;
  std::optional<P> payload(std::in_place);
  event_detail::Shape at;
  std::apply([&](const auto&... f) { (event_detail::decode(*this, *payload, f, at), ...); }, P::columns());
  return payload;
}

}  // namespace glasspost::trace
