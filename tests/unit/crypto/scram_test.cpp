#include "engine/crypto/scram.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/crypto/base64.h"

namespace glasspost::crypto {
namespace {

struct Exchange {
  HashAlgorithm algorithm;
  std::string nonce;
  std::string client_nonce;
  std::string salt;
  std::string proof;
  std::string signature;
};

// RFC 5802 5 and RFC 7677 3: user "user", password "pencil", 4096 iterations.
const Exchange kExchanges[] = {
    {HashAlgorithm::kSha1, "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j", "fyko+d2lbbFgONRv9qkxdawL",
     "QSXCR+Q6sek8bf92", "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {HashAlgorithm::kSha256, "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "rOprNGfwEbeRWgbNEkqO",
     "W22ZaJ0SNY7soEsUEjb6gQ==", "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="}};

TEST(Scram, TheExamplesOfTheRfcs) {
  for (const Exchange& exchange : kExchanges) {
    const std::string salt = *base64_decode(exchange.salt);
    const std::string message = scram_auth_message("n=user,r=" + exchange.client_nonce,
                                                   "r=" + exchange.nonce + ",s=" + exchange.salt + ",i=4096",
                                                   "c=biws,r=" + exchange.nonce);
    const ScramClientAnswer answer = scram_client_answer(exchange.algorithm, "pencil", salt, 4096, message);
    EXPECT_EQ(base64_encode(answer.client_proof), exchange.proof);
    EXPECT_EQ(base64_encode(answer.server_signature), exchange.signature);

    const ScramVerifier verifier = make_scram_verifier(exchange.algorithm, "pencil", salt, 4096);
    EXPECT_TRUE(scram_proof_is_right(verifier, message, answer.client_proof));
    EXPECT_EQ(scram_server_signature(verifier, message), answer.server_signature);
  }
}

TEST(Scram, RefusesAWrongPasswordMessageOrLength) {
  const ScramVerifier verifier = make_scram_verifier(HashAlgorithm::kSha256, "pencil", "salt", 64);
  const std::string right =
      scram_client_answer(HashAlgorithm::kSha256, "pencil", "salt", 64, "m").client_proof;
  EXPECT_TRUE(scram_proof_is_right(verifier, "m", right));
  EXPECT_FALSE(scram_proof_is_right(verifier, "n", right));
  EXPECT_FALSE(scram_proof_is_right(verifier, "m", right + "x"));
  EXPECT_FALSE(scram_proof_is_right(verifier, "m", ""));
  EXPECT_FALSE(scram_proof_is_right(
      verifier, "m", scram_client_answer(HashAlgorithm::kSha256, "pencils", "salt", 64, "m").client_proof));
}

}  // namespace
}  // namespace glasspost::crypto
