#include "engine/trace/byte_logs.h"

#include <algorithm>

namespace glasspost::trace {

void ByteLogs::update(const Trace& trace) {
  trace.for_each(seen_ + 1, trace.last_seq(), [&](const EventView& event) {
    if (event.connection().value == 0) return;
    if (event.kind() == Kind::kConnectionOpened) opened_.emplace(event.connection().value, event.seq());
    const auto bytes = event.as<payload::StreamBytes>();
    if (!bytes) return;
    opened_.emplace(event.connection().value, event.seq());
    Piece piece;
    piece.seq = event.seq();
    piece.offset = bytes->offset;
    piece.length = bytes->bytes.bytes.size();
    piece.time = event.time();
    pieces_[Key{event.connection().value, bytes->direction, bytes->layer}].push_back(piece);
  });
  seen_ = std::max(seen_, trace.last_seq());
}

const std::vector<ByteLogs::Piece>& ByteLogs::pieces(ConnectionId connection, Direction direction,
                                                     Layer layer) const {
  static const std::vector<Piece> kNone;
  const auto it = pieces_.find(Key{connection.value, direction, layer});
  return it == pieces_.end() ? kNone : it->second;
}

std::string ByteLogs::read(const Trace& trace, ConnectionId connection, Direction direction, Layer layer,
                           std::uint64_t offset, std::uint64_t length) const {
  const std::vector<Piece>& all = pieces(connection, direction, layer);
  std::string result;
  auto piece = std::upper_bound(all.begin(), all.end(), offset,
                                [](std::uint64_t at, const Piece& p) { return at < p.offset + p.length; });
  for (; piece != all.end() && length > 0 && piece->offset <= offset; ++piece) {
    const std::optional<Event> event = trace.event(piece->seq);
    if (!event) break;
    const std::string_view bytes = event->blob();
    const std::uint64_t skip = offset - piece->offset;
    if (skip >= bytes.size()) continue;
    const std::string_view part = bytes.substr(skip, length);
    result += part;
    offset += part.size();
    length -= part.size();
  }
  return result;
}

std::string ByteLogs::read(const Trace& trace, ConnectionId connection, Direction direction,
                           Layer layer) const {
  const std::vector<Piece>& all = pieces(connection, direction, layer);
  if (all.empty()) return {};
  const std::uint64_t begin = all.front().offset;
  const std::uint64_t end = all.back().offset + all.back().length;
  return read(trace, connection, direction, layer, begin, end > begin ? end - begin : 0);
}

std::vector<ConnectionId> ByteLogs::connections() const {
  std::vector<ConnectionId> result;
  for (const auto& [number, seq] : opened_)
    result.push_back(ConnectionId{number});
  return result;
}

}  // namespace glasspost::trace
