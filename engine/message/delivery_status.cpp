#include "engine/message/delivery_status.h"

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/compose.h"
#include "engine/message/date_time.h"
#include "engine/message/encoded_word.h"
#include "engine/message/fold.h"
#include "engine/message/header.h"
#include "engine/message/lexer.h"
#include "engine/message/limits.h"
#include "engine/message/line_ends.h"
#include "engine/message/message_id.h"
#include "engine/message/transfer_encoding.h"

namespace glasspost::message {
namespace {

// A server's reply may be long; what a person needs of it is not.
constexpr std::size_t kMaxDiagnostic = 4000;
constexpr std::size_t kMaxName = 600;
constexpr std::size_t kMaxWord = 900;  // longer ones could not be folded into lines of 998

/// A value for a line of message/delivery-status: one line of printable ASCII. // RFC 3464 2.1.2
std::string one_line(std::string_view text, std::size_t limit = kMaxName) {
  std::string spaced;
  for (const char c : text.substr(0, limit)) {
    const bool space = is_lwsp(c);
    if (!space) spaced += c;
    if (space && !spaced.empty() && spaced.back() != ' ') spaced += ' ';
  }
  std::string out;
  std::size_t word = 0;
  for (const char c : spaced) {
    word = c == ' ' ? 0 : word + 4;  // at most \xHH
    if (word > kMaxWord) {
      out += ' ';
      word = 4;
    }
    const bool printable = c >= ' ' && c < 0x7F;
    out += printable ? std::string(1, c) : escaped(std::string_view(&c, 1), false);
  }
  return out;
}

/// "rfc822;bob@b.example"; a UTF-8 address in the form of RFC 6533 3 with its ASCII escapes.
std::string typed_address(const Address& address) {
  const std::string text = address.to_string();
  if (is_ascii(text)) return "rfc822;" + one_line(text);
  std::string out = "utf-8;";
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0x80 || !is_utf8(std::string_view(text).substr(i, length))) {
      out += one_line(std::string_view(text).substr(i, 1));
      ++i;
      continue;
    }
    unsigned code = length == 2 ? lead & 0x1FU : length == 3 ? lead & 0x0FU : lead & 0x07U;
    for (std::size_t k = 1; k < length; ++k)
      code = code << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    std::string hex;
    for (; code > 0; code >>= 4U)
      hex.insert(hex.begin(), "0123456789ABCDEF"[code & 15U]);
    out += "\\x{" + hex + "}";
    i += length;
  }
  return out;
}

void add_field(std::string& out, std::string_view name, const std::string& value) {
  out += fold_field(name, value);
}

std::string status_part(const DsnReport& report) {
  std::string out;
  if (!report.envelope_id.empty()) add_field(out, "Original-Envelope-Id", one_line(report.envelope_id));
  add_field(out, "Reporting-MTA", "dns; " + one_line(report.reporting_mta));
  if (!report.received_from_mta.empty()) {
    add_field(out, "Received-From-MTA", "dns; " + one_line(report.received_from_mta));
  }
  if (report.arrival_date) add_field(out, "Arrival-Date", format_date_time(*report.arrival_date, 0));
  for (const DsnRecipient& recipient : report.recipients) {
    out += "\r\n";
    if (!recipient.original_recipient.empty()) {
      add_field(out, "Original-Recipient", one_line(recipient.original_recipient));
    }
    add_field(out, "Final-Recipient", typed_address(recipient.final_recipient));
    add_field(out, "Action", std::string(to_string(recipient.action)));
    add_field(out, "Status", one_line(recipient.status));
    if (!recipient.remote_mta.empty()) add_field(out, "Remote-MTA", "dns; " + one_line(recipient.remote_mta));
    if (!recipient.diagnostic.empty()) {
      add_field(out, "Diagnostic-Code", "smtp; " + one_line(recipient.diagnostic, kMaxDiagnostic));
    }
    if (recipient.last_attempt) {
      add_field(out, "Last-Attempt-Date", format_date_time(*recipient.last_attempt, 0));
    }
    if (recipient.will_retry_until && recipient.action == DsnAction::kDelayed) {
      add_field(out, "Will-Retry-Until", format_date_time(*recipient.will_retry_until, 0));
    }
  }
  return out;
}

bool fits_message_part(std::string_view message) {
  const TransferEncoding encoding = choose_transfer_encoding(message, true);
  return encoding == TransferEncoding::k7bit || encoding == TransferEncoding::k8bit;
}

/// The returned message, or its header alone: that one is text, so it may be encoded. // RFC 6522 4
std::string returned_part(const DsnReport& report, bool& eight_bit) {
  const std::string returned = to_crlf(report.returned);
  if (report.returned_is_full && fits_message_part(returned)) {
    eight_bit = !is_ascii(returned);
    std::string out = fold_field("Content-Type", "message/rfc822");
    out += fold_field("Content-Transfer-Encoding", eight_bit ? "8bit" : "7bit");
    return out + "\r\n" + returned;
  }
  const Header header = parse_header(returned);
  std::string fields = returned.substr(0, header.end);
  const TransferEncoding encoding = choose_transfer_encoding(fields, false);
  std::string out = fold_field(
      "Content-Type", is_ascii(fields) ? "text/rfc822-headers" : "text/rfc822-headers; charset=utf-8");
  out += fold_field("Content-Transfer-Encoding", to_string(encoding));
  out += "\r\n";
  return out + encode_transfer(fields, encoding);
}

std::string words_part(const std::string& words) {
  std::string text = to_crlf(repair_utf8(words));
  if (!text.ends_with("\r\n")) text += "\r\n";
  const TransferEncoding encoding = choose_transfer_encoding(text, false);
  std::string out = fold_field("Content-Type",
                               is_ascii(text) ? "text/plain; charset=us-ascii" : "text/plain; charset=utf-8");
  out += fold_field("Content-Transfer-Encoding", to_string(encoding));
  out += "\r\n";
  return out + encode_transfer(text, encoding);
}

std::string after_type(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  return std::string(trim_wsp(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1)));
}

}  // namespace

std::string_view to_string(DsnAction action) {
  switch (action) {
    case DsnAction::kFailed:
      return "failed";
    case DsnAction::kDelayed:
      return "delayed";
    case DsnAction::kDelivered:
      return "delivered";
    case DsnAction::kRelayed:
      return "relayed";
    case DsnAction::kExpanded:
      break;
  }
  return "expanded";
}

std::string build_dsn(const DsnReport& report, RandomStream& random) {
  bool eight_bit = false;
  std::vector<std::string> parts;
  parts.push_back(words_part(report.text));
  parts.push_back(fold_field("Content-Type", "message/delivery-status") + "\r\n" + status_part(report));
  if (!report.returned.empty()) parts.push_back(returned_part(report, eight_bit));
  const std::string boundary = make_boundary(random, {parts.begin(), parts.end()});

  std::string out = fold_field("Date", format_date_time(report.date, 0));
  out += fold_field("From", format_mailbox(report.from));
  out += fold_field("To", report.to.to_string());
  out += fold_field("Message-ID", format_message_ids({report.message_id}));
  if (!report.in_reply_to.empty()) {
    out += fold_field("In-Reply-To", format_message_ids({report.in_reply_to}));
    out += fold_field("References", format_message_ids({report.in_reply_to}));
  }
  out += fold_field("Subject", encode_unstructured(report.subject, std::string_view("Subject").size()));
  out += fold_field("Auto-Submitted", "auto-replied");  // RFC 3834 5
  out += fold_field("MIME-Version", "1.0");
  out += fold_field("Content-Type",
                    "multipart/report; report-type=delivery-status; boundary=\"" + boundary + "\"");
  out += fold_field("Content-Transfer-Encoding", eight_bit ? "8bit" : "7bit");
  out += "\r\n";
  for (const std::string& part : parts)
    out += "--" + boundary + "\r\n" + part + "\r\n";
  out += "--" + boundary + "--\r\n";
  return out;
}

DeliveryStatus parse_delivery_status(std::string_view body) {
  DeliveryStatus out;
  std::size_t offset = 0;
  bool first = true;
  while (offset < body.size() && out.recipients.size() < kMaxAddresses) {
    const Header group = parse_header(body, offset);
    offset = group.body_offset;
    if (group.fields.empty()) continue;
    const auto value = [&group](std::string_view name) { return group.value(name).value_or(""); };
    if (first) {
      out.reporting_mta = after_type(value("Reporting-MTA"));
      out.envelope_id = value("Original-Envelope-Id");
      first = false;
      // A message without the first group is malformed, but its recipients are still told.
      if (group.find("Final-Recipient") == nullptr) continue;
    }
    DeliveryStatus::Recipient recipient;
    recipient.original_recipient = after_type(value("Original-Recipient"));
    recipient.final_recipient = after_type(value("Final-Recipient"));
    recipient.action = to_lower(without_comments(value("Action")));
    recipient.status = without_comments(value("Status"));
    recipient.remote_mta = after_type(value("Remote-MTA"));
    recipient.diagnostic = after_type(value("Diagnostic-Code"));
    out.recipients.push_back(std::move(recipient));
  }
  return out;
}

}  // namespace glasspost::message
