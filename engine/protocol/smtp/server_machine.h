#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/sasl/sasl.h"
#include "engine/protocol/smtp/command.h"
#include "engine/protocol/smtp/leniency.h"
#include "engine/protocol/smtp/reply.h"
#include "engine/protocol/smtp/transaction.h"

namespace glasspost::smtp {

/// What a server offers and allows; the machine's part of a listener's options.
struct ServerPolicy {
  std::string host_name;  ///< in the greeting and in replies

  // Extensions in the reply to EHLO.
  bool pipelining = true;                   ///< RFC 2920
  bool eight_bit_mime = true;               ///< RFC 6152
  bool enhanced_codes = true;               ///< RFC 2034
  bool size = true;                         ///< RFC 1870
  bool smtputf8 = false;                    ///< RFC 6531
  bool starttls = false;                    ///< RFC 3207; needs a TLS; not offered once TLS is on
  std::vector<sasl::Mechanism> mechanisms;  ///< AUTH; empty: not offered // RFC 4954

  bool auth_needs_tls = false;  ///< PLAIN and LOGIN neither offered nor accepted without TLS: 538
  bool require_auth = false;    ///< MAIL without AUTH: 530 // RFC 6409 4.3
  bool require_tls = false;     ///< anything but EHLO, NOOP, STARTTLS, QUIT without TLS: 530 // RFC 3207 4

  std::uint64_t max_message_size = 32 * 1024 * 1024;  ///< octets of content; 0: no limit (RFC 1870 4)
  std::size_t max_recipients = 1000;                  ///< a transaction; 452 beyond // RFC 5321 4.5.3.1.10
  std::size_t max_commands = 100'000;                 ///< a connection; 421 beyond
  std::size_t max_errors = 20;                        ///< 5xx replies, those to RCPT excepted; 421 beyond
  std::size_t max_refused_recipients = 1000;          ///< a connection; 421 beyond
  std::size_t max_transactions = 10'000;              ///< a connection; 421 beyond

  Leniencies leniencies;
};

enum class ServerState : std::uint8_t {
  kConnected,   ///< before the greeting
  kGreeted,     ///< before HELO or EHLO, and again after STARTTLS
  kReady,       ///< no transaction
  kMail,        ///< a reverse-path is accepted
  kRecipients,  ///< at least one recipient is accepted
  kContent,     ///< after 354, until the reply to the content
  kAuth,        ///< in a SASL exchange
  kTls,         ///< after the 220 to STARTTLS, until the handshake is done
  kClosed,
};
inline constexpr std::size_t kServerStateCount = 9;
[[nodiscard]] std::string_view to_string(ServerState state);

/// True where the command makes sense; elsewhere the reply is 503. QUIT, NOOP, RSET, HELP, VRFY and EXPN go
/// anywhere. // RFC 5321 4.1.4
[[nodiscard]] bool is_legal(ServerState state, Verb verb);

/// One arrow of the state diagram. The machine moves along these and no others.
struct ServerTransition {
  ServerState from;
  std::string_view trigger;  ///< a verb with its reply class, or an event
  ServerState to;
};
[[nodiscard]] std::span<const ServerTransition> server_transitions();

/// What must be found out before the reply is known.
enum class ServerQuestion : std::uint8_t {
  kNone,          ///< nothing: `reply` is the reply
  kHello,         ///< may this name greet? -> hello_answered()
  kMail,          ///< pending_transaction() -> mail_answered()
  kRecipient,     ///< pending_recipient() -> recipient_answered()
  kVerify,        ///< the command's argument -> verify_answered()
  kAuthenticate,  ///< run the exchange -> auth_finished()
  kStartTls,      ///< send `reply`, do the handshake -> tls_established()
  kContent,       ///< send `reply` (354), read content -> content_received(), then message_answered()
  kQuit,          ///< send `reply` and close
};

struct ServerStep {
  ServerQuestion question = ServerQuestion::kNone;
  Reply reply;
};

struct ServerStateChange {
  ServerState from;
  ServerState to;
  std::string_view trigger;  ///< a literal
};

/// The server's side of the dialogue as data. // RFC 5321 3, 4.1.4
///
/// receive() says what a command needs; the answer goes to the function that its question names, which gives
/// the reply to send. A reply of 421 closes the machine. One transaction at a time, dropped whole.
class ServerMachine {
 public:
  explicit ServerMachine(const ServerPolicy& policy) : policy_(policy) {}

  /// The greeting, from what the service says of the client.
  Reply greet(const Reply& answer);
  ServerStep receive(const Command& command);
  /// A line that is no command.
  Reply refuse(const CommandError& error);
  Reply hello_answered(const Reply& answer);
  Reply mail_answered(const Reply& answer);
  Reply recipient_answered(const Reply& answer);
  Reply verify_answered(const Reply& answer);
  /// 2xx: `user` is authenticated.
  Reply auth_finished(const Reply& answer, const std::string& user, sasl::Mechanism mechanism);
  /// Everything that was known of the client is forgotten. // RFC 3207 4.2
  void tls_established();
  /// TLS from the first byte: before the greeting. // RFC 8314 3.3
  void tls_implicit() { tls_ = true; }
  /// A refusal that the content itself gives rise to; none: ask the service, then message_answered().
  std::optional<Reply> content_received(const ContentFindings& findings);
  Reply message_answered(const Reply& answer);
  /// The dialogue ends for a reason of its own ("timeout", "stop", "lost"): a literal.
  void close(std::string_view trigger);

  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ServerState::kClosed; }
  [[nodiscard]] bool esmtp() const { return esmtp_; }
  [[nodiscard]] bool tls() const { return tls_; }
  [[nodiscard]] const std::string& helo_name() const { return helo_name_; }
  [[nodiscard]] const std::string& authenticated_user() const { return user_; }
  [[nodiscard]] std::optional<sasl::Mechanism> mechanism() const { return mechanism_; }
  /// The mechanisms offered now.
  [[nodiscard]] std::vector<sasl::Mechanism> offered_mechanisms() const;
  /// None outside a transaction.
  [[nodiscard]] const std::optional<Transaction>& transaction() const { return transaction_; }
  /// During kMail: what will stand if the answer is yes.
  [[nodiscard]] const Transaction& pending_transaction() const { return *pending_; }
  /// During kRecipient.
  [[nodiscard]] const Recipient& pending_recipient() const { return pending_recipient_; }
  /// The name that is being asked about during kHello.
  [[nodiscard]] const std::string& pending_helo() const { return pending_helo_; }
  [[nodiscard]] bool pending_esmtp() const { return pending_esmtp_; }

  /// Moves since clear_changes(), oldest first.
  [[nodiscard]] const std::vector<ServerStateChange>& changes() const { return changes_; }
  void clear_changes() { changes_.clear(); }
  /// A transaction that was dropped without a message since the last call.
  std::optional<Transaction> take_dropped();

 private:
  ServerStep mail(const Command& command);
  ServerStep rcpt(const Command& command);
  ServerStep data();
  ServerStep auth(const Command& command);
  ServerStep starttls();
  ServerStep rset();
  ServerStep refused(Reply reply);
  [[nodiscard]] std::optional<Reply> mail_parameters_refused(const MailParameters& parameters) const;
  [[nodiscard]] std::optional<Reply> access_refused(Verb verb) const;
  [[nodiscard]] Reply ehlo_reply() const;
  void move(ServerState to, std::string_view trigger);
  void drop();
  Reply settle(Reply reply);

  const ServerPolicy& policy_;
  ServerState state_ = ServerState::kConnected;
  bool esmtp_ = false;
  bool tls_ = false;
  std::string helo_name_;
  std::string user_;
  std::optional<sasl::Mechanism> mechanism_;
  std::optional<Transaction> transaction_;
  bool had_refused_recipient_ = false;  ///< in this transaction
  std::optional<Transaction> pending_;
  Recipient pending_recipient_;
  std::string pending_helo_;
  bool pending_esmtp_ = false;
  std::optional<Transaction> dropped_;
  std::vector<ServerStateChange> changes_;
  std::uint32_t transactions_ = 0;
  std::size_t commands_ = 0;
  std::size_t errors_ = 0;
  std::size_t refused_recipients_ = 0;
};

}  // namespace glasspost::smtp
