#include "engine/session/pop3_client.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/line/line_reader.h"
#include "engine/session/client_wire.h"

namespace glasspost::pop3 {
namespace {

constexpr std::size_t kBlock = 16 * 1024;
// RFC 1939 3 says 512; SASL challenges are longer.
constexpr LineReader::Limits kResponseLimits{kMaxAuthLine, 1 << 16};

ClientErrorKind kind_of(const Error& error) {
  if (error.code == ErrorCode::kTimedOut) return ClientErrorKind::kTimedOut;
  if (error.code == ErrorCode::kTls) return ClientErrorKind::kTls;
  return ClientErrorKind::kLost;
}

Command about(Verb verb, std::uint32_t number, std::uint32_t lines = 0) {
  Command command;
  command.verb = verb;
  command.message = number;
  command.lines = lines;
  return command;
}

Command plain(Verb verb) {
  Command command;
  command.verb = verb;
  return command;
}

}  // namespace

struct ClientSession::Dialogue final : ClientWire {
  Dialogue(ClientOptions options_in, ClientContext context_in)
      : ClientWire(context_in.tls, kBlock),
        options(std::move(options_in)),
        context(context_in),
        machine(options, context.random.stream("sasl nonce").token(24)),
        lines(kResponseLimits) {}

  Task<void> drive();
  Task<Outcome<Answer>> ask(Command command);
  Task<Outcome<void>> ask_plainly(Command command);
  Task<void> read_response();
  Task<void> read_lines();
  Task<void> upgrade();
  void notify();
  void wire_failed(const Error& error) override;
  [[nodiscard]] Instant deadline() const { return context.clock.now() + options.timeout; }
  template <class T>
  Outcome<T> understood(Result<T> parsed);

  ClientOptions options;
  ClientContext context;
  ClientMachine machine;
  LineReader lines;
};

void ClientSession::Dialogue::notify() {
  for (const ClientStateChange& change : machine.changes()) {
    context.observer.state_changed(
        {connection, "pop3-client", to_string(change.from), to_string(change.to), change.trigger});
  }
  machine.clear_changes();
}

// Does what the machine says until it has nothing more to do.
Task<void> ClientSession::Dialogue::drive() {
  while (true) {
    ClientAction action = machine.next();
    notify();
    switch (action.kind) {
      case ClientAction::Kind::kNothing:
        co_return;
      case ClientAction::Kind::kSend:
        co_await write(action.bytes, deadline());
        break;
      case ClientAction::Kind::kRead:
        co_await read_response();
        break;
      case ClientAction::Kind::kReadLines:
        co_await read_lines();
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

Task<void> ClientSession::Dialogue::read_response() {
  while (true) {
    if (const std::optional<Line> line = lines.next(unread)) {
      if (line->too_long || line->bare_lf || line->bare_cr) {
        machine.fail(ClientErrorKind::kProtocol, "the server's line is too long or does not end with CR LF");
        co_return;
      }
      const Result<Response> response = parse_response(line->text);
      if (!response) {
        machine.fail(ClientErrorKind::kProtocol,
                     response.error().message + ": " + escaped(line->text.substr(0, 80)));
        co_return;
      }
      machine.receive(*response);
      co_return;
    }
    const bool more = co_await fill(deadline());
    if (!more) co_return;
  }
}

Task<void> ClientSession::Dialogue::read_lines() {
  ContentDecoder::Options decoding;
  decoding.max_size = options.max_response_bytes;
  ContentDecoder decoder(decoding);
  std::string content;
  while (!decoder.decode(unread, content)) {
    if (decoder.findings().too_large) {
      machine.fail(ClientErrorKind::kTooLarge, "the server's response is larger than this client takes");
      co_return;
    }
    const bool more = co_await fill(deadline());
    if (!more) co_return;
  }
  if (decoder.findings().too_large) {
    machine.fail(ClientErrorKind::kTooLarge, "the server's response is larger than this client takes");
    co_return;
  }
  machine.receive_lines(std::move(content));
}

Task<void> ClientSession::Dialogue::upgrade() {
  const bool secured = co_await secure(options.tls_server_name, !lines.in_line(), deadline());
  if (secured) machine.tls_established();
}

Task<ClientSession::Outcome<Answer>> ClientSession::Dialogue::ask(Command command) {
  machine.begin(command);
  co_await drive();
  if (machine.error()) co_return tl::unexpected<ClientError>(*machine.error());
  if (machine.closed()) {
    co_return tl::unexpected<ClientError>(
        ClientError{ClientErrorKind::kLost, std::nullopt, "the session has ended"});
  }
  Answer answer = machine.take_answer();
  if (!answer.response.positive()) {
    co_return tl::unexpected<ClientError>(
        ClientError{ClientErrorKind::kRefused, answer.response,
                    "the server refused " + std::string(to_string(command.verb))});
  }
  co_return answer;
}

Task<ClientSession::Outcome<void>> ClientSession::Dialogue::ask_plainly(Command command) {
  Outcome<Answer> answer = co_await ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return Outcome<void>();
}

template <class T>
ClientSession::Outcome<T> ClientSession::Dialogue::understood(Result<T> parsed) {
  if (parsed) return std::move(*parsed);
  machine.fail(ClientErrorKind::kProtocol, parsed.error().message);
  notify();
  return tl::unexpected<ClientError>(*machine.error());
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

Task<ClientSession::Outcome<DropListing>> ClientSession::stat() {
  Outcome<Answer> answer = co_await dialogue_->ask(plain(Verb::kStat));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return dialogue_->understood(parse_drop_listing(answer->response.text));
}

Task<ClientSession::Outcome<std::vector<ScanListing>>> ClientSession::list() {
  Outcome<Answer> answer = co_await dialogue_->ask(plain(Verb::kList));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return dialogue_->understood(parse_scan_listings(answer->lines));
}

Task<ClientSession::Outcome<std::vector<UniqueIdListing>>> ClientSession::uidl() {
  Outcome<Answer> answer = co_await dialogue_->ask(plain(Verb::kUidl));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return dialogue_->understood(parse_unique_ids(answer->lines));
}

Task<ClientSession::Outcome<std::string>> ClientSession::retr(std::uint32_t number) {
  Outcome<Answer> answer = co_await dialogue_->ask(about(Verb::kRetr, number));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return std::move(answer->lines);
}

Task<ClientSession::Outcome<std::string>> ClientSession::top(std::uint32_t number, std::uint32_t lines) {
  Outcome<Answer> answer = co_await dialogue_->ask(about(Verb::kTop, number, lines));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return std::move(answer->lines);
}

Task<ClientSession::Outcome<void>> ClientSession::dele(std::uint32_t number) {
  return dialogue_->ask_plainly(about(Verb::kDele, number));
}

Task<ClientSession::Outcome<void>> ClientSession::rset() {
  return dialogue_->ask_plainly(plain(Verb::kRset));
}

Task<ClientSession::Outcome<void>> ClientSession::noop() {
  return dialogue_->ask_plainly(plain(Verb::kNoop));
}

Task<ClientSession::Outcome<void>> ClientSession::quit() {
  dialogue_->machine.quit();
  co_await dialogue_->drive();
  co_await dialogue_->hang_up(dialogue_->deadline());
  if (dialogue_->machine.error()) co_return tl::unexpected<ClientError>(*dialogue_->machine.error());
  co_return Outcome<void>();
}

void ClientSession::abort() {
  dialogue_->abort();
}

bool ClientSession::usable() const {
  return dialogue_->machine.state() == ClientState::kReady;
}

const Capabilities& ClientSession::capabilities() const {
  return dialogue_->machine.capabilities();
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

}  // namespace glasspost::pop3
