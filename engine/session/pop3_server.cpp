#include "engine/session/pop3_server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/hash.h"
#include "engine/protocol/line/line_reader.h"
#include "engine/protocol/pop3/command.h"
#include "engine/session/authentication.h"
#include "engine/session/server_wire.h"

namespace glasspost::pop3 {
namespace {

constexpr std::size_t kBlock = 2 * 1024;
constexpr std::size_t kMostReplies = 16 * 1024;  // octets of responses that wait for more commands
constexpr std::size_t kPiece = 32 * 1024;        // of content or a listing, before it is written

LineReader::Limits line_limits() {
  LineReader::Limits limits;
  limits.max_line = kMaxAuthLine;  // shorter for every other command: parse_command() looks
  limits.max_discard = 64 * 1024;
  return limits;
}

}  // namespace

struct ServerSession::Dialogue final : ServerWire {
  Dialogue(ByteStreamPtr stream_in, const ServerOptions& options_in, Service& service_in,
           ServerContext context_in)
      : ServerWire(std::move(stream_in), context_in.clock, context_in.tls, options_in.write_timeout),
        options(options_in),
        service(service_in),
        context(context_in),
        machine(options_in),
        lines(line_limits()) {
    client.connection = stream()->connection();
    client.remote = stream()->remote();
    client.local = stream()->local();
    resize_block(kBlock);
  }

  Task<void> run();
  Task<bool> greet();
  Task<void> take_line(Line line);
  Task<void> act(ServerStep step, Command command);
  Task<void> log_in(Command command);
  Task<void> authenticate(Command command);
  Task<void> open(std::string user, std::string account);
  Task<void> send_lines(Command command);
  Task<void> send_content(ServerStep step, Command command);
  Task<void> update();
  Task<void> start_tls(Response response);
  Task<bool> upgrade();
  Task<std::optional<Line>> read_line();
  Task<void> finish();
  [[nodiscard]] Duration patience() const override { return options.idle_timeout; }
  void wire_lost(WireLoss loss) override;

  void say(const Response& response) { encode_response(response, out); }
  void notify();
  void note_login(const std::string& user, bool passed);
  void flooded();

  const ServerOptions& options;
  Service& service;
  ServerContext context;
  ServerMachine machine;
  ClientInfo client;
  LineReader lines;
  std::string timestamp;  ///< of the greeting, for APOP
  store::FolderId folder;
  std::optional<MaildropLocks::Lock> lock;
  CloseReason reason = CloseReason::kQuit;
};

void ServerSession::Dialogue::notify() {
  for (const ServerStateChange& change : machine.changes()) {
    context.observer.state_changed(
        {client.connection, "pop3-server", to_string(change.from), to_string(change.to), change.trigger});
  }
  machine.clear_changes();
}

void ServerSession::Dialogue::note_login(const std::string& user, bool passed) {
  const bool sasl = client.mechanism != "USER" && client.mechanism != "APOP";
  tell_authentication(context.observer, {client.connection, sasl ? "RFC 5034 4" : "RFC 1939 7", user,
                                         client.mechanism, passed});
}

void ServerSession::Dialogue::wire_lost(WireLoss loss) {
  // RFC 1939 3: when the timer runs out, the connection is closed without a word and nothing is removed.
  const bool timed_out = loss == WireLoss::kTimedOut;
  lost = true;
  out.clear();
  if (!machine.closed()) machine.close(timed_out ? "timeout" : "lost");
  reason = timed_out                ? CloseReason::kTimedOut
           : loss == WireLoss::kTls ? CloseReason::kTls
                                    : CloseReason::kLost;
  notify();
}

Task<void> ServerSession::Dialogue::run() {
  const bool greeted = co_await greet();
  if (greeted) {
    while (!machine.closed() && !stop_requested) {
      const std::optional<Line> line = lines.next(unread);
      if (line) {
        co_await take_line(*line);
        if (out.size() < kMostReplies) continue;
      }
      const bool written = co_await flush();
      if (!written) break;
      if (line) continue;
      const bool more = co_await fill();
      if (!more) break;
    }
  }
  co_await finish();
}

Task<bool> ServerSession::Dialogue::greet() {
  if (options.implicit_tls) {
    const bool secured = co_await upgrade();
    if (!secured) co_return false;
    machine.tls_implicit();
  }
  const Response answer = co_await service.connected(client);
  if (!answer.positive()) {
    say(machine.turn_away(answer));
    reason = CloseReason::kRefused;
    notify();
    co_return true;
  }
  if (options.apop) {
    timestamp = "<" + context.random.stream("apop timestamp").token(16) + "." +
                std::to_string(context.clock.now().unix_seconds()) + "@" + options.host_name + ">";
  }
  say(machine.greet(timestamp));
  notify();
  co_return true;
}

void ServerSession::Dialogue::flooded() {
  say(Response::error("Line without end; closing"));
  machine.close("flood");
  reason = CloseReason::kTooMany;
  notify();
}

Task<void> ServerSession::Dialogue::take_line(Line line) {
  if (line.flood) {
    flooded();
    co_return;
  }
  if (line.bare_lf || line.bare_cr) {
    // RFC 1939 3: CRLF ends a command. What one side takes for two lines and the other for one is how
    // commands get smuggled, so nothing behind it is read.
    say(Response::error("A line ends with CR LF; closing"));
    machine.close("bare line end");
    reason = CloseReason::kRefused;
    notify();
    co_return;
  }
  auto command = parse_command(line.text);
  if (line.too_long || !command) {
    const CommandError too_long{Verb::kUnknown, "Line too long", 0};
    say(machine.refuse(line.too_long ? too_long : command.error()));
    if (machine.closed()) reason = CloseReason::kTooMany;
    notify();
    co_return;
  }
  ServerStep step = machine.receive(*command);
  if (step.question == ServerQuestion::kNone) {
    say(step.response);
    if (machine.closed()) reason = CloseReason::kTooMany;
    notify();
    co_return;
  }
  notify();
  co_await act(std::move(step), std::move(*command));
  notify();
}

Task<void> ServerSession::Dialogue::act(ServerStep step, Command command) {
  switch (step.question) {
    case ServerQuestion::kNone:
      break;
    case ServerQuestion::kLogIn:
      co_await log_in(std::move(command));
      break;
    case ServerQuestion::kAuthenticate:
      co_await authenticate(std::move(command));
      break;
    case ServerQuestion::kStls:
      co_await start_tls(std::move(step.response));
      break;
    case ServerQuestion::kLines:
      say(step.response);
      co_await send_lines(std::move(command));
      break;
    case ServerQuestion::kContent:
      co_await send_content(std::move(step), std::move(command));
      break;
    case ServerQuestion::kUpdate:
      co_await update();
      break;
    case ServerQuestion::kQuit:
      say(step.response);
      break;
  }
  const bool login =
      step.question == ServerQuestion::kLogIn || step.question == ServerQuestion::kAuthenticate;
  if (login && machine.closed() && reason == CloseReason::kQuit) reason = CloseReason::kTooMany;
}

// USER with PASS, or APOP. // RFC 1939 7
Task<void> ServerSession::Dialogue::log_in(Command command) {
  const std::string user = machine.user();
  client.mechanism = command.verb == Verb::kApop ? "APOP" : "USER";
  const std::optional<Login> login = co_await service.login(client, user);
  bool passed = false;
  if (login && !login->secret.password.empty()) {
    const std::string& password = login->secret.password;
    if (command.verb == Verb::kApop) {
      const std::string digest = crypto::digest(crypto::HashAlgorithm::kMd5, timestamp + password);
      passed = crypto::equal_in_constant_time(crypto::to_hex(digest), command.digest);
    } else {
      passed = crypto::equal_in_constant_time(password, command.argument);
    }
  }
  note_login(user, passed);
  if (!passed) {
    say(machine.refused(Response::error(ResponseCode::kAuth, "Authentication failed")));
    co_return;
  }
  co_await open(user, login->account);
}

// Locks the maildrop and takes the snapshot that the session will see.
Task<void> ServerSession::Dialogue::open(std::string user, std::string account) {
  lock = context.locks.acquire(account);
  if (!lock) {  // RFC 1939 4, RFC 2449 8.1.2
    say(machine.refused(Response::error(ResponseCode::kInUse, "Another session holds this maildrop")));
    co_return;
  }
  std::vector<MaildropMessage> messages;
  const Result<store::FolderInfo> inbox = co_await context.store.folder(account, "INBOX");
  Result<std::vector<store::MessageInfo>> listed = std::vector<store::MessageInfo>();
  if (inbox) listed = co_await context.store.list(inbox->id, store::UidRange());
  if (!inbox || !listed) {
    lock.reset();
    say(machine.refused(Response::error(ResponseCode::kSysTemp, "The maildrop cannot be opened now")));
    co_return;
  }
  messages.reserve(listed->size());
  for (const store::MessageInfo& message : *listed)
    messages.push_back({message.uid, message.size, false});
  folder = inbox->id;
  client.account = account;
  say(machine.opened(user, Maildrop(inbox->uid_validity, std::move(messages))));
}

Task<void> ServerSession::Dialogue::authenticate(Command command) {
  const std::optional<sasl::Mechanism> mechanism = sasl::parse_mechanism(command.argument);
  GLASSPOST_ASSERT(mechanism.has_value());
  client.mechanism = sasl::to_string(*mechanism);
  std::optional<std::string> initial;
  if (command.initial_response) {
    // "=" is an empty initial response.
    const bool empty = *command.initial_response == "=";
    auto decoded =
        crypto::base64_decode(empty ? std::string_view() : std::string_view(*command.initial_response));
    if (!decoded) {
      say(machine.refused(Response::error("That is not base64")));
      co_return;
    }
    initial = std::move(*decoded);
  }
  std::unique_ptr<sasl::ServerMachine> sasl =
      sasl::make_server(*mechanism, make_nonces(context.random, context.clock, options.host_name));
  sasl::ServerMachine& exchanging = *sasl;
  std::string account;
  sasl::ServerStep step =
      exchanging.start(initial ? std::optional<std::string_view>(*initial) : std::nullopt);
  while (step == sasl::ServerStep::kChallenge || step == sasl::ServerStep::kNeedSecret) {
    if (step == sasl::ServerStep::kNeedSecret) {
      const std::optional<Login> login = co_await service.login(client, exchanging.user());
      const bool open_to_login = login && !login->secret.password.empty();
      if (open_to_login) account = login->account;
      step = exchanging.secret(open_to_login ? std::optional<sasl::Secret>(login->secret) : std::nullopt);
      continue;
    }
    say({Status::kChallenge, ResponseCode::kNone, crypto::base64_encode(exchanging.challenge())});
    const std::optional<Line> line = co_await read_line();
    if (!line) co_return;
    if (line->text == "*") {
      say(machine.refused(Response::error("Authentication cancelled")));
      co_return;
    }
    const auto response = crypto::base64_decode(line->text);
    if (!response || line->too_long || line->bare_lf) {
      say(machine.refused(Response::error(line->too_long ? "Line too long" : "That is not base64")));
      co_return;
    }
    step = exchanging.respond(*response);
  }
  if (step == sasl::ServerStep::kMalformed) {
    say(machine.refused(Response::error("The mechanism does not allow that response")));
    co_return;
  }
  // Nobody here may act for another. // RFC 4422 3.4.1
  const bool itself = exchanging.authorize_as().empty() || exchanging.authorize_as() == exchanging.user();
  const bool passed = step == sasl::ServerStep::kSuccess && itself && !account.empty();
  note_login(exchanging.user(), passed);
  if (!passed) {
    say(machine.refused(Response::error(ResponseCode::kAuth, "Authentication failed")));
    co_return;
  }
  co_await open(exchanging.user(), account);
}

// One line of a SASL exchange, after what has been said was sent. None: the dialogue is over.
Task<std::optional<Line>> ServerSession::Dialogue::read_line() {
  const bool written = co_await flush();
  if (!written) co_return std::nullopt;
  while (true) {
    std::optional<Line> line = lines.next(unread);
    if (line) {
      if (!line->flood) co_return line;
      flooded();
      co_return std::nullopt;
    }
    const bool more = co_await fill();
    if (!more) co_return std::nullopt;
  }
}

// The lines of CAPA, LIST and UIDL, in pieces, and the lone dot.
Task<void> ServerSession::Dialogue::send_lines(Command command) {
  if (command.verb == Verb::kCapa) {
    out += machine.capabilities();
  } else {
    std::uint32_t number = 1;
    while (number != 0) {
      number = machine.listing(command.verb, number, kPiece, out);
      if (number == 0) break;
      const bool written = co_await flush();
      if (!written) co_return;
    }
  }
  out += ".\r\n";
}

Task<void> ServerSession::Dialogue::send_content(ServerStep step, Command command) {
  const MaildropMessage& message = *machine.maildrop().find(step.number);
  const Result<store::Content> content = co_await context.store.content(folder, message.uid);
  if (!content) {
    // Another protocol may have removed it since the login.
    const bool gone = content.error().code == ErrorCode::kNotFound;
    say(gone ? Response::error("This message is gone")
             : Response::error(ResponseCode::kSysTemp, "This message cannot be read now"));
    co_return;
  }
  std::string_view rest = **content;
  if (command.verb == Verb::kTop) {
    rest = rest.substr(0, top_length(rest, command.lines));
    step.response = Response::ok("The top follows");
  }
  say(step.response);
  MultiLineEncoder encoder;
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, kPiece);
    rest.remove_prefix(piece.size());
    encoder.encode(piece, out);
    if (rest.empty()) break;
    const bool written = co_await flush();
    if (!written) co_return;
  }
  encoder.finish(out);
}

// RFC 1939 6: only now does what DELE marked go.
Task<void> ServerSession::Dialogue::update() {
  const std::vector<store::Uid> uids = machine.maildrop().marked();
  bool removed = true;
  if (!uids.empty()) {
    store::FlagChange change;
    change.flags.system = store::flag::kDeleted;
    const Result<store::FlagsChanged> flagged = co_await context.store.change_flags(folder, uids, change);
    removed = flagged.has_value();
    if (removed) {
      const Result<std::vector<store::Uid>> expunged =
          co_await context.store.expunge(folder, std::optional<std::vector<store::Uid>>(uids));
      removed = expunged.has_value();
    }
  }
  lock.reset();
  if (!machine.closed()) say(machine.updated(removed));
}

Task<void> ServerSession::Dialogue::start_tls(Response response) {
  if (!unread.empty()) {
    // Nothing said before the handshake may count after it. Whoever put these octets behind STLS in the clear
    // hopes that they do.
    say(Response::error("STLS must come last; closing"));
    machine.close("injection");
    unread = {};
    reason = CloseReason::kRefused;
    co_return;
  }
  say(response);
  const bool written = co_await flush();
  if (!written) co_return;
  const bool secured = co_await upgrade();
  if (!secured) co_return;
  machine.tls_established();
}

Task<bool> ServerSession::Dialogue::upgrade() {
  client.tls = co_await secure(options.idle_timeout);
  co_return client.tls.has_value();
}

// Says what is left to say, lets the peer read it, and tells the service.
Task<void> ServerSession::Dialogue::finish() {
  if (stop_requested && !machine.closed()) {
    say(Response::error(ResponseCode::kSysTemp, "Shutting down"));
    machine.close("stop");
    reason = CloseReason::kStopped;
    notify();
  }
  lock.reset();
  co_await hang_up();
  service.closed(client, reason);
}

Task<Response> Service::connected(const ClientInfo&) {
  co_return Response::ok("");
}

ServerSession::ServerSession(ByteStreamPtr stream, const ServerOptions& options, Service& service,
                             ServerContext context)
    : dialogue_(std::make_unique<Dialogue>(std::move(stream), options, service, context)) {}

ServerSession::~ServerSession() = default;

Task<void> ServerSession::serve() {
  return dialogue_->run();
}

void ServerSession::request_stop() {
  dialogue_->request_stop();
}

void ServerSession::abort() {
  dialogue_->abort();
}

const ClientInfo& ServerSession::client() const {
  return dialogue_->client;
}

}  // namespace glasspost::pop3
