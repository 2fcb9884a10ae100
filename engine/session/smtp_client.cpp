#include "engine/session/smtp_client.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/line/line_reader.h"
#include "engine/protocol/smtp/command.h"

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

struct ClientSession::Dialogue {
  Dialogue(ClientOptions options_in, ClientContext context_in)
      : options(std::move(options_in)),
        context(context_in),
        machine(options, options.credentials ? context.random.stream("sasl nonce").token(24) : std::string()),
        lines(kReplyLimits) {}

  Task<void> drive();
  Task<void> write(std::string bytes, Duration wait);
  Task<void> read_reply();
  Task<void> send_content();
  Task<void> upgrade();
  void notify();
  [[nodiscard]] Duration patience() const;

  ClientOptions options;
  ClientContext context;
  ClientMachine machine;
  ByteStreamPtr stream;
  ByteStream* handshaking = nullptr;  ///< the stream below during a handshake
  ConnectionId connection;
  std::optional<TlsFacts> tls;
  LineReader lines;
  ReplyParser replies;
  std::unique_ptr<char[]> block = std::make_unique<char[]>(kBlock);
  std::string_view unread;   ///< within block
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
        co_await write(std::move(action.bytes), options.timeouts.command);
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

Task<void> ClientSession::Dialogue::write(std::string bytes, Duration wait) {
  stream->set_deadline(context.clock.now() + wait);
  const Ok written = co_await stream->write(bytes);
  if (!written) machine.fail(kind_of(written.error()), written.error().message);
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
    stream->set_deadline(deadline);
    const std::span<char> into(block.get(), kBlock);
    const Result<std::size_t> count = co_await stream->read(into);
    if (!count) {
      machine.fail(kind_of(count.error()), count.error().message);
      co_return;
    }
    if (*count == 0) {
      machine.fail(ClientErrorKind::kLost, "the server closed the connection");
      co_return;
    }
    unread = std::string_view(block.get(), *count);
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
    stream->set_deadline(context.clock.now() + options.timeouts.content_block);
    const Ok written = co_await stream->write(encoded);
    if (!written) machine.fail(kind_of(written.error()), written.error().message);
    if (last) co_return;
  }
}

Task<void> ClientSession::Dialogue::upgrade() {
  if (context.tls == nullptr) {
    machine.fail(ClientErrorKind::kTls, "this host has no TLS");
    co_return;
  }
  // RFC 3207 4.2: what came behind the 220 in the clear was put there by somebody else.
  if (!unread.empty() || replies.in_reply()) {
    machine.fail(ClientErrorKind::kTls, "octets came in the clear behind the reply to STARTTLS");
    co_return;
  }
  stream->set_deadline(context.clock.now() + options.timeouts.command);
  handshaking = stream.get();
  ByteStreamPtr below = std::move(stream);
  Result<TlsUpgrade> upgraded =
      co_await context.tls->upgrade(std::move(below), TlsRole::kClient, options.tls_server_name);
  handshaking = nullptr;
  if (!upgraded) {
    machine.fail(kind_of(upgraded.error()), upgraded.error().message);
    co_return;
  }
  stream = std::move(upgraded->stream);
  tls = std::move(upgraded->facts);
  machine.tls_established();
}

ClientSession::ClientSession(ClientOptions options, ClientContext context)
    : dialogue_(std::make_unique<Dialogue>(std::move(options), context)) {}

ClientSession::~ClientSession() = default;

Task<tl::expected<void, ClientError>> ClientSession::connect(ByteStreamPtr stream) {
  GLASSPOST_ASSERT(dialogue_->stream == nullptr);
  dialogue_->connection = stream->connection();
  dialogue_->stream = std::move(stream);
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
  if (dialogue_->stream) {
    dialogue_->stream->set_deadline(dialogue_->context.clock.now() + dialogue_->options.timeouts.quit);
    const Ok closed = co_await dialogue_->stream->close_write();
    static_cast<void>(closed);
    dialogue_->stream.reset();
  }
}

void ClientSession::abort() {
  if (dialogue_->stream) dialogue_->stream->abort();
  if (dialogue_->handshaking != nullptr) dialogue_->handshaking->abort();
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
