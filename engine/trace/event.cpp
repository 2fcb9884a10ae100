#include "engine/trace/event.h"

#include <array>
#include <span>

#include "engine/trace/chunk.h"

namespace glasspost::trace {

std::vector<std::string> TextList::items() const {
  std::vector<std::string> result;
  if (joined.empty()) return result;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = joined.find('\n', begin);
    result.emplace_back(joined.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return result;
    begin = end + 1;
  }
}

std::string join_list(const std::vector<std::string>& items) {
  std::string joined;
  for (const std::string& item : items) {
    if (&item != &items.front()) joined += '\n';
    for (const char c : item)
      joined += c == '\n' ? ' ' : c;
  }
  return joined;
}

RawEvent to_raw(const EventView& event) {
  RawEvent raw;
  raw.time = event.time();
  raw.cause = event.cause();
  raw.host = event.host();
  raw.connection = event.connection();
  raw.message = event.message();
  raw.kind = event.kind();
  for (std::size_t i = 0; i < event.integer_count(); ++i)
    raw.integers.push_back(event.integer(i));
  for (std::size_t i = 0; i < event.text_count(); ++i)
    raw.texts.emplace_back(event.text(i));
  if (event.has_blob()) raw.blob = std::string(event.blob());
  return raw;
}

namespace event_detail {

std::size_t cut_length(std::string_view text, std::uint32_t maximum) {
  std::size_t keep = maximum < 3 ? 0 : maximum - 3;
  // Not in the middle of a UTF-8 sequence; bytes that are none are cut anywhere.
  for (std::size_t back = 0; back < 3 && keep > back; ++back) {
    const auto byte = static_cast<unsigned char>(text[keep - back]);
    if ((byte & 0xC0) != 0x80) return keep - back;
  }
  return keep;
}

}  // namespace event_detail

Chunk::Chunk(std::uint64_t first_seq)
    : first_seq_(first_seq),
      rows_(std::make_unique_for_overwrite<Row[]>(kChunkEvents)),
      memory_(kChunkEvents * sizeof(Row)) {}

char* Chunk::allocate_block(std::size_t bytes) {
  const std::size_t size = bytes > kBlockBytes / 4 ? bytes : kBlockBytes;
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
  memory_ += size;
  char* const begin = blocks_.back().get();
  if (size != bytes) {  // what is left of it is used by the next
    block_ = begin;
    block_at_ = bytes;
    block_end_ = size;
  }
  return begin;
}

void Chunk::append(const Header& header, Kind kind, std::span<const std::int64_t> integers,
                   std::span<const std::string_view> texts, std::optional<std::string_view> blob) {
  std::array<event_detail::StoredText, kMaxTexts + 2> stored;
  std::array<std::uint32_t, kMaxTexts + 2> ends{};
  const std::size_t integer_count = integers.size() < kMaxIntegers ? integers.size() : kMaxIntegers;
  const std::size_t text_count = texts.size() < kMaxTexts ? texts.size() : kMaxTexts;
  std::size_t count = 0;
  stored[count++] = event_detail::StoredText(header.message, 255);
  for (std::size_t i = 0; i < text_count; ++i)
    stored[count++] = event_detail::StoredText(texts[i], kMaxText);
  if (blob) stored[count++] = event_detail::StoredText(*blob, kMaxBlob);
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < count; ++i)
    ends[i] = end += stored[i].size();

  const std::size_t integer_bytes = integer_count * sizeof(std::int64_t);
  const std::size_t end_bytes = count * sizeof(std::uint32_t);
  const std::size_t length = integer_bytes + end_bytes + end;
  char* const columns = allocate(length);
  if (integer_bytes != 0) std::memcpy(columns, integers.data(), integer_bytes);
  std::memcpy(columns + integer_bytes, ends.data(), end_bytes);
  char* out = columns + integer_bytes + end_bytes;
  for (std::size_t i = 0; i < count; ++i)
    out = stored[i].copy_to(out);

  Row row;
  row.time = header.time.ns;
  row.cause = header.cause;
  row.host = header.host.value;
  row.connection = header.connection.value;
  row.kind = static_cast<std::uint16_t>(kind);
  row.integers = static_cast<std::uint8_t>(integer_count);
  row.texts = static_cast<std::uint8_t>(1 + text_count);
  row.blobs = blob ? 1 : 0;
  row.length = static_cast<std::uint32_t>(length);
  row.columns = columns;
  publish(row);
}

void Chunk::append(const RawEvent& event) {
  Header header;
  header.time = event.time;
  header.cause = event.cause;
  header.host = event.host;
  header.connection = event.connection;
  header.message = event.message;
  const std::vector<std::string_view> texts(event.texts.begin(), event.texts.end());
  std::optional<std::string_view> blob;
  if (event.blob) blob = *event.blob;
  append(header, event.kind, event.integers, texts, blob);
}

}  // namespace glasspost::trace
