#include "engine/scenario/host_software.h"

#include <utility>

#include "engine/scenario/host_config.h"
#include "engine/tls/tls.h"
#include "engine/trace/payload.h"

namespace glasspost::scenario {
namespace {

constexpr std::uint16_t kDnsPort = 53;

dns::StubConfig stub_config(const Host& host) {
  dns::StubConfig config;
  for (const IpAddress& address : host.resolvers)
    config.servers.push_back({address, kDnsPort});
  return config;
}

std::string one_line(const agent::SubmissionOutcome& outcome) {
  std::string text = outcome.accepted ? "accepted: " : "not accepted: ";
  text += outcome.reply;
  for (const agent::RefusedRecipient& refused : outcome.refused)
    text += "; " + refused.recipient + ": " + refused.reply;
  return text;
}

}  // namespace

HostSoftware::HostSoftware(SoftwareGround ground, const HostServices& services)
    : ground_(std::move(ground)), tap_(ground_.tap.host(ground_.id, services)), services_(tap_->services()) {}

HostSoftware::~HostSoftware() = default;

void HostSoftware::start(std::function<void()> started) {
  tasks_.spawn(start_agents(std::move(started)));
}

Task<void> HostSoftware::start_agents(std::function<void()> started) {
  const Host& host = ground_.host;
  stub_ = std::make_unique<dns::StubResolver>(services_, stub_config(host));
  resolver_ = tap_->tapped(*stub_);
  Ok ok = make_tls();
  if (ok && host.name_server) ok = start_name_server();
  if (ok && host.resolver) ok = start_resolver_host();
  if (ok && host.mail_server) {
    ok = co_await start_mail_server();
  }
  if (!ok) {
    Error error = ok.error();
    error.message = host.name + ": " + error.message;
    ground_.failed(std::move(error));
    co_return;
  }
  make_user_agents();
  started();
}

Ok HostSoftware::make_tls() {
  const tls::TlsServices services{services_.scheduler, services_.clock, services_.random, tap_->observer()};
  const auto make = [&](tls::TlsSettings settings, std::unique_ptr<TlsUpgrader>& plain,
                        std::unique_ptr<TlsUpgrader>& tapped) -> Ok {
    auto made = tls::make_tls_upgrader(services, ground_.pki.library(), std::move(settings));
    if (!made) return fail(made.error());
    plain = std::move(*made);
    tapped = tap_->tapped(*plain);
    return {};
  };
  tls::TlsSettings client;
  client.authorities = {ground_.pki.authority()};
  if (ground_.host.device || ground_.host.has(Role::kStranger))
    return make(client, user_tls_, tapped_user_tls_);
  if (!ground_.host.mail_server) return {};
  if (const crypto::Identity* identity = ground_.pki.identity_of(ground_.host.name)) {
    tls::TlsSettings server;
    server.identity = *identity;
    Ok made = make(std::move(server), server_tls_, tapped_server_tls_);
    if (!made) return made;
  }
  // Between servers an unverified certificate is better than none, unless the policy demands it. // RFC 7435
  // 3
  const bool required = ground_.host.mail_server->outbound.tls == TlsPolicy::kRequired;
  client.server_check = required ? tls::PeerCheck::kRequire : tls::PeerCheck::kReport;
  return make(std::move(client), client_tls_, tapped_client_tls_);
}

Ok HostSoftware::start_name_server() {
  Result<dns::ZoneSet> zones = zones_of(ground_.scenario, ground_.host);
  if (!zones) return fail(zones.error());
  name_server_ = std::make_unique<agent::NameServer>(services_, std::move(*zones));
  tell_zones();
  return name_server_->start();
}

void HostSoftware::tell_zones() {
  for (const auto& [origin, zone] : name_server_->zones().zones()) {
    std::string records;
    for (const dns::Record& record : zone.records()) {
      records += record.owner.to_string() + " " + std::to_string(record.ttl) + " " +
                 dns::to_string(record.type) + " " + dns::to_string(record.data) + "\n";
    }
    const std::string name = origin.to_string();
    trace::payload::Zone payload;
    payload.name = name;
    payload.records = trace::Blob{records};
    ground_.tap.record(ground_.id, {}, {}, payload);
  }
}

Ok HostSoftware::start_resolver_host() {
  resolver_host_ = std::make_unique<agent::ResolverHost>(services_, tap_->observer(),
                                                         resolver_config(ground_.scenario, ground_.host));
  return resolver_host_->start();
}

Task<Ok> HostSoftware::start_mail_server() {
  auto database = ground_.open_database();
  if (!database) co_return fail(database.error());
  database_ = std::move(*database);
  mailboxes_ = std::make_unique<store::SqliteMailboxStore>(*database_, services_.clock);
  tapped_mailboxes_ = tap_->tapped(*mailboxes_);
  const Ok told = co_await tapped_mailboxes_->tell_contents();
  if (!told) co_return told;
  agent::MailServerConfig config = mail_server_config(ground_.scenario, ground_.host);
  config.mta.allow_loopback = ground_.loopback_is_the_world;
  spool_ = std::make_unique<store::SqliteSpool>(
      *database_, store::SpoolLimits{config.mta.spool_bytes, config.mta.spool_messages});
  const agent::MailServerGround on{
      services_, tap_->observer(),  *resolver_, tapped_server_tls_.get(), tapped_client_tls_.get(),
      *spool_,   *tapped_mailboxes_};
  mail_server_ = std::make_unique<agent::MailServer>(std::move(config), on);
  co_return co_await mail_server_->start();
}

void HostSoftware::make_user_agents() {
  if (ground_.host.device) {
    mua_ = std::make_unique<agent::Mua>(mua_config(ground_.scenario, ground_.host), services_,
                                        tap_->observer(), *resolver_, tapped_user_tls_.get());
  }
  if (ground_.host.device) {
    const Device& device_here = *ground_.host.device;
    if (device_here.policy == RetrievalPolicy::kIdle || device_here.poll.ns > 0) device();
  }
  // Any host may be told to inject: whoever owns a machine can speak SMTP from it.
  stranger_ = std::make_unique<agent::Stranger>(services_, tap_->observer(), *resolver_);
}

Task<void> HostSoftware::stop() {
  if (mail_server_) {
    co_await mail_server_->stop();
  }
  if (device_) {
    co_await device_->stop();
  }
  if (name_server_) name_server_->stop();
  if (resolver_host_) resolver_host_->stop();
}

void HostSoftware::send(const SendMail& action) {
  // Where letters are kept, what was sent is kept too.
  if (ground_.host.device && ground_.host.device->protocol != RetrievalProtocol::kNone)
    return order(to_order(action), action.account, "send");
  if (mua_) tasks_.spawn(run_send(action));
}

agent::Device* HostSoftware::device() {
  if (device_ || !ground_.host.device || ground_.host.device->protocol == RetrievalProtocol::kNone)
    return device_.get();
  auto database = ground_.open_database();
  if (!database) {
    Error error = database.error();
    error.message = ground_.host.name + ": " + error.message;
    ground_.failed(std::move(error));
    return nullptr;
  }
  database_ = std::move(*database);
  mailboxes_ = std::make_unique<store::SqliteMailboxStore>(*database_, services_.clock);
  tapped_mailboxes_ = tap_->tapped(*mailboxes_);
  notes_ = std::make_unique<store::SqliteNotes>(*database_);
  const agent::DeviceGround on{services_,          tap_->observer(), *resolver_, tapped_user_tls_.get(),
                               *tapped_mailboxes_, *notes_};
  device_ = std::make_unique<agent::Device>(device_config(ground_.scenario, ground_.host), on);
  device_->start([this](Error error) { ground_.failed(std::move(error)); });
  return device_.get();
}

void HostSoftware::order(agent::DeviceOrder order, const std::string& account, std::string_view deed) {
  agent::Device* device_here = device();
  if (device_here == nullptr) return;
  const auto told_so = [this, account, deed](const agent::DeviceOutcome& outcome) {
    const std::string action = std::string(deed) + (outcome.done ? " done" : " failed");
    trace::payload::UserAction told;
    told.who = account;
    told.action = action;
    told.detail = outcome.words;
    ground_.tap.record(ground_.id, {}, {}, told);
  };
  device_here->order(std::move(order), told_so);
}

void HostSoftware::use(const UseDevice& action) {
  order(to_order(action), action.account, to_string(action.deed));
}

void HostSoftware::inject(const InjectMail& action) {
  if (stranger_) tasks_.spawn(run_inject(action));
}

Task<void> HostSoftware::run_send(SendMail action) {
  const auto outcome = co_await mua_->send(to_draft(action));
  const std::string detail = outcome ? one_line(*outcome) : outcome.error().message;
  trace::payload::UserAction told;
  told.who = action.account;
  told.action = "sent";
  told.detail = detail;
  ground_.tap.record(ground_.id, {}, {}, told);
}

Task<void> HostSoftware::run_inject(InjectMail action) {
  const agent::SubmissionOutcome outcome = co_await stranger_->inject(to_injection(action));
  const std::string detail = one_line(outcome);
  trace::payload::UserAction told;
  told.who = action.host;
  told.action = "injected";
  told.detail = detail;
  ground_.tap.record(ground_.id, {}, {}, told);
}

Ok HostSoftware::set_record(const SetRecord& action) {
  if (!name_server_) return fail(ErrorCode::kNotFound, ground_.host.name + " is not a running name server");
  const Result<dns::Name> origin = dns::Name::parse(action.zone);
  const Result<dns::Name> owner = dns::Name::parse(action.name);
  const auto type = dns::parse_record_type(action.type);
  if (!origin || !owner || !type)
    return fail(ErrorCode::kInvalidInput, action.name + " is not a name of a zone");
  dns::Zone* zone = name_server_->zones().find(*origin);
  if (zone == nullptr)
    return fail(ErrorCode::kNotFound, "no zone " + action.zone + " on " + ground_.host.name);
  zone->remove(*owner, *type);
  for (const ZoneRecord& text : action.records) {
    Result<dns::Record> record = to_record(text);
    if (!record) return fail(record.error());
    Ok added = zone->add(std::move(*record));
    if (!added) return added;
  }
  zone->bump_serial();
  tell_zones();
  return {};
}

void HostSoftware::sign_with(const SignWith& action) {
  if (mail_server_) mail_server_->sign_with(action.domain, action.selector);
}

store::MailboxStore* HostSoftware::mailbox_store() {
  return mailboxes_.get();
}

}  // namespace glasspost::scenario
