#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/sasl/sasl.h"
#include "engine/protocol/smtp/capabilities.h"
#include "engine/protocol/smtp/delivery.h"
#include "engine/protocol/smtp/reply.h"

namespace glasspost::smtp {

/// How a client behaves; the machine's part of its options.
struct ClientPolicy {
  std::string helo_name;
  TlsPolicy tls = TlsPolicy::kNone;
  std::optional<sasl::Credentials> credentials;  ///< with them, no mail goes out unauthenticated
  /// In order of preference; the first that the server offers is used.
  std::vector<sasl::Mechanism> mechanisms = {sasl::Mechanism::kScramSha256, sasl::Mechanism::kScramSha1,
                                             sasl::Mechanism::kCramMd5, sasl::Mechanism::kPlain,
                                             sasl::Mechanism::kLogin};
  bool password_without_tls = false;  ///< allow PLAIN and LOGIN on an unprotected connection
  bool pipelining = true;             ///< use it where it is offered // RFC 2920
  /// Send 8-bit content to a server without 8BITMIME instead of giving up: against RFC 6152 3, and common.
  bool eight_bit_anyway = false;
};

enum class ClientState : std::uint8_t {
  kGreeting,    ///< the greeting is awaited
  kHello,       ///< EHLO or HELO is sent
  kStartTls,    ///< STARTTLS is sent
  kTls,         ///< the handshake is due
  kAuth,        ///< in a SASL exchange
  kReady,       ///< no transaction
  kEnvelope,    ///< MAIL, RCPT, DATA
  kContent,     ///< after 354
  kFinalReply,  ///< after the final dot
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
  std::string trigger;  ///< a reply code, or an event
};

struct ClientAction {
  enum class Kind : std::uint8_t {
    kNothing,      ///< ready for begin() or quit(), or closed
    kSend,         ///< write `bytes`
    kRead,         ///< read a reply and give it to receive()
    kUpgradeTls,   ///< do the handshake, then tls_established()
    kSendContent,  ///< write the content: content_ending() before the block with the final dot
  };
  Kind kind = Kind::kNothing;
  std::string bytes;
};

/// What the machine must know of a content before it offers it.
struct ContentFacts {
  std::uint64_t size = 0;  ///< octets with CRLF line ends, without stuffed dots // RFC 1870 3
  bool eight_bit = false;
};
[[nodiscard]] ContentFacts inspect_content(std::string_view content);

/// The client's side of the dialogue as data. // RFC 5321 3, 4
///
/// Do what next() says until it says kNothing; then error() tells whether it went wrong, and after begin(),
/// delivery() what became of the transaction.
class ClientMachine {
 public:
  /// Commands that are sent at once: few enough for the replies to fit in any window. // RFC 2920 3.1
  static constexpr std::size_t kMaxGroup = 100;

  /// `nonce` is for SCRAM: see sasl::Nonces.
  ClientMachine(ClientPolicy policy, std::string nonce);

  ClientAction next();
  void receive(const Reply& reply);
  void tls_established();
  void content_ending();
  /// The stream failed, or what came was no reply.
  void fail(ClientErrorKind kind, std::string message);

  /// Starts a transaction; only when next() says kNothing and the machine is not closed.
  void begin(Envelope envelope, ContentFacts facts);
  void quit();

  [[nodiscard]] ClientState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ClientState::kClosed; }
  /// Where the dialogue stands, for time-outs and errors.
  [[nodiscard]] Phase phase() const;
  [[nodiscard]] const std::optional<ClientError>& error() const { return error_; }
  [[nodiscard]] const Capabilities& capabilities() const { return capabilities_; }
  [[nodiscard]] bool tls() const { return tls_; }
  [[nodiscard]] std::optional<sasl::Mechanism> mechanism() const { return mechanism_; }
  [[nodiscard]] std::uint32_t next_transaction() const { return transactions_ + 1; }
  /// Of the transaction that begin() started; whole once it is over.
  [[nodiscard]] Delivery delivery() const;

  [[nodiscard]] const std::vector<ClientStateChange>& changes() const { return changes_; }
  void clear_changes() { changes_.clear(); }

 private:
  enum class Awaited : std::uint8_t { kReset, kMail, kRecipient, kData };

  void move(ClientState to, std::string trigger);
  void refuse(const Reply& reply, ClientErrorKind kind, std::string message);
  void send_hello(bool extended);
  void hello_done(const std::string& trigger);
  void authenticate(const std::string& trigger);
  void auth_reply(const Reply& reply);
  void envelope_reply(const Reply& reply);
  void envelope_done(const std::string& trigger);
  void fill_group();
  [[nodiscard]] std::optional<std::string> unsupported() const;
  [[nodiscard]] std::string mail_command() const;
  [[nodiscard]] std::size_t accepted_recipients() const;
  void settle(std::size_t index, Delivery::RecipientResult& result) const;

  ClientPolicy policy_;
  std::string nonce_;
  ClientState state_ = ClientState::kGreeting;
  std::string outgoing_;
  Capabilities capabilities_;
  bool tls_ = false;
  bool said_ehlo_ = false;
  std::optional<sasl::Mechanism> mechanism_;
  std::unique_ptr<sasl::ClientMachine> exchange_;
  std::string exchange_error_;
  std::optional<ClientError> error_;
  std::uint32_t transactions_ = 0;
  bool needs_reset_ = false;
  std::vector<ClientStateChange> changes_;

  // The present transaction.
  Envelope envelope_;
  ContentFacts facts_;
  std::vector<Awaited> awaited_;
  std::size_t sent_recipients_ = 0;
  std::size_t answered_recipients_ = 0;
  bool sent_mail_ = false;
  bool sent_data_ = false;
  bool nobody_wants_it_ = false;  ///< 354 came although no recipient was accepted
  std::uint32_t transaction_ = 0;
  std::optional<Reply> mail_reply_;
  std::vector<std::optional<Reply>> recipient_replies_;
  std::optional<Reply> data_reply_;
  std::optional<Reply> final_reply_;
  std::optional<std::string> unsupported_;
};

}  // namespace glasspost::smtp
