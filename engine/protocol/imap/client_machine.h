#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/imap/client_command.h"
#include "engine/protocol/imap/client_response.h"
#include "engine/protocol/sasl/sasl.h"

namespace glasspost::imap {

/// When a client uses TLS.
enum class TlsPolicy : std::uint8_t {
  kNone,
  kOpportunistic,  ///< STARTTLS where it is offered; a refused one goes on in the clear
  kRequired,       ///< STARTTLS, or no login
  kImplicit,       ///< TLS before the greeting // RFC 8314 3.2
};

/// How a client behaves; the machine's part of its options.
struct ClientPolicy {
  TlsPolicy tls = TlsPolicy::kNone;
  sasl::Credentials credentials;
  /// In order of preference; the first that the server offers is used, and LOGIN after them.
  std::vector<sasl::Mechanism> mechanisms = {sasl::Mechanism::kScramSha256, sasl::Mechanism::kScramSha1,
                                             sasl::Mechanism::kCramMd5, sasl::Mechanism::kPlain,
                                             sasl::Mechanism::kLogin};
  bool login = true;  ///< the LOGIN command may be used
  bool password_without_tls =
      false;  ///< allow PLAIN, LOGIN and the LOGIN command on an unprotected connection
  std::uint32_t max_messages = 1'000'000;  ///< of a mailbox; a larger one ends the dialogue
};

enum class ClientErrorKind : std::uint8_t {
  kRefused,   ///< the server said NO or BAD: `response`
  kLost,      ///< the connection ended or was reset
  kTimedOut,  ///< no answer in time
  kProtocol,  ///< an answer that is no IMAP
  kTooLarge,  ///< a response beyond the client's limit
  kTls,       ///< TLS was required and could not be had
  kAuth,      ///< no common mechanism, a refused login, or a server that could not prove itself
};

/// Why something could not be done.
struct ClientError {
  ClientErrorKind kind = ClientErrorKind::kLost;
  std::optional<StatusLine> response;  ///< the server's, where it said something
  std::string message;                 ///< one English sentence without a full stop

  friend bool operator==(const ClientError&, const ClientError&) = default;
};

/// Where the dialogue stands. // RFC 3501 3
enum class ClientState : std::uint8_t {
  kGreeting,       ///< the greeting is awaited
  kCapabilities,   ///< CAPABILITY is sent
  kStartTls,       ///< STARTTLS is sent
  kTls,            ///< the handshake is due
  kLogin,          ///< LOGIN is sent
  kSasl,           ///< in an AUTHENTICATE exchange
  kAuthenticated,  ///< logged in, no mailbox is selected
  kSelected,
  kIdle,  ///< IDLE goes on // RFC 2177
  kLogout,
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
    kNothing,     ///< ready for begin(), or closed; in kIdle: wait for what comes, or end_idle()
    kSend,        ///< write `bytes`
    kRead,        ///< read a response and give it to receive()
    kUpgradeTls,  ///< do the handshake, then tls_established()
  };
  Kind kind = Kind::kNothing;
  std::string bytes;
};

/// The selected mailbox as the server has told it.
struct SelectedMailbox {
  std::string name;
  bool read_only = false;
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 0;              ///< 0: not told
  std::uint64_t highest_mod_sequence = 0;  ///< 0: not kept // RFC 7162 3.1.2
  std::vector<std::uint32_t> uids;         ///< by message number - 1; 0: not known yet
};

/// What the server told without being asked, since take_news().
struct MailboxNews {
  bool arrivals = false;
  std::vector<std::uint32_t> gone;              ///< UIDs, in the order told
  bool unknown_gone = false;                    ///< something went whose UID was never told
  std::map<std::uint32_t, MessageFlags> flags;  ///< by UID, as they are now

  [[nodiscard]] bool any() const { return arrivals || unknown_gone || !gone.empty() || !flags.empty(); }
};

/// What came of a command.
struct Answer {
  StatusLine status;
  std::vector<ResponseData> data;  ///< everything untagged that came before it, in order
};

/// The client's side of the dialogue as data: greeting, CAPABILITY, STARTTLS, CAPABILITY again, login, then
/// one command after the other. // RFC 3501
///
/// Do what next() says until it says kNothing; then error() tells whether the dialogue is over, and after
/// begin(), take_answer() what came of the command.
class ClientMachine {
 public:
  /// `nonce` is for SCRAM: see sasl::Nonces.
  ClientMachine(ClientPolicy policy, std::string nonce);

  ClientAction next();
  void receive(ServerResponse response);
  void tls_established();
  /// The stream failed, or what came was no response.
  void fail(ClientErrorKind kind, std::string message);

  /// One command; only when ready(). SELECT and EXAMINE go through select().
  void begin(const ClientCommand& command);
  void select(const std::string& mailbox, bool read_only);
  /// Only when ready() and the server offers IDLE.
  void begin_idle();
  /// DONE, once; the tagged response ends kIdle.
  void end_idle();
  /// From every state; where nobody is logged in it closes without a word.
  void logout();

  [[nodiscard]] ClientState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ClientState::kClosed; }
  /// Nothing is under way, and a command may begin.
  [[nodiscard]] bool ready() const;
  [[nodiscard]] bool idling() const { return state_ == ClientState::kIdle; }
  [[nodiscard]] const std::optional<ClientError>& error() const { return error_; }
  [[nodiscard]] bool offers(std::string_view capability) const;
  [[nodiscard]] bool tls() const { return tls_; }
  /// How the login went; none for the LOGIN command.
  [[nodiscard]] std::optional<sasl::Mechanism> mechanism() const { return mechanism_; }
  [[nodiscard]] const SelectedMailbox& mailbox() const { return mailbox_; }
  [[nodiscard]] const MailboxNews& news() const { return news_; }
  MailboxNews take_news();
  Answer take_answer();

  [[nodiscard]] const std::vector<ClientStateChange>& changes() const { return changes_; }
  void clear_changes() { changes_.clear(); }

 private:
  void move(ClientState to, std::string_view trigger);
  void stop(ClientErrorKind kind, std::string message, std::optional<StatusLine> response,
            std::string_view why);
  void send(const ClientCommand& command);
  void greeted(const StatusLine& greeting);
  void ask_capabilities(std::string_view trigger);
  void know_capabilities(const std::vector<std::string>& words);
  void capabilities_known();
  void log_in();
  void authenticate(sasl::Mechanism mechanism);
  void logged_in(const StatusLine& status);
  void continued(const std::string& text);
  void challenged(const std::string& text);
  void tagged(const StatusLine& status);
  void sasl_ended(const StatusLine& status);
  void answered(const StatusLine& status);
  void untagged(ResponseData data);
  void note_status(const StatusLine& status);
  void note_exists(std::uint32_t count);
  void note_expunge(std::uint32_t number);
  void note_vanished(const VanishedData& vanished);
  void note_fetch(const FetchData& fetched);
  [[nodiscard]] bool password_allowed() const { return tls_ || policy_.password_without_tls; }
  [[nodiscard]] LiteralMode literal_mode() const;

  ClientPolicy policy_;
  std::string nonce_;
  ClientState state_;
  std::deque<std::string> outgoing_;  ///< further ones wait for the server's "+"
  bool may_send_ = true;              ///< the front of outgoing_ may go
  std::uint32_t tags_ = 0;
  std::string tag_;  ///< of the command that is under way; empty: none
  bool selecting_ = false;
  std::string_view asked_;  ///< verb of the command under way
  std::vector<std::string> capabilities_;
  bool capabilities_told_ = false;  ///< since the last change of state that changes them
  bool tls_ = false;
  std::optional<sasl::Mechanism> mechanism_;
  std::unique_ptr<sasl::ClientMachine> exchange_;
  std::optional<std::string> held_response_;  ///< where initial responses are not offered
  std::string exchange_error_;
  SelectedMailbox mailbox_;
  MailboxNews news_;
  Answer answer_;
  std::optional<ClientError> error_;
  std::vector<ClientStateChange> changes_;
};

}  // namespace glasspost::imap
