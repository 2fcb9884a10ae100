#include "engine/agent/mta/reception.h"

#include <algorithm>

#include "engine/agent/mta/trace_fields.h"
#include "engine/base/text.h"
#include "engine/message/header.h"

namespace glasspost::agent {

namespace {

bool has_non_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_non_ascii);
}

// SMTPUTF8 must be asked of the next hop only where an address or the header needs it. // RFC 6531 3.6
bool needs_utf8(const smtp::Transaction& transaction, std::string_view content) {
  if (!transaction.parameters.smtputf8) return false;
  if (has_non_ascii(transaction.reverse_path.to_string())) return true;
  for (const smtp::Recipient& recipient : transaction.recipients) {
    if (recipient.path.mailbox.needs_utf8()) return true;
  }
  return has_non_ascii(content.substr(0, content.find("\r\n\r\n")));
}

smtp::Reply refusal(const Error& error) {
  if (error.code == ErrorCode::kTooLarge) {
    return smtp::Reply::make(452, {4, 3, 1}, "The queue is full, try again later");
  }
  return smtp::Reply::make(451, {4, 3, 0}, "The message could not be stored, try again later");
}

}  // namespace

Reception::Reception(std::string host_name, std::uint32_t hops, const Directory& directory, Mta& mta,
                     HostServices host, Observer& observer)
    : host_name_(std::move(host_name)),
      hops_(hops),
      directory_(directory),
      mta_(mta),
      host_(host),
      observer_(observer) {}

// <Postmaster> without a domain is this host's. // RFC 5321 4.1.1.3
std::string Reception::recipient_address(const smtp::Recipient& recipient) const {
  if (recipient.path.mailbox.domain.empty()) return directory_.postmaster_of(host_name_);
  return recipient.path.to_string();
}

std::string Reception::received_for(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                                    const ReceptionExtras& extras, const std::string& queue_id) const {
  ReceivedFacts facts;
  facts.helo_name = client.helo_name;
  facts.client_name = extras.client_name;
  facts.client = client.remote.address;
  facts.by = host_name_;
  facts.protocol = client.protocol();
  if (client.tls) facts.tls = client.tls->version + " " + client.tls->cipher;
  facts.authenticated = extras.authenticated;
  facts.queue_id = queue_id;
  // With several recipients their addresses would be told to each other. // RFC 5321 7.6
  if (transaction.recipients.size() == 1) facts.recipient = recipient_address(transaction.recipients.front());
  facts.date = host_.clock.now();
  return received_field(facts);
}

store::SpoolEntry Reception::entry_for(const smtp::Transaction& transaction, const std::string& content,
                                       const ReceptionExtras& extras) const {
  store::SpoolEntry entry;
  entry.reverse_path = transaction.reverse_path.to_string();
  entry.accepted = host_.clock.now();
  const bool declared = transaction.parameters.body == smtp::BodyType::k8BitMime;
  entry.eight_bit = declared && has_non_ascii(content);
  entry.utf8 = needs_utf8(transaction, content);
  entry.quarantine = extras.quarantine;
  entry.origin = extras.origin;
  for (const smtp::Recipient& recipient : transaction.recipients) {
    store::SpoolRecipient queued;
    queued.address = recipient_address(recipient);
    queued.next_attempt = entry.accepted;
    entry.recipients.push_back(std::move(queued));
  }
  return entry;
}

void Reception::tell_loop(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                          std::size_t hops) {
  DecisionMade decision;
  decision.kind = DecisionKind::kAccess;
  decision.connection = client.connection;
  decision.subject = transaction.reverse_path.to_string();
  decision.outcome = "reject";
  decision.explanation.rule = "RFC 5321 6.3";
  decision.explanation.outcome = "reject";
  decision.explanation.words = {
      "access.loop",
      {Argument::of_number("hops", static_cast<std::int64_t>(hops)), Argument::of_number("limit", hops_)}};
  observer_.decided(decision);
}

Task<smtp::Reply> Reception::take(const smtp::ClientInfo& client, const smtp::Transaction& transaction,
                                  std::string content, ReceptionExtras extras) {
  const std::size_t hops = count_received(content);
  if (hops > hops_) {
    tell_loop(client, transaction, hops);
    co_return smtp::Reply::make(554, {5, 4, 6}, "Too many hops: this message goes round in circles");
  }
  const std::string queue_id = mta_.make_queue_id();
  store::SpoolEntry entry = entry_for(transaction, content, extras);
  entry.queue_id = queue_id;

  // What is altered here, in order; told only once the message is ours.
  std::vector<MailAltered> alterations;
  for (const message::Alteration& forged : extras.forged) {
    alterations.push_back(
        {queue_id, forged.offset, forged.removed, forged.inserted, "Authentication-Results"});
    message::apply(forged, content);
  }
  for (const auto& [name, fold] : extras.folded) {
    alterations.push_back({queue_id, fold.offset, fold.removed, fold.inserted, name});
    message::apply(fold, content);
  }
  for (auto& [name, field] : extras.missing) {
    const message::Alteration added = message::append_field(message::parse_header(content), std::move(field));
    alterations.push_back({queue_id, added.offset, added.removed, added.inserted, name});
    message::apply(added, content);
  }
  // Last of all that may change what is signed; trace fields are not. // RFC 6376 5.3, 5.4.1
  if (extras.signer != nullptr) {
    for (std::string& field : extras.signer->sign(queue_id, entry.reverse_path, content))
      extras.above.emplace_back("DKIM-Signature", std::move(field));
  }
  std::string prefix = received_for(client, transaction, extras, queue_id);
  alterations.push_back({queue_id, 0, 0, prefix, "Received"});
  for (const auto& [name, field] : extras.above) {
    alterations.push_back({queue_id, 0, 0, field, name});
    prefix.insert(0, field);
  }
  content.insert(0, prefix);

  MailAccepted accepted;
  accepted.connection = client.connection;
  accepted.transaction = transaction.ordinal;
  accepted.message = queue_id;
  accepted.reverse_path = entry.reverse_path;
  for (const store::SpoolRecipient& recipient : entry.recipients)
    accepted.recipients.push_back(recipient.address);
  accepted.size = content.size();
  const Ok stored = co_await mta_.enqueue(std::move(entry), store::make_content(std::move(content)));
  if (!stored) co_return refusal(stored.error());
  observer_.mail_accepted(accepted);
  for (const MailAltered& alteration : alterations)
    observer_.mail_altered(alteration);
  co_return smtp::Reply::make(250, {2, 0, 0}, "Taken as " + queue_id);
}

}  // namespace glasspost::agent
