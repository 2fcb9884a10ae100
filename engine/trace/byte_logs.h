#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/trace/trace.h"

namespace glasspost::trace {

/// Where the bytes of each (connection, direction, layer) stand in a trace: its stream-bytes events.
class ByteLogs {
 public:
  struct Piece {
    std::uint64_t seq = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    Instant time;
  };

  /// Looks at the events that were not there at the last call.
  void update(const Trace& trace);

  /// In order, without gaps (but for what a ring has dropped at the front).
  [[nodiscard]] const std::vector<Piece>& pieces(ConnectionId connection, Direction direction,
                                                 Layer layer) const;
  /// The bytes [offset, offset + length), cut to what there is.
  [[nodiscard]] std::string read(const Trace& trace, ConnectionId connection, Direction direction,
                                 Layer layer, std::uint64_t offset, std::uint64_t length) const;
  /// The whole log.
  [[nodiscard]] std::string read(const Trace& trace, ConnectionId connection, Direction direction,
                                 Layer layer) const;
  /// Connections that have bytes or were opened, in the order of their numbers.
  [[nodiscard]] std::vector<ConnectionId> connections() const;

 private:
  using Key = std::tuple<std::uint32_t, Direction, Layer>;
  std::map<Key, std::vector<Piece>> pieces_;
  std::map<std::uint32_t, std::uint64_t> opened_;
  std::uint64_t seen_ = 0;
};

}  // namespace glasspost::trace
