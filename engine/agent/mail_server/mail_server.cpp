#include "engine/agent/mail_server/mail_server.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "engine/agent/mail_server/imap_service.h"
#include "engine/agent/mail_server/pop3_service.h"
#include "engine/agent/mda/mda.h"
#include "engine/agent/msa/submission_service.h"
#include "engine/agent/mta/reception.h"
#include "engine/runtime/signal.h"
#include "engine/runtime/task_group.h"
#include "engine/session/imap_server.h"
#include "engine/session/maildrop_locks.h"
#include "engine/session/pop3_server.h"
#include "engine/session/smtp_server.h"

namespace glasspost::agent {

namespace {

constexpr Duration kPoliteStop = Duration::seconds(5);

/// Turns away whom a listener has no room for.
class BusyService final : public smtp::Service {
 public:
  Task<smtp::Reply> connected(const smtp::ClientInfo&) override {
    co_return smtp::Reply::make(421, {4, 3, 2}, "Too many connections, try again later");
  }
  Task<smtp::Reply> message(const smtp::ClientInfo&, const smtp::Transaction&, std::string) override {
    co_return smtp::Reply::make(421, {4, 3, 2}, "Too many connections, try again later");
  }
};

sasl::Mechanism to_sasl(AuthMechanism mechanism) {
  switch (mechanism) {
    case AuthMechanism::kPlain:
      return sasl::Mechanism::kPlain;
    case AuthMechanism::kLogin:
      return sasl::Mechanism::kLogin;
    case AuthMechanism::kCramMd5:
      return sasl::Mechanism::kCramMd5;
    case AuthMechanism::kScramSha1:
      return sasl::Mechanism::kScramSha1;
    case AuthMechanism::kScramSha256:
      break;
  }
  return sasl::Mechanism::kScramSha256;
}

bool* find_switch(smtp::Leniencies& leniencies, const std::string& name) {
  if (name == "space-after-colon") return &leniencies.space_after_colon;
  if (name == "missing-angle-brackets") return &leniencies.missing_angle_brackets;
  if (name == "any-helo-argument") return &leniencies.any_helo_argument;
  if (name == "extra-cr") return &leniencies.extra_cr;
  if (name == "bare-lf-command") return &leniencies.bare_lf_command;
  if (name == "bare-lf-content") return &leniencies.bare_lf_content;
  if (name == "bare-cr-content") return &leniencies.bare_cr_content;
  return nullptr;
}

Result<smtp::ServerOptions> options_for(const ListenerConfig& listener, const MailServerConfig& config,
                                        bool has_tls) {
  const bool wants_tls = listener.tls != ListenerTls::kNone;
  if (wants_tls && !has_tls)
    return fail(ErrorCode::kInvalidInput, "a listener wants TLS, and the host has none");
  const bool reading = listener.role == ListenerRole::kImap || listener.role == ListenerRole::kPop3;
  if (reading) return smtp::ServerOptions();
  const bool implicit = listener.tls == ListenerTls::kImplicit;
  const bool submission = listener.role == ListenerRole::kSubmission;
  if (implicit && !submission) {
    return fail(ErrorCode::kInvalidInput, "TLS from the first byte is not for port 25");
  }
  smtp::Profile profile = submission ? smtp::Profile::kSubmission587 : smtp::Profile::kRelay25;
  if (implicit) profile = smtp::Profile::kSubmissions465;
  smtp::ServerOptions options = smtp::ServerOptions::for_profile(profile, config.host_name, wants_tls);
  options.starttls = wants_tls && !implicit;
  options.require_tls = listener.tls == ListenerTls::kRequired;
  options.require_auth = submission;
  options.auth_needs_tls = !listener.auth_without_tls;
  options.mechanisms.clear();
  for (const AuthMechanism mechanism : listener.auth)
    options.mechanisms.push_back(to_sasl(mechanism));
  options.max_message_size = config.limits.message_bytes;
  options.max_recipients = config.limits.recipients;
  options.command_timeout = config.limits.idle;
  options.content_timeout = config.limits.idle;
  for (const auto& [name, on] : listener.leniencies) {
    bool* found = find_switch(options.leniencies, name);
    if (found == nullptr) return fail(ErrorCode::kInvalidInput, "there is no leniency called " + name);
    *found = on;
  }
  return options;
}

imap::ServerOptions imap_options_for(const ListenerConfig& listener, const MailServerConfig& config) {
  imap::ServerOptions options;
  options.host_name = config.host_name;
  options.implicit_tls = listener.tls == ListenerTls::kImplicit;
  options.starttls = listener.tls == ListenerTls::kOffered || listener.tls == ListenerTls::kRequired;
  options.require_tls = listener.tls == ListenerTls::kRequired;
  options.login_without_tls = listener.auth_without_tls;
  if (!listener.auth.empty()) {
    options.mechanisms.clear();
    for (const AuthMechanism mechanism : listener.auth)
      options.mechanisms.push_back(to_sasl(mechanism));
  }
  if (config.limits.message_bytes > 0) options.limits.append = config.limits.message_bytes;
  return options;
}

pop3::ServerOptions pop3_options_for(const ListenerConfig& listener, const MailServerConfig& config) {
  pop3::ServerOptions options;
  options.host_name = config.host_name;
  options.implicit_tls = listener.tls == ListenerTls::kImplicit;
  options.stls = listener.tls == ListenerTls::kOffered || listener.tls == ListenerTls::kRequired;
  options.require_tls = listener.tls == ListenerTls::kRequired;
  options.auth_needs_tls = !listener.auth_without_tls;
  if (!listener.auth.empty()) {
    options.mechanisms.clear();
    for (const AuthMechanism mechanism : listener.auth)
      options.mechanisms.push_back(to_sasl(mechanism));
  }
  // RFC 1939 3: never less than ten minutes.
  options.idle_timeout = std::max(options.idle_timeout, config.limits.idle);
  return options;
}

/// An open session of any protocol, as far as ending it goes.
struct OpenSession {
  std::function<void()> request_stop;
  std::function<void()> abort;
};

template <class Session>
OpenSession open_session(Session& session) {
  return {[&session] { session.request_stop(); }, [&session] { session.abort(); }};
}

MtaConfig mta_config(const MailServerConfig& config) {
  MtaConfig mta = config.mta;
  mta.host_name = config.host_name;
  return mta;
}

}  // namespace

struct MailServer::Parts {
  /// One configured port, on every address of the host.
  struct Port {
    ListenerConfig config;
    smtp::ServerOptions options;  ///< kExchange, kSubmission
    imap::ServerOptions imap_options;
    pop3::ServerOptions pop3_options;
    std::vector<std::unique_ptr<Listener>> sockets;
    std::uint32_t sessions = 0;
  };

  Parts(MailServerConfig given, const MailServerGround& on)
      : config(std::move(given)),
        ground(on),
        directory(config.directory),
        mda(on.store, on.host.clock, on.observer),
        signer(config.signing, on.host.clock, on.observer),
        mta(mta_config(config), directory, on.host, on.observer, on.resolver, on.client_tls, on.spool, mda,
            &signer),
        reception(config.host_name, config.limits.hops, directory, mta, on.host, on.observer),
        exchange({config.host_name, config.spf, config.reverse_lookup, config.dmarc, config.dmarc_profile,
                  config.greylist},
                 directory, reception, on.resolver, on.host, on.observer),
        submission({config.host_name, config.sender_must_match}, directory, reception, on.host, on.observer,
                   &signer),
        imap(directory),
        pop3(directory),
        idle(on.host.clock, "server idle") {
    mda.add_stage(std::make_unique<QuarantineStage>());
  }

  Ok open_ports();
  Task<void> accept_on(Port& port, Listener& socket);
  Task<void> serve(Port& port, ByteStreamPtr stream);
  Task<void> serve_smtp(Port& port, ByteStreamPtr stream);
  Task<void> serve_imap(Port& port, ByteStreamPtr stream);
  Task<void> serve_pop3(Port& port, ByteStreamPtr stream);
  Task<void> turn_away(ByteStreamPtr stream, std::string words);
  void close_sockets();

  MailServerConfig config;
  MailServerGround ground;
  Directory directory;
  Mda mda;
  MailSigner signer;
  Mta mta;
  Reception reception;
  ExchangeService exchange;
  SubmissionService submission;
  BusyService busy;
  ImapService imap;
  imap::RecentMarks recents;
  imap::MessageMemory memory;
  Pop3Service pop3;
  pop3::MaildropLocks maildrops;
  Signal idle;
  std::vector<std::unique_ptr<Port>> ports;
  std::map<std::uint64_t, OpenSession> sessions;  // by order of arrival
  std::uint64_t arrivals = 0;
  bool stopping = false;
  TaskGroup tasks;
};

MailServer::MailServer(MailServerConfig config, MailServerGround ground)
    : parts_(std::make_unique<Parts>(std::move(config), ground)) {}

MailServer::~MailServer() = default;

void MailServer::sign_with(std::string_view domain, std::string_view selector) {
  parts_->signer.sign_with(domain, selector);
}

Mta& MailServer::mta() {
  return parts_->mta;
}

const Directory& MailServer::directory() const {
  return parts_->directory;
}

std::size_t MailServer::sessions() const {
  return parts_->sessions.size();
}

Task<Ok> MailServer::start() {
  Parts& p = *parts_;
  for (const Account& account : p.directory.mailboxes()) {
    const Ok made = co_await p.ground.store.create_account(account.address, account.quota_bytes);
    if (!made) co_return made;
  }
  // The ports first: a server that cannot listen does not begin to send either.
  const Ok opened = p.open_ports();
  if (!opened) co_return opened;
  const Ok started = co_await p.mta.start();
  if (!started) {
    p.close_sockets();
    co_return started;
  }
  for (const auto& port : p.ports) {
    for (const auto& socket : port->sockets)
      p.tasks.spawn(p.accept_on(*port, *socket));
  }
  co_return Ok();
}

Ok MailServer::Parts::open_ports() {
  for (const ListenerConfig& listener : config.listeners) {
    Result<smtp::ServerOptions> options = options_for(listener, config, ground.server_tls != nullptr);
    if (!options) return fail(std::move(options).error());
    auto port = std::make_unique<Port>();
    port->config = listener;
    port->options = std::move(*options);
    port->imap_options = imap_options_for(listener, config);
    port->pop3_options = pop3_options_for(listener, config);
    for (const IpAddress& address : ground.host.network.addresses()) {
      Result<std::unique_ptr<Listener>> socket = ground.host.network.listen({address, listener.port});
      if (!socket) {
        ports.clear();
        return fail(std::move(socket).error());
      }
      port->sockets.push_back(std::move(*socket));
    }
    ports.push_back(std::move(port));
  }
  return {};
}

void MailServer::Parts::close_sockets() {
  for (const auto& port : ports) {
    for (const auto& socket : port->sockets)
      socket->close();
  }
}

Task<void> MailServer::Parts::accept_on(Port& port, Listener& socket) {
  while (!stopping) {
    Result<ByteStreamPtr> stream = co_await socket.accept();
    if (!stream) break;
    // Beyond the limit there is a word of regret, and far beyond it not even that.
    if (port.sessions >= 2 * port.config.max_sessions) {
      (*stream)->abort();
      continue;
    }
    tasks.spawn(serve(port, std::move(*stream)));
  }
  idle.notify();
}

Task<void> MailServer::Parts::serve(Port& port, ByteStreamPtr stream) {
  ++port.sessions;
  if (port.config.role == ListenerRole::kImap) {
    co_await serve_imap(port, std::move(stream));
  } else if (port.config.role == ListenerRole::kPop3) {
    co_await serve_pop3(port, std::move(stream));
  } else {
    co_await serve_smtp(port, std::move(stream));
  }
  --port.sessions;
  idle.notify();
}

Task<void> MailServer::Parts::serve_smtp(Port& port, ByteStreamPtr stream) {
  smtp::Service* service = &exchange;
  if (port.config.role == ListenerRole::kSubmission) service = &submission;
  if (port.sessions > port.config.max_sessions) service = &busy;
  smtp::ServerContext context{ground.host.clock, ground.host.random, ground.observer, ground.server_tls};
  smtp::ServerSession session(std::move(stream), port.options, *service, context);
  const std::uint64_t arrival = ++arrivals;
  sessions.emplace(arrival, open_session(session));
  co_await session.serve();
  sessions.erase(arrival);
}

Task<void> MailServer::Parts::serve_imap(Port& port, ByteStreamPtr stream) {
  const bool full = port.sessions > port.config.max_sessions;
  if (full) {
    // In the clear even where TLS is due: there is nothing to protect.
    co_await turn_away(std::move(stream), "* BYE Too many connections, try again later\r\n");
    co_return;
  }
  imap::ServerContext context{ground.host.clock, ground.host.random, ground.observer, ground.store,
                              recents,           ground.server_tls,  &memory};
  imap::ServerSession session(std::move(stream), port.imap_options, imap, context);
  const std::uint64_t arrival = ++arrivals;
  sessions.emplace(arrival, open_session(session));
  co_await session.serve();
  sessions.erase(arrival);
}

Task<void> MailServer::Parts::serve_pop3(Port& port, ByteStreamPtr stream) {
  const bool full = port.sessions > port.config.max_sessions;
  if (full) {
    co_await turn_away(std::move(stream), "-ERR [SYS/TEMP] Too many connections, try again later\r\n");
    co_return;
  }
  pop3::ServerContext context{ground.host.clock, ground.host.random, ground.observer,
                              ground.store,      maildrops,          ground.server_tls};
  pop3::ServerSession session(std::move(stream), port.pop3_options, pop3, context);
  const std::uint64_t arrival = ++arrivals;
  sessions.emplace(arrival, open_session(session));
  co_await session.serve();
  sessions.erase(arrival);
}

Task<void> MailServer::Parts::turn_away(ByteStreamPtr stream, std::string words) {
  stream->set_deadline(ground.host.clock.now() + kPoliteStop);
  const Ok written = co_await stream->write(words);
  if (!written) co_return;
  const Ok closed = co_await stream->close_write();
  static_cast<void>(closed);
}

Task<void> MailServer::stop() {
  Parts& p = *parts_;
  p.stopping = true;
  p.close_sockets();
  for (const auto& [arrival, session] : p.sessions)
    session.request_stop();
  const Instant limit = p.ground.host.clock.now() + kPoliteStop;
  Signal::Woken woken = Signal::Woken::kNotified;
  while (!p.tasks.empty() && woken == Signal::Woken::kNotified)
    woken = co_await p.idle.wait_until(limit);
  for (const auto& [arrival, session] : p.sessions)
    session.abort();
  while (!p.tasks.empty() && woken != Signal::Woken::kAborted)
    woken = co_await p.idle.wait();
  co_await p.mta.stop();
}

}  // namespace glasspost::agent
