#include "engine/crypto/cram_md5.h"

#include <utility>

#include "engine/crypto/hash.h"
#include "engine/protocol/sasl/mechanisms.h"

namespace glasspost::sasl {
namespace {

class CramMd5Server final : public ServerMachine {
 public:
  explicit CramMd5Server(Nonces nonces) {
    // RFC 2195 2: "<random.timestamp@host>", the form of a message id
    challenge_ =
        "<" + nonces.nonce + "." + std::to_string(nonces.unix_seconds) + "@" + nonces.host_name + ">";
  }

  ServerStep start(std::optional<std::string_view> initial_response) override {
    // RFC 4954 4: the server speaks first, so an initial response is an error.
    return initial_response ? ServerStep::kMalformed : ServerStep::kChallenge;
  }

  ServerStep respond(std::string_view response) override {
    const std::size_t space = response.rfind(' ');
    if (space == std::string_view::npos || response.size() - space - 1 != 32) return ServerStep::kMalformed;
    const std::string_view user = response.substr(0, space);
    if (!is_name(user)) return ServerStep::kMalformed;
    user_ = user;
    digest_ = response.substr(space + 1);
    return ServerStep::kNeedSecret;
  }

  ServerStep secret(std::optional<Secret> secret) override {
    if (!secret) return ServerStep::kFailure;
    const std::string right = crypto::cram_md5_digest(secret->password, challenge_);
    return crypto::equal_in_constant_time(right, digest_) ? ServerStep::kSuccess : ServerStep::kFailure;
  }

 private:
  std::string digest_;
};

class CramMd5Client final : public ClientMachine {
 public:
  explicit CramMd5Client(Credentials credentials) : credentials_(std::move(credentials)) {}

  std::optional<std::string> initial_response() override { return std::nullopt; }
  Result<std::string> respond(std::string_view challenge) override {
    if (challenge.empty() || answered_) return fail(ErrorCode::kInvalidInput, "CRAM-MD5 has one challenge");
    answered_ = true;
    return credentials_.user + " " + crypto::cram_md5_digest(credentials_.password, challenge);
  }
  Ok finish() override { return {}; }

 private:
  Credentials credentials_;
  bool answered_ = false;
};

}  // namespace

std::unique_ptr<ServerMachine> make_cram_md5_server(Nonces nonces) {
  return std::make_unique<CramMd5Server>(std::move(nonces));
}

std::unique_ptr<ClientMachine> make_cram_md5_client(Credentials credentials) {
  return std::make_unique<CramMd5Client>(std::move(credentials));
}

}  // namespace glasspost::sasl
