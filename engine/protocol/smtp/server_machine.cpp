#include "engine/protocol/smtp/server_machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost::smtp {
namespace {

constexpr EnhancedStatusCode kFine{2, 0, 0};
constexpr EnhancedStatusCode kBadCommand{5, 5, 1};
constexpr EnhancedStatusCode kBadArguments{5, 5, 4};

constexpr std::array<std::string_view, kServerStateCount> kStateNames = {
    "connected", "greeted", "ready", "mail", "recipients", "content", "auth", "tls", "closed"};

constexpr std::uint16_t bit(ServerState state) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(state));
}
constexpr std::uint16_t kAtCommand = bit(ServerState::kGreeted) | bit(ServerState::kReady) |
                                     bit(ServerState::kMail) | bit(ServerState::kRecipients);

// In which states a verb is legal; a verb that is not listed is legal wherever commands are read. What the
// server does not offer at all is refused before this is asked.
struct LegalIn {
  Verb verb;
  std::uint16_t states;
};
constexpr std::array kLegal = {
    LegalIn{Verb::kMail, bit(ServerState::kReady)},
    LegalIn{Verb::kRcpt, bit(ServerState::kMail) | bit(ServerState::kRecipients)},
    LegalIn{Verb::kData, bit(ServerState::kRecipients)},
    // RFC 4954 4: not during a transaction. RFC 3207 4 does not say so, but a transaction could not go on.
    LegalIn{Verb::kAuth, bit(ServerState::kReady)},
    LegalIn{Verb::kStartTls, bit(ServerState::kReady)},
};

using S = ServerState;
constexpr std::array kTransitions = {
    ServerTransition{S::kConnected, "220", S::kGreeted},
    ServerTransition{S::kConnected, "refused", S::kClosed},
    ServerTransition{S::kGreeted, "EHLO", S::kReady},
    ServerTransition{S::kReady, "MAIL", S::kMail},
    ServerTransition{S::kMail, "RCPT", S::kRecipients},
    ServerTransition{S::kMail, "EHLO", S::kReady},
    ServerTransition{S::kMail, "RSET", S::kReady},
    ServerTransition{S::kRecipients, "EHLO", S::kReady},
    ServerTransition{S::kRecipients, "RSET", S::kReady},
    ServerTransition{S::kRecipients, "DATA", S::kContent},
    ServerTransition{S::kContent, "end of data", S::kReady},
    ServerTransition{S::kReady, "AUTH", S::kAuth},
    ServerTransition{S::kAuth, "235", S::kReady},
    ServerTransition{S::kAuth, "refused", S::kReady},
    ServerTransition{S::kReady, "STARTTLS", S::kTls},
    ServerTransition{S::kTls, "handshake", S::kGreeted},
    ServerTransition{S::kGreeted, "QUIT", S::kClosed},
    ServerTransition{S::kReady, "QUIT", S::kClosed},
    ServerTransition{S::kMail, "QUIT", S::kClosed},
    ServerTransition{S::kRecipients, "QUIT", S::kClosed},
    // 421, a time-out, a lost connection or a stop ends it from anywhere.
    ServerTransition{S::kConnected, "lost", S::kClosed},
    ServerTransition{S::kGreeted, "421", S::kClosed},
    ServerTransition{S::kReady, "421", S::kClosed},
    ServerTransition{S::kMail, "421", S::kClosed},
    ServerTransition{S::kRecipients, "421", S::kClosed},
    ServerTransition{S::kContent, "421", S::kClosed},
    ServerTransition{S::kAuth, "421", S::kClosed},
    ServerTransition{S::kTls, "lost", S::kClosed},
};

bool is_transition(ServerState from, ServerState to) {
  return std::any_of(kTransitions.begin(), kTransitions.end(),
                     [&](const ServerTransition& t) { return t.from == from && t.to == to; });
}

bool is_offered_at_all(Verb verb) {
  switch (verb) {
    case Verb::kExpn:
    case Verb::kBdat:
    case Verb::kLhlo:
    case Verb::kEtrn:
    case Verb::kAtrn:
    case Verb::kBurl:
    case Verb::kUnknown:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::string_view to_string(ServerState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

bool is_legal(ServerState state, Verb verb) {
  if (!is_offered_at_all(verb)) return false;
  const auto entry =
      std::find_if(kLegal.begin(), kLegal.end(), [&](const LegalIn& legal) { return legal.verb == verb; });
  const std::uint16_t states = entry != kLegal.end() ? entry->states : kAtCommand;
  return (states & bit(state)) != 0;
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
  drop();
  move(ServerState::kClosed, trigger);
}

void ServerMachine::drop() {
  if (transaction_) dropped_ = std::exchange(transaction_, std::nullopt);
  had_refused_recipient_ = false;
}

std::optional<Transaction> ServerMachine::take_dropped() {
  return std::exchange(dropped_, std::nullopt);
}

// Counts a reply against the limits; every reply to a command passes here.
Reply ServerMachine::settle(Reply reply) {
  if (reply.permanent()) ++errors_;
  if (errors_ > policy_.max_errors && reply.code != 421) {
    reply = Reply::make(421, {4, 7, 0}, policy_.host_name + " Too many errors; closing");
  }
  if (reply.code == 421) close("421");  // RFC 5321 3.8
  return reply;
}

ServerStep ServerMachine::refused(Reply reply) {
  return {ServerQuestion::kNone, settle(std::move(reply))};
}

Reply ServerMachine::greet(const Reply& answer) {
  if (!answer.positive()) {
    close("refused");
    return answer;
  }
  move(ServerState::kGreeted, "220");
  std::string text = policy_.host_name + " ESMTP";
  if (!answer.lines.empty() && !answer.lines.front().empty()) text += " " + answer.lines.front();
  return Reply::make(220, std::move(text));
}

Reply ServerMachine::refuse(const CommandError& error) {
  ++commands_;
  return settle(error.reply);
}

std::optional<Reply> ServerMachine::access_refused(Verb verb) const {
  const bool harmless = verb == Verb::kEhlo || verb == Verb::kHelo || verb == Verb::kNoop ||
                        verb == Verb::kRset || verb == Verb::kHelp || verb == Verb::kQuit ||
                        verb == Verb::kStartTls;
  if (policy_.require_tls && !tls_ && !harmless) {  // RFC 3207 4
    return Reply::make(530, {5, 7, 0}, "Say STARTTLS first");
  }
  // Before EHLO the answer is 503 rather than a demand that cannot be met yet.
  const bool wants_user = verb == Verb::kMail && state_ == ServerState::kReady;
  if (policy_.require_auth && wants_user && user_.empty()) {  // RFC 4954 6
    return Reply::make(530, {5, 7, 0}, "Authentication required");
  }
  return std::nullopt;
}

ServerStep ServerMachine::receive(const Command& command) {
  if (++commands_ > policy_.max_commands) {
    return refused(Reply::make(421, {4, 7, 0}, policy_.host_name + " Too many commands; closing"));
  }
  if (!is_offered_at_all(command.verb)) {  // RFC 5321 4.2.4: 502 for what is known and not done
    return refused(Reply::make(502, kBadCommand, "This command is not offered here"));
  }
  if (auto refusal = access_refused(command.verb)) return refused(std::move(*refusal));
  switch (command.verb) {
    case Verb::kEhlo:
    case Verb::kHelo:
      pending_helo_ = command.argument;
      pending_esmtp_ = command.verb == Verb::kEhlo;
      return {ServerQuestion::kHello, {}};
    case Verb::kMail:
      return mail(command);
    case Verb::kRcpt:
      return rcpt(command);
    case Verb::kData:
      return data();
    case Verb::kRset:
      return rset();
    case Verb::kNoop:
      return {ServerQuestion::kNone, Reply::make(250, kFine, "OK")};
    case Verb::kHelp:
      return {ServerQuestion::kNone,
              Reply::make(214, kFine, "EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT; see RFC 5321")};
    case Verb::kVrfy:
      return {ServerQuestion::kVerify, {}};
    case Verb::kAuth:
      return auth(command);
    case Verb::kStartTls:
      return starttls();
    case Verb::kQuit: {
      drop();
      move(ServerState::kClosed, "QUIT");
      return {ServerQuestion::kQuit, Reply::make(221, kFine, policy_.host_name + " Goodbye")};
    }
    default:
      break;
  }
  return refused(Reply::make(502, kBadCommand, "This command is not offered here"));
}

Reply ServerMachine::ehlo_reply() const {
  Reply reply = Reply::make(250, policy_.host_name + " greets " + helo_name_);
  if (!esmtp_) return reply;
  const auto offer = [&](bool offered, std::string line) {
    if (offered) reply.lines.push_back(std::move(line));
  };
  offer(policy_.pipelining, "PIPELINING");
  // RFC 1870 4: without a fixed limit the number is left out or 0.
  offer(policy_.size, "SIZE " + std::to_string(policy_.max_message_size));
  offer(policy_.eight_bit_mime, "8BITMIME");
  offer(policy_.enhanced_codes, "ENHANCEDSTATUSCODES");
  offer(policy_.starttls && !tls_, "STARTTLS");  // RFC 3207 4.2
  std::string auth = "AUTH";
  const auto mechanisms = offered_mechanisms();
  for (const sasl::Mechanism mechanism : mechanisms)
    auth += " " + std::string(sasl::to_string(mechanism));
  offer(!mechanisms.empty(), std::move(auth));
  offer(policy_.smtputf8, "SMTPUTF8");
  return reply;
}

std::vector<sasl::Mechanism> ServerMachine::offered_mechanisms() const {
  std::vector<sasl::Mechanism> offered;
  if (policy_.require_tls && !tls_) return offered;
  for (const sasl::Mechanism mechanism : policy_.mechanisms) {
    // RFC 4954 4: PLAIN is not offered where anyone could read along.
    if (policy_.auth_needs_tls && !tls_ && sasl::sends_password(mechanism)) continue;
    offered.push_back(mechanism);
  }
  return offered;
}

Reply ServerMachine::hello_answered(const Reply& answer) {
  if (!answer.positive()) return settle(answer);
  drop();  // RFC 5321 4.1.4: EHLO in the middle of a session is a RSET as well
  helo_name_ = std::exchange(pending_helo_, {});
  esmtp_ = pending_esmtp_;
  move(ServerState::kReady, esmtp_ ? "EHLO" : "HELO");
  return ehlo_reply();
}

std::optional<Reply> ServerMachine::mail_parameters_refused(const MailParameters& parameters) const {
  for (const EsmtpParameter& parameter : parameters.all) {
    const std::string& keyword = parameter.keyword;
    const bool known =
        (keyword == "SIZE" && policy_.size) ||
        (keyword == "BODY" && policy_.eight_bit_mime && parameters.body != BodyType::kBinaryMime) ||
        (keyword == "SMTPUTF8" && policy_.smtputf8) || (keyword == "AUTH" && !policy_.mechanisms.empty());
    // RFC 5321 4.1.1.11: what was not offered, and all of them after HELO.
    if (!known || !esmtp_)
      return Reply::make(555, kBadArguments, "Parameter " + keyword + " is not supported");
  }
  if (policy_.max_message_size != 0 && parameters.size.value_or(0) > policy_.max_message_size) {
    return Reply::make(552, {5, 3, 4}, "Message too large");  // RFC 1870 6.1
  }
  return std::nullopt;
}

ServerStep ServerMachine::mail(const Command& command) {
  if (!is_legal(state_, Verb::kMail)) {
    const bool early = state_ == ServerState::kGreeted;
    return refused(Reply::make(503, kBadCommand, early ? "Say EHLO first" : "A transaction is open already"));
  }
  if (auto refusal = mail_parameters_refused(command.mail_parameters)) return refused(std::move(*refusal));
  const auto& mailbox = command.reverse_path.mailbox;
  if (mailbox && mailbox->needs_utf8() && !command.mail_parameters.smtputf8) {  // RFC 6531 3.5
    return refused(Reply::make(553, {5, 6, 7}, "A non-ASCII address needs SMTPUTF8"));
  }
  if (transactions_ >= policy_.max_transactions) {
    return refused(Reply::make(421, {4, 7, 0}, policy_.host_name + " Too many transactions; closing"));
  }
  pending_.emplace();
  pending_->ordinal = transactions_ + 1;
  pending_->reverse_path = command.reverse_path;
  pending_->parameters = command.mail_parameters;
  return {ServerQuestion::kMail, {}};
}

Reply ServerMachine::mail_answered(const Reply& answer) {
  if (answer.positive()) {
    ++transactions_;
    transaction_ = std::move(pending_);
    had_refused_recipient_ = false;
    move(ServerState::kMail, "MAIL");
  }
  pending_.reset();
  return settle(answer);
}

ServerStep ServerMachine::rcpt(const Command& command) {
  if (!is_legal(state_, Verb::kRcpt)) return refused(Reply::make(503, kBadCommand, "Say MAIL first"));
  if (!command.recipient_parameters.all.empty()) {  // RFC 5321 4.1.1.11
    const std::string& keyword = command.recipient_parameters.all.front().keyword;
    return refused(Reply::make(555, kBadArguments, "Parameter " + keyword + " is not supported"));
  }
  if (command.forward_path.mailbox.needs_utf8() && !transaction_->parameters.smtputf8) {
    return refused(Reply::make(553, {5, 6, 7}, "A non-ASCII address needs SMTPUTF8"));  // RFC 6531 3.5
  }
  if (transaction_->recipients.size() >= policy_.max_recipients) {  // RFC 5321 4.5.3.1.10
    return refused(Reply::make(452, {4, 5, 3}, "Too many recipients"));
  }
  pending_recipient_ = Recipient{command.forward_path, command.recipient_parameters};
  return {ServerQuestion::kRecipient, {}};
}

Reply ServerMachine::recipient_answered(const Reply& answer) {
  if (answer.positive()) {
    transaction_->recipients.push_back(std::move(pending_recipient_));
    move(ServerState::kRecipients, "RCPT");
    return answer;
  }
  had_refused_recipient_ = true;
  // A refused recipient is an everyday thing, so it has a limit of its own.
  if (answer.code != 421 && ++refused_recipients_ > policy_.max_refused_recipients) {
    return settle(Reply::make(421, {4, 7, 0}, policy_.host_name + " Too many refused recipients; closing"));
  }
  if (answer.code == 421) close("421");
  return answer;
}

Reply ServerMachine::verify_answered(const Reply& answer) {
  return settle(answer);
}

ServerStep ServerMachine::data() {
  if (!is_legal(state_, Verb::kData)) {
    // RFC 5321 3.3, 4.1.1.4: 503, or 554 where every recipient was refused.
    if (state_ == ServerState::kMail && had_refused_recipient_) {
      return refused(Reply::make(554, kBadCommand, "No valid recipients"));
    }
    return refused(Reply::make(503, kBadCommand, "Say MAIL and RCPT first"));
  }
  move(ServerState::kContent, "DATA");
  return {ServerQuestion::kContent, Reply::make(354, "Send the message; a dot alone on a line ends it")};
}

std::optional<Reply> ServerMachine::content_received(const ContentFindings& findings) {
  std::optional<Reply> refusal;
  if (findings.too_large) {
    refusal = Reply::make(552, {5, 3, 4}, "Message too large");  // RFC 1870 6.3
  } else if (findings.bare_lf > 0 && !policy_.leniencies.bare_lf_content) {
    // RFC 5321 2.3.8, 4.1.1.4. Passing it on could let a second message out of this one further down.
    refusal = Reply::make(550, {5, 6, 0}, "The message holds LF without CR");
  } else if (findings.bare_cr > 0 && !policy_.leniencies.bare_cr_content) {
    refusal = Reply::make(550, {5, 6, 0}, "The message holds CR without LF");
  }
  if (!refusal) return std::nullopt;
  drop();
  move(ServerState::kReady, "end of data");
  return settle(std::move(*refusal));
}

Reply ServerMachine::message_answered(const Reply& answer) {
  // RFC 5321 4.1.1.4: whatever the reply, the buffers are cleared.
  transaction_.reset();
  had_refused_recipient_ = false;
  move(ServerState::kReady, "end of data");
  if (answer.code == 421) close("421");
  return answer;
}

ServerStep ServerMachine::rset() {
  drop();
  if (state_ == ServerState::kMail || state_ == ServerState::kRecipients) move(ServerState::kReady, "RSET");
  return {ServerQuestion::kNone, Reply::make(250, kFine, "OK")};
}

ServerStep ServerMachine::auth(const Command& command) {
  if (policy_.mechanisms.empty()) {
    return refused(Reply::make(502, kBadCommand, "Authentication is not offered here"));
  }
  if (!user_.empty()) return refused(Reply::make(503, kBadCommand, "You are authenticated already"));
  if (!is_legal(state_, Verb::kAuth) || !esmtp_) {
    const bool open = state_ == ServerState::kMail || state_ == ServerState::kRecipients;
    return refused(Reply::make(503, kBadCommand, open ? "Not during a transaction" : "Say EHLO first"));
  }
  const auto mechanism = sasl::parse_mechanism(command.argument);
  const auto& known = policy_.mechanisms;
  if (!mechanism || std::find(known.begin(), known.end(), *mechanism) == known.end()) {
    return refused(Reply::make(504, kBadArguments, "Mechanism not supported"));  // RFC 4954 4
  }
  if (policy_.auth_needs_tls && !tls_ && sasl::sends_password(*mechanism)) {  // RFC 4954 6
    return refused(Reply::make(538, {5, 7, 11}, "This mechanism needs TLS"));
  }
  move(ServerState::kAuth, "AUTH");
  return {ServerQuestion::kAuthenticate, {}};
}

Reply ServerMachine::auth_finished(const Reply& answer, const std::string& user, sasl::Mechanism mechanism) {
  if (answer.positive()) {
    user_ = user;
    mechanism_ = mechanism;
    move(ServerState::kReady, "235");
    return answer;
  }
  move(ServerState::kReady, "refused");
  return settle(answer);
}

ServerStep ServerMachine::starttls() {
  if (tls_) return refused(Reply::make(503, kBadCommand, "TLS is on already"));
  if (!policy_.starttls) return refused(Reply::make(502, kBadCommand, "STARTTLS is not offered here"));
  if (!is_legal(state_, Verb::kStartTls) || !esmtp_) {
    const bool open = state_ == ServerState::kMail || state_ == ServerState::kRecipients;
    return refused(Reply::make(503, kBadCommand, open ? "Not during a transaction" : "Say EHLO first"));
  }
  move(ServerState::kTls, "STARTTLS");
  return {ServerQuestion::kStartTls, Reply::make(220, kFine, "Begin TLS now")};
}

void ServerMachine::tls_established() {
  // RFC 3207 4.2: nothing said in the clear counts any more.
  tls_ = true;
  esmtp_ = false;
  helo_name_.clear();
  user_.clear();
  mechanism_.reset();
  move(ServerState::kGreeted, "handshake");
}

}  // namespace glasspost::smtp
