#include "engine/session/smtp_client.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/line/line_reader.h"
#include "engine/protocol/smtp/command.h"
#include "engine/session/client_wire.h"

namespace glasspost::smtp {
namespace {

constexpr std::size_t kBlock = 512;               // replies are short, and idle sessions many
constexpr std::size_t kContentBlock = 32 * 1024;  // content is encoded and written in blocks of about this
// RFC 5321 4.5.3.1.5 says 512; SASL challenges are longer (RFC 4954 4).
constexpr LineReader::Limits kReplyLimits{kMaxAuthLine, 1 << 16};

ClientErrorKind kind_of(const Error& error) {
  if (error.code == ErrorCode::kTimedOut) return ClientErrorKind::kTimedOut;
  if (error.code == ErrorCode::kTls) return ClientErrorKind::kTls;
  return ClientErrorKind::kLost;
}

}  // namespace

struct ClientSession::Dialogue final : ClientWire {
  Dialogue(ClientOptions options_in, ClientContext context_in)
      : ClientWire(context_in.tls, kBlock),
        options(std::move(options_in)),
        context(context_in),
        machine(options, options.credentials ? context.random.stream("sasl nonce").token(24) : std::string()),
        lines(kReplyLimits) {}

  Task<void> drive();
  Task<void> read_reply();
  Task<void> send_content();
  Task<void> upgrade();
  void notify();
  void wire_failed(const Error& error) override;
  [[nodiscard]] Duration patience() const;

  ClientOptions options;
  ClientContext context;
  ClientMachine machine;
  LineReader lines;
  ReplyParser replies;
  std::string_view content;  ///< of the present send()
};

void ClientSession::Dialogue::notify() {
  for (const ClientStateChange& change : machine.changes()) {
    context.observer.state_changed(
        {connection, "smtp-client", to_string(change.from), to_string(change.to), change.trigger});
  }
  machine.clear_changes();
}

// How long the next reply may take. // RFC 5321 4.5.3.2
Duration ClientSession::Dialogue::patience() const {
  const ClientTimeouts& timeouts = options.timeouts;
  switch (machine.phase()) {
    case Phase::kGreeting:
      return timeouts.greeting;
    case Phase::kData:
      return timeouts.data;
    case Phase::kContent:
      return timeouts.content_block;
    case Phase::kFinalReply:
      return timeouts.final_reply;
    case Phase::kQuit:
      return timeouts.quit;
    default:
      return timeouts.command;
  }
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
        co_await write(action.bytes, context.clock.now() + options.timeouts.command);
        break;
      case ClientAction::Kind::kRead:
        co_await read_reply();
        break;
      case ClientAction::Kind::kUpgradeTls:
        co_await upgrade();
        break;
      case ClientAction::Kind::kSendContent:
        co_await send_content();
        break;
    }
  }
}

void ClientSession::Dialogue::wire_failed(const Error& error) {
  machine.fail(kind_of(error), error.message);
}

Task<void> ClientSession::Dialogue::read_reply() {
  const Instant deadline = context.clock.now() + patience();
  while (true) {
    while (const std::optional<Line> line = lines.next(unread)) {
      if (line->too_long || line->bare_lf || line->bare_cr) {
        machine.fail(ClientErrorKind::kProtocol, "the server's line is too long or does not end with CR LF");
        co_return;
      }
      auto reply = replies.feed(line->text);
      if (!reply) {
        machine.fail(ClientErrorKind::kProtocol,
                     reply.error().message + ": " + escaped(line->text.substr(0, 80)));
        co_return;
      }
      if (*reply) {
        machine.receive(**reply);
        co_return;
      }
    }
    const bool more = co_await fill(deadline);
    if (!more) co_return;
  }
}

Task<void> ClientSession::Dialogue::send_content() {
  ContentEncoder encoder;
  std::string_view rest = content;
  std::string encoded;
  while (!machine.closed()) {
    const std::string_view piece = rest.substr(0, kContentBlock);
    rest.remove_prefix(piece.size());
    encoded.clear();
    encoder.encode(piece, encoded);
    const bool last = rest.empty();
    if (last) {
      encoder.finish(encoded);
      // From here on the server may have the whole message, whatever becomes of the connection.
      machine.content_ending();
      notify();
    }
    const bool written = co_await write(encoded, context.clock.now() + options.timeouts.content_block);
    if (last || !written) co_return;
  }
}

Task<void> ClientSession::Dialogue::upgrade() {
  const Instant deadline = context.clock.now() + options.timeouts.command;
  const bool secured = co_await secure(options.tls_server_name, !replies.in_reply(), deadline);
  if (secured) machine.tls_established();
}

ClientSession::ClientSession(ClientOptions options, ClientContext context)
    : dialogue_(std::make_unique<Dialogue>(std::move(options), context)) {}

ClientSession::~ClientSession() = default;

Task<tl::expected<void, ClientError>> ClientSession::connect(ByteStreamPtr stream) {
  dialogue_->open(std::move(stream));
  co_await dialogue_->drive();
  if (dialogue_->machine.error()) co_return tl::unexpected<ClientError>(*dialogue_->machine.error());
  co_return tl::expected<void, ClientError>();
}

Task<Delivery> ClientSession::send(const Envelope& envelope, std::string_view content) {
  dialogue_->content = content;
  dialogue_->machine.begin(envelope, inspect_content(content));
  co_await dialogue_->drive();
  dialogue_->content = {};
  co_return dialogue_->machine.delivery();
}

Task<void> ClientSession::quit() {
  dialogue_->machine.quit();
  co_await dialogue_->drive();
  co_await dialogue_->hang_up(dialogue_->context.clock.now() + dialogue_->options.timeouts.quit);
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

std::uint32_t ClientSession::next_transaction() const {
  return dialogue_->machine.next_transaction();
}

ConnectionId ClientSession::connection() const {
  return dialogue_->connection;
}

}  // namespace glasspost::smtp
