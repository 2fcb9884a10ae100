#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "engine/base/id.h"
#include "engine/tap/secret_mask.h"
#include "engine/trace/kind.h"

namespace glasspost::tap {

/// Up to which byte of a log an event accounts for it.
class Marks {
 public:
  void add(std::uint64_t end, std::uint64_t seq);
  /// The first event that accounts for all bytes before `end`, 0 if there is none. Earlier ones are
  /// forgotten.
  std::uint64_t find(std::uint64_t end);

 private:
  static constexpr std::size_t kMost = 1024;
  struct Mark {
    std::uint64_t end = 0;
    std::uint64_t seq = 0;
  };
  std::vector<Mark> marks_;  // not a deque, which takes half a kilobyte a log even while empty
  std::size_t first_ = 0;    // those before it are forgotten
};

/// What the taps of both ends of a connection know together.
struct ConnectionLog {
  struct Log {
    std::uint64_t end = 0;  ///< bytes recorded
    Marks written;          ///< by stream-bytes events
  };
  /// By direction and layer.
  std::array<std::array<Log, 2>, 2> logs;
  std::array<Marks, 2> delivered;     ///< by segment-delivered events; wire layer, by direction
  std::array<SecretMask, 2> masks;    ///< by layer
  bool opened = false;                ///< connection-opened was recorded
  std::array<bool, 2> established{};  ///< by end: client, server
  bool tls = false;                   ///< the wire layer is no plain text any more
  std::uint32_t users = 0;            ///< streams that refer to it

  [[nodiscard]] Log& log(trace::Direction direction, trace::Layer layer) {
    return logs[static_cast<std::size_t>(direction)][static_cast<std::size_t>(layer)];
  }
};

/// All connections of a world. Those that no stream uses any more are kept for a while, because the other
/// end's stream may come late.
class ConnectionLogs {
 public:
  /// Made if it is new.
  ConnectionLog& of(ConnectionId id) { return logs_[id.value]; }
  [[nodiscard]] ConnectionLog* find(ConnectionId id) {
    const auto it = logs_.find(id.value);
    return it == logs_.end() ? nullptr : &it->second;
  }
  void use(ConnectionId id) { ++logs_[id.value].users; }
  void release(ConnectionId id);

 private:
  static constexpr std::size_t kMostUnused = 4096;
  std::map<std::uint32_t, ConnectionLog> logs_;
  std::deque<ConnectionId> unused_;
};

}  // namespace glasspost::tap
