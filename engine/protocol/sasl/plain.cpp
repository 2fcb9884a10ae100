#include <utility>

#include "engine/crypto/hash.h"
#include "engine/protocol/sasl/mechanisms.h"

namespace glasspost::sasl {
namespace {

class PlainServer final : public ServerMachine {
 public:
  ServerStep start(std::optional<std::string_view> initial_response) override {
    if (initial_response) return respond(*initial_response);
    challenge_.clear();
    return ServerStep::kChallenge;
  }

  ServerStep respond(std::string_view response) override {  // RFC 4616 2: [authzid] NUL authcid NUL passwd
    const std::size_t first = response.find('\0');
    if (first == std::string_view::npos) return ServerStep::kMalformed;
    const std::size_t second = response.find('\0', first + 1);
    if (second == std::string_view::npos) return ServerStep::kMalformed;
    const std::string_view authorize_as = response.substr(0, first);
    const std::string_view user = response.substr(first + 1, second - first - 1);
    const std::string_view password = response.substr(second + 1);
    if (!is_name(user) || !is_name(password)) return ServerStep::kMalformed;
    if (!authorize_as.empty() && !is_name(authorize_as)) return ServerStep::kMalformed;
    authorize_as_ = authorize_as;
    user_ = user;
    password_ = password;
    return ServerStep::kNeedSecret;
  }

  ServerStep secret(std::optional<Secret> secret) override {
    const bool right = secret && crypto::equal_in_constant_time(secret->password, password_);
    return right ? ServerStep::kSuccess : ServerStep::kFailure;
  }

 private:
  std::string password_;
};

class PlainClient final : public ClientMachine {
 public:
  explicit PlainClient(Credentials credentials) : credentials_(std::move(credentials)) {}

  std::optional<std::string> initial_response() override { return message(); }
  Result<std::string> respond(std::string_view challenge) override {
    if (!challenge.empty()) return fail(ErrorCode::kInvalidInput, "PLAIN's challenge is empty");
    return message();
  }
  Ok finish() override { return {}; }

 private:
  [[nodiscard]] std::string message() const {
    std::string out = credentials_.authorize_as;
    out += '\0';
    out += credentials_.user;
    out += '\0';
    out += credentials_.password;
    return out;
  }

  Credentials credentials_;
};

}  // namespace

std::unique_ptr<ServerMachine> make_plain_server() {
  return std::make_unique<PlainServer>();
}

std::unique_ptr<ClientMachine> make_plain_client(Credentials credentials) {
  return std::make_unique<PlainClient>(std::move(credentials));
}

}  // namespace glasspost::sasl
