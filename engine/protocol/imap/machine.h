#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/protocol/imap/command.h"

namespace glasspost::imap {

/// Where a connection stands. // RFC 3501 3
enum class ServerState : std::uint8_t { kNotAuthenticated, kAuthenticated, kSelected, kLogout };
inline constexpr std::size_t kServerStateCount = 4;

/// "not authenticated", ...
[[nodiscard]] std::string_view to_string(ServerState state);

/// One arrow of the state diagram. // RFC 3501 3.4
struct ServerTransition {
  ServerState from;
  std::string_view trigger;
  ServerState to;
};
[[nodiscard]] std::span<const ServerTransition> server_transitions();

/// What a command means for message sequence numbers: it decides when EXPUNGE may be told, and what a client
/// may send before it has seen the answers of commands before. // RFC 3501 5.5, 7.4.1
struct CommandProperties {
  bool uses_numbers = false;    ///< it names messages by number
  bool holds_numbers = false;   ///< numbers stay as they are until it has ended: no EXPUNGE meanwhile
  bool breaks_numbers = false;  ///< it removes messages itself
};

/// Whether the command is legal in that state. // RFC 3501 6
[[nodiscard]] bool is_legal(Verb verb, ServerState state);
[[nodiscard]] CommandProperties properties_of(Verb verb, bool uid);

struct ServerStateChange {
  ServerState from = ServerState::kNotAuthenticated;
  ServerState to = ServerState::kNotAuthenticated;
  std::string_view trigger;  ///< a literal
};

/// The state of one connection, and which way it came.
class ServerMachine {
 public:
  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] bool selected() const { return state_ == ServerState::kSelected; }
  [[nodiscard]] bool authenticated() const {
    return state_ == ServerState::kAuthenticated || state_ == ServerState::kSelected;
  }
  [[nodiscard]] bool closed() const { return state_ == ServerState::kLogout; }

  /// PREAUTH, LOGIN or AUTHENTICATE succeeded.
  void authenticate(std::string_view trigger);
  void select(std::string_view trigger);
  /// CLOSE, UNSELECT, a failed SELECT, a mailbox that has gone.
  void deselect(std::string_view trigger);
  /// From any state, once. // RFC 3501 3.4
  void close(std::string_view trigger);

  /// What has happened since clear_changes().
  [[nodiscard]] const std::vector<ServerStateChange>& changes() const { return changes_; }
  void clear_changes() { changes_.clear(); }

 private:
  void go(ServerState to, std::string_view trigger);

  ServerState state_ = ServerState::kNotAuthenticated;
  std::vector<ServerStateChange> changes_;
};

}  // namespace glasspost::imap
