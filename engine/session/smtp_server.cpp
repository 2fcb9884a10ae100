#include "engine/session/smtp_server.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/protocol/line/content_codec.h"
#include "engine/protocol/line/line_reader.h"
#include "engine/protocol/smtp/command.h"
#include "engine/session/authentication.h"
#include "engine/session/server_wire.h"

namespace glasspost::smtp {
namespace {

// An idle session keeps the small block; content and long pipelined groups get the large one.
constexpr std::size_t kSmallBlock = 512;  // most sessions wait for one short line
constexpr std::size_t kLargeBlock = 16 * 1024;
constexpr std::size_t kMostReplies = 16 * 1024;  // octets of replies that wait for more commands
// What an over-large message may go on for, beyond twice the limit, before the session is ended.
constexpr std::uint64_t kMostExcess = 1024 * 1024;

LineReader::Limits line_limits() {
  LineReader::Limits limits;
  limits.max_line = kMaxAuthLine;  // shorter for every other command: parse_command() looks
  return limits;
}

// In step 'a' of a chain of machine calls nothing else may intervene, so a service's reply is checked at
// once.
const Reply& checked(const Reply& reply) {
  GLASSPOST_ASSERT(reply.code >= 200 && reply.code < 600);
  return reply;
}

Reply bare_lf_refusal(const std::string& host_name) {
  return Reply::make(421, {4, 5, 2}, host_name + " A line ends with CR LF, not with LF alone; closing");
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
    client.profile = options.profile;
  }

  Task<void> run();
  Task<bool> greet();
  Task<void> take_line(Line line);
  Task<void> ask(ServerStep step, Command command);
  Task<void> read_content();
  Task<void> authenticate(Command command);
  Task<Reply> exchange(std::unique_ptr<sasl::ServerMachine> sasl, std::optional<std::string> initial);
  Task<std::optional<Line>> read_line();
  Task<void> start_tls(Reply reply);
  Task<bool> upgrade();
  Task<void> finish();
  [[nodiscard]] Duration patience() const override;
  void wire_lost(WireLoss loss) override;

  void say(const Reply& reply) { encode_reply(reply, options.enhanced_codes, out); }
  void notify();
  void note_leniencies(const std::vector<LeniencyUse>& uses);
  void note_content(const ContentFindings& findings);

  const ServerOptions& options;
  Service& service;
  ServerContext context;
  ServerMachine machine;
  ClientInfo client;
  LineReader lines;
  CloseReason reason = CloseReason::kQuit;
};

void ServerSession::Dialogue::notify() {
  for (const ServerStateChange& change : machine.changes()) {
    context.observer.state_changed(
        {client.connection, "smtp-server", to_string(change.from), to_string(change.to), change.trigger});
  }
  machine.clear_changes();
  if (const auto dropped = machine.take_dropped()) service.reset(client, *dropped);
}

void ServerSession::Dialogue::note_leniencies(const std::vector<LeniencyUse>& uses) {
  for (const LeniencyUse& use : uses)
    context.observer.leniency_used({client.connection, use.name, use.detail});
}

void ServerSession::Dialogue::note_content(const ContentFindings& findings) {
  if (findings.bare_lf > 0) {
    context.observer.leniency_used(
        {client.connection, "bare-lf-content", std::to_string(findings.bare_lf) + " LF without CR"});
  }
  if (findings.bare_cr > 0) {
    context.observer.leniency_used(
        {client.connection, "bare-cr-content", std::to_string(findings.bare_cr) + " CR without LF"});
  }
}

Duration ServerSession::Dialogue::patience() const {
  return machine.state() == ServerState::kContent ? options.content_timeout : options.command_timeout;
}

void ServerSession::Dialogue::wire_lost(WireLoss loss) {
  const bool timed_out = loss == WireLoss::kTimedOut;
  if (!machine.closed()) machine.close(timed_out ? "timeout" : "lost");
  reason = timed_out                ? CloseReason::kTimedOut
           : loss == WireLoss::kTls ? CloseReason::kTls
                                    : CloseReason::kLost;
  notify();
  if (timed_out) say(Reply::make(421, {4, 4, 2}, options.host_name + " Timeout; closing"));
}

Task<void> ServerSession::Dialogue::run() {
  resize_block(kSmallBlock);
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
      // A client that fills the block is sending a long group.
      const bool more = co_await fill();
      if (!more) break;
      if (unread.size() == block_size) resize_block(kLargeBlock);
    }
  }
  co_await finish();
}

Task<bool> ServerSession::Dialogue::greet() {
  if (options.profile == Profile::kSubmissions465) {  // RFC 8314 3.3
    const bool secured = co_await upgrade();
    if (!secured) co_return false;
    machine.tls_implicit();
  }
  const Reply answer = co_await service.connected(client);
  const Reply greeting = machine.greet(checked(answer));
  if (machine.closed()) reason = CloseReason::kRefused;
  say(greeting);
  notify();
  co_return true;
}

Task<void> ServerSession::Dialogue::take_line(Line line) {
  if (line.flood) {
    say(Reply::make(421, {4, 7, 0}, options.host_name + " Line without end; closing"));
    machine.close("421");
    reason = CloseReason::kTooMany;
    notify();
    co_return;
  }
  if (line.bare_lf && !options.leniencies.bare_lf_command) {
    // RFC 5321 2.3.8. What one side takes for two lines and the other for one is how commands get smuggled,
    // so nothing behind it is read.
    say(bare_lf_refusal(options.host_name));
    machine.close("421");
    reason = CloseReason::kRefused;
    notify();
    co_return;
  }
  if (line.bare_lf)
    context.observer.leniency_used({client.connection, "bare-lf-command", escaped(line.text)});
  if (line.too_long) {  // RFC 5321 4.5.3.1.4
    say(machine.refuse({Verb::kUnknown, Reply::make(500, {5, 5, 2}, "Line too long"), 0}));
    if (machine.closed()) reason = CloseReason::kTooMany;
    notify();
    co_return;
  }
  CommandSyntax syntax;
  syntax.leniencies = options.leniencies;
  syntax.allow_utf8 = options.smtputf8;
  auto command = parse_command(line.text, syntax);
  if (!command) {
    say(machine.refuse(command.error()));
    if (machine.closed()) reason = CloseReason::kTooMany;
    notify();
    co_return;
  }
  note_leniencies(command->leniencies);
  ServerStep step = machine.receive(*command);
  if (step.question == ServerQuestion::kNone) {
    say(step.reply);
    if (machine.closed()) reason = CloseReason::kTooMany;
    notify();
    co_return;
  }
  co_await ask(std::move(step), std::move(*command));
}

Task<void> ServerSession::Dialogue::ask(ServerStep step, Command command) {
  switch (step.question) {
    case ServerQuestion::kNone:
      break;
    case ServerQuestion::kHello: {
      client.helo_name = machine.pending_helo();
      client.esmtp = machine.pending_esmtp();
      const Reply answer = co_await service.helo(client);
      say(machine.hello_answered(checked(answer)));
      client.helo_name = machine.helo_name();
      client.esmtp = machine.esmtp();
      break;
    }
    case ServerQuestion::kMail: {
      const Reply answer = co_await service.mail(client, machine.pending_transaction());
      say(machine.mail_answered(checked(answer)));
      break;
    }
    case ServerQuestion::kRecipient: {
      const Reply answer =
          co_await service.recipient(client, *machine.transaction(), machine.pending_recipient());
      say(machine.recipient_answered(checked(answer)));
      break;
    }
    case ServerQuestion::kVerify: {
      const Reply answer = co_await service.verify(client, std::move(command.argument));
      say(machine.verify_answered(checked(answer)));
      break;
    }
    case ServerQuestion::kAuthenticate:
      notify();
      co_await authenticate(std::move(command));
      break;
    case ServerQuestion::kStartTls:
      notify();
      co_await start_tls(std::move(step.reply));
      break;
    case ServerQuestion::kContent:
      notify();
      say(step.reply);
      co_await read_content();
      break;
    case ServerQuestion::kQuit:
      say(step.reply);
      break;
  }
  if (machine.closed() && step.question != ServerQuestion::kQuit && reason == CloseReason::kQuit) {
    reason = CloseReason::kRefused;
  }
  notify();
}

Task<void> ServerSession::Dialogue::read_content() {
  ContentDecoder::Options decoding;
  decoding.max_size = options.max_message_size;
  decoding.normalise_bare_lf = options.leniencies.bare_lf_content;
  decoding.normalise_bare_cr = options.leniencies.bare_cr_content;
  ContentDecoder decoder(decoding);
  std::string content;
  const std::uint64_t announced = machine.transaction()->parameters.size.value_or(0);
  content.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(announced, kMostExcess)));
  const bool written = co_await flush();
  if (!written) co_return;
  resize_block(kLargeBlock);
  while (!decoder.decode(unread, content)) {
    const bool endless =
        decoder.findings().too_large && decoder.findings().size > 2 * options.max_message_size + kMostExcess;
    if (endless) {
      say(Reply::make(552, {5, 3, 4}, "Message too large; closing"));
      machine.close("421");
      reason = CloseReason::kTooMany;
      co_return;
    }
    const bool more = co_await fill();
    if (!more) co_return;
  }
  resize_block(kSmallBlock);
  if (const auto refusal = machine.content_received(decoder.findings())) {
    say(*refusal);
    co_return;
  }
  note_content(decoder.findings());
  const Reply answer = co_await service.message(client, *machine.transaction(), std::move(content));
  say(machine.message_answered(checked(answer)));
}

Task<void> ServerSession::Dialogue::authenticate(Command command) {
  const std::optional<sasl::Mechanism> mechanism = sasl::parse_mechanism(command.argument);
  GLASSPOST_ASSERT(mechanism.has_value());
  std::optional<std::string> initial;
  if (command.initial_response) {
    // RFC 4954 4: "=" is an empty initial response.
    const bool empty = *command.initial_response == "=";
    auto decoded =
        crypto::base64_decode(empty ? std::string_view() : std::string_view(*command.initial_response));
    if (!decoded) {
      say(machine.auth_finished(Reply::make(501, {5, 5, 2}, "That is not base64"), {}, *mechanism));
      co_return;
    }
    initial = std::move(*decoded);
  }
  std::unique_ptr<sasl::ServerMachine> sasl =
      sasl::make_server(*mechanism, make_nonces(context.random, context.clock, options.host_name));
  sasl::ServerMachine& exchanging = *sasl;
  sasl::ServerStep step =
      exchanging.start(initial ? std::optional<std::string_view>(*initial) : std::nullopt);
  while (step == sasl::ServerStep::kChallenge || step == sasl::ServerStep::kNeedSecret) {
    if (step == sasl::ServerStep::kNeedSecret) {
      std::optional<sasl::Secret> secret = co_await service.secret(client, exchanging.user());
      step = exchanging.secret(std::move(secret));
      continue;
    }
    say(Reply::make(334, crypto::base64_encode(exchanging.challenge())));
    const std::optional<Line> line = co_await read_line();
    if (!line) co_return;
    if (line->text == "*") {
      say(machine.auth_finished(Reply::make(501, {5, 7, 0}, "Authentication cancelled"), {}, *mechanism));
      co_return;
    }
    const auto response = crypto::base64_decode(line->text);
    if (!response || line->too_long || line->bare_lf) {
      const bool long_line = line->too_long;
      say(machine.auth_finished(
          Reply::make(long_line ? 500 : 501, {5, 5, 2}, long_line ? "Line too long" : "That is not base64"),
          {}, *mechanism));
      co_return;
    }
    step = exchanging.respond(*response);
  }
  if (step == sasl::ServerStep::kMalformed) {
    say(machine.auth_finished(Reply::make(501, {5, 5, 2}, "The mechanism does not allow that response"), {},
                              *mechanism));
    co_return;
  }
  // Nobody here may act for another. // RFC 4422 3.4.1
  const bool itself = exchanging.authorize_as().empty() || exchanging.authorize_as() == exchanging.user();
  const bool passed = step == sasl::ServerStep::kSuccess && itself;
  tell_authentication(context.observer, {client.connection, "RFC 4954 4", exchanging.user(),
                                         std::string(sasl::to_string(*mechanism)), passed});
  if (!passed) {
    say(machine.auth_finished(Reply::make(535, {5, 7, 8}, "Authentication failed"), {}, *mechanism));
    co_return;
  }
  client.authenticated_user = exchanging.user();
  client.mechanism = sasl::to_string(*mechanism);
  say(machine.auth_finished(Reply::make(235, {2, 7, 0}, "Authenticated"), exchanging.user(), *mechanism));
}

// One line of a SASL exchange, after what has been said was sent. None: the dialogue is over.
Task<std::optional<Line>> ServerSession::Dialogue::read_line() {
  const bool written = co_await flush();
  if (!written) co_return std::nullopt;
  while (true) {
    std::optional<Line> line = lines.next(unread);
    if (line) {
      if (!line->flood) co_return line;
      say(Reply::make(421, {4, 7, 0}, options.host_name + " Line without end; closing"));
      machine.close("421");
      co_return std::nullopt;
    }
    const bool more = co_await fill();
    if (!more) co_return std::nullopt;
  }
}

Task<void> ServerSession::Dialogue::start_tls(Reply reply) {
  if (!unread.empty()) {
    // RFC 3207 4.2, 6: nothing said before the handshake may count after it. Whoever put these octets behind
    // STARTTLS in the clear hopes that they do.
    say(Reply::make(554, {5, 5, 0}, "STARTTLS must come last; closing"));
    machine.close("injection");
    unread = {};
    reason = CloseReason::kRefused;
    co_return;
  }
  say(reply);
  const bool written = co_await flush();
  if (!written) co_return;
  const bool secured = co_await upgrade();
  if (!secured) co_return;
  machine.tls_established();
  client.helo_name.clear();
  client.esmtp = false;
  client.authenticated_user.clear();
  client.mechanism.clear();
}

Task<bool> ServerSession::Dialogue::upgrade() {
  client.tls = co_await secure(options.command_timeout);
  co_return client.tls.has_value();
}

// Says what is left to say, lets the peer read it, and tells the service.
Task<void> ServerSession::Dialogue::finish() {
  if (stop_requested && !machine.closed()) {
    say(Reply::make(421, {4, 3, 2}, options.host_name + " Shutting down"));  // RFC 5321 3.8
    machine.close("stop");
    reason = CloseReason::kStopped;
    notify();
  }
  co_await hang_up();
  service.closed(client, reason);
}

ServerOptions ServerOptions::for_profile(Profile profile, std::string host_name, bool has_tls) {
  ServerOptions options;
  options.profile = profile;
  options.host_name = std::move(host_name);
  options.starttls = has_tls && profile != Profile::kSubmissions465;
  if (profile == Profile::kRelay25) return options;
  options.leniencies = Leniencies::submission();
  options.require_auth = true;  // RFC 6409 4.3
  options.mechanisms = {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin, sasl::Mechanism::kCramMd5};
  return options;
}

std::string_view ClientInfo::protocol() const {
  if (!esmtp) return "SMTP";
  const bool authenticated = !authenticated_user.empty();
  if (tls) return authenticated ? "ESMTPSA" : "ESMTPS";
  return authenticated ? "ESMTPA" : "ESMTP";
}

Task<Reply> Service::connected(const ClientInfo&) {
  co_return Reply::make(220, "");
}
Task<Reply> Service::helo(const ClientInfo&) {
  co_return Reply::make(250, "");
}
Task<std::optional<sasl::Secret>> Service::secret(const ClientInfo&, std::string) {
  co_return std::nullopt;
}
Task<Reply> Service::mail(const ClientInfo&, const Transaction&) {
  co_return Reply::make(250, {2, 1, 0}, "OK");
}
Task<Reply> Service::recipient(const ClientInfo&, const Transaction&, const Recipient&) {
  co_return Reply::make(250, {2, 1, 5}, "OK");
}
Task<Reply> Service::verify(const ClientInfo&, std::string) {
  co_return Reply::make(252, {2, 5, 0}, "Send mail and see");  // RFC 5321 3.5.3
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

Task<void> serve(ByteStreamPtr stream, const ServerOptions& options, Service& service,
                 ServerContext context) {
  ServerSession session(std::move(stream), options, service, context);
  co_await session.serve();
}

}  // namespace glasspost::smtp
