#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/protocol/smtp/parameter.h"
#include "engine/protocol/smtp/path.h"
#include "engine/protocol/smtp/reply.h"

namespace glasspost::smtp {

/// When a client uses TLS.
enum class TlsPolicy : std::uint8_t {
  kNone,
  kOpportunistic,  ///< STARTTLS where it is offered; a refused STARTTLS goes on in the clear
  kRequired,       ///< STARTTLS, or no mail
  kImplicit,       ///< TLS before the greeting // RFC 8314 3.3
};

/// What a client hands over beside the content.
struct Envelope {
  ReversePath reverse_path;
  std::vector<ForwardPath> recipients;  ///< at least one
  BodyType body = BodyType::kUnspecified;
  bool smtputf8 = false;  ///< an address or a header field holds UTF-8 // RFC 6531 3.6
};

/// Where in the dialogue something went wrong.
enum class Phase : std::uint8_t {
  kGreeting,
  kHello,
  kTls,
  kAuth,
  kMail,
  kRecipient,
  kData,
  kContent,
  kFinalReply,
  kReset,
  kQuit
};
[[nodiscard]] std::string_view to_string(Phase phase);

enum class ClientErrorKind : std::uint8_t {
  kRefused,     ///< the server said no: `reply`; 4xx and 5xx tell whether to try again
  kLost,        ///< the connection ended or was reset
  kTimedOut,    ///< no answer in time
  kProtocol,    ///< an answer that is no SMTP
  kTls,         ///< TLS was required and could not be had
  kAuth,        ///< no common mechanism, or the server could not prove itself
  kUnsupported  ///< the message needs what the server lacks (8BITMIME, SMTPUTF8, SIZE): permanent
};

/// Why a dialogue could not go on.
struct ClientError {
  ClientErrorKind kind = ClientErrorKind::kLost;
  Phase phase = Phase::kGreeting;
  std::optional<Reply> reply;  ///< kRefused and some of the others
  std::string message;         ///< one English sentence without a full stop

  /// True where a later attempt may succeed: everything but a 5xx, kUnsupported, and kAuth.
  [[nodiscard]] bool transient() const;
  /// True where the content's final dot had been sent and no reply came: the server may have the message, so
  /// a retry may double it, and is nevertheless due. // RFC 5321 6.1, RFC 1047
  [[nodiscard]] bool after_final_dot() const { return phase == Phase::kFinalReply && !reply.has_value(); }
  [[nodiscard]] std::string to_line() const;
  friend bool operator==(const ClientError&, const ClientError&) = default;
};

enum class RecipientStatus : std::uint8_t {
  kAccepted,   ///< the server is responsible for it now
  kTransient,  ///< try again later
  kPermanent,  ///< refused for good
};

/// What became of one transaction.
struct Delivery {
  struct RecipientResult {
    ForwardPath path;
    RecipientStatus status = RecipientStatus::kTransient;
    std::optional<Reply> reply;  ///< the reply that decided: to RCPT, MAIL, DATA or the content; none if lost
    /// One line for people and for queues: the reply or the error.
    std::string text;
  };
  std::uint32_t transaction = 0;  ///< ordinal of the accepted MAIL on this connection; 0: none accepted
  std::optional<Reply> mail_reply;
  std::optional<Reply> data_reply;          ///< to DATA
  std::optional<Reply> final_reply;         ///< to the content
  std::vector<RecipientResult> recipients;  ///< in the envelope's order, one each
  std::optional<ClientError> error;         ///< the connection failed; recipients are settled all the same

  [[nodiscard]] bool all_accepted() const;
};

}  // namespace glasspost::smtp
