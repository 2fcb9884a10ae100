#include "engine/agent/mta/exchange_service.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/fold.h"

namespace glasspost::agent {

namespace {

constexpr std::size_t kMaxNames = 5;  // of one client address that are confirmed
constexpr std::size_t kMaxOwnersWords = 200;

// Words that a stranger wrote into the DNS: one printable line.
std::string owners_words(const std::string& text) {
  std::string safe = escaped(text, false);
  if (safe.size() > kMaxOwnersWords) safe.resize(kMaxOwnersWords);
  return safe;
}

}  // namespace

ExchangeService::ExchangeService(ExchangePolicy policy, const Directory& directory, Reception& reception,
                                 dns::Resolver& resolver, HostServices host, Observer& observer)
    : policy_(std::move(policy)),
      directory_(directory),
      reception_(reception),
      resolver_(resolver),
      clock_(host.clock),
      observer_(observer),
      checks_({policy_.host_name, policy_.dmarc, policy_.dmarc_profile}, resolver, host, observer),
      greylist_(policy_.greylist) {}

Task<smtp::Reply> ExchangeService::connected(const smtp::ClientInfo& client) {
  clients_[client.connection] = Client();
  if (policy_.reverse_lookup) {
    std::string name = co_await confirmed_name(client.remote.address);
    clients_[client.connection].name = std::move(name);
  }
  co_return smtp::Reply::make(220, "Glasspost");
}

// A name of the address whose own addresses lead back to it; empty if there is none. // RFC 1912 2.1
Task<std::string> ExchangeService::confirmed_name(IpAddress address) {
  const IpAddress wanted = address.unmapped();
  dns::Question question{dns::reverse_name(wanted), dns::RecordType::kPtr};
  const dns::Answer names = co_await resolver_.resolve(std::move(question));
  for (std::size_t i = 0; i < std::min(names.records.size(), kMaxNames); ++i) {
    const auto* data = std::get_if<dns::NameData>(&names.records[i].data);
    if (data == nullptr) continue;
    const dns::RecordType type = wanted.is_v6() ? dns::RecordType::kAaaa : dns::RecordType::kA;
    dns::Question forward{data->target, type};
    const dns::Answer addresses = co_await resolver_.resolve(std::move(forward));
    for (const dns::Record& record : addresses.records) {
      const auto* found = std::get_if<dns::AddressData>(&record.data);
      if (found != nullptr && found->address == wanted) co_return data->target.to_string();
    }
  }
  co_return std::string();
}

Task<smtp::Reply> ExchangeService::mail(const smtp::ClientInfo& client,
                                        const smtp::Transaction& transaction) {
  if (policy_.spf != SpfPolicy::kOff) {
    std::string mail_from = transaction.reverse_path.to_string();
    co_await check_spf(client, std::move(mail_from));
  }
  co_return smtp::Reply::make(250, {2, 1, 0}, "Sender noted");
}

Task<void> ExchangeService::check_spf(const smtp::ClientInfo& client, std::string mail_from) {
  auth::SpfRequest request;
  request.client = client.remote.address;
  request.helo = client.helo_name;
  request.mail_from = std::move(mail_from);
  request.receiver = policy_.host_name;
  request.now = clock_.now();
  request.explain = observer_.wants_explanations();
  auth::SpfLimits limits;
  const auth::SpfVerdict verdict = co_await auth::check_spf(resolver_, request, limits);
  Client& known = clients_[client.connection];
  known.spf = verdict.result;
  known.spf_text = verdict.text;
  known.spf_domain = verdict.domain;
  known.received_spf = message::fold_field("Received-SPF", auth::received_spf(request, verdict));
  known.spf_findings =
      SpfFindings{auth::dmarc_identifier(verdict), auth::authentication_result(request, verdict)};
  DecisionMade decision;
  decision.kind = DecisionKind::kSpf;
  decision.connection = client.connection;
  decision.subject = verdict.domain;
  decision.outcome = auth::to_string(verdict.result);
  if (verdict.explanation) decision.explanation = *verdict.explanation;
  decision.explanation.outcome = decision.outcome;
  observer_.decided(decision);
}

smtp::Reply ExchangeService::judge(const smtp::Recipient& recipient, const Client& client,
                                   Explanation& why) const {
  const std::string address = recipient.path.to_string();
  const Argument of_recipient = Argument::of_mailbox("recipient", address);
  why.inputs = {of_recipient};
  why.outcome = "reject";
  if (policy_.spf == SpfPolicy::kReject && client.spf == auth::SpfResult::kFail) {
    why.rule = "RFC 7208 8.4";
    why.words = {"access.spf-fail", {Argument::of_domain("domain", client.spf_domain)}};
    std::string text = "SPF says that this host may not send for " + client.spf_domain;
    if (!client.spf_text.empty())
      text += "; " + client.spf_domain + " explains: " + owners_words(client.spf_text);
    return smtp::Reply::make(550, {5, 7, 23}, text);
  }
  const RecipientMatch match = directory_.find(address);
  switch (match.kind) {
    case RecipientKind::kForeign:
      why.rule = "RFC 5321 3.9";
      why.words = {"access.relay-denied", {of_recipient}};
      return smtp::Reply::make(550, {5, 7, 1}, "This host does not relay mail for that domain");
    case RecipientKind::kUnknownUser:
      why.rule = "RFC 5321 3.3";
      why.words = {"access.unknown-user", {of_recipient}};
      return smtp::Reply::make(550, {5, 1, 1}, "There is no such mailbox here");
    case RecipientKind::kRelayDomain:
      why.words = {"access.backup", {of_recipient}};
      break;
    case RecipientKind::kForward:
      why.words = {"access.forward", {of_recipient}};
      break;
    case RecipientKind::kList:
      why.words = {"access.list", {of_recipient}};
      break;
    case RecipientKind::kMailbox:
      why.words = {"access.local", {of_recipient}};
      break;
  }
  why.rule = "RFC 5321 3.3";
  why.outcome = "accept";
  return smtp::Reply::make(250, {2, 1, 5}, "Recipient noted");
}

// Only mail that would be taken is put off; strangers learn nothing about who lives here. // RFC 6647 2
std::optional<smtp::Reply> ExchangeService::greylisted(const smtp::ClientInfo& client,
                                                       const smtp::Transaction& transaction,
                                                       const std::string& recipient, Explanation& why) {
  const std::string sender = transaction.reverse_path.to_string();
  const GreylistFinding found = greylist_.meet(client.remote.address, sender, recipient, clock_.now());
  if (found.verdict == GreylistVerdict::kOff || found.verdict == GreylistVerdict::kKnown) return std::nullopt;
  why.rule = "RFC 6647 2";
  why.inputs = {Argument::of_address("client", client.remote.address), Argument::of_mailbox("sender", sender),
                Argument::of_mailbox("recipient", recipient)};
  const Argument wait = Argument::of_duration("wait", found.wait);
  if (found.verdict == GreylistVerdict::kPassed) {
    why.words = {"access.greylist-passed", {wait}};
    return std::nullopt;
  }
  why.outcome = "defer";
  const bool early = found.verdict == GreylistVerdict::kEarly;
  why.words = {early ? "access.greylist-early" : "access.greylist-new", {wait}};
  return smtp::Reply::make(451, {4, 7, 1}, "Greylisted, try again in " + to_string(found.wait));
}

Task<smtp::Reply> ExchangeService::recipient(const smtp::ClientInfo& client,
                                             const smtp::Transaction& transaction,
                                             const smtp::Recipient& recipient) {
  DecisionMade decision;
  decision.kind = DecisionKind::kAccess;
  decision.connection = client.connection;
  decision.subject = recipient.path.to_string();
  smtp::Reply reply = judge(recipient, clients_[client.connection], decision.explanation);
  if (reply.positive()) {
    std::optional<smtp::Reply> put_off =
        greylisted(client, transaction, decision.subject, decision.explanation);
    if (put_off) reply = std::move(*put_off);
  }
  decision.outcome = decision.explanation.outcome;
  observer_.decided(decision);
  co_return reply;
}

Task<smtp::Reply> ExchangeService::message(const smtp::ClientInfo& client,
                                           const smtp::Transaction& transaction, std::string content) {
  std::optional<SpfFindings> spf = clients_[client.connection].spf_findings;
  MessageFindings findings = co_await checks_.check(client.connection, content, std::move(spf));
  if (findings.refusal) co_return *findings.refusal;
  Client& known = clients_[client.connection];
  ReceptionExtras extras;
  extras.client_name = known.name;
  extras.origin = "accepted";
  extras.quarantine = policy_.spf == SpfPolicy::kQuarantine && known.spf == auth::SpfResult::kFail;
  extras.quarantine = extras.quarantine || findings.quarantine;
  extras.forged = std::move(findings.removed);
  // Above the Received field that this host adds. // RFC 7208 9.1
  if (!known.received_spf.empty()) extras.above.emplace_back("Received-SPF", std::move(known.received_spf));
  known.received_spf.clear();
  if (!findings.field.empty()) extras.above.emplace_back("Authentication-Results", std::move(findings.field));
  co_return co_await reception_.take(client, transaction, std::move(content), std::move(extras));
}

void ExchangeService::reset(const smtp::ClientInfo& client, const smtp::Transaction&) {
  Client& known = clients_[client.connection];
  known = Client{std::move(known.name), auth::SpfResult::kNone, "", "", "", {}};
}

void ExchangeService::closed(const smtp::ClientInfo& client, smtp::CloseReason) {
  clients_.erase(client.connection);
}

}  // namespace glasspost::agent
