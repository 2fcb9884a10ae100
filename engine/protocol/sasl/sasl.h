#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::sasl {

enum class Mechanism : std::uint8_t { kPlain, kLogin, kCramMd5, kScramSha1, kScramSha256 };

/// "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256".
[[nodiscard]] std::string_view to_string(Mechanism mechanism);
/// Without regard to case.
[[nodiscard]] std::optional<Mechanism> parse_mechanism(std::string_view name);
/// True where the password itself crosses the wire (PLAIN, LOGIN).
[[nodiscard]] bool sends_password(Mechanism mechanism);

/// What a client knows.
struct Credentials {
  std::string user;
  std::string password;
  std::string authorize_as;  ///< authorization identity; empty: the user itself
};

/// What a server knows of an account.
struct Secret {
  std::string password;
};

/// What a server machine wants next.
enum class ServerStep : std::uint8_t {
  kChallenge,   ///< send `challenge()` and feed the answer to respond()
  kNeedSecret,  ///< look up the secret of `user()` and give it to secret()
  kSuccess,     ///< `user()` is who it says; `authorize_as()` may name another
  kFailure,     ///< wrong user or password: the protocol's "authentication failed"
  kMalformed,   ///< the response breaks the mechanism's grammar
};

/// The server's side of one exchange; decoded bytes in and out, base64 is the protocol's affair. It never
/// tells whether the user or the password was wrong.
class ServerMachine {
 public:
  virtual ~ServerMachine() = default;
  /// The first call: the client's initial response, or none. (An empty one is "" // RFC 4954 4, "=".)
  virtual ServerStep start(std::optional<std::string_view> initial_response) = 0;
  virtual ServerStep respond(std::string_view response) = 0;
  /// Answers kNeedSecret. None: there is no such account.
  virtual ServerStep secret(std::optional<Secret> secret) = 0;
  [[nodiscard]] const std::string& challenge() const { return challenge_; }
  [[nodiscard]] const std::string& user() const { return user_; }
  [[nodiscard]] const std::string& authorize_as() const { return authorize_as_; }

 protected:
  std::string challenge_;
  std::string user_;
  std::string authorize_as_;
};

/// What machines draw from outside: values that must differ in every exchange.
struct Nonces {
  std::string nonce;      ///< printable ASCII without comma, at least 16 characters; unique and unguessable
  std::string salt;       ///< bytes, at least 8 (SCRAM where the account keeps no salt)
  std::string host_name;  ///< in CRAM-MD5's challenge
  std::int64_t unix_seconds = 0;  ///< in CRAM-MD5's challenge
};

/// None for a mechanism that this build does not have.
[[nodiscard]] std::unique_ptr<ServerMachine> make_server(Mechanism mechanism, Nonces nonces);

/// The client's side of one exchange.
class ClientMachine {
 public:
  virtual ~ClientMachine() = default;
  /// What may go with the command itself; none where the server speaks first (LOGIN, CRAM-MD5).
  virtual std::optional<std::string> initial_response() = 0;
  /// Errors: kInvalidInput (a challenge that breaks the grammar), kRefused (the server could not prove
  /// itself).
  virtual Result<std::string> respond(std::string_view challenge) = 0;
  /// Called when the protocol says success. Error kRefused: the mechanism's own proof of the server is
  /// missing.
  virtual Ok finish() = 0;
};

[[nodiscard]] std::unique_ptr<ClientMachine> make_client(Mechanism mechanism, Credentials credentials,
                                                         std::string nonce);

}  // namespace glasspost::sasl
