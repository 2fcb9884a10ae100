#include "engine/agent/mta/bounce.h"

#include <utility>

#include "engine/message/address.h"
#include "engine/message/delivery_status.h"
#include "engine/message/header.h"
#include "engine/message/message_id.h"
#include "engine/observe/catalogue.h"
#include "engine/protocol/smtp/reply.h"

namespace glasspost::agent {

namespace {

message::Address as_address(std::string_view text) {
  Result<message::Address> parsed = message::parse_smtp_mailbox(text, true);
  return parsed ? std::move(*parsed) : message::Address{std::string(text), ""};
}

// Mail is written in one language for whoever reads it.
std::string words(std::string key, std::vector<Argument> arguments) {
  return render(MessageKey{std::move(key), std::move(arguments)}, Language::kEnglish);
}

std::string text_for(const BounceFacts& facts) {
  std::string text = words("mail.bounce-opening", {Argument::of_domain("host", facts.host_name)}) + "\n\n";
  for (const FailedRecipient& recipient : facts.recipients) {
    text += "    " + recipient.address + "\n";
    text += "        " + recipient.reply + "\n\n";
  }
  return text + words("mail.bounce-closing", {}) + "\n";
}

message::DsnRecipient status_for(const FailedRecipient& failed) {
  message::DsnRecipient recipient;
  if (!failed.original.empty()) recipient.original_recipient = "rfc822;" + failed.original;
  recipient.final_recipient = as_address(failed.address);
  recipient.action = message::DsnAction::kFailed;
  recipient.status = status_of(failed.reply);
  // A remote server's words are its own; ours stand in the text alone. // RFC 3464 2.3.6
  recipient.remote_mta = failed.remote_host;
  if (!failed.remote_host.empty()) recipient.diagnostic = failed.reply;
  recipient.last_attempt = failed.last_attempt;
  return recipient;
}

}  // namespace

std::string status_of(std::string_view reply) {
  if (reply.size() > 4) {
    if (const auto code = smtp::EnhancedStatusCode::parse_prefix(reply.substr(4)); code) {
      // A message that is given up is failed for good, whatever the last attempt said. // RFC 3464 2.3.4
      return code->status_class == 4
                 ? "5." + std::to_string(code->subject) + "." + std::to_string(code->detail)
                 : code->to_string();
    }
  }
  return "5.0.0";
}

store::SpoolChange::Put build_bounce(const BounceFacts& facts, RandomStream& random) {
  const message::Header header = message::parse_header(facts.content);
  message::DsnReport report;
  report.reporting_mta = facts.host_name;
  report.envelope_id = facts.failed.envelope_id;
  report.arrival_date = facts.failed.accepted;
  for (const FailedRecipient& failed : facts.recipients)
    report.recipients.push_back(status_for(failed));
  report.from.name = words("mail.bounce-sender", {});
  report.from.address = as_address(facts.postmaster);
  report.to = as_address(facts.failed.reverse_path);
  report.date = facts.now;
  report.message_id = message::make_message_id(facts.now, random, facts.host_name);
  const std::string whom = facts.recipients.empty() ? "" : facts.recipients.front().address;
  report.subject = words("mail.bounce-subject", {Argument::of_mailbox("recipient", whom)});
  report.text = text_for(facts);
  if (const auto id = header.value("Message-ID"); id) {
    const std::vector<std::string> ids = message::parse_message_ids(*id);
    if (!ids.empty()) report.in_reply_to = ids.front();
  }
  report.returned = std::string(facts.content.substr(0, header.end));

  store::SpoolChange::Put put;
  put.content = store::make_content(message::build_dsn(report, random));
  put.entry.queue_id = facts.queue_id;
  put.entry.accepted = facts.now;
  put.entry.origin = "dsn";
  put.entry.size = put.content->size();
  put.entry.utf8 = facts.failed.utf8;
  store::SpoolRecipient sender;
  sender.address = facts.failed.reverse_path;
  sender.next_attempt = facts.now;
  put.entry.recipients.push_back(std::move(sender));
  return put;
}

}  // namespace glasspost::agent
