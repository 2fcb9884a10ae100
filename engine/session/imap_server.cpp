#include "engine/session/imap_server.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/session/imap_dialogue.h"

namespace glasspost::imap {

namespace {

// An idle session keeps the small block; a literal gets the large one.
constexpr std::size_t kSmallBlock = 2 * 1024;
constexpr std::size_t kLargeBlock = 32 * 1024;
// Answers that wait for more commands of a pipelined group.
constexpr std::size_t kMostWaiting = 32 * 1024;

}  // namespace

Dialogue::Dialogue(ByteStreamPtr stream_in, const ServerOptions& options_in, Service& service_in,
                   ServerContext context_in)
    : ServerWire(std::move(stream_in), context_in.clock, context_in.tls, options_in.write_timeout),
      options(options_in),
      service(service_in),
      context(context_in),
      reader(options_in.stranger_limits) {
  client.connection = stream()->connection();
  client.remote = stream()->remote();
  client.local = stream()->local();
}

Dialogue::~Dialogue() {
  if (view) context.mailboxes.remove_listener(*view);
}

void Dialogue::notify() {
  for (const ServerStateChange& change : machine.changes()) {
    context.observer.state_changed(
        {client.connection, "imap-server", to_string(change.from), to_string(change.to), change.trigger});
  }
  machine.clear_changes();
}

void Dialogue::say(std::string_view line) {
  out += line;
  out += "\r\n";
}

void Dialogue::say_tagged(const std::string& tag, const Outcome& outcome) {
  if (outcome.status == Outcome::Status::kNone) return;
  constexpr std::string_view kNames[] = {"OK", "NO", "BAD"};
  out += tag.empty() ? "*" : tag;
  out += ' ';
  out += kNames[static_cast<std::size_t>(outcome.status)];
  out += ' ';
  if (!outcome.code.empty()) out += '[' + outcome.code + "] ";
  say(outcome.text);
}

void Dialogue::bye(std::string_view text, CloseReason why) {
  if (machine.closed()) return;
  say("* BYE " + std::string(text));
  reason = why;
  machine.close(why == CloseReason::kTimedOut ? "timeout" : "bye");
  notify();
}

void Dialogue::wire_lost(WireLoss loss) {
  if (loss == WireLoss::kTimedOut) {
    bye("Nothing was heard for too long", CloseReason::kTimedOut);  // RFC 3501 5.4
    return;
  }
  if (!machine.closed()) machine.close("lost");
  reason = loss == WireLoss::kTls ? CloseReason::kTls : CloseReason::kLost;
  notify();
}

Duration Dialogue::patience() const {
  return machine.authenticated() ? options.idle_timeout : options.login_timeout;
}

Task<void> Dialogue::run() {
  resize_block(kSmallBlock);
  const bool greeted = co_await greet();
  if (greeted) {
    while (!machine.closed() && !stop_requested) {
      std::optional<RawCommand> raw = co_await next_command();
      if (!raw) continue;
      co_await take_command(std::move(*raw));
    }
  }
  co_await finish();
}

Task<bool> Dialogue::greet() {
  if (options.implicit_tls) {  // RFC 8314 3.2
    const bool secured = co_await upgrade();
    if (!secured) co_return false;
  }
  say("* OK [CAPABILITY " + capabilities() + "] " + options.host_name + " Glasspost IMAP4rev1 ready");
  co_return true;
}

void Dialogue::say_too_large() {
  // RFC 7889 3: TOOBIG also where no limit was advertised. A line without a tag can only be told of untagged.
  const std::string tag = reader.tag();
  say_tagged(tag, tag.empty() ? Outcome::bad("The line is too long")
                              : Outcome::no("The command is larger than this server takes", "TOOBIG"));
  ++errors;
  if (errors > options.max_errors) bye("Too many errors", CloseReason::kTooMany);
}

Task<std::optional<RawCommand>> Dialogue::next_command() {
  while (!machine.closed()) {
    const std::optional<CommandReader::Event> event = reader.next(unread);
    if (event == CommandReader::Event::kCommand) co_return reader.take();
    if (event == CommandReader::Event::kContinue) say("+ Ready for the literal");
    if (event == CommandReader::Event::kTooLarge) say_too_large();
    if (event == CommandReader::Event::kFlood) bye("Too much at once", CloseReason::kTooMany);
    const bool wait = !event.has_value();
    if (!wait && out.size() < kMostWaiting) continue;
    const bool written = co_await flush();
    if (!written) break;
    if (!wait) continue;
    resize_block(reader.in_command() ? kLargeBlock : kSmallBlock);
    const bool more = co_await fill();
    if (!more) break;
  }
  co_return std::nullopt;
}

Task<void> Dialogue::take_command(RawCommand raw) {
  if (raw.bare_lf) {
    context.observer.leniency_used({client.connection, "bare-lf-command", escaped(raw.text.substr(0, 64))});
  }
  ParsedCommand parsed = parse_command(std::move(raw));
  const std::string tag = parsed.command.tag;
  const Verb verb = parsed.command.verb;
  const bool uid = parsed.command.uid;
  Outcome outcome;
  if (parsed.error) {
    outcome = Outcome::bad(parsed.error->message + " (at octet " +
                           std::to_string(parsed.error->offset.value_or(0) + 1) + ")");
  } else if (!is_legal(verb, machine.state())) {
    outcome = Outcome::bad(std::string(to_string(verb)) + " is not possible in the state \"" +
                           std::string(to_string(machine.state())) + "\"");
  } else {
    outcome = co_await perform(std::move(parsed.command));
  }
  errors = outcome.status == Outcome::Status::kBad ? errors + 1 : 0;
  if (!lost && machine.selected()) tell_changes(!properties_of(verb, uid).holds_numbers, uid);
  if (verb == Verb::kLogout && outcome.status == Outcome::Status::kOk) {
    say("* BYE " + options.host_name + " closes the connection");  // RFC 3501 6.1.3
  }
  say_tagged(tag, outcome);
  if (verb == Verb::kLogout && outcome.status == Outcome::Status::kOk) machine.close("LOGOUT");
  if (errors > options.max_errors) bye("Too many errors", CloseReason::kTooMany);
  notify();
  const bool handshake = verb == Verb::kStartTls && outcome.status == Outcome::Status::kOk;
  if (out.size() < kMostWaiting && !handshake) co_return;
  const bool written = co_await flush();
  if (!written || !handshake) co_return;
  const bool secured = co_await upgrade();
  static_cast<void>(secured);
}

Task<Outcome> Dialogue::perform(Command command) {
  Arguments& given = command.arguments;
  switch (command.verb) {
    case Verb::kCapability:
      say("* CAPABILITY " + capabilities());
      co_return Outcome::ok("Capabilities told");
    case Verb::kNoop:
    case Verb::kLogout:
      co_return Outcome::ok("Done");
    case Verb::kId:
      say("* ID (\"name\" \"Glasspost\")");  // RFC 2971 3.2
      co_return Outcome::ok("Pleased to meet you");
    case Verb::kStartTls:
      co_return co_await start_tls();
    case Verb::kAuthenticate:
      co_return co_await authenticate(std::move(std::get<AuthenticateArguments>(given)));
    case Verb::kLogin:
      co_return co_await log_in(std::move(std::get<LoginArguments>(given)));
    case Verb::kEnable: {
      const bool before = condstore;
      Outcome outcome = enable(std::get<EnableArguments>(given));
      if (!before && condstore) {
        condstore = false;
        co_await enable_condstore();
      }
      co_return outcome;
    }
    case Verb::kNamespace:
      say("* NAMESPACE ((\"\" \"/\")) NIL NIL");  // RFC 2342 5
      co_return Outcome::ok("Namespaces told");
    case Verb::kSelect:
      co_return co_await select(std::move(std::get<MailboxArguments>(given)), false);
    case Verb::kExamine:
      co_return co_await select(std::move(std::get<MailboxArguments>(given)), true);
    case Verb::kCreate:
      co_return co_await create(std::move(std::get<MailboxArguments>(given)));
    case Verb::kDelete:
      co_return co_await remove(std::move(std::get<MailboxArguments>(given)));
    case Verb::kRename:
      co_return co_await rename(std::move(std::get<RenameArguments>(given)));
    case Verb::kSubscribe:
      co_return co_await subscribe(std::move(std::get<MailboxArguments>(given)), true);
    case Verb::kUnsubscribe:
      co_return co_await subscribe(std::move(std::get<MailboxArguments>(given)), false);
    case Verb::kList:
      co_return co_await list(std::move(std::get<ListArguments>(given)));
    case Verb::kLsub:
      co_return co_await lsub(std::move(std::get<ListArguments>(given)));
    case Verb::kStatus:
      co_return co_await status(std::move(std::get<StatusArguments>(given)));
    case Verb::kAppend:
      co_return co_await append(std::move(std::get<AppendArguments>(given)));
    case Verb::kIdle:
      co_return co_await idle();
    default:
      co_return co_await perform_in_mailbox(std::move(command));
  }
}

Task<Outcome> Dialogue::perform_in_mailbox(Command command) {
  Arguments& given = command.arguments;
  switch (command.verb) {
    case Verb::kCheck:
      co_return Outcome::ok("Everything is on disk already");  // RFC 3501 6.4.1
    case Verb::kClose:
      co_return co_await close(!read_only);
    case Verb::kUnselect:
      co_return co_await close(false);
    case Verb::kExpunge: {
      std::optional<SequenceSet> set;
      if (command.uid) set = std::move(std::get<ExpungeArguments>(given).set);
      co_return co_await expunge(std::move(set));
    }
    case Verb::kSearch:
      co_return co_await search(std::move(std::get<SearchArguments>(given)), command.uid, command.tag);
    case Verb::kFetch:
      co_return co_await fetch(std::move(std::get<FetchArguments>(given)), command.uid);
    case Verb::kStore:
      co_return co_await store_flags(std::move(std::get<StoreArguments>(given)), command.uid);
    case Verb::kCopy:
      co_return co_await copy(std::move(std::get<CopyArguments>(given)), command.uid);
    case Verb::kMove:
      co_return co_await move(std::move(std::get<CopyArguments>(given)), command.uid);
    default:
      GLASSPOST_UNREACHABLE();
  }
}

Task<bool> Dialogue::upgrade() {
  client.tls = co_await secure(options.login_timeout);
  co_return client.tls.has_value();
}

// Says what is left to say, lets the peer read it, and tells the service.
Task<void> Dialogue::finish() {
  if (stop_requested) bye("The server shuts down", CloseReason::kStopped);
  deselect("bye");
  co_await hang_up();
  service.closed(client, reason);
}

Task<std::string> Service::account(const ClientInfo&, std::string user) {
  co_return user;
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

}  // namespace glasspost::imap
