#include "engine/dissect/dns_datagram.h"

#include <array>
#include <utility>

#include "engine/protocol/dns/message.h"

namespace glasspost::dissect {

namespace {

std::string record_text(const dns::Record& record) {
  return record.owner.to_string() + " " + std::to_string(record.ttl) + " " + dns::to_string(record.type) +
         " " + dns::to_string(record.data);
}

std::string part_text(const dns::Message& message, const dns::MessageLayout::Span& span) {
  using Part = dns::MessageLayout::Part;
  const auto of = [&span](const std::vector<dns::Record>& records) {
    return span.index < records.size() ? record_text(records[span.index]) : std::string();
  };
  switch (span.part) {
    case Part::kQuestion: {
      if (span.index >= message.questions.size()) return {};
      const dns::Question& question = message.questions[span.index];
      return question.name.to_string() + " " + dns::to_string(question.type);
    }
    case Part::kAnswer:
      return of(message.answers);
    case Part::kAuthority:
      return of(message.authority);
    case Part::kAdditional:
      return of(message.additional);
    case Part::kHeader:
    case Part::kOpt:
      break;
  }
  return {};
}

}  // namespace

std::optional<DnsLabels> dissect_dns(std::string_view bytes) {
  dns::MessageLayout layout;
  const Result<dns::Message> message = dns::decode_message(bytes, &layout);
  if (!message) return std::nullopt;
  DnsLabels labels;
  labels.id = message->id;
  labels.response = message->response;
  labels.authoritative = message->authoritative;
  labels.truncated = message->truncated;
  labels.code = dns::to_string(message->code);
  if (!message->questions.empty()) {
    labels.name = message->questions[0].name.to_string();
    labels.type = dns::to_string(message->questions[0].type);
  }
  for (const dns::Record& record : message->answers) {
    if (!labels.answer.empty()) labels.answer += "; ";
    labels.answer += dns::to_string(record.data);
  }
  static constexpr std::array<std::string_view, 6> kParts = {"header",    "question",   "answer",
                                                             "authority", "additional", "opt"};
  for (const dns::MessageLayout::Span& span : layout.spans) {
    labels.parts.push_back({std::string(kParts[static_cast<std::size_t>(span.part)]), span.offset,
                            span.length, part_text(*message, span)});
  }
  return labels;
}

std::optional<DnsLabels> dissect_datagram(const trace::EventView& event) {
  std::string_view bytes;
  std::string_view source;
  std::string_view destination;
  if (const auto sent = event.as<trace::payload::DatagramSent>()) {
    bytes = sent->bytes.bytes;
    source = sent->source;
    destination = sent->destination;
  } else if (const auto delivered = event.as<trace::payload::DatagramDelivered>()) {
    bytes = delivered->bytes.bytes;
    source = delivered->source;
    destination = delivered->destination;
  }
  if (bytes.empty() || (!source.ends_with(":53") && !destination.ends_with(":53"))) return std::nullopt;
  return dissect_dns(bytes);
}

}  // namespace glasspost::dissect
