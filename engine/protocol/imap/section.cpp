#include "engine/protocol/imap/section.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/message/header.h"

namespace glasspost::imap {

namespace {

using message::Part;
using Text = Section::Text;

/// The part with those numbers, or null. A part that is not a multipart, and the text of a message that is
/// none, have the number 1. // RFC 3501 6.4.5
const Part* find_part(const Part& root, const std::vector<std::uint32_t>& numbers) {
  const Part* entity = &root;  // whose parts are counted
  const Part* found = nullptr;
  for (const std::uint32_t number : numbers) {
    if (entity == nullptr) return nullptr;
    if (entity->is_multipart()) {
      if (number > entity->children.size()) return nullptr;
      found = &entity->children[number - 1];
    } else {
      if (number != 1) return nullptr;
      found = entity;
    }
    entity = nullptr;
    if (found->is_multipart()) {
      entity = found;
    } else if (found->is_message() && !found->children.empty()) {
      entity = &found->children.front();
    }
  }
  return found;
}

std::string chosen_fields(std::string_view message, std::size_t begin, std::size_t end,
                          const Section& section) {
  const message::Header header = message::parse_header(message.substr(0, end), begin);
  const bool wanted = section.text == Text::kHeaderFields;
  std::string out;
  for (const message::HeaderField& field : header.fields) {
    const bool named = std::any_of(section.fields.begin(), section.fields.end(),
                                   [&](const std::string& name) { return field.is(name); });
    if (named == wanted && !field.malformed()) out += field.raw;
  }
  out += "\r\n";  // RFC 3501 6.4.5: the delimiting blank line is always there
  return out;
}

/// A message's own sections: `begin` of its header, `body` of its text, `end`.
std::string message_section(std::string_view message, std::size_t begin, std::size_t body, std::size_t end,
                            const Section& section) {
  switch (section.text) {
    case Text::kHeader:
      return std::string(message.substr(begin, body - begin));
    case Text::kHeaderFields:
    case Text::kHeaderFieldsNot:
      return chosen_fields(message, begin, body, section);
    case Text::kText:
      return std::string(message.substr(body, end - body));
    default:
      return std::string(message.substr(begin, end - begin));
  }
}

}  // namespace

bool needs_structure(const Section& section) {
  return !section.part.empty();
}

std::string plain_section_text(std::string_view message, const Section& section) {
  if (section.text == Text::kWhole) return std::string(message);
  return message_section(message, 0, message::parse_header(message).body_offset, message.size(), section);
}

std::optional<std::string> section_text(std::string_view message, const message::MimeTree& tree,
                                        const Section& section) {
  if (section.part.empty()) return plain_section_text(message, section);
  const Part* part = find_part(tree.root, section.part);
  if (part == nullptr) return std::nullopt;
  if (section.text == Text::kWhole) return std::string(part->body(message));
  if (section.text == Text::kMime) return std::string(part->header(message));
  if (!part->is_message() || part->children.empty()) return std::nullopt;
  const Part& inner = part->children.front();
  return message_section(message, inner.header_begin, inner.body_begin, inner.end, section);
}

std::string_view part_of(std::string_view text, const Partial& partial) {
  if (partial.offset >= text.size()) return {};
  return text.substr(partial.offset, partial.length);
}

}  // namespace glasspost::imap
