#include "engine/agent/msa/submission_service.h"

#include <algorithm>
#include <utility>

#include "engine/message/fold.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"
#include "engine/message/message_id.h"

namespace glasspost::agent {

SubmissionService::SubmissionService(SubmissionPolicy policy, const Directory& directory,
                                     Reception& reception, HostServices host, Observer& observer,
                                     const MailSigner* signer)
    : policy_(std::move(policy)),
      directory_(directory),
      reception_(reception),
      host_(host),
      observer_(observer),
      signer_(signer),
      ids_(host.random.stream("message id")) {}

Task<std::optional<sasl::Secret>> SubmissionService::secret(const smtp::ClientInfo&, std::string user) {
  const Account* account = directory_.find_login(user);
  if (account == nullptr || account->password.empty()) co_return std::optional<sasl::Secret>();
  sasl::Secret known;
  known.password = account->password;
  co_return std::optional<sasl::Secret>(std::move(known));
}

smtp::Reply SubmissionService::judge_sender(const smtp::ClientInfo& client, const std::string& reverse_path,
                                            Explanation& why) const {
  why.outcome = "reject";
  why.inputs = {Argument::of_mailbox("sender", reverse_path)};
  const Account* account = directory_.find_login(client.authenticated_user);
  if (account == nullptr) {
    why.rule = "RFC 6409 4.3";
    why.words = {"access.login-required", {}};
    return smtp::Reply::make(530, {5, 7, 0}, "Log in first");
  }
  const Argument of_account = Argument::of_mailbox("account", account->address);
  if (policy_.sender_must_match && !directory_.may_send_as(account->address, reverse_path)) {
    why.rule = "RFC 6409 6.1";
    why.words = {"access.not-own-address", {of_account, Argument::of_mailbox("sender", reverse_path)}};
    return smtp::Reply::make(550, {5, 7, 1}, "That address is not yours to send from");
  }
  why.rule = "RFC 6409 4.3";
  why.outcome = "accept";
  why.words = {"access.own-user", {of_account}};
  return smtp::Reply::make(250, {2, 1, 0}, "Sender noted");
}

Task<smtp::Reply> SubmissionService::mail(const smtp::ClientInfo& client,
                                          const smtp::Transaction& transaction) {
  const std::string reverse_path = transaction.reverse_path.to_string();
  DecisionMade decision;
  decision.kind = DecisionKind::kAccess;
  decision.connection = client.connection;
  decision.subject = reverse_path;
  smtp::Reply reply = judge_sender(client, reverse_path, decision.explanation);
  decision.outcome = decision.explanation.outcome;
  observer_.decided(decision);
  co_return reply;
}

smtp::Reply SubmissionService::judge_recipient(const std::string& recipient, Explanation& why) const {
  const Argument of_recipient = Argument::of_mailbox("recipient", recipient);
  why.inputs = {of_recipient};
  const RecipientMatch match = directory_.find(recipient);
  if (match.kind == RecipientKind::kUnknownUser) {
    why.rule = "RFC 5321 3.3";
    why.outcome = "reject";
    why.words = {"access.unknown-user", {of_recipient}};
    return smtp::Reply::make(550, {5, 1, 1}, "There is no such mailbox here");
  }
  const bool here = match.kind == RecipientKind::kMailbox || match.kind == RecipientKind::kForward ||
                    match.kind == RecipientKind::kList;
  why.rule = "RFC 6409 3.1";
  why.outcome = here ? "accept" : "relay";
  why.words = {here ? "access.local" : "access.submission-relay", {of_recipient}};
  return smtp::Reply::make(250, {2, 1, 5}, "Recipient noted");
}

Task<smtp::Reply> SubmissionService::recipient(const smtp::ClientInfo& client, const smtp::Transaction&,
                                               const smtp::Recipient& recipient) {
  DecisionMade decision;
  decision.kind = DecisionKind::kAccess;
  decision.connection = client.connection;
  decision.subject = recipient.path.to_string();
  smtp::Reply reply = judge_recipient(decision.subject, decision.explanation);
  decision.outcome = decision.explanation.outcome;
  observer_.decided(decision);
  co_return reply;
}

namespace {

bool has_long_line(std::string_view field) {
  while (!field.empty()) {
    const std::size_t end = std::min(field.find('\n'), field.size());
    if (end > message::kMaxLineLength + 1) return true;  // the CR with it
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return false;
}

// A line that some later hop would have to fold, which breaks what was signed before. It is folded here, at
// white space that is there; the bytes of its words stay. // RFC 5322 2.1.1, RFC 6376 5.3
void fold_long_lines(const message::Header& header, ReceptionExtras& extras) {
  for (std::size_t i = header.fields.size(); i-- > 0;) {
    const message::HeaderField& field = header.fields[i];
    if (field.malformed() || !has_long_line(field.raw)) continue;
    // Last first: the offsets of those before it stay.
    extras.folded.emplace_back(
        field.name, message::replace_field(header, i, message::fold_field(field.name, field.unfolded())));
  }
}

}  // namespace

// RFC 6409 8.2, 8.3
void SubmissionService::complete(std::string_view content, ReceptionExtras& extras) {
  const message::Header header = message::parse_header(content);
  fold_long_lines(header, extras);
  const Instant now = host_.clock.now();
  if (header.find("Date") == nullptr) {
    extras.missing.emplace_back("Date", "Date: " + to_rfc5322(now) + "\r\n");
  }
  if (header.find("Message-ID") == nullptr) {
    const std::string id = message::make_message_id(now, ids_, policy_.host_name);
    extras.missing.emplace_back("Message-ID", "Message-ID: <" + id + ">\r\n");
  }
}

Task<smtp::Reply> SubmissionService::message(const smtp::ClientInfo& client,
                                             const smtp::Transaction& transaction, std::string content) {
  ReceptionExtras extras;
  extras.origin = "submitted";
  if (const Account* account = directory_.find_login(client.authenticated_user); account != nullptr) {
    extras.authenticated = account->address;
  }
  complete(content, extras);
  extras.signer = signer_;
  co_return co_await reception_.take(client, transaction, std::move(content), std::move(extras));
}

}  // namespace glasspost::agent
