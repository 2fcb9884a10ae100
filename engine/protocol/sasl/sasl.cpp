#include "engine/protocol/sasl/sasl.h"

#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/sasl/mechanisms.h"

namespace glasspost::sasl {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1",
                                                    "SCRAM-SHA-256"};

}  // namespace

std::string_view to_string(Mechanism mechanism) {
  return kNames[static_cast<std::size_t>(mechanism)];
}

std::optional<Mechanism> parse_mechanism(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (iequals(name, kNames[i])) return static_cast<Mechanism>(i);
  }
  return std::nullopt;
}

bool sends_password(Mechanism mechanism) {
  return mechanism == Mechanism::kPlain || mechanism == Mechanism::kLogin;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text.find('\0') == std::string_view::npos &&
         is_utf8(text);
}

std::unique_ptr<ServerMachine> make_server(Mechanism mechanism, Nonces nonces) {
  switch (mechanism) {
    case Mechanism::kPlain:
      return make_plain_server();
    case Mechanism::kLogin:
      return make_login_server();
    case Mechanism::kCramMd5:
      return make_cram_md5_server(std::move(nonces));
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
      return make_scram_server(mechanism, std::move(nonces));
  }
  GLASSPOST_UNREACHABLE();
}

std::unique_ptr<ClientMachine> make_client(Mechanism mechanism, Credentials credentials, std::string nonce) {
  switch (mechanism) {
    case Mechanism::kPlain:
      return make_plain_client(std::move(credentials));
    case Mechanism::kLogin:
      return make_login_client(std::move(credentials));
    case Mechanism::kCramMd5:
      return make_cram_md5_client(std::move(credentials));
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
      return make_scram_client(mechanism, std::move(credentials), std::move(nonce));
  }
  GLASSPOST_UNREACHABLE();
}

}  // namespace glasspost::sasl
