#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/base/id.h"
#include "engine/observe/explanation.h"
#include "engine/trace/kind.h"
#include "engine/trace/projection.h"

namespace glasspost::gui {

struct EventSelected {
  std::uint64_t seq = 0;
  friend bool operator==(const EventSelected&, const EventSelected&) = default;
};
/// A line of a dialogue: dialogues.find(connection)->lines[line].
struct LineSelected {
  ConnectionId connection;
  std::uint32_t line = 0;
  friend bool operator==(const LineSelected&, const LineSelected&) = default;
};
struct ConnectionSelected {
  ConnectionId connection;
  friend bool operator==(const ConnectionSelected&, const ConnectionSelected&) = default;
};
struct HostSelected {
  HostId host;
  friend bool operator==(const HostSelected&, const HostSelected&) = default;
};
struct MessageSelected {
  trace::MessageRef message;
  friend bool operator==(const MessageSelected&, const MessageSelected&) = default;
};
struct MailboxSelected {
  trace::MailboxRef mailbox;
  std::uint32_t uid = 0;  ///< 0: the folder
  friend bool operator==(const MailboxSelected&, const MailboxSelected&) = default;
};
/// Bytes of a log, for instance those that a check looked at.
struct BytesSelected {
  ConnectionId connection;
  trace::Direction direction{};
  trace::Layer layer{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  friend bool operator==(const BytesSelected&, const BytesSelected&) = default;
};

/// What every panel shows as chosen; std::monostate: nothing.
using Selection = std::variant<std::monostate, EventSelected, LineSelected, ConnectionSelected, HostSelected,
                               MessageSelected, MailboxSelected, BytesSelected>;

}  // namespace glasspost::gui
