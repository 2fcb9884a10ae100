#include "engine/protocol/imap/client_machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/crypto/base64.h"

namespace glasspost::imap {
namespace {

constexpr std::array<std::string_view, kClientStateCount> kStateNames = {
    "greeting",      "capabilities", "starttls", "tls",    "login", "sasl",
    "authenticated", "selected",     "idle",     "logout", "closed"};

using S = ClientState;
constexpr std::array kTransitions = {
    ClientTransition{S::kTls, "handshake", S::kGreeting},
    ClientTransition{S::kGreeting, "OK", S::kCapabilities},
    ClientTransition{S::kGreeting, "STARTTLS", S::kStartTls},
    ClientTransition{S::kGreeting, "AUTHENTICATE", S::kSasl},
    ClientTransition{S::kGreeting, "LOGIN", S::kLogin},
    ClientTransition{S::kGreeting, "PREAUTH", S::kAuthenticated},
    ClientTransition{S::kCapabilities, "STARTTLS", S::kStartTls},
    ClientTransition{S::kStartTls, "OK", S::kTls},
    ClientTransition{S::kTls, "handshake", S::kCapabilities},
    ClientTransition{S::kCapabilities, "AUTHENTICATE", S::kSasl},
    ClientTransition{S::kCapabilities, "LOGIN", S::kLogin},
    ClientTransition{S::kStartTls, "AUTHENTICATE", S::kSasl},
    ClientTransition{S::kStartTls, "LOGIN", S::kLogin},
    ClientTransition{S::kLogin, "OK", S::kAuthenticated},
    ClientTransition{S::kSasl, "OK", S::kAuthenticated},
    ClientTransition{S::kAuthenticated, "SELECT", S::kSelected},
    ClientTransition{S::kSelected, "deselect", S::kAuthenticated},
    ClientTransition{S::kSelected, "IDLE", S::kIdle},
    ClientTransition{S::kIdle, "DONE", S::kSelected},
    ClientTransition{S::kAuthenticated, "LOGOUT", S::kLogout},
    ClientTransition{S::kSelected, "LOGOUT", S::kLogout},
    ClientTransition{S::kLogout, "OK", S::kClosed},
    ClientTransition{S::kGreeting, "BYE", S::kClosed},
    ClientTransition{S::kCapabilities, "lost", S::kClosed},
    ClientTransition{S::kStartTls, "NO", S::kClosed},
    ClientTransition{S::kTls, "lost", S::kClosed},
    ClientTransition{S::kLogin, "NO", S::kClosed},
    ClientTransition{S::kSasl, "NO", S::kClosed},
    ClientTransition{S::kAuthenticated, "lost", S::kClosed},
    ClientTransition{S::kSelected, "lost", S::kClosed},
    ClientTransition{S::kIdle, "lost", S::kClosed},
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

void ClientMachine::stop(ClientErrorKind kind, std::string message, std::optional<StatusLine> response,
                         std::string_view why) {
  if (!error_) error_ = ClientError{kind, std::move(response), std::move(message)};
  outgoing_.clear();
  tag_.clear();
  move(ClientState::kClosed, why);
}

void ClientMachine::fail(ClientErrorKind kind, std::string message) {
  if (closed()) return;
  stop(kind, std::move(message), std::nullopt, kind == ClientErrorKind::kTimedOut ? "timeout" : "lost");
}

bool ClientMachine::ready() const {
  return tag_.empty() && outgoing_.empty() &&
         (state_ == ClientState::kAuthenticated || state_ == ClientState::kSelected);
}

bool ClientMachine::offers(std::string_view capability) const {
  return std::any_of(capabilities_.begin(), capabilities_.end(),
                     [&](const std::string& mine) { return iequals(mine, capability); });
}

LiteralMode ClientMachine::literal_mode() const {
  if (offers("LITERAL+")) return LiteralMode::kPlus;
  return offers("LITERAL-") ? LiteralMode::kMinus : LiteralMode::kSynchronizing;
}

void ClientMachine::send(const ClientCommand& command) {
  tag_ = "g" + std::to_string(++tags_);
  asked_ = command.verb();
  for (std::string& part : encode_command(tag_, command, literal_mode()))
    outgoing_.push_back(std::move(part));
  may_send_ = true;
}

ClientAction ClientMachine::next() {
  if (closed() || ready()) return {};
  if (!outgoing_.empty() && may_send_) {
    ClientAction action{ClientAction::Kind::kSend, std::move(outgoing_.front())};
    outgoing_.pop_front();
    may_send_ = false;
    return action;
  }
  if (state_ == ClientState::kTls) return {ClientAction::Kind::kUpgradeTls, {}};
  return {ClientAction::Kind::kRead, {}};
}

void ClientMachine::ask_capabilities(std::string_view trigger) {
  move(ClientState::kCapabilities, trigger);
  send(ClientCommand("CAPABILITY"));
}

void ClientMachine::tls_established() {
  tls_ = true;
  // RFC 3501 6.2.1: what was said before the handshake is forgotten.
  capabilities_.clear();
  capabilities_told_ = false;
  if (policy_.tls == TlsPolicy::kImplicit) return move(ClientState::kGreeting, "handshake");
  ask_capabilities("handshake");
}

void ClientMachine::know_capabilities(const std::vector<std::string>& words) {
  capabilities_ = words;
  capabilities_told_ = true;
}

void ClientMachine::greeted(const StatusLine& greeting) {
  if (greeting.status == ResponseStatus::kBye)
    return stop(ClientErrorKind::kRefused, "the server turns us away", greeting, "BYE");
  if (greeting.status == ResponseStatus::kPreauth) {
    if (policy_.tls == TlsPolicy::kRequired && !tls_) {
      return stop(ClientErrorKind::kTls, "the server takes us as somebody without TLS", greeting, "BYE");
    }
    move(ClientState::kAuthenticated, "PREAUTH");
    if (!capabilities_told_) send(ClientCommand("CAPABILITY"));
    return;
  }
  if (greeting.status != ResponseStatus::kOk)
    return stop(ClientErrorKind::kProtocol, "the greeting is none", greeting, "BYE");
  if (capabilities_told_) return capabilities_known();
  ask_capabilities("OK");
}

void ClientMachine::capabilities_known() {
  const bool wants_tls = policy_.tls == TlsPolicy::kOpportunistic || policy_.tls == TlsPolicy::kRequired;
  if (wants_tls && !tls_) {
    if (offers("STARTTLS")) {
      move(ClientState::kStartTls, "STARTTLS");
      return send(ClientCommand("STARTTLS"));
    }
    if (policy_.tls == TlsPolicy::kRequired) {
      return stop(ClientErrorKind::kTls, "the server does not offer STARTTLS", std::nullopt, "no STARTTLS");
    }
  }
  log_in();
}

void ClientMachine::log_in() {
  for (const sasl::Mechanism mechanism : policy_.mechanisms) {
    if (!offers("AUTH=" + std::string(sasl::to_string(mechanism)))) continue;
    if (sasl::sends_password(mechanism) && !password_allowed()) continue;
    return authenticate(mechanism);
  }
  if (policy_.login && password_allowed() && !offers("LOGINDISABLED")) {  // RFC 3501 6.2.3
    move(ClientState::kLogin, "LOGIN");
    ClientCommand command("LOGIN");
    command.astring(policy_.credentials.user).astring(policy_.credentials.password);
    return send(command);
  }
  stop(ClientErrorKind::kAuth, "the server offers no way to log in that may be used here", std::nullopt,
       "no mechanism");
}

void ClientMachine::authenticate(sasl::Mechanism mechanism) {
  mechanism_ = mechanism;
  exchange_ = sasl::make_client(mechanism, policy_.credentials, nonce_);
  move(ClientState::kSasl, "AUTHENTICATE");
  ClientCommand command("AUTHENTICATE");
  command.text(" ").text(sasl::to_string(mechanism));
  if (const auto initial = exchange_->initial_response()) {
    std::string encoded = initial->empty() ? "=" : crypto::base64_encode(*initial);
    if (offers("SASL-IR")) {  // RFC 4959
      command.text(" " + encoded);
    } else {
      held_response_ = initial->empty() ? std::string() : std::move(encoded);
    }
  }
  send(command);
}

void ClientMachine::challenged(const std::string& text) {
  if (held_response_) {
    outgoing_.push_back(*std::exchange(held_response_, std::nullopt) + "\r\n");
  } else {
    const auto challenge = crypto::base64_decode(text);
    Result<std::string> answer = glasspost::fail(ErrorCode::kInvalidInput, "the challenge is not base64");
    if (challenge) answer = exchange_->respond(*challenge);
    if (!answer) exchange_error_ = answer.error().message;
    outgoing_.push_back((answer ? crypto::base64_encode(*answer) : std::string("*")) + "\r\n");
  }
  may_send_ = true;
}

void ClientMachine::continued(const std::string& text) {
  if (state_ == ClientState::kSasl) return challenged(text);
  if (!outgoing_.empty()) {
    may_send_ = true;
    return;
  }
  if (asked_ == "IDLE" && state_ == ClientState::kSelected && !tag_.empty())
    return move(ClientState::kIdle, "IDLE");
  fail(ClientErrorKind::kProtocol, "the server asks for more where nothing is left");
}

void ClientMachine::receive(ServerResponse response) {
  if (closed()) return;
  switch (response.kind) {
    case ServerResponse::Kind::kContinue:
      return continued(response.text);
    case ServerResponse::Kind::kTagged:
      if (tag_.empty() || response.tag != tag_)
        return fail(ClientErrorKind::kProtocol, "a response came that nothing had asked for");
      return tagged(std::get<StatusLine>(response.data));
    case ServerResponse::Kind::kUntagged:
      return untagged(std::move(response.data));
  }
}

void ClientMachine::tagged(const StatusLine& status) {
  tag_.clear();
  outgoing_.clear();  // a literal that was refused is not sent
  if (status.code.name == "CAPABILITY") know_capabilities(status.code.words);
  const bool ok = status.status == ResponseStatus::kOk;
  switch (state_) {
    case ClientState::kCapabilities:
      if (!ok) return stop(ClientErrorKind::kProtocol, "the server tells no capabilities", status, "lost");
      return capabilities_known();
    case ClientState::kStartTls:
      if (ok) return move(ClientState::kTls, "OK");
      if (policy_.tls == TlsPolicy::kOpportunistic) return log_in();
      return stop(ClientErrorKind::kTls, "the server refused STARTTLS", status, "NO");
    case ClientState::kLogin:
      if (!ok) return stop(ClientErrorKind::kAuth, "the server refused the login", status, "NO");
      return logged_in(status);
    case ClientState::kSasl:
      return sasl_ended(status);
    case ClientState::kIdle:
      move(ClientState::kSelected, "DONE");
      return answered(status);
    case ClientState::kLogout:
      return move(ClientState::kClosed, "OK");
    default:
      return answered(status);
  }
}

void ClientMachine::sasl_ended(const StatusLine& status) {
  if (status.status != ResponseStatus::kOk) {
    std::string message = exchange_error_.empty() ? "the server refused the login" : exchange_error_;
    return stop(ClientErrorKind::kAuth, std::move(message), status, "NO");
  }
  if (const Ok proven = exchange_->finish(); !proven)
    return stop(ClientErrorKind::kAuth, proven.error().message, status, "no proof");
  exchange_.reset();
  logged_in(status);
}

void ClientMachine::logged_in(const StatusLine& status) {
  move(ClientState::kAuthenticated, "OK");
  // RFC 3501 6.2: the login may change what is offered.
  if (status.code.name != "CAPABILITY") send(ClientCommand("CAPABILITY"));
}

void ClientMachine::answered(const StatusLine& status) {
  if (selecting_) {
    selecting_ = false;
    if (status.status == ResponseStatus::kOk) {
      mailbox_.read_only = status.code.name == "READ-ONLY";
      move(ClientState::kSelected, "SELECT");
    } else {
      mailbox_ = {};
    }
  }
  answer_.status = status;
}

void ClientMachine::begin(const ClientCommand& command) {
  if (closed()) return;
  GLASSPOST_ASSERT(ready());
  answer_ = {};
  send(command);
}

void ClientMachine::select(const std::string& mailbox, bool read_only) {
  if (closed()) return;
  GLASSPOST_ASSERT(ready());
  answer_ = {};
  // RFC 3501 6.3.1: whatever comes of it, the mailbox before is no longer selected.
  move(ClientState::kAuthenticated, "deselect");
  mailbox_ = {};
  mailbox_.name = mailbox;
  news_ = {};
  selecting_ = true;
  ClientCommand command(read_only ? "EXAMINE" : "SELECT");
  command.mailbox(mailbox);
  if (offers("CONDSTORE")) command.text(" (CONDSTORE)");  // RFC 7162 3.1.8
  send(command);
}

void ClientMachine::begin_idle() {
  if (closed()) return;
  GLASSPOST_ASSERT(ready() && state_ == ClientState::kSelected);
  answer_ = {};
  send(ClientCommand("IDLE"));
}

void ClientMachine::end_idle() {
  if (state_ != ClientState::kIdle || asked_ == "DONE") return;
  asked_ = "DONE";
  outgoing_.push_back("DONE\r\n");
  may_send_ = true;
}

void ClientMachine::logout() {
  if (closed()) return;
  if (!ready()) return stop(ClientErrorKind::kLost, "ended before login", std::nullopt, "end");
  send(ClientCommand("LOGOUT"));
  move(ClientState::kLogout, "LOGOUT");
}

void ClientMachine::untagged(ResponseData data) {
  if (auto* status = std::get_if<StatusLine>(&data)) {
    if (status->code.name == "CAPABILITY") know_capabilities(status->code.words);
    if (state_ == ClientState::kGreeting) return greeted(*status);
    if (status->status == ResponseStatus::kBye && state_ != ClientState::kLogout)
      return stop(ClientErrorKind::kLost, "the server says goodbye", *status, "lost");
    note_status(*status);
  } else if (state_ == ClientState::kGreeting) {
    return fail(ClientErrorKind::kProtocol, "the greeting is none");
  } else if (const auto* capabilities = std::get_if<CapabilityData>(&data)) {
    know_capabilities(capabilities->capabilities);
  } else if (const auto* exists = std::get_if<ExistsData>(&data)) {
    note_exists(exists->count);
  } else if (const auto* expunge = std::get_if<ExpungeData>(&data)) {
    note_expunge(expunge->number);
  } else if (const auto* vanished = std::get_if<VanishedData>(&data)) {
    note_vanished(*vanished);
  } else if (const auto* fetched = std::get_if<FetchData>(&data)) {
    note_fetch(*fetched);
  }
  if (!closed() && !tag_.empty() && state_ != ClientState::kIdle) answer_.data.push_back(std::move(data));
}

void ClientMachine::note_status(const StatusLine& status) {
  const std::string& name = status.code.name;
  if (name == "UIDVALIDITY") mailbox_.uid_validity = static_cast<std::uint32_t>(status.code.number);
  if (name == "UIDNEXT") mailbox_.uid_next = static_cast<std::uint32_t>(status.code.number);
  if (name == "HIGHESTMODSEQ") mailbox_.highest_mod_sequence = status.code.number;
}

void ClientMachine::note_exists(std::uint32_t count) {
  if (count > policy_.max_messages)
    return fail(ClientErrorKind::kTooLarge, "the mailbox holds more messages than this client takes");
  if (count > mailbox_.uids.size() && !selecting_) news_.arrivals = true;
  // It never shrinks so: EXPUNGE alone takes messages away. // RFC 3501 7.3.1
  if (count > mailbox_.uids.size()) mailbox_.uids.resize(count);
}

void ClientMachine::note_expunge(std::uint32_t number) {
  if (number > mailbox_.uids.size())
    return fail(ClientErrorKind::kProtocol, "the server removes a message that does not exist");
  const auto at = mailbox_.uids.begin() + (number - 1);
  if (*at != 0) news_.gone.push_back(*at);
  news_.unknown_gone = news_.unknown_gone || *at == 0;
  news_.flags.erase(*at);
  mailbox_.uids.erase(at);
}

void ClientMachine::note_vanished(const VanishedData& vanished) {
  const auto ranges = vanished.uids.resolved(0xffff'ffff);
  std::vector<std::uint32_t> left;
  for (const std::uint32_t uid : mailbox_.uids) {
    if (uid == 0 || !contains(ranges, uid)) {
      left.push_back(uid);
      continue;
    }
    news_.gone.push_back(uid);
    news_.flags.erase(uid);
  }
  mailbox_.uids = std::move(left);
}

void ClientMachine::note_fetch(const FetchData& fetched) {
  if (fetched.number > mailbox_.uids.size())
    return fail(ClientErrorKind::kProtocol, "the server tells of a message that does not exist");
  std::uint32_t& uid = mailbox_.uids[fetched.number - 1];
  if (fetched.uid) uid = *fetched.uid;
  if (fetched.mod_sequence)
    mailbox_.highest_mod_sequence = std::max(mailbox_.highest_mod_sequence, *fetched.mod_sequence);
  if (fetched.flags && uid != 0) news_.flags[uid] = *fetched.flags;
}

MailboxNews ClientMachine::take_news() {
  return std::exchange(news_, {});
}

Answer ClientMachine::take_answer() {
  return std::exchange(answer_, {});
}

}  // namespace glasspost::imap
