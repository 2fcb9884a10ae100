#include "engine/crypto/scram.h"

#include <utility>

namespace glasspost::crypto {
namespace {

std::string exclusive_or(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

// RFC 5802 2.2: Hi() is PBKDF2 with the output of one block.
std::string salted_password(HashAlgorithm algorithm, std::string_view password, std::string_view salt,
                            unsigned iterations) {
  return pbkdf2(algorithm, password, salt, iterations, digest_size(algorithm));
}

}  // namespace

ScramVerifier make_scram_verifier(HashAlgorithm algorithm, std::string_view password, std::string salt,
                                  unsigned iterations) {
  const std::string salted = salted_password(algorithm, password, salt, iterations);
  ScramVerifier verifier;
  verifier.algorithm = algorithm;
  verifier.salt = std::move(salt);
  verifier.iterations = iterations;
  verifier.stored_key = digest(algorithm, hmac(algorithm, salted, "Client Key"));
  verifier.server_key = hmac(algorithm, salted, "Server Key");
  return verifier;
}

std::string scram_auth_message(std::string_view client_first_bare, std::string_view server_first,
                               std::string_view client_final_without_proof) {
  std::string message(client_first_bare);
  message.append(",").append(server_first).append(",").append(client_final_without_proof);
  return message;
}

bool scram_proof_is_right(const ScramVerifier& verifier, std::string_view auth_message,
                          std::string_view client_proof) {
  if (client_proof.size() != digest_size(verifier.algorithm)) return false;
  // RFC 5802 3: ClientKey := ClientProof XOR ClientSignature, and H(ClientKey) must be the StoredKey.
  const std::string signature = hmac(verifier.algorithm, verifier.stored_key, auth_message);
  const std::string client_key = exclusive_or(signature, client_proof);
  return equal_in_constant_time(digest(verifier.algorithm, client_key), verifier.stored_key);
}

std::string scram_server_signature(const ScramVerifier& verifier, std::string_view auth_message) {
  return hmac(verifier.algorithm, verifier.server_key, auth_message);
}

ScramClientAnswer scram_client_answer(HashAlgorithm algorithm, std::string_view password,
                                      std::string_view salt, unsigned iterations,
                                      std::string_view auth_message) {
  const std::string salted = salted_password(algorithm, password, salt, iterations);
  const std::string client_key = hmac(algorithm, salted, "Client Key");
  const std::string signature = hmac(algorithm, digest(algorithm, client_key), auth_message);
  const std::string server_key = hmac(algorithm, salted, "Server Key");
  return {exclusive_or(client_key, signature), hmac(algorithm, server_key, auth_message)};
}

}  // namespace glasspost::crypto
