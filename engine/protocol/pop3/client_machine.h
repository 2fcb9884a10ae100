#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/pop3/command.h"
#include "engine/protocol/pop3/listing.h"
#include "engine/protocol/pop3/response.h"
#include "engine/protocol/sasl/sasl.h"

namespace glasspost::pop3 {

/// When a client uses TLS.
enum class TlsPolicy : std::uint8_t {
  kNone,
  kOpportunistic,  ///< STLS where it is offered; a refused STLS goes on in the clear
  kRequired,       ///< STLS, or no login
  kImplicit,       ///< TLS before the greeting // RFC 8314 3.2
};

/// How a client behaves; the machine's part of its options.
struct ClientPolicy {
  TlsPolicy tls = TlsPolicy::kNone;
  sasl::Credentials credentials;
  /// In order of preference; the first that the server offers is used, and USER with PASS after them.
  std::vector<sasl::Mechanism> mechanisms = {sasl::Mechanism::kScramSha256, sasl::Mechanism::kScramSha1,
                                             sasl::Mechanism::kCramMd5, sasl::Mechanism::kPlain,
                                             sasl::Mechanism::kLogin};
  bool user = true;                   ///< USER and PASS may be used
  bool password_without_tls = false;  ///< allow PLAIN, LOGIN and PASS on an unprotected connection
};

enum class ClientErrorKind : std::uint8_t {
  kRefused,   ///< the server said -ERR: `response`
  kLost,      ///< the connection ended or was reset
  kTimedOut,  ///< no answer in time
  kProtocol,  ///< an answer that is no POP3
  kTooLarge,  ///< a response beyond the client's limit
  kTls,       ///< TLS was required and could not be had
  kAuth,      ///< no common mechanism, a refused login, or a server that could not prove itself
};

/// Why something could not be done.
struct ClientError {
  ClientErrorKind kind = ClientErrorKind::kLost;
  std::optional<Response> response;  ///< the server's, where it said something
  std::string message;               ///< one English sentence without a full stop

  /// True where another session holds the maildrop: worth another try soon. // RFC 2449 8.1.2
  [[nodiscard]] bool in_use() const { return response && response->code == ResponseCode::kInUse; }
  friend bool operator==(const ClientError&, const ClientError&) = default;
};

enum class ClientState : std::uint8_t {
  kGreeting,      ///< the greeting is awaited
  kCapabilities,  ///< CAPA is sent
  kStls,          ///< STLS is sent
  kTls,           ///< the handshake is due
  kUser,          ///< USER is sent
  kPass,          ///< PASS is sent
  kSasl,          ///< in an AUTH exchange
  kReady,         ///< logged in, nothing asked
  kRequest,       ///< a command is sent
  kQuit,
  kClosed,
};
inline constexpr std::size_t kClientStateCount = 11;
[[nodiscard]] std::string_view to_string(ClientState state);

struct ClientTransition {
  ClientState from;
  std::string_view trigger;
  ClientState to;
};
/// The arrows of the state diagram; the machine moves along these and no others.
[[nodiscard]] std::span<const ClientTransition> client_transitions();

struct ClientStateChange {
  ClientState from;
  ClientState to;
  std::string_view trigger;  ///< a literal
};

struct ClientAction {
  enum class Kind : std::uint8_t {
    kNothing,     ///< ready for begin() or quit(), or closed
    kSend,        ///< write `bytes`
    kRead,        ///< read a response and give it to receive()
    kReadLines,   ///< read the lines up to the lone dot, take the dots out, and give them to receive_lines()
    kUpgradeTls,  ///< do the handshake, then tls_established()
  };
  Kind kind = Kind::kNothing;
  std::string bytes;
};

/// What came of a request.
struct Answer {
  Response response;
  std::string lines;  ///< of a positive multi-line response, dots removed, without the lone dot
};

/// The client's side of the dialogue as data: greeting, CAPA, STLS, CAPA again, login, then one request after
/// the other. // RFC 1939, RFC 2449, RFC 2595, RFC 5034
///
/// Do what next() says until it says kNothing; then error() tells whether the dialogue is over, and after
/// begin(), take_answer() what came of the request.
class ClientMachine {
 public:
  /// `nonce` is for SCRAM: see sasl::Nonces.
  ClientMachine(ClientPolicy policy, std::string nonce);

  ClientAction next();
  void receive(const Response& response);
  void receive_lines(std::string lines);
  void tls_established();
  /// The stream failed, or what came was no response.
  void fail(ClientErrorKind kind, std::string message);

  /// One command; only in kReady.
  void begin(const Command& command);
  /// From kReady; elsewhere it closes without a word.
  void quit();

  [[nodiscard]] ClientState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ClientState::kClosed; }
  [[nodiscard]] const std::optional<ClientError>& error() const { return error_; }
  [[nodiscard]] const Capabilities& capabilities() const { return capabilities_; }
  [[nodiscard]] bool tls() const { return tls_; }
  /// How the login went; none for USER and PASS.
  [[nodiscard]] std::optional<sasl::Mechanism> mechanism() const { return mechanism_; }
  Answer take_answer();

  [[nodiscard]] const std::vector<ClientStateChange>& changes() const { return changes_; }
  void clear_changes() { changes_.clear(); }

 private:
  void move(ClientState to, std::string_view trigger);
  void stop(ClientErrorKind kind, std::string message, std::optional<Response> response,
            std::string_view why);
  void send(const Command& command);
  void ask_capabilities(std::string_view trigger);
  void capabilities_known();
  void log_in();
  void authenticate(sasl::Mechanism mechanism);
  void sasl_response(const Response& response);
  [[nodiscard]] bool password_allowed() const { return tls_ || policy_.password_without_tls; }

  ClientPolicy policy_;
  std::string nonce_;
  ClientState state_;
  std::string outgoing_;
  bool lines_follow_ = false;
  Verb asked_ = Verb::kUnknown;
  bool asked_for_one_ = false;  ///< the request named a message
  Capabilities capabilities_;
  bool tls_ = false;
  std::optional<sasl::Mechanism> mechanism_;
  std::unique_ptr<sasl::ClientMachine> exchange_;
  std::optional<std::string> held_response_;  ///< an initial response too long for its command
  std::string exchange_error_;
  Answer answer_;
  std::optional<ClientError> error_;
  std::vector<ClientStateChange> changes_;
};

}  // namespace glasspost::pop3
