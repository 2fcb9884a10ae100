#pragma once

#include <string>
#include <string_view>

#include "engine/crypto/hash.h"

namespace glasspost::crypto {

// The arithmetic of SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802 3, RFC 7677). The dialogue around it, base64 and
// nonces are protocol/sasl's; passwords are taken as the bytes they are given in.

/// What a server stores instead of a password.
struct ScramVerifier {
  HashAlgorithm algorithm = HashAlgorithm::kSha256;
  std::string salt;
  unsigned iterations = 4096;
  std::string stored_key;
  std::string server_key;

  friend bool operator==(const ScramVerifier&, const ScramVerifier&) = default;
};

[[nodiscard]] ScramVerifier make_scram_verifier(HashAlgorithm algorithm, std::string_view password,
                                                std::string salt, unsigned iterations);

/// AuthMessage: client-first-message-bare, server-first-message and client-final-message-without-proof joined
/// by commas. // RFC 5802 3
[[nodiscard]] std::string scram_auth_message(std::string_view client_first_bare,
                                             std::string_view server_first,
                                             std::string_view client_final_without_proof);

/// The server's side: is the (raw) ClientProof that of someone who knows the password?
[[nodiscard]] bool scram_proof_is_right(const ScramVerifier& verifier, std::string_view auth_message,
                                        std::string_view client_proof);
/// The server's side: the raw ServerSignature.
[[nodiscard]] std::string scram_server_signature(const ScramVerifier& verifier,
                                                 std::string_view auth_message);

/// The client's side: what it sends, and what it must be answered with.
struct ScramClientAnswer {
  std::string client_proof;      ///< raw
  std::string server_signature;  ///< raw
};
[[nodiscard]] ScramClientAnswer scram_client_answer(HashAlgorithm algorithm, std::string_view password,
                                                    std::string_view salt, unsigned iterations,
                                                    std::string_view auth_message);

}  // namespace glasspost::crypto
