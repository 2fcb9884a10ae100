#include "engine/protocol/pop3/client_machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/crypto/base64.h"
#include "engine/protocol/pop3/dissect.h"

namespace glasspost::pop3 {
namespace {

// RFC 5034 4: with its initial response AUTH keeps to 255 octets, CRLF included.
constexpr std::size_t kMostWithInitial = 255;

constexpr std::array<std::string_view, kClientStateCount> kStateNames = {
    "greeting", "capabilities", "stls", "tls", "user", "pass", "sasl", "ready", "request", "quit", "closed"};

using S = ClientState;
constexpr std::array kTransitions = {
    ClientTransition{S::kTls, "handshake", S::kGreeting},
    ClientTransition{S::kGreeting, "+OK", S::kCapabilities},
    ClientTransition{S::kCapabilities, "STLS", S::kStls},
    ClientTransition{S::kStls, "+OK", S::kTls},
    ClientTransition{S::kTls, "handshake", S::kCapabilities},
    ClientTransition{S::kCapabilities, "AUTH", S::kSasl},
    ClientTransition{S::kCapabilities, "USER", S::kUser},
    ClientTransition{S::kStls, "AUTH", S::kSasl},
    ClientTransition{S::kStls, "USER", S::kUser},
    ClientTransition{S::kUser, "+OK", S::kPass},
    ClientTransition{S::kPass, "+OK", S::kReady},
    ClientTransition{S::kSasl, "+OK", S::kReady},
    ClientTransition{S::kReady, "request", S::kRequest},
    ClientTransition{S::kRequest, "answer", S::kReady},
    ClientTransition{S::kReady, "QUIT", S::kQuit},
    ClientTransition{S::kQuit, "+OK", S::kClosed},
    ClientTransition{S::kGreeting, "-ERR", S::kClosed},
    ClientTransition{S::kCapabilities, "lost", S::kClosed},
    ClientTransition{S::kStls, "-ERR", S::kClosed},
    ClientTransition{S::kTls, "lost", S::kClosed},
    ClientTransition{S::kUser, "-ERR", S::kClosed},
    ClientTransition{S::kPass, "-ERR", S::kClosed},
    ClientTransition{S::kSasl, "-ERR", S::kClosed},
    ClientTransition{S::kReady, "lost", S::kClosed},
    ClientTransition{S::kRequest, "lost", S::kClosed},
};

bool is_transition(ClientState from, ClientState to) {
  return std::any_of(kTransitions.begin(), kTransitions.end(),
                     [&](const ClientTransition& t) { return t.from == from && t.to == to; });
}

}  // namespace

std::string_view to_string(ClientState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

std::span<const ClientTransition> client_transitions() {
  return kTransitions;
}

ClientMachine::ClientMachine(ClientPolicy policy, std::string nonce)
    : policy_(std::move(policy)),
      nonce_(std::move(nonce)),
      state_(policy_.tls == TlsPolicy::kImplicit ? ClientState::kTls : ClientState::kGreeting) {}

void ClientMachine::move(ClientState to, std::string_view trigger) {
  if (state_ == to) return;
  GLASSPOST_ASSERT(is_transition(state_, to));
  changes_.push_back({state_, to, trigger});
  state_ = to;
}

void ClientMachine::stop(ClientErrorKind kind, std::string message, std::optional<Response> response,
                         std::string_view why) {
  if (!error_) error_ = ClientError{kind, std::move(response), std::move(message)};
  outgoing_.clear();
  lines_follow_ = false;
  move(ClientState::kClosed, why);
}

void ClientMachine::fail(ClientErrorKind kind, std::string message) {
  if (closed()) return;
  stop(kind, std::move(message), std::nullopt, kind == ClientErrorKind::kTimedOut ? "timeout" : "lost");
}

void ClientMachine::send(const Command& command) {
  asked_ = command.verb;
  asked_for_one_ = command.message.has_value();
  outgoing_ = encode_command(command);
}

ClientAction ClientMachine::next() {
  if (closed() || (state_ == ClientState::kReady && outgoing_.empty())) return {};
  if (!outgoing_.empty()) return {ClientAction::Kind::kSend, std::exchange(outgoing_, {})};
  if (state_ == ClientState::kTls) return {ClientAction::Kind::kUpgradeTls, {}};
  return {lines_follow_ ? ClientAction::Kind::kReadLines : ClientAction::Kind::kRead, {}};
}

void ClientMachine::ask_capabilities(std::string_view trigger) {
  move(ClientState::kCapabilities, trigger);
  capabilities_ = {};
  send({Verb::kCapa, {}, {}, {}, {}, 0});
}

void ClientMachine::tls_established() {
  tls_ = true;
  // RFC 2595 4: what was said before the handshake is forgotten.
  if (policy_.tls == TlsPolicy::kImplicit) return move(ClientState::kGreeting, "handshake");
  ask_capabilities("handshake");
}

void ClientMachine::capabilities_known() {
  const bool wants_tls = policy_.tls == TlsPolicy::kOpportunistic || policy_.tls == TlsPolicy::kRequired;
  if (wants_tls && !tls_) {
    if (capabilities_.stls) {
      move(ClientState::kStls, "STLS");
      send({Verb::kStls, {}, {}, {}, {}, 0});
      return;
    }
    if (policy_.tls == TlsPolicy::kRequired) {
      return stop(ClientErrorKind::kTls, "the server does not offer STLS", std::nullopt, "no STLS");
    }
  }
  log_in();
}

void ClientMachine::log_in() {
  for (const sasl::Mechanism mechanism : policy_.mechanisms) {
    if (!capabilities_.offers(mechanism)) continue;
    if (sasl::sends_password(mechanism) && !password_allowed()) continue;
    return authenticate(mechanism);
  }
  const bool offered = capabilities_.user || !capabilities_.told;  // without CAPA there is USER // RFC 1939 7
  const std::string_view odd("\0\r\n", 3);
  const bool writable = policy_.credentials.user.find_first_of(odd) == std::string::npos &&
                        policy_.credentials.password.find_first_of(odd) == std::string::npos;
  if (policy_.user && offered && password_allowed() && writable) {
    move(ClientState::kUser, "USER");
    send({Verb::kUser, policy_.credentials.user, {}, {}, {}, 0});
    return;
  }
  stop(ClientErrorKind::kAuth, "the server offers no way to log in that may be used here", std::nullopt,
       "no mechanism");
}

void ClientMachine::authenticate(sasl::Mechanism mechanism) {
  mechanism_ = mechanism;
  exchange_ = sasl::make_client(mechanism, policy_.credentials, nonce_);
  move(ClientState::kSasl, "AUTH");
  Command command{Verb::kAuth, std::string(sasl::to_string(mechanism)), {}, {}, {}, 0};
  if (const auto initial = exchange_->initial_response()) {
    std::string encoded = initial->empty() ? "=" : crypto::base64_encode(*initial);
    command.initial_response = encoded;
    if (encode_command(command).size() > kMostWithInitial) {
      command.initial_response.reset();
      held_response_ = std::move(encoded);
    }
  }
  send(command);
}

void ClientMachine::sasl_response(const Response& response) {
  if (response.positive()) {
    if (const Ok proven = exchange_->finish(); !proven) {
      return stop(ClientErrorKind::kAuth, proven.error().message, response, "no proof");
    }
    exchange_.reset();
    return move(ClientState::kReady, "+OK");
  }
  if (response.status == Status::kError) {
    std::string message = exchange_error_.empty() ? "the server refused the login" : exchange_error_;
    return stop(ClientErrorKind::kAuth, std::move(message), response, "-ERR");
  }
  if (held_response_) {
    outgoing_ = *held_response_ + "\r\n";
    held_response_.reset();
    return;
  }
  const auto challenge = crypto::base64_decode(response.text);
  Result<std::string> answer = glasspost::fail(ErrorCode::kInvalidInput, "the challenge is not base64");
  if (challenge) answer = exchange_->respond(*challenge);
  if (!answer) exchange_error_ = answer.error().message;
  outgoing_ = (answer ? crypto::base64_encode(*answer) : std::string("*")) + "\r\n";  // RFC 5034 4
}

void ClientMachine::receive(const Response& response) {
  const bool positive = response.positive();
  if (response.status == Status::kChallenge && state_ != ClientState::kSasl) {
    return fail(ClientErrorKind::kProtocol, "a challenge came where none belongs");
  }
  switch (state_) {
    case ClientState::kGreeting:
      if (positive) return ask_capabilities("+OK");
      return stop(ClientErrorKind::kRefused, "the server turns us away", response, "-ERR");
    case ClientState::kCapabilities:
      if (!positive) return capabilities_known();
      lines_follow_ = true;
      return;
    case ClientState::kStls:
      if (positive) return move(ClientState::kTls, "+OK");
      if (policy_.tls == TlsPolicy::kOpportunistic) return log_in();
      return stop(ClientErrorKind::kTls, "the server refused STLS", response, "-ERR");
    case ClientState::kUser:
      if (!positive) return stop(ClientErrorKind::kAuth, "the server refused the name", response, "-ERR");
      move(ClientState::kPass, "+OK");
      return send({Verb::kPass, policy_.credentials.password, {}, {}, {}, 0});
    case ClientState::kPass:
      if (!positive) return stop(ClientErrorKind::kAuth, "the server refused the login", response, "-ERR");
      return move(ClientState::kReady, "+OK");
    case ClientState::kSasl:
      return sasl_response(response);
    case ClientState::kRequest:
      answer_ = {response, {}};
      lines_follow_ = positive && is_multi_line(asked_, asked_for_one_);
      if (!lines_follow_) move(ClientState::kReady, "answer");
      return;
    case ClientState::kQuit:
      if (!positive) return stop(ClientErrorKind::kRefused, "the server kept messages", response, "-ERR");
      return move(ClientState::kClosed, "+OK");
    default:
      return fail(ClientErrorKind::kProtocol, "a response came that nothing had asked for");
  }
}

void ClientMachine::receive_lines(std::string lines) {
  GLASSPOST_ASSERT(lines_follow_);
  lines_follow_ = false;
  if (state_ == ClientState::kCapabilities) {
    capabilities_ = parse_capabilities(lines);
    return capabilities_known();
  }
  answer_.lines = std::move(lines);
  move(ClientState::kReady, "answer");
}

void ClientMachine::begin(const Command& command) {
  if (closed()) return;
  GLASSPOST_ASSERT(state_ == ClientState::kReady && outgoing_.empty());
  answer_ = {};
  send(command);
  move(ClientState::kRequest, "request");
}

void ClientMachine::quit() {
  if (closed()) return;
  if (state_ != ClientState::kReady)
    return stop(ClientErrorKind::kLost, "ended before login", std::nullopt, "end");
  send({Verb::kQuit, {}, {}, {}, {}, 0});
  move(ClientState::kQuit, "QUIT");
}

Answer ClientMachine::take_answer() {
  return std::exchange(answer_, {});
}

}  // namespace glasspost::pop3
