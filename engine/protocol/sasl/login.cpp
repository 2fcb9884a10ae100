#include <utility>

#include "engine/crypto/hash.h"
#include "engine/protocol/sasl/mechanisms.h"

// LOGIN was never standardised (draft-murchison-sasl-login-00 describes it). Clients compare the prompts to
// the letter, so they are exactly these.
namespace glasspost::sasl {
namespace {

constexpr std::string_view kUserPrompt = "Username:";
constexpr std::string_view kPasswordPrompt = "Password:";

class LoginServer final : public ServerMachine {
 public:
  ServerStep start(std::optional<std::string_view> initial_response) override {
    if (initial_response) return respond(*initial_response);
    challenge_ = kUserPrompt;
    return ServerStep::kChallenge;
  }

  ServerStep respond(std::string_view response) override {
    if (!is_name(response)) return ServerStep::kMalformed;
    if (user_.empty()) {
      user_ = response;
      challenge_ = kPasswordPrompt;
      return ServerStep::kChallenge;
    }
    password_ = response;
    return ServerStep::kNeedSecret;
  }

  ServerStep secret(std::optional<Secret> secret) override {
    const bool right = secret && crypto::equal_in_constant_time(secret->password, password_);
    return right ? ServerStep::kSuccess : ServerStep::kFailure;
  }

 private:
  std::string password_;
};

class LoginClient final : public ClientMachine {
 public:
  explicit LoginClient(Credentials credentials) : credentials_(std::move(credentials)) {}

  std::optional<std::string> initial_response() override { return std::nullopt; }

  // Servers word their prompts differently, so it is their order that counts.
  Result<std::string> respond(std::string_view) override {
    ++prompts_;
    if (prompts_ == 1) return credentials_.user;
    if (prompts_ == 2) return credentials_.password;
    return fail(ErrorCode::kInvalidInput, "LOGIN has two prompts, not more");
  }

  Ok finish() override { return {}; }

 private:
  Credentials credentials_;
  int prompts_ = 0;
};

}  // namespace

std::unique_ptr<ServerMachine> make_login_server() {
  return std::make_unique<LoginServer>();
}

std::unique_ptr<ClientMachine> make_login_client(Credentials credentials) {
  return std::make_unique<LoginClient>(std::move(credentials));
}

}  // namespace glasspost::sasl
