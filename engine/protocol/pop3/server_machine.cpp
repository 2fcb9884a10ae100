#include "engine/protocol/pop3/server_machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost::pop3 {
namespace {

constexpr std::array<std::string_view, kServerStateCount> kStateNames = {
    "connected", "authorization", "sasl", "tls", "transaction", "update", "closed"};

constexpr std::uint8_t bit(ServerState state) {
  return static_cast<std::uint8_t>(1u << static_cast<unsigned>(state));
}
constexpr std::uint8_t kAuthorizationOnly = bit(ServerState::kAuthorization);
constexpr std::uint8_t kTransactionOnly = bit(ServerState::kTransaction);

// In which states each verb is legal, in the order of Verb. // RFC 1939 4, 5, 7; RFC 2449 5; RFC 2595 4
constexpr std::array<std::uint8_t, kVerbCount> kLegal = {
    kAuthorizationOnly,                     // USER
    kAuthorizationOnly,                     // PASS
    kAuthorizationOnly,                     // APOP
    kAuthorizationOnly,                     // AUTH
    kAuthorizationOnly | kTransactionOnly,  // CAPA
    kAuthorizationOnly,                     // STLS
    kTransactionOnly,                       // STAT
    kTransactionOnly,                       // LIST
    kTransactionOnly,                       // UIDL
    kTransactionOnly,                       // RETR
    kTransactionOnly,                       // TOP
    kTransactionOnly,                       // DELE
    kTransactionOnly,                       // NOOP
    kTransactionOnly,                       // RSET
    kAuthorizationOnly | kTransactionOnly,  // QUIT
    0,                                      // unknown
};

using S = ServerState;
constexpr std::array kTransitions = {
    ServerTransition{S::kConnected, "+OK", S::kAuthorization},
    ServerTransition{S::kConnected, "refused", S::kClosed},
    ServerTransition{S::kAuthorization, "AUTH", S::kSasl},
    ServerTransition{S::kSasl, "+OK", S::kTransaction},
    ServerTransition{S::kSasl, "-ERR", S::kAuthorization},
    ServerTransition{S::kAuthorization, "PASS", S::kTransaction},
    ServerTransition{S::kAuthorization, "APOP", S::kTransaction},
    ServerTransition{S::kAuthorization, "STLS", S::kTls},
    ServerTransition{S::kTls, "handshake", S::kAuthorization},
    ServerTransition{S::kAuthorization, "QUIT", S::kClosed},
    ServerTransition{S::kTransaction, "QUIT", S::kUpdate},
    ServerTransition{S::kUpdate, "+OK", S::kClosed},
    ServerTransition{S::kUpdate, "-ERR", S::kClosed},
    // A time-out, a lost connection, a stop or too many errors end it from anywhere, and nothing is removed.
    ServerTransition{S::kConnected, "lost", S::kClosed},
    ServerTransition{S::kAuthorization, "lost", S::kClosed},
    ServerTransition{S::kSasl, "lost", S::kClosed},
    ServerTransition{S::kTls, "lost", S::kClosed},
    ServerTransition{S::kTransaction, "lost", S::kClosed},
    ServerTransition{S::kUpdate, "lost", S::kClosed},
};

bool is_transition(ServerState from, ServerState to) {
  return std::any_of(kTransitions.begin(), kTransitions.end(),
                     [&](const ServerTransition& t) { return t.from == from && t.to == to; });
}

Response no_such_message() {
  return Response::error("No such message");
}

}  // namespace

std::string_view to_string(ServerState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

bool is_legal(ServerState state, Verb verb) {
  return (kLegal[static_cast<std::size_t>(verb)] & bit(state)) != 0;
}

std::span<const ServerTransition> server_transitions() {
  return kTransitions;
}

void ServerMachine::move(ServerState to, std::string_view trigger) {
  if (state_ == to) return;
  GLASSPOST_ASSERT(is_transition(state_, to));
  changes_.push_back({state_, to, trigger});
  state_ = to;
}

void ServerMachine::close(std::string_view trigger) {
  // RFC 1939 3, 6: without QUIT nothing is removed.
  maildrop_ = {};
  move(ServerState::kClosed, trigger);
}

Response ServerMachine::greet(const std::string& timestamp) {
  move(ServerState::kAuthorization, "+OK");
  std::string text = policy_.host_name + " POP3 server ready";
  if (policy_.apop && !timestamp.empty()) text += " " + timestamp;
  return Response::ok(std::move(text));
}

Response ServerMachine::turn_away(const Response& refusal) {
  close("refused");
  return refusal;
}

// Counts an -ERR against the limit.
Response ServerMachine::settle(Response response) {
  if (!response.positive()) ++errors_;
  if (errors_ > policy_.max_errors) {
    response = Response::error("Too many errors; closing");
    close("too many errors");
  }
  return response;
}

ServerStep ServerMachine::failed(Response response) {
  return {ServerQuestion::kNone, settle(std::move(response)), 0};
}

Response ServerMachine::refuse(const CommandError& error) {
  ++commands_;
  user_given_ = false;
  return settle(Response::error(error.text));
}

ServerStep ServerMachine::receive(const Command& command) {
  const bool may_pass = std::exchange(user_given_, false);
  if (++commands_ > policy_.max_commands) {
    close("too many commands");
    return {ServerQuestion::kNone, Response::error("Too many commands; closing"), 0};
  }
  if (!is_legal(state_, command.verb)) {
    const bool early = state_ == ServerState::kAuthorization;
    return failed(Response::error(early ? "Log in first" : "You are logged in already"));
  }
  switch (command.verb) {
    case Verb::kCapa:
      return {ServerQuestion::kLines, Response::ok("Capabilities follow"), 0};
    case Verb::kQuit:
      return quit();
    case Verb::kPass:
      // RFC 1939 7: only right behind a USER that was taken.
      if (!may_pass) return failed(Response::error("Say USER first"));
      login_ = "PASS";
      return {ServerQuestion::kLogIn, {}, 0};
    default:
      break;
  }
  return state_ == ServerState::kAuthorization ? authorization(command) : transaction(command);
}

bool ServerMachine::user_is_offered() const {
  return policy_.user && (tls_ || (!policy_.auth_needs_tls && !policy_.require_tls));
}

std::vector<sasl::Mechanism> ServerMachine::offered_mechanisms() const {
  std::vector<sasl::Mechanism> offered;
  if (policy_.require_tls && !tls_) return offered;
  for (const sasl::Mechanism mechanism : policy_.mechanisms) {
    if (policy_.auth_needs_tls && !tls_ && sasl::sends_password(mechanism)) continue;
    offered.push_back(mechanism);
  }
  return offered;
}

ServerStep ServerMachine::authorization(const Command& command) {
  switch (command.verb) {
    case Verb::kUser:
      if (!policy_.user) return failed(Response::error("USER is not offered here"));
      if (!user_is_offered()) return failed(Response::error("Say STLS first"));
      // The same for every name, so that nobody learns which exist. // RFC 1939 7, 13
      user_given_ = true;
      user_ = command.argument;
      return {ServerQuestion::kNone, Response::ok("Now the password"), 0};
    case Verb::kApop:
      if (!policy_.apop) return failed(Response::error("APOP is not offered here"));
      if (policy_.require_tls && !tls_) return failed(Response::error("Say STLS first"));
      user_ = command.argument;
      login_ = "APOP";
      return {ServerQuestion::kLogIn, {}, 0};
    case Verb::kAuth:
      return auth(command);
    default:
      return stls();
  }
}

ServerStep ServerMachine::auth(const Command& command) {
  const auto mechanism = sasl::parse_mechanism(command.argument);
  const auto& known = policy_.mechanisms;
  if (!mechanism || std::find(known.begin(), known.end(), *mechanism) == known.end()) {
    return failed(Response::error("Mechanism not supported"));
  }
  const auto offered = offered_mechanisms();
  if (std::find(offered.begin(), offered.end(), *mechanism) == offered.end()) {
    return failed(Response::error("Say STLS first"));
  }
  login_ = "AUTH";
  move(ServerState::kSasl, "AUTH");
  return {ServerQuestion::kAuthenticate, {}, 0};
}

ServerStep ServerMachine::stls() {
  if (tls_) return failed(Response::error("TLS is on already"));  // RFC 2595 4
  if (!policy_.stls) return failed(Response::error("STLS is not offered here"));
  move(ServerState::kTls, "STLS");
  return {ServerQuestion::kStls, Response::ok("Begin TLS now"), 0};
}

void ServerMachine::tls_established() {
  tls_ = true;
  user_.clear();
  user_given_ = false;
  move(ServerState::kAuthorization, "handshake");
}

ServerStep ServerMachine::quit() {
  if (state_ == ServerState::kAuthorization) {
    move(ServerState::kClosed, "QUIT");
    return {ServerQuestion::kQuit, Response::ok("Goodbye"), 0};
  }
  move(ServerState::kUpdate, "QUIT");
  return {ServerQuestion::kUpdate, {}, 0};
}

std::string ServerMachine::summary() const {
  return std::to_string(maildrop_.count()) + (maildrop_.count() == 1 ? " message" : " messages");
}

Response ServerMachine::opened(const std::string& user, Maildrop maildrop) {
  user_ = user;
  maildrop_ = std::move(maildrop);
  move(ServerState::kTransaction, login_ == "AUTH" ? "+OK" : login_);
  return Response::ok(summary() + " (" + std::to_string(maildrop_.octets()) + " octets)");
}

Response ServerMachine::refused(const Response& response) {
  user_.clear();
  if (state_ == ServerState::kSasl) move(ServerState::kAuthorization, "-ERR");
  if (response.code == ResponseCode::kAuth && ++failed_logins_ >= policy_.max_failed_logins) {
    close("too many errors");
    return response;
  }
  return settle(response);
}

Response ServerMachine::updated(bool removed) {
  const std::string left = summary();
  maildrop_ = {};
  move(ServerState::kClosed, removed ? "+OK" : "-ERR");
  if (removed) return Response::ok("Goodbye (" + left + " left)");
  return Response::error(ResponseCode::kSysTemp, "Some deleted messages were not removed");  // RFC 1939 6
}

ServerStep ServerMachine::transaction(const Command& command) {
  switch (command.verb) {
    case Verb::kStat:
      return {ServerQuestion::kNone,
              Response::ok(std::to_string(maildrop_.count()) + " " + std::to_string(maildrop_.octets())), 0};
    case Verb::kNoop:
      return {ServerQuestion::kNone, Response::ok(""), 0};
    case Verb::kRset:
      maildrop_.unmark_all();
      return {ServerQuestion::kNone, Response::ok(summary()), 0};
    case Verb::kList:
    case Verb::kUidl:
      if (!command.message) return {ServerQuestion::kLines, Response::ok(summary()), 0};
      break;
    default:
      break;
  }
  return about_message(command);
}

ServerStep ServerMachine::about_message(const Command& command) {
  const std::uint32_t number = command.message.value_or(0);
  const MaildropMessage* message = maildrop_.find(number);
  // A client may well ask for each of a thousand messages that it has marked: no error is counted.
  if (message == nullptr || message->deleted) return {ServerQuestion::kNone, no_such_message(), 0};
  switch (command.verb) {
    case Verb::kList:
      return {ServerQuestion::kNone,
              Response::ok(std::to_string(number) + " " + std::to_string(message->size)), 0};
    case Verb::kUidl:
      return {ServerQuestion::kNone,
              Response::ok(std::to_string(number) + " " + maildrop_.unique_id(*message)), 0};
    case Verb::kDele:
      maildrop_.mark(number);
      return {ServerQuestion::kNone, Response::ok("Message " + std::to_string(number) + " marked"), 0};
    default:
      return {ServerQuestion::kContent, Response::ok(std::to_string(message->size) + " octets"), number};
  }
}

std::string ServerMachine::capabilities() const {
  std::string out = "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\n";
  if (user_is_offered()) out += "USER\r\n";
  const auto mechanisms = offered_mechanisms();
  if (!mechanisms.empty()) {
    out += "SASL";
    for (const sasl::Mechanism mechanism : mechanisms)
      out += " " + std::string(sasl::to_string(mechanism));
    out += "\r\n";
  }
  if (policy_.stls && !tls_ && state_ == ServerState::kAuthorization) out += "STLS\r\n";  // RFC 2595 4
  return out + "IMPLEMENTATION Glasspost\r\n";
}

std::uint32_t ServerMachine::listing(Verb verb, std::uint32_t number, std::size_t most,
                                     std::string& out) const {
  const std::size_t begin = out.size();
  for (; number <= maildrop_.size(); ++number) {
    if (out.size() - begin >= most) return number;
    const MaildropMessage& message = *maildrop_.find(number);
    if (message.deleted) continue;
    out += std::to_string(number);
    out += ' ';
    out += verb == Verb::kUidl ? maildrop_.unique_id(message) : std::to_string(message.size);
    out += "\r\n";
  }
  return 0;
}

}  // namespace glasspost::pop3
