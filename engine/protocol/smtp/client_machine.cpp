#include "engine/protocol/smtp/client_machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/smtp/command.h"

namespace glasspost::smtp {
namespace {

constexpr std::array<std::string_view, kClientStateCount> kStateNames = {
    "greeting", "hello",   "starttls",    "tls",  "auth",  "ready",
    "envelope", "content", "final-reply", "quit", "closed"};

using S = ClientState;
constexpr std::array kTransitions = {
    ClientTransition{S::kGreeting, "220", S::kHello},
    ClientTransition{S::kGreeting, "implicit TLS", S::kTls},
    ClientTransition{S::kHello, "250", S::kStartTls},
    ClientTransition{S::kHello, "250", S::kAuth},
    ClientTransition{S::kHello, "250", S::kReady},
    ClientTransition{S::kStartTls, "220", S::kTls},
    ClientTransition{S::kStartTls, "refused", S::kAuth},
    ClientTransition{S::kStartTls, "refused", S::kReady},
    ClientTransition{S::kTls, "handshake", S::kHello},
    ClientTransition{S::kTls, "handshake", S::kGreeting},
    ClientTransition{S::kAuth, "235", S::kReady},
    ClientTransition{S::kReady, "MAIL", S::kEnvelope},
    ClientTransition{S::kEnvelope, "354", S::kContent},
    ClientTransition{S::kEnvelope, "354", S::kFinalReply},
    ClientTransition{S::kEnvelope, "refused", S::kReady},
    ClientTransition{S::kContent, "final dot", S::kFinalReply},
    ClientTransition{S::kFinalReply, "250", S::kReady},
    ClientTransition{S::kReady, "QUIT", S::kQuit},
    // A refusal, 421 or a lost connection ends it from anywhere.
    ClientTransition{S::kGreeting, "lost", S::kClosed},
    ClientTransition{S::kHello, "lost", S::kClosed},
    ClientTransition{S::kStartTls, "lost", S::kClosed},
    ClientTransition{S::kTls, "lost", S::kClosed},
    ClientTransition{S::kAuth, "lost", S::kClosed},
    ClientTransition{S::kReady, "lost", S::kClosed},
    ClientTransition{S::kEnvelope, "lost", S::kClosed},
    ClientTransition{S::kContent, "lost", S::kClosed},
    ClientTransition{S::kFinalReply, "lost", S::kClosed},
    ClientTransition{S::kQuit, "221", S::kClosed},
};

bool is_transition(ClientState from, ClientState to) {
  return std::any_of(kTransitions.begin(), kTransitions.end(),
                     [&](const ClientTransition& t) { return t.from == from && t.to == to; });
}

// A host name from a configuration, so that no space or line end of it can become a command.
std::string printable(std::string name) {
  name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c <= ' ' || c == '\x7f'; }),
             name.end());
  if (name.empty()) name = "localhost";
  return name;
}

RecipientStatus status_of(const Reply& reply) {
  if (reply.positive()) return RecipientStatus::kAccepted;
  return reply.permanent() ? RecipientStatus::kPermanent : RecipientStatus::kTransient;
}

}  // namespace

std::string_view to_string(ClientState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

std::span<const ClientTransition> client_transitions() {
  return kTransitions;
}

ContentFacts inspect_content(std::string_view content) {
  ContentFacts facts;
  facts.eight_bit = count_eight_bit(content) > 0;
  facts.size = content.size();
  for (std::string_view rest = content; !rest.empty();) {
    rest.remove_prefix(find_line_break(rest));
    if (rest.empty()) break;
    const bool pair = rest.substr(0, 2) == "\r\n";
    if (!pair) ++facts.size;  // CR or LF alone becomes CRLF // RFC 5321 2.3.8
    rest.remove_prefix(pair ? 2 : 1);
  }
  const bool ended = content.empty() || content.back() == '\n' || content.back() == '\r';
  if (!ended) facts.size += 2;
  return facts;
}

ClientMachine::ClientMachine(ClientPolicy policy, std::string nonce)
    : policy_(std::move(policy)), nonce_(std::move(nonce)) {
  policy_.helo_name = printable(std::move(policy_.helo_name));
  if (policy_.tls == TlsPolicy::kImplicit) move(ClientState::kTls, "implicit TLS");
}

void ClientMachine::move(ClientState to, std::string trigger) {
  if (state_ == to) return;
  GLASSPOST_ASSERT(is_transition(state_, to));
  changes_.push_back({state_, to, std::move(trigger)});
  state_ = to;
}

Phase ClientMachine::phase() const {
  switch (state_) {
    case ClientState::kGreeting:
      return Phase::kGreeting;
    case ClientState::kHello:
      return Phase::kHello;
    case ClientState::kStartTls:
    case ClientState::kTls:
      return Phase::kTls;
    case ClientState::kAuth:
      return Phase::kAuth;
    case ClientState::kEnvelope:
      break;
    case ClientState::kContent:
      return Phase::kContent;
    case ClientState::kFinalReply:
      return Phase::kFinalReply;
    case ClientState::kReady:
    case ClientState::kQuit:
    case ClientState::kClosed:
      return Phase::kQuit;
  }
  if (awaited_.empty()) return sent_mail_ ? Phase::kRecipient : Phase::kMail;
  switch (awaited_.front()) {
    case Awaited::kReset:
      return Phase::kReset;
    case Awaited::kMail:
      return Phase::kMail;
    case Awaited::kRecipient:
      return Phase::kRecipient;
    case Awaited::kData:
      return Phase::kData;
  }
  GLASSPOST_UNREACHABLE();
}

void ClientMachine::fail(ClientErrorKind kind, std::string message) {
  if (state_ == ClientState::kClosed) return;
  error_ = ClientError{kind, phase(), std::nullopt, std::move(message)};
  outgoing_.clear();
  move(ClientState::kClosed, kind == ClientErrorKind::kTimedOut ? "timeout" : "lost");
}

void ClientMachine::refuse(const Reply& reply, ClientErrorKind kind, std::string message) {
  error_ = ClientError{kind, phase(), reply, std::move(message)};
  outgoing_.clear();
  move(ClientState::kClosed, std::to_string(reply.code));
}

ClientAction ClientMachine::next() {
  if (state_ == ClientState::kEnvelope && outgoing_.empty() && awaited_.empty()) fill_group();
  if (!outgoing_.empty()) return {ClientAction::Kind::kSend, std::exchange(outgoing_, {})};
  switch (state_) {
    case ClientState::kTls:
      return {ClientAction::Kind::kUpgradeTls, {}};
    case ClientState::kContent:
      return {ClientAction::Kind::kSendContent, {}};
    case ClientState::kReady:
    case ClientState::kClosed:
      return {};
    default:
      return {ClientAction::Kind::kRead, {}};
  }
}

void ClientMachine::receive(const Reply& reply) {
  if (state_ == ClientState::kQuit) {
    move(ClientState::kClosed, std::to_string(reply.code));
    return;
  }
  if (state_ == ClientState::kEnvelope || state_ == ClientState::kFinalReply) {
    envelope_reply(reply);
    return;
  }
  if (reply.code == 421) {  // RFC 5321 3.8, 4.2.3: the server closes the channel
    refuse(reply, ClientErrorKind::kRefused, "the server closes the connection");
    return;
  }
  switch (state_) {
    case ClientState::kGreeting:
      if (!reply.positive()) return refuse(reply, ClientErrorKind::kRefused, "the server does not serve us");
      move(ClientState::kHello, std::to_string(reply.code));
      return send_hello(true);
    case ClientState::kHello:
      // RFC 5321 3.2: a server that does not know EHLO may know HELO.
      if (reply.permanent() && said_ehlo_ && !tls_) return send_hello(false);
      if (!reply.positive())
        return refuse(reply, ClientErrorKind::kRefused, "the server refuses our greeting");
      capabilities_ = said_ehlo_ ? parse_ehlo_reply(reply) : Capabilities{};
      return hello_done(std::to_string(reply.code));
    case ClientState::kStartTls:
      if (reply.code == 220) return move(ClientState::kTls, "220");
      if (policy_.tls == TlsPolicy::kRequired) {
        return refuse(reply, ClientErrorKind::kTls, "the server refuses STARTTLS");
      }
      return authenticate(std::to_string(reply.code));
    case ClientState::kAuth:
      return auth_reply(reply);
    default:
      return refuse(reply, ClientErrorKind::kProtocol, "a reply came that nothing had asked for");
  }
}

void ClientMachine::send_hello(bool extended) {
  said_ehlo_ = extended;
  outgoing_ = (extended ? "EHLO " : "HELO ") + policy_.helo_name + "\r\n";
}

void ClientMachine::hello_done(const std::string& trigger) {
  const bool wanted = policy_.tls == TlsPolicy::kOpportunistic || policy_.tls == TlsPolicy::kRequired;
  if (wanted && !tls_) {
    if (capabilities_.starttls) {
      move(ClientState::kStartTls, trigger);
      outgoing_ = "STARTTLS\r\n";
      return;
    }
    if (policy_.tls == TlsPolicy::kRequired) {
      fail(ClientErrorKind::kTls, "the server does not offer STARTTLS");
      return;
    }
  }
  authenticate(trigger);
}

void ClientMachine::tls_established() {
  GLASSPOST_ASSERT(state_ == ClientState::kTls);
  tls_ = true;
  capabilities_ = {};  // RFC 3207 4.2: what was said in the clear does not count
  if (policy_.tls == TlsPolicy::kImplicit) {
    move(ClientState::kGreeting, "handshake");
    return;
  }
  move(ClientState::kHello, "handshake");
  send_hello(true);
}

void ClientMachine::authenticate(const std::string& trigger) {
  if (!policy_.credentials) return move(ClientState::kReady, trigger);
  move(ClientState::kAuth, trigger);
  const auto& offered = capabilities_.mechanisms;
  for (const sasl::Mechanism mechanism : policy_.mechanisms) {
    if (sasl::sends_password(mechanism) && !tls_ && !policy_.password_without_tls) continue;
    if (std::find(offered.begin(), offered.end(), sasl::to_string(mechanism)) == offered.end()) continue;
    mechanism_ = mechanism;
    break;
  }
  if (!mechanism_) {
    fail(ClientErrorKind::kAuth, "the server offers no mechanism that we may use");
    return;
  }
  exchange_ = sasl::make_client(*mechanism_, *policy_.credentials, nonce_);
  std::string line = "AUTH " + std::string(sasl::to_string(*mechanism_));
  if (const auto initial = exchange_->initial_response()) {
    const std::string response = crypto::base64_encode(*initial);
    // RFC 4954 4: an initial response goes along if the line stays within 512 octets; else the server asks.
    if (line.size() + response.size() + 3 <= 512) {
      line += " " + (response.empty() ? std::string("=") : response);
    } else {
      exchange_ = sasl::make_client(*mechanism_, *policy_.credentials, nonce_);
    }
  }
  outgoing_ = line + "\r\n";
}

void ClientMachine::auth_reply(const Reply& reply) {
  if (reply.code == 334 && exchange_error_.empty()) {
    const auto challenge = crypto::base64_decode(reply.lines.front());
    Result<std::string> answer =
        challenge ? exchange_->respond(*challenge) : Result<std::string>(glasspost::fail(challenge.error()));
    if (answer) {
      outgoing_ = crypto::base64_encode(*answer) + "\r\n";
    } else {
      exchange_error_ = answer.error().message;
      outgoing_ = "*\r\n";  // RFC 4954 4: cancels the exchange
    }
    return;
  }
  if (!exchange_error_.empty()) return refuse(reply, ClientErrorKind::kAuth, exchange_error_);
  if (!reply.positive())
    return refuse(reply, ClientErrorKind::kRefused, "the server refuses our credentials");
  if (const Ok proof = exchange_->finish(); !proof) {
    fail(ClientErrorKind::kAuth, proof.error().message);
    return;
  }
  exchange_.reset();
  move(ClientState::kReady, std::to_string(reply.code));
}

void ClientMachine::begin(Envelope envelope, ContentFacts facts) {
  GLASSPOST_ASSERT(state_ == ClientState::kReady || state_ == ClientState::kClosed);
  envelope_ = std::move(envelope);
  facts_ = facts;
  awaited_.clear();
  sent_recipients_ = answered_recipients_ = 0;
  sent_mail_ = sent_data_ = nobody_wants_it_ = false;
  transaction_ = 0;
  mail_reply_.reset();
  recipient_replies_.assign(envelope_.recipients.size(), std::nullopt);
  data_reply_.reset();
  final_reply_.reset();
  unsupported_.reset();
  if (state_ == ClientState::kClosed) return;
  unsupported_ = unsupported();
  if (unsupported_) return;
  move(ClientState::kEnvelope, "MAIL");
}

// What the message needs and the server lacks; none if it can be offered.
std::optional<std::string> ClientMachine::unsupported() const {
  const auto is_bad = [](const Mailbox& mailbox) {
    return !mailbox.is_valid() && !(mailbox.domain.empty() && iequals(mailbox.local_part, "postmaster"));
  };
  bool utf8 = envelope_.smtputf8;
  if (envelope_.recipients.empty()) return "the message has no recipients";
  if (const auto& sender = envelope_.reverse_path.mailbox) {
    if (is_bad(*sender)) return "the sender's address is malformed";
    utf8 = utf8 || sender->needs_utf8();
  }
  for (const ForwardPath& path : envelope_.recipients) {
    if (is_bad(path.mailbox)) return "a recipient's address is malformed";
    utf8 = utf8 || path.mailbox.needs_utf8();
  }
  if (utf8 && !capabilities_.smtputf8) return "the message needs SMTPUTF8, which the server lacks";
  if (facts_.eight_bit && !capabilities_.eight_bit_mime && !policy_.eight_bit_anyway) {
    return "the message needs 8BITMIME, which the server lacks";  // RFC 6152 3
  }
  if (capabilities_.max_size && facts_.size > *capabilities_.max_size) {  // RFC 1870 5
    return "the message is larger than the server's limit of " + std::to_string(*capabilities_.max_size) +
           " octets";
  }
  return std::nullopt;
}

std::string ClientMachine::mail_command() const {
  std::vector<EsmtpParameter> parameters;
  if (capabilities_.size) parameters.push_back({"SIZE", std::to_string(facts_.size)});
  const bool eight_bit = facts_.eight_bit || envelope_.body == BodyType::k8BitMime;
  if (eight_bit && capabilities_.eight_bit_mime) parameters.push_back({"BODY", "8BITMIME"});
  const auto& recipients = envelope_.recipients;
  const auto& sender = envelope_.reverse_path.mailbox;
  const bool utf8 = envelope_.smtputf8 || (sender && sender->needs_utf8()) ||
                    std::any_of(recipients.begin(), recipients.end(),
                                [](const ForwardPath& path) { return path.mailbox.needs_utf8(); });
  if (utf8) parameters.push_back({"SMTPUTF8", std::nullopt});
  return encode_mail(envelope_.reverse_path, parameters);
}

// The next commands of the envelope: as many as may be sent at once. // RFC 2920 3.1
void ClientMachine::fill_group() {
  const bool grouped = policy_.pipelining && capabilities_.pipelining;
  const std::size_t most = grouped ? kMaxGroup : 1;
  if (needs_reset_) {
    outgoing_ += "RSET\r\n";
    awaited_.push_back(Awaited::kReset);
    needs_reset_ = false;
  }
  if (!sent_mail_ && awaited_.size() < most) {
    outgoing_ += mail_command();
    awaited_.push_back(Awaited::kMail);
    sent_mail_ = true;
  }
  const bool mail_refused = mail_reply_ && !mail_reply_->positive();
  while (sent_mail_ && !mail_refused && sent_recipients_ < envelope_.recipients.size() &&
         awaited_.size() < most) {
    outgoing_ += encode_rcpt(envelope_.recipients[sent_recipients_], {});
    awaited_.push_back(Awaited::kRecipient);
    ++sent_recipients_;
  }
  const bool all_sent = sent_recipients_ == envelope_.recipients.size();
  const bool all_answered = answered_recipients_ == envelope_.recipients.size();
  const bool hopeless = all_answered && accepted_recipients() == 0;
  if (all_sent && !mail_refused && !sent_data_ && !hopeless && awaited_.size() < most) {
    outgoing_ += "DATA\r\n";
    awaited_.push_back(Awaited::kData);
    sent_data_ = true;
  }
  if (awaited_.empty()) envelope_done("refused");
}

std::size_t ClientMachine::accepted_recipients() const {
  return static_cast<std::size_t>(
      std::count_if(recipient_replies_.begin(), recipient_replies_.end(),
                    [](const auto& reply) { return reply && reply->positive(); }));
}

void ClientMachine::envelope_reply(const Reply& reply) {
  if (state_ == ClientState::kFinalReply) {
    // RFC 5321 4.1.1.4: whatever it says, the transaction is over.
    if (!nobody_wants_it_) final_reply_ = reply;
    if (reply.code == 421)
      return refuse(reply, ClientErrorKind::kRefused, "the server closes the connection");
    if (reply.intermediate())
      return refuse(reply, ClientErrorKind::kProtocol, "the content is answered with 3xx");
    move(ClientState::kReady, std::to_string(reply.code));
    return;
  }
  GLASSPOST_ASSERT(!awaited_.empty());
  const Phase now = phase();
  const Awaited awaited = awaited_.front();
  awaited_.erase(awaited_.begin());
  switch (awaited) {
    case Awaited::kReset:
      break;
    case Awaited::kMail:
      mail_reply_ = reply;
      if (reply.positive()) transaction_ = ++transactions_;
      break;
    case Awaited::kRecipient:
      recipient_replies_[answered_recipients_++] = reply;
      break;
    case Awaited::kData:
      data_reply_ = reply;
      break;
  }
  const bool strange = awaited == Awaited::kData ? reply.positive() : reply.intermediate();
  if (reply.code == 421 || strange) {
    const bool closing = reply.code == 421;
    refuse(reply, closing ? ClientErrorKind::kRefused : ClientErrorKind::kProtocol,
           closing ? "the server closes the connection" : "a reply does not fit its command");
    error_->phase = now;
    return;
  }
  if (awaited_.empty() && awaited == Awaited::kData) envelope_done(std::to_string(reply.code));
}

void ClientMachine::envelope_done(const std::string& trigger) {
  if (data_reply_ && data_reply_->intermediate()) {
    if (accepted_recipients() > 0) return move(ClientState::kContent, trigger);
    // RFC 2920 3.1: DATA went along with the recipients, and none was accepted: an empty message ends it.
    nobody_wants_it_ = true;
    outgoing_ = ".\r\n";
    return move(ClientState::kFinalReply, trigger);
  }
  needs_reset_ = mail_reply_ && mail_reply_->positive();
  move(ClientState::kReady, trigger);
}

void ClientMachine::content_ending() {
  move(ClientState::kFinalReply, "final dot");
}

void ClientMachine::quit() {
  if (state_ == ClientState::kReady) {
    move(ClientState::kQuit, "QUIT");
    outgoing_ = "QUIT\r\n";
  }
}

void ClientMachine::settle(std::size_t index, Delivery::RecipientResult& result) const {
  const std::optional<Reply>& own = recipient_replies_[index];
  const std::optional<Reply>* decider = nullptr;
  if (own && !own->positive()) {
    decider = &own;
  } else if (mail_reply_ && !mail_reply_->positive()) {
    decider = &mail_reply_;
  } else if (own && final_reply_) {
    decider = &final_reply_;
  } else if (own && data_reply_ && !data_reply_->intermediate()) {
    decider = &data_reply_;
  }
  if (decider != nullptr) {
    result.reply = *decider;
    result.status = status_of(**decider);
    // RFC 5321 4.5.3.1.10: 552 to RCPT means that there are too many at once.
    if (decider == &own && own->code == 552) result.status = RecipientStatus::kTransient;
    // A 2xx to DATA itself stores nothing.
    if (decider != &final_reply_ && (**decider).positive()) result.status = RecipientStatus::kTransient;
    result.text = result.reply->to_line();
    return;
  }
  result.status = RecipientStatus::kTransient;
  if (unsupported_) {
    result.status = RecipientStatus::kPermanent;
    result.text = *unsupported_;
  } else if (error_) {
    result.reply = error_->reply;
    if (!error_->transient()) result.status = RecipientStatus::kPermanent;
    result.text = error_->to_line();
  }
}

Delivery ClientMachine::delivery() const {
  Delivery delivery;
  delivery.transaction = transaction_;
  delivery.mail_reply = mail_reply_;
  delivery.data_reply = data_reply_;
  delivery.final_reply = final_reply_;
  delivery.error = error_;
  if (unsupported_) {
    delivery.error = ClientError{ClientErrorKind::kUnsupported, Phase::kMail, std::nullopt, *unsupported_};
  }
  for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) {
    Delivery::RecipientResult result;
    result.path = envelope_.recipients[i];
    settle(i, result);
    delivery.recipients.push_back(std::move(result));
  }
  return delivery;
}

}  // namespace glasspost::smtp
