#include "engine/agent/mta/trace_fields.h"

#include "engine/base/text.h"
#include "engine/protocol/smtp/path.h"

namespace glasspost::agent {

namespace {

std::string address_literal(const IpAddress& address) {
  return (address.is_v6() ? "[IPv6:" : "[") + address.to_string() + "]";
}

// Text from outside must not end the comment, nor the field.
std::string comment_text(std::string_view text) {
  constexpr std::size_t kMaxLength = 200;
  std::string safe;
  for (const char c : text.substr(0, kMaxLength)) {
    const bool plain = c > ' ' && c < 0x7f && c != '(' && c != ')' && c != '\\';
    safe += plain || c == ' ' ? c : '?';
  }
  return safe;
}

}  // namespace

std::string received_field(const ReceivedFacts& facts) {
  const IpAddress client = facts.client.unmapped();
  const bool proper = smtp::is_domain_or_literal(facts.helo_name);
  std::string field = "Received: from ";
  field += proper ? facts.helo_name : address_literal(client);
  field += " (";
  if (!proper && !facts.helo_name.empty()) field += "helo " + comment_text(facts.helo_name) + ", ";
  if (!facts.client_name.empty()) field += comment_text(facts.client_name) + " ";
  field += address_literal(client) + ")\r\n";
  if (!facts.authenticated.empty()) {
    field += "\t(authenticated as " + comment_text(facts.authenticated) + ")\r\n";
  }
  field += "\tby " + facts.by + " with " + facts.protocol;
  if (!facts.tls.empty()) field += " (" + comment_text(facts.tls) + ")";
  field += " id " + facts.queue_id;
  if (!facts.recipient.empty()) field += "\r\n\tfor <" + facts.recipient + ">";
  return field + ";\r\n\t" + to_rfc5322(facts.date) + "\r\n";
}

std::size_t count_received(std::string_view content) {
  std::size_t count = 0;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    const std::string_view line = content.substr(0, end);
    if (line.empty() || line == "\r") break;
    if (istarts_with(line, "Received") && trim_wsp(line.substr(8)).starts_with(':')) ++count;
    if (end == std::string_view::npos) break;
    content.remove_prefix(end + 1);
  }
  return count;
}

}  // namespace glasspost::agent
