#include "engine/session/imap_client.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/session/imap_client_dialogue.h"

namespace glasspost::imap {
namespace {

constexpr std::size_t kBlock = 16 * 1024;

ClientErrorKind kind_of(const Error& error) {
  if (error.code == ErrorCode::kTimedOut) return ClientErrorKind::kTimedOut;
  if (error.code == ErrorCode::kTls) return ClientErrorKind::kTls;
  return ClientErrorKind::kLost;
}

ResponseReader::Limits limits_of(const ClientOptions& options) {
  ResponseReader::Limits limits;
  limits.line = std::min(limits.line, options.max_answer_bytes);
  limits.literal = std::min(limits.literal, options.max_answer_bytes);
  return limits;
}

}  // namespace

ClientSession::Dialogue::Dialogue(ClientOptions options_in, ClientContext context_in)
    : ClientWire(context_in.tls, kBlock),
      options(std::move(options_in)),
      context(context_in),
      machine(options, context.random.stream("sasl nonce").token(24)),
      reader(limits_of(options)),
      idle_timer(context.clock.make_timer("imap idle")),
      watched(context.clock, "imap idle") {}

void ClientSession::Dialogue::notify() {
  for (const ClientStateChange& change : machine.changes()) {
    context.observer.state_changed(
        {connection, "imap-client", to_string(change.from), to_string(change.to), change.trigger});
  }
  machine.clear_changes();
}

Task<void> ClientSession::Dialogue::drive() {
  while (true) {
    ClientAction action = machine.next();
    notify();
    switch (action.kind) {
      case ClientAction::Kind::kNothing:
        co_return;
      case ClientAction::Kind::kSend:
        co_await say(std::move(action.bytes));
        break;
      case ClientAction::Kind::kRead:
        co_await read_response();
        break;
      case ClientAction::Kind::kUpgradeTls:
        co_await upgrade();
        break;
    }
  }
}

void ClientSession::Dialogue::wire_failed(const Error& error) {
  machine.fail(kind_of(error), error.message);
}

Task<void> ClientSession::Dialogue::say(std::string bytes) {
  idle_patience = deadline();
  const bool written = co_await write(bytes, idle_patience);
  static_cast<void>(written);
}

Task<void> ClientSession::Dialogue::read_response() {
  std::optional<ResponseReader::Event> event = reader.next(unread);
  while (!event) {
    // While it idles the server may be silent for long; the watcher sets the limit.
    const Instant until = machine.idling() ? idle_patience : deadline();
    const bool more = co_await fill(until);
    if (!more) co_return;
    event = reader.next(unread);
  }
  if (*event == ResponseReader::Event::kTooLarge) {
    machine.fail(ClientErrorKind::kTooLarge, "the server's response is larger than this client takes");
    co_return;
  }
  if (*event == ResponseReader::Event::kMalformed) {
    machine.fail(ClientErrorKind::kProtocol, "a line of the server's does not end with CR LF");
    co_return;
  }
  RawCommand raw = reader.take();
  answer_octets = machine.idling() ? 0 : answer_octets + octets_of(raw);
  if (answer_octets > options.max_answer_bytes) {
    machine.fail(ClientErrorKind::kTooLarge, "the server's answer is larger than this client takes");
    co_return;
  }
  const std::string shown = escaped(std::string_view(raw.text).substr(0, 80));
  Result<ServerResponse> response = parse_response(std::move(raw));
  if (!response) {
    machine.fail(ClientErrorKind::kProtocol, response.error().message + ": " + shown);
    co_return;
  }
  const bool was_idling = machine.idling();
  machine.receive(std::move(*response));
  if (machine.idling() && !was_idling) idle_patience = idle_until + options.timeout;
  // Whoever idles is waiting for exactly this.
  if (machine.idling() && machine.news().any()) idle_timer->cancel();
  // Its end was wanted before it had begun.
  if (machine.idling() && idle_stop && !watching) machine.end_idle();
}

Task<void> ClientSession::Dialogue::upgrade() {
  const bool secured = co_await secure(options.tls_server_name, !reader.in_response(), deadline());
  if (secured) machine.tls_established();
}

Task<ClientSession::Outcome<Answer>> ClientSession::Dialogue::ask(ClientCommand command) {
  answer_octets = 0;
  machine.begin(command);
  co_return co_await answer_of(command.verb());
}

Task<ClientSession::Outcome<Answer>> ClientSession::Dialogue::answer_of(std::string_view verb) {
  co_await drive();
  if (machine.error()) co_return tl::unexpected<ClientError>(*machine.error());
  if (machine.closed()) {
    co_return tl::unexpected<ClientError>(
        ClientError{ClientErrorKind::kLost, std::nullopt, "the session has ended"});
  }
  Answer answer = machine.take_answer();
  if (answer.status.status != ResponseStatus::kOk) {
    co_return tl::unexpected<ClientError>(ClientError{
        ClientErrorKind::kRefused, answer.status,
        "the server refused " + std::string(verb) + ": " + escaped(answer.status.text.substr(0, 200))});
  }
  co_return answer;
}

Task<ClientSession::Outcome<void>> ClientSession::Dialogue::ask_plainly(ClientCommand command) {
  Outcome<Answer> answer = co_await ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return Outcome<void>();
}

// Ends IDLE at its time, or as soon as somebody cancels the timer. // RFC 2177 3
Task<void> ClientSession::Dialogue::watch_idle(Instant until) {
  watching = true;
  const Ok waited = co_await idle_timer->wait_until(until);
  static_cast<void>(waited);
  idle_stop = true;
  // Before the server's "+" there is nothing to end; then the reader sees to it.
  if (machine.idling()) {
    machine.end_idle();
    ClientAction action = machine.next();
    GLASSPOST_ASSERT(action.kind == ClientAction::Kind::kSend);
    co_await say(std::move(action.bytes));
  }
  watching = false;
  watched.notify();
}

ClientSession::ClientSession(ClientOptions options, ClientContext context)
    : dialogue_(std::make_unique<Dialogue>(std::move(options), context)) {}

ClientSession::~ClientSession() = default;

Task<ClientSession::Outcome<void>> ClientSession::connect(ByteStreamPtr stream) {
  dialogue_->open(std::move(stream));
  co_await dialogue_->drive();
  if (dialogue_->machine.error()) co_return tl::unexpected<ClientError>(*dialogue_->machine.error());
  co_return Outcome<void>();
}

Task<ClientSession::Outcome<void>> ClientSession::select(std::string mailbox, bool read_only) {
  dialogue_->answer_octets = 0;
  dialogue_->machine.select(mailbox, read_only);
  Outcome<Answer> answer = co_await dialogue_->answer_of("SELECT");
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return Outcome<void>();
}

Task<ClientSession::Outcome<void>> ClientSession::logout() {
  dialogue_->machine.logout();
  co_await dialogue_->drive();
  co_await dialogue_->hang_up(dialogue_->deadline());
  if (dialogue_->machine.error()) co_return tl::unexpected<ClientError>(*dialogue_->machine.error());
  co_return Outcome<void>();
}

void ClientSession::abort() {
  dialogue_->abort();
}

bool ClientSession::usable() const {
  return dialogue_->machine.ready();
}

bool ClientSession::offers(std::string_view capability) const {
  return dialogue_->machine.offers(capability);
}

const SelectedMailbox& ClientSession::mailbox() const {
  return dialogue_->machine.mailbox();
}

MailboxNews ClientSession::take_news() {
  return dialogue_->machine.take_news();
}

const std::optional<TlsFacts>& ClientSession::tls() const {
  return dialogue_->tls;
}

std::optional<sasl::Mechanism> ClientSession::mechanism() const {
  return dialogue_->machine.mechanism();
}

ConnectionId ClientSession::connection() const {
  return dialogue_->connection;
}

}  // namespace glasspost::imap
