#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/pop3/command.h"
#include "engine/protocol/pop3/maildrop.h"
#include "engine/protocol/pop3/response.h"
#include "engine/protocol/sasl/sasl.h"

namespace glasspost::pop3 {

/// What a server offers and allows; the machine's part of a listener's options.
struct ServerPolicy {
  std::string host_name;  ///< in the greeting

  bool user = true;                         ///< USER and PASS
  bool apop = false;                        ///< RFC 1939 7; MD5, so only where somebody asks for it
  bool stls = false;                        ///< RFC 2595 4; needs a TLS; not offered once TLS is on
  std::vector<sasl::Mechanism> mechanisms;  ///< AUTH; empty: not offered // RFC 5034

  bool auth_needs_tls = false;  ///< USER, PLAIN and LOGIN neither offered nor accepted without TLS
  bool require_tls = false;     ///< nobody logs in without TLS

  std::size_t max_commands = 1'000'000;  ///< a connection: a client may ask for each of its messages
  std::size_t max_errors = 50;           ///< -ERR responses, those about a message excepted
  std::size_t max_failed_logins = 5;     ///< a connection
};

enum class ServerState : std::uint8_t {
  kConnected,      ///< before the greeting
  kAuthorization,  ///< nobody is logged in // RFC 1939 4
  kSasl,           ///< in an AUTH exchange
  kTls,            ///< after the +OK to STLS, until the handshake is done
  kTransaction,    ///< the maildrop is open, and ours alone // RFC 1939 5
  kUpdate,         ///< QUIT was said: what is marked goes // RFC 1939 6
  kClosed,
};
inline constexpr std::size_t kServerStateCount = 7;
[[nodiscard]] std::string_view to_string(ServerState state);

/// True where the command makes sense; elsewhere the response is -ERR. // RFC 1939 4, 5
[[nodiscard]] bool is_legal(ServerState state, Verb verb);

/// One arrow of the state diagram. The machine moves along these and no others.
struct ServerTransition {
  ServerState from;
  std::string_view trigger;
  ServerState to;
};
[[nodiscard]] std::span<const ServerTransition> server_transitions();

/// What must be found out or done before the response is known.
enum class ServerQuestion : std::uint8_t {
  kNone,          ///< nothing: `response` is the response
  kLogIn,         ///< are user and password (PASS) or digest (APOP) right? -> opened() or refused()
  kAuthenticate,  ///< run the exchange -> opened() or refused()
  kStls,          ///< send `response`, do the handshake -> tls_established()
  kLines,         ///< send `response`, then capabilities() or listing() and a lone dot
  kContent,       ///< send the message `number`, whole or its top; -ERR if it has gone
  kUpdate,        ///< remove what is marked -> updated()
  kQuit,          ///< send `response` and close
};

struct ServerStep {
  ServerQuestion question = ServerQuestion::kNone;
  Response response;
  std::uint32_t number = 0;  ///< kContent
};

struct ServerStateChange {
  ServerState from;
  ServerState to;
  std::string_view trigger;  ///< a literal
};

/// The server's side of the dialogue as data. // RFC 1939, RFC 2449
///
/// receive() says what a command needs; the answer goes to the function that its question names, which gives
/// the response to send. DELE only marks: nothing but QUIT and its updated() may remove a message.
class ServerMachine {
 public:
  explicit ServerMachine(const ServerPolicy& policy) : policy_(policy) {}

  /// `timestamp`: "<process.clock@host>" for APOP, else empty. // RFC 1939 7
  Response greet(const std::string& timestamp);
  /// The connection is not wanted.
  Response turn_away(const Response& refusal);
  ServerStep receive(const Command& command);
  /// A line that is no command.
  Response refuse(const CommandError& error);
  /// The user is who it says, and the maildrop is locked for this session.
  Response opened(const std::string& user, Maildrop maildrop);
  /// No login: wrong (kAuth), maildrop in use (kInUse), or trouble.
  Response refused(const Response& response);
  /// Whether everything that was marked is gone.
  Response updated(bool removed);
  /// Everything that was known of the client is forgotten. // RFC 2595 4
  void tls_established();
  /// TLS from the first byte: before the greeting. // RFC 8314 3.2
  void tls_implicit() { tls_ = true; }
  /// The dialogue ends for a reason of its own ("timeout", "stop", "lost"): a literal. Marks are forgotten.
  void close(std::string_view trigger);

  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ServerState::kClosed; }
  [[nodiscard]] bool tls() const { return tls_; }
  /// Who is logged in; during kLogIn who wants to be.
  [[nodiscard]] const std::string& user() const { return user_; }
  [[nodiscard]] const Maildrop& maildrop() const { return maildrop_; }
  /// The lines of the response to CAPA, without the lone dot. // RFC 2449 5
  [[nodiscard]] std::string capabilities() const;
  /// Appends lines of LIST or UIDL, from the message `number`, until `out` has at least `most` octets more;
  /// gives the number to go on from, 0 at the end. The lone dot is the caller's.
  std::uint32_t listing(Verb verb, std::uint32_t number, std::size_t most, std::string& out) const;

  /// Moves since clear_changes(), oldest first.
  [[nodiscard]] const std::vector<ServerStateChange>& changes() const { return changes_; }
  void clear_changes() { changes_.clear(); }

 private:
  ServerStep authorization(const Command& command);
  ServerStep transaction(const Command& command);
  ServerStep about_message(const Command& command);
  ServerStep auth(const Command& command);
  ServerStep stls();
  ServerStep quit();
  ServerStep failed(Response response);
  Response settle(Response response);
  [[nodiscard]] bool user_is_offered() const;
  [[nodiscard]] std::vector<sasl::Mechanism> offered_mechanisms() const;
  [[nodiscard]] std::string summary() const;
  void move(ServerState to, std::string_view trigger);

  const ServerPolicy& policy_;
  ServerState state_ = ServerState::kConnected;
  bool tls_ = false;
  bool user_given_ = false;  ///< by the command before: PASS may follow
  std::string user_;
  std::string_view login_;  ///< the verb that asks for the login: a literal
  Maildrop maildrop_;
  std::vector<ServerStateChange> changes_;
  std::size_t commands_ = 0;
  std::size_t errors_ = 0;
  std::size_t failed_logins_ = 0;
};

}  // namespace glasspost::pop3
