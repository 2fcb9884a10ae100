#include "engine/agent/mta/relay.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/domain_name.h"

namespace glasspost::agent {

namespace {

constexpr std::size_t kMaxReply = 500;

std::string one_line(std::string text) {
  text = escaped(text);
  if (text.size() > kMaxReply) text.resize(kMaxReply);
  return text;
}

// Our own word for an error that came without a reply.
std::string own_reply(const smtp::ClientError& error) {
  if (error.reply) return one_line(error.reply->to_line());
  switch (error.kind) {
    case smtp::ClientErrorKind::kTls:
      return "454 4.7.5 " + one_line(error.message);
    case smtp::ClientErrorKind::kUnsupported:
      return "554 5.6.3 " + one_line(error.message);
    case smtp::ClientErrorKind::kAuth:
      return "535 5.7.8 " + one_line(error.message);
    default:
      return "451 4.4.2 " + one_line(error.message);
  }
}

smtp::Envelope envelope_of(const RelayJob& job, std::vector<bool>& malformed) {
  smtp::Envelope envelope;
  if (auto path = smtp::parse_reverse_path(job.reverse_path); path) envelope.reverse_path = std::move(*path);
  for (const std::string& recipient : job.recipients) {
    auto path = smtp::parse_forward_path(recipient);
    malformed.push_back(!path.has_value());
    if (path) envelope.recipients.push_back(std::move(*path));
  }
  if (job.eight_bit) envelope.body = smtp::BodyType::k8BitMime;
  envelope.smtputf8 = job.utf8;
  return envelope;
}

RelayStatus status_of_recipient(smtp::RecipientStatus status) {
  switch (status) {
    case smtp::RecipientStatus::kAccepted:
      return RelayStatus::kRelayed;
    case smtp::RecipientStatus::kPermanent:
      return RelayStatus::kFailed;
    case smtp::RecipientStatus::kTransient:
      break;
  }
  return RelayStatus::kDeferred;
}

}  // namespace

/// What one send() has come to so far. While targets are tried, `results` holds the latest reason.
struct Relay::Attempt {
  std::vector<RelayResult> results;
  std::uint32_t dialled = 0;
  bool any_undetermined = false;  // some target may work another time
  bool any_address = false;       // some target has an address
  bool any_transient = false;     // some target could not be spoken to just now
  bool loops = false;             // a target turned out to be this host

  void set_all(RelayStatus status, const std::string& reply, const std::string& host) {
    for (RelayResult& result : results)
      result = {status, reply, host};
  }
};

Relay::Relay(const MtaConfig& config, HostServices host, Observer& observer, dns::Resolver& resolver,
             TlsUpgrader* tls)
    : config_(config),
      host_(host),
      observer_(observer),
      resolver_(resolver),
      tls_(tls),
      shuffle_(host.random.stream("route")) {}

Relay::~Relay() = default;

void Relay::abort() {
  aborted_ = true;
  if (session_) session_->abort();
}

Task<void> Relay::finish() {
  if (!session_) co_return;
  if (session_->usable()) {
    co_await session_->quit();
  }
  session_.reset();
}

bool Relay::is_own(const IpAddress& address) const {
  const std::vector<IpAddress> own = host_.network.addresses();
  return std::find(own.begin(), own.end(), address) != own.end();
}

Task<std::vector<RelayResult>> Relay::send(const RelayJob& job) {
  Attempt attempt;
  attempt.results.resize(job.recipients.size());
  const bool reusable = session_ && session_->usable() && sent_ < config_.messages_per_connection;
  bool settled = false;
  if (reusable) {
    settled = co_await transact(job, attempt);
  }
  if (!settled) {
    co_await finish();
    settled = co_await try_targets(job, attempt);
  }
  co_return std::move(attempt.results);
}

void Relay::tell_route(const RelayJob& job, const Route& route) {
  DecisionMade decision;
  decision.kind = DecisionKind::kRoute;
  decision.message = job.queue_id;
  decision.subject = job.domain;
  decision.outcome = route.explanation.outcome;
  decision.explanation = route.explanation;
  observer_.decided(decision);
}

Task<Route> Relay::find_route(const RelayJob& job) {
  if (job.domain.starts_with('[')) co_return route_by_literal(job.domain);
  const Result<std::string> a_labels = message::to_a_labels(job.domain);
  const Result<dns::Name> name = dns::Name::parse(a_labels ? *a_labels : job.domain);
  if (!name) {
    Route route;
    route.kind = RouteKind::kUnroutable;
    route.reply = "550 5.1.2 " + one_line(job.domain) + " is no domain name";
    route.explanation.rule = "RFC 1035 2.3.4";
    route.explanation.outcome = "unroutable";
    route.explanation.words = {"route.no-such-domain", {Argument::of_domain("domain", job.domain)}};
    co_return route;
  }
  std::vector<std::string> own_names = config_.own_names;
  own_names.push_back(config_.host_name);
  dns::Question question{*name, dns::RecordType::kMx};
  const dns::Answer answer = co_await resolver_.resolve(std::move(question));
  co_return route_by_mx(job.domain, answer, own_names, shuffle_);
}

// True once every recipient has its final result of this attempt; false leaves the reasons of the last
// target.
Task<bool> Relay::try_targets(const RelayJob& job, Attempt& attempt) {
  Route route = co_await find_route(job);
  tell_route(job, route);
  if (route.kind != RouteKind::kTargets) {
    const bool for_good = route.kind == RouteKind::kUnroutable;
    attempt.set_all(for_good ? RelayStatus::kFailed : RelayStatus::kDeferred, route.reply, "");
    co_return true;
  }
  for (std::size_t i = 0; i < route.targets.size() && !aborted_; ++i) {
    if (attempt.dialled >= config_.targets_per_attempt) break;
    const bool settled = co_await try_target(job, attempt, route.targets[i]);
    if (settled) co_return true;
    if (attempt.loops) break;
  }
  if (attempt.any_address || aborted_) {
    // One exchanger's refusal is not the last word while another may yet be reached.
    for (RelayResult& result : attempt.results) {
      if (attempt.any_transient) result.status = RelayStatus::kDeferred;
    }
    co_return false;
  }
  if (attempt.loops) {
    attempt.set_all(RelayStatus::kFailed,
                    "554 5.4.6 Mail for " + job.domain + " would come back to this host", "");
  } else if (!attempt.any_undetermined) {
    attempt.set_all(RelayStatus::kFailed, "550 5.4.4 No mail host of " + job.domain + " has a usable address",
                    "");
  } else {
    attempt.set_all(RelayStatus::kDeferred,
                    "451 4.4.3 The DNS gave no address of a mail host of " + job.domain, "");
  }
  co_return true;
}

// IPv4 first, and only families that this host speaks.
Task<std::vector<IpAddress>> Relay::addresses_of(RouteTarget target, Attempt& attempt) {
  std::vector<IpAddress> found;
  if (const Result<IpAddress> literal = literal_address(target.host); literal) {
    found.push_back(*literal);
    co_return found;
  }
  const Result<dns::Name> name = dns::Name::parse(target.host);
  if (!name) co_return found;
  bool speaks_v4 = false;
  bool speaks_v6 = false;
  for (const IpAddress& own : host_.network.addresses())
    (own.is_v6() ? speaks_v6 : speaks_v4) = true;
  std::vector<dns::RecordType> types;
  if (speaks_v4) types.push_back(dns::RecordType::kA);
  if (speaks_v6) types.push_back(dns::RecordType::kAaaa);
  for (const dns::RecordType type : types) {
    dns::Question question{*name, type};
    const dns::Answer answer = co_await resolver_.resolve(std::move(question));
    if (answer.status == dns::AnswerStatus::kServFail || answer.status == dns::AnswerStatus::kTimedOut) {
      attempt.any_undetermined = true;
    }
    for (const dns::Record& record : answer.records) {
      if (const auto* data = std::get_if<dns::AddressData>(&record.data)) found.push_back(data->address);
    }
  }
  co_return found;
}

Task<bool> Relay::try_target(const RelayJob& job, Attempt& attempt, RouteTarget target) {
  const std::vector<IpAddress> addresses = co_await addresses_of(target, attempt);
  for (const IpAddress& address : addresses) {
    if (aborted_ || attempt.dialled >= config_.targets_per_attempt) co_return false;
    // This host by address: neither it nor a worse target may be used. // RFC 5321 5.1
    if (is_own(address)) {
      attempt.loops = true;
      co_return false;
    }
    if ((address.is_loopback() || address.is_unspecified()) && !config_.allow_loopback) continue;
    attempt.any_address = true;
    ++attempt.dialled;
    const bool settled = co_await try_address(job, attempt, target, address);
    if (settled) co_return true;
  }
  co_return false;
}

Task<bool> Relay::try_address(const RelayJob& job, Attempt& attempt, RouteTarget target, IpAddress address) {
  smtp::TlsPolicy policy = smtp::TlsPolicy::kNone;
  if (config_.tls == OutboundTls::kOpportunistic) policy = smtp::TlsPolicy::kOpportunistic;
  if (config_.tls == OutboundTls::kRequired) policy = smtp::TlsPolicy::kRequired;
  if (tls_ == nullptr && policy == smtp::TlsPolicy::kOpportunistic) policy = smtp::TlsPolicy::kNone;
  const Endpoint remote{address, config_.port};
  const bool connected = co_await connect(attempt, target, remote, policy);
  if (!connected) co_return false;
  co_return co_await transact(job, attempt);
}

Task<bool> Relay::connect(Attempt& attempt, RouteTarget target, Endpoint remote, smtp::TlsPolicy policy) {
  const Instant deadline = host_.clock.now() + config_.dial_timeout;
  Result<ByteStreamPtr> stream = co_await host_.network.dial(remote, deadline);
  if (!stream) {
    attempt.any_transient = true;
    attempt.set_all(
        RelayStatus::kDeferred,
        "451 4.4.1 " + target.host + " (" + remote.to_string() + "): " + to_string(stream.error()), "");
    co_return false;
  }
  smtp::ClientOptions options;
  options.helo_name = config_.host_name;
  options.tls = policy;
  options.tls_server_name = target.host;
  smtp::ClientContext context{host_.clock, host_.random, observer_, tls_};
  session_ = std::make_unique<smtp::ClientSession>(std::move(options), context);
  session_host_ = target.host;
  session_target_ = remote;
  sent_ = 0;
  const tl::expected<void, smtp::ClientError> connected = co_await session_->connect(std::move(*stream));
  if (connected) co_return true;
  const smtp::ClientError& error = connected.error();
  attempt.any_transient = attempt.any_transient || error.transient();
  const std::string who = error.reply ? target.host : "";
  attempt.set_all(error.transient() ? RelayStatus::kDeferred : RelayStatus::kFailed, own_reply(error), who);
  co_await finish();
  // Any encryption is better than none, and mail in the clear is better than no mail. // RFC 7435 4.4
  const bool again = error.kind == smtp::ClientErrorKind::kTls && policy == smtp::TlsPolicy::kOpportunistic;
  if (again && !aborted_) {
    co_return co_await connect(attempt, target, remote, smtp::TlsPolicy::kNone);
  }
  co_return false;
}

// False where the next target may be tried: the connection went before the content was on its way.
Task<bool> Relay::transact(const RelayJob& job, Attempt& attempt) {
  std::vector<bool> malformed;
  const smtp::Envelope envelope = envelope_of(job, malformed);
  if (envelope.recipients.empty()) {
    attempt.set_all(RelayStatus::kFailed, "553 5.1.3 The address is malformed", "");
    co_return true;
  }
  MailAttempted notice;
  notice.message = job.queue_id;
  notice.connection = session_->connection();
  notice.transaction = session_->next_transaction();
  notice.host = session_host_;
  notice.target = session_target_;
  notice.recipients = job.recipients;
  notice.attempt = job.attempt;
  observer_.mail_attempted(notice);
  ++sent_;
  const smtp::Delivery delivery = co_await session_->send(envelope, *job.content);
  std::size_t next = 0;
  bool any_final = false;
  for (std::size_t i = 0; i < job.recipients.size(); ++i) {
    if (malformed[i]) {
      attempt.results[i] = {RelayStatus::kFailed, "553 5.1.3 The address is malformed", ""};
      continue;
    }
    const smtp::Delivery::RecipientResult& result = delivery.recipients[next++];
    attempt.results[i] = {status_of_recipient(result.status), one_line(result.text),
                          result.reply ? session_host_ : ""};
    any_final = any_final || result.reply.has_value();
  }
  if (!delivery.error) co_return true;
  if (!delivery.error->reply) {
    for (std::size_t i = 0; i < job.recipients.size(); ++i) {
      if (attempt.results[i].remote_host.empty() && !malformed[i])
        attempt.results[i].reply = own_reply(*delivery.error);
    }
  }
  const bool content_began = delivery.error->phase >= smtp::Phase::kContent;
  const bool connection_gone = delivery.error->kind == smtp::ClientErrorKind::kLost ||
                               delivery.error->kind == smtp::ClientErrorKind::kTimedOut ||
                               delivery.error->kind == smtp::ClientErrorKind::kProtocol;
  co_return content_began || any_final || !connection_gone;
}

}  // namespace glasspost::agent
