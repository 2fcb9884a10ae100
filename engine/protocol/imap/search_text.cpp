#include "engine/protocol/imap/search_text.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/date_time.h"
#include "engine/message/encoded_word.h"
#include "engine/protocol/imap/envelope.h"
#include "engine/protocol/imap/response.h"

namespace glasspost::imap {

namespace {

bool holds(std::string text, std::string_view wanted) {
  return fold_case(std::move(text)).find(wanted) != std::string::npos;
}

// Addresses without the comments and white space that may stand within them.
bool addresses_hold(std::string_view value, std::string_view wanted) {
  const std::vector<EnvelopeAddress> addresses = parse_envelope_addresses(value);
  return std::any_of(addresses.begin(), addresses.end(), [&](const EnvelopeAddress& address) {
    return address.mailbox && address.host && holds(*address.mailbox + "@" + *address.host, wanted);
  });
}

bool part_holds(std::string_view message, const message::Part& part, std::string_view wanted) {
  if (part.children.empty()) {
    return part.media_type.is("text") && holds(message::decoded_text(message, part), wanted);
  }
  for (const message::Part& child : part.children) {
    if (part.is_message()) {
      const message::Header header =
          message::parse_header(message.substr(0, child.body_begin), child.header_begin);
      if (any_header_holds(header, wanted)) return true;
    }
    if (part_holds(message, child, wanted)) return true;
  }
  return false;
}

}  // namespace

std::string fold_case(std::string text) {
  for (char& c : text)
    c = to_lower(c);
  return text;
}

bool header_holds(const message::Header& header, std::string_view field, std::string_view wanted) {
  return std::any_of(header.fields.begin(), header.fields.end(), [&](const message::HeaderField& one) {
    if (!one.is(field)) return false;
    if (wanted.empty() || holds(message::decode_unstructured(one.value()), wanted)) return true;
    return is_address_field(field) && addresses_hold(one.value(), wanted);
  });
}

bool is_address_field(std::string_view name) {
  for (const std::string_view field : {"From", "Sender", "Reply-To", "To", "Cc", "Bcc"}) {
    if (iequals(field, name)) return true;
  }
  return false;
}

std::vector<std::string> folded_values(const message::Header& header, std::string_view field) {
  std::vector<std::string> out;
  for (const message::HeaderField& one : header.fields) {
    if (one.is(field)) out.push_back(fold_case(message::decode_unstructured(one.value())));
  }
  return out;
}

bool values_hold(const std::vector<std::string>& values, std::string_view wanted) {
  return std::any_of(values.begin(), values.end(),
                     [wanted](const std::string& value) { return value.find(wanted) != std::string::npos; });
}

bool any_header_holds(const message::Header& header, std::string_view wanted) {
  return std::any_of(header.fields.begin(), header.fields.end(), [&](const message::HeaderField& one) {
    return holds(one.name + ": " + message::decode_unstructured(one.value()), wanted);
  });
}

bool body_holds(std::string_view message, const message::MimeTree& tree, std::string_view wanted) {
  return wanted.empty() || part_holds(message, tree.root, wanted);
}

std::optional<std::int64_t> sent_day(const message::Header& header) {
  const message::HeaderField* field = header.find("Date");
  if (field == nullptr) return std::nullopt;
  const auto date = message::parse_date_time(field->value());
  if (!date) return std::nullopt;
  return day_of(date->instant, date->offset_minutes);
}

}  // namespace glasspost::imap
