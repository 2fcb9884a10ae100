#include "engine/crypto/scram.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/hash.h"
#include "engine/protocol/sasl/mechanisms.h"

namespace glasspost::sasl {
namespace {

constexpr unsigned kIterations = 4096;          // RFC 7677 4: at least
constexpr unsigned kMaxIterations = 1'000'000;  // what a client lets a server make it do

crypto::HashAlgorithm algorithm_of(Mechanism mechanism) {
  return mechanism == Mechanism::kScramSha1 ? crypto::HashAlgorithm::kSha1 : crypto::HashAlgorithm::kSha256;
}

// saslname: "=2C" is a comma, "=3D" an equals sign. // RFC 5802 5.1
std::optional<std::string> decode_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    const std::string_view code = text.substr(i + 1, 2);
    if (code != "2C" && code != "3D") return std::nullopt;
    out += code == "2C" ? ',' : '=';
    i += 2;
  }
  if (!is_name(out)) return std::nullopt;
  return out;
}

std::string encode_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',') {
      out += "=2C";
    } else if (c == '=') {
      out += "=3D";
    } else {
      out += c;
    }
  }
  return out;
}

// The value of the attribute that must come next, "x=value"; it is taken off the front of `fields`.
std::optional<std::string_view> take(std::vector<std::string_view>& fields, char attribute) {
  if (fields.empty() || fields.front().size() < 2) return std::nullopt;
  const std::string_view field = fields.front();
  if (field[0] != attribute || field[1] != '=') return std::nullopt;
  fields.erase(fields.begin());
  return field.substr(2);
}

bool is_nonce(std::string_view nonce) {
  return !nonce.empty() && nonce.size() <= 256 &&
         std::all_of(nonce.begin(), nonce.end(), [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

class ScramServer final : public ServerMachine {
 public:
  ScramServer(Mechanism mechanism, Nonces nonces)
      : algorithm_(algorithm_of(mechanism)), nonces_(std::move(nonces)) {}

  ServerStep start(std::optional<std::string_view> initial_response) override {
    if (initial_response) return respond(*initial_response);
    challenge_.clear();
    return ServerStep::kChallenge;
  }

  ServerStep respond(std::string_view response) override {
    switch (stage_) {
      case Stage::kFirst:
        return client_first(response);
      case Stage::kFinal:
        return client_final(response);
      case Stage::kProved:  // the empty answer to our signature // RFC 4954 4
        return response.empty() ? ServerStep::kSuccess : ServerStep::kMalformed;
    }
    return ServerStep::kMalformed;
  }

  ServerStep secret(std::optional<Secret> secret) override {
    // Whoever has no account goes the same way and fails at its end, so that names cannot be tried out.
    known_ = secret.has_value();
    const std::string password = known_ ? secret->password : nonces_.nonce;
    verifier_ = crypto::make_scram_verifier(algorithm_, password, nonces_.salt, kIterations);
    challenge_ =
        "r=" + nonce_ + ",s=" + crypto::base64_encode(verifier_.salt) + ",i=" + std::to_string(kIterations);
    server_first_ = challenge_;
    stage_ = Stage::kFinal;
    return ServerStep::kChallenge;
  }

 private:
  enum class Stage : std::uint8_t { kFirst, kFinal, kProved };

  ServerStep client_first(std::string_view message) {  // RFC 5802 7: gs2-header client-first-message-bare
    std::vector<std::string_view> fields = split(message, ',');
    // "y" would mean that the client believes we have no channel binding, which is so; "p=" demands one.
    if (fields.size() < 4 || (fields[0] != "n" && fields[0] != "y")) return ServerStep::kMalformed;
    if (!fields[1].empty()) {
      const auto name = fields[1].substr(0, 2) == "a=" ? decode_name(fields[1].substr(2)) : std::nullopt;
      if (!name) return ServerStep::kMalformed;
      authorize_as_ = *name;
    }
    const std::size_t header = fields[0].size() + fields[1].size() + 2;
    gs2_header_ = message.substr(0, header);
    client_first_bare_ = message.substr(header);
    fields.erase(fields.begin(), fields.begin() + 2);
    const auto user = take(fields, 'n');  // a mandatory extension ("m=") ends here as well
    const auto nonce = user ? take(fields, 'r') : std::nullopt;
    if (!nonce || !is_nonce(*nonce)) return ServerStep::kMalformed;
    const auto name = decode_name(*user);
    if (!name) return ServerStep::kMalformed;
    user_ = *name;
    nonce_ = std::string(*nonce) + nonces_.nonce;
    return ServerStep::kNeedSecret;
  }

  ServerStep client_final(std::string_view message) {
    const std::size_t proof_at = message.rfind(",p=");
    if (proof_at == std::string_view::npos) return ServerStep::kMalformed;
    const std::string_view without_proof = message.substr(0, proof_at);
    const auto proof = crypto::base64_decode(message.substr(proof_at + 3));
    std::vector<std::string_view> fields = split(without_proof, ',');
    const auto binding = take(fields, 'c');
    const auto nonce = binding ? take(fields, 'r') : std::nullopt;
    if (!nonce || !proof) return ServerStep::kMalformed;
    if (*binding != crypto::base64_encode(gs2_header_) || *nonce != nonce_) return ServerStep::kFailure;
    const std::string auth_message =
        crypto::scram_auth_message(client_first_bare_, server_first_, without_proof);
    if (!crypto::scram_proof_is_right(verifier_, auth_message, *proof) || !known_)
      return ServerStep::kFailure;
    challenge_ = "v=" + crypto::base64_encode(crypto::scram_server_signature(verifier_, auth_message));
    stage_ = Stage::kProved;
    return ServerStep::kChallenge;
  }

  crypto::HashAlgorithm algorithm_;
  Nonces nonces_;
  Stage stage_ = Stage::kFirst;
  bool known_ = false;
  std::string gs2_header_;
  std::string client_first_bare_;
  std::string server_first_;
  std::string nonce_;
  crypto::ScramVerifier verifier_;
};

class ScramClient final : public ClientMachine {
 public:
  ScramClient(Mechanism mechanism, Credentials credentials, std::string nonce)
      : algorithm_(algorithm_of(mechanism)), credentials_(std::move(credentials)), nonce_(std::move(nonce)) {
    gs2_header_ = "n,";
    if (!credentials_.authorize_as.empty()) gs2_header_ += "a=" + encode_name(credentials_.authorize_as);
    gs2_header_ += ",";
    client_first_bare_ = "n=" + encode_name(credentials_.user) + ",r=" + nonce_;
  }

  std::optional<std::string> initial_response() override {
    stage_ = Stage::kFirstSent;
    return gs2_header_ + client_first_bare_;
  }

  Result<std::string> respond(std::string_view challenge) override {
    switch (stage_) {
      case Stage::kStart:  // a profile without initial responses asks with an empty challenge
        if (!challenge.empty()) break;
        return *initial_response();
      case Stage::kFirstSent:
        return server_first(challenge);
      case Stage::kFinalSent:
        return server_final(challenge);
      case Stage::kProved:
        break;
    }
    return fail(ErrorCode::kInvalidInput, "an unexpected challenge in SCRAM");
  }

  Ok finish() override {
    if (stage_ != Stage::kProved)
      return fail(ErrorCode::kRefused, "the server did not prove that it knows the password");
    return {};
  }

 private:
  enum class Stage : std::uint8_t { kStart, kFirstSent, kFinalSent, kProved };

  Result<std::string> server_first(std::string_view message) {
    std::vector<std::string_view> fields = split(message, ',');
    const auto nonce = take(fields, 'r');
    const auto salt_text = nonce ? take(fields, 's') : std::nullopt;
    const auto iterations_text = salt_text ? take(fields, 'i') : std::nullopt;
    if (!iterations_text || !is_nonce(*nonce)) {
      return fail(ErrorCode::kInvalidInput, "SCRAM's first answer needs r, s and i");
    }
    // RFC 5802 5.1: our nonce, with the server's behind it.
    if (nonce->size() <= nonce_.size() || nonce->substr(0, nonce_.size()) != nonce_) {
      return fail(ErrorCode::kRefused, "the server's nonce does not begin with ours");
    }
    const auto salt = crypto::base64_decode(*salt_text);
    unsigned iterations = 0;
    const bool number = !iterations_text->empty() && iterations_text->size() <= 7 &&
                        std::all_of(iterations_text->begin(), iterations_text->end(), is_digit);
    if (number) {
      for (const char c : *iterations_text)
        iterations = iterations * 10 + static_cast<unsigned>(c - '0');
    }
    if (!salt || salt->empty() || iterations == 0 || iterations > kMaxIterations) {
      return fail(ErrorCode::kInvalidInput, "SCRAM's salt or iteration count is out of range");
    }
    const std::string without_proof = "c=" + crypto::base64_encode(gs2_header_) + ",r=" + std::string(*nonce);
    const auto answer =
        crypto::scram_client_answer(algorithm_, credentials_.password, *salt, iterations,
                                    crypto::scram_auth_message(client_first_bare_, message, without_proof));
    server_signature_ = answer.server_signature;
    stage_ = Stage::kFinalSent;
    return without_proof + ",p=" + crypto::base64_encode(answer.client_proof);
  }

  Result<std::string> server_final(std::string_view message) {
    std::vector<std::string_view> fields = split(message, ',');
    const auto verifier = take(fields, 'v');
    const auto signature = crypto::base64_decode(verifier.value_or(""));
    if (!verifier || !signature || !crypto::equal_in_constant_time(*signature, server_signature_)) {
      return fail(ErrorCode::kRefused, "the server does not know the password");
    }
    stage_ = Stage::kProved;
    return std::string();
  }

  crypto::HashAlgorithm algorithm_;
  Credentials credentials_;
  std::string nonce_;
  std::string gs2_header_;
  std::string client_first_bare_;
  std::string server_signature_;
  Stage stage_ = Stage::kStart;
};

}  // namespace

std::unique_ptr<ServerMachine> make_scram_server(Mechanism mechanism, Nonces nonces) {
  return std::make_unique<ScramServer>(mechanism, std::move(nonces));
}

std::unique_ptr<ClientMachine> make_scram_client(Mechanism mechanism, Credentials credentials,
                                                 std::string nonce) {
  return std::make_unique<ScramClient>(mechanism, std::move(credentials), std::move(nonce));
}

}  // namespace glasspost::sasl
