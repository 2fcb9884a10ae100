#include "engine/message/header.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

/// The byte after the line that begins at `begin`, its line end included.
std::size_t next_line(std::string_view text, std::size_t begin) {
  const std::size_t lf = text.find('\n', begin);
  return lf == std::string_view::npos ? text.size() : lf + 1;
}

std::string_view without_line_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// ftext: printable ASCII but the colon. // RFC 5322 3.6.8
bool is_field_name(std::string_view name) {
  if (name.empty()) return false;
  for (const char c : name) {
    if (c <= ' ' || c >= 0x7F || c == ':') return false;
  }
  return true;
}

HeaderField make_field(std::string_view message, std::size_t begin, std::size_t end) {
  HeaderField field;
  field.offset = begin;
  field.raw = std::string(message.substr(begin, end - begin));
  const std::string_view first = without_line_end(field.raw);
  const std::size_t colon = first.find(':');
  if (colon == std::string_view::npos) return field;
  // White space before the colon is obsolete syntax. // RFC 5322 4.5
  const std::string_view name = trim_wsp(first.substr(0, colon));
  if (!is_field_name(name) || is_wsp(first.front())) return field;
  field.name = std::string(name);
  field.value_offset = colon + 1;
  return field;
}

/// All that is left of an endless header, as one malformed field.
void add_rest(std::string_view message, std::size_t begin, Header& header) {
  std::size_t end = begin;
  std::size_t next = begin;
  while (end < message.size()) {
    next = next_line(message, end);
    if (without_line_end(message.substr(end, next - end)).empty()) break;
    end = next;
  }
  HeaderField field;
  field.offset = begin;
  field.raw = std::string(message.substr(begin, end - begin));
  header.fields.push_back(std::move(field));
  header.end = end;
  header.body_offset = next;
}

}  // namespace

std::string_view HeaderField::value() const {
  return without_line_end(std::string_view(raw).substr(value_offset));
}

std::string HeaderField::unfolded() const {
  return std::string(trim_wsp(unfold(value())));
}

bool HeaderField::is(std::string_view field_name) const {
  return iequals(name, field_name);
}

const HeaderField* Header::find(std::string_view name) const {
  for (const HeaderField& field : fields) {
    if (field.is(name)) return &field;
  }
  return nullptr;
}

std::vector<const HeaderField*> Header::all(std::string_view name) const {
  std::vector<const HeaderField*> found;
  for (const HeaderField& field : fields) {
    if (field.is(name)) found.push_back(&field);
  }
  return found;
}

std::size_t Header::count(std::string_view name) const {
  return all(name).size();
}

std::optional<std::string> Header::value(std::string_view name) const {
  const HeaderField* field = find(name);
  if (field == nullptr) return std::nullopt;
  return field->unfolded();
}

Header parse_header(std::string_view message, std::size_t offset) {
  Header header;
  header.offset = offset;
  std::size_t begin = offset;
  while (begin < message.size()) {
    std::size_t end = next_line(message, begin);
    if (without_line_end(message.substr(begin, end - begin)).empty()) {
      header.end = begin;
      header.body_offset = end;
      return header;
    }
    if (header.fields.size() + 1 == kMaxHeaderFields) {
      add_rest(message, begin, header);
      return header;
    }
    // A line that begins with white space continues the field. // RFC 5322 2.2.3
    while (end < message.size() && is_wsp(message[end]))
      end = next_line(message, end);
    header.fields.push_back(make_field(message, begin, end));
    begin = end;
  }
  header.end = message.size();
  header.body_offset = message.size();
  return header;
}

std::string unfold(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const std::size_t after = c == '\r' && i + 1 < value.size() && value[i + 1] == '\n' ? i + 2 : i + 1;
    const bool line_end = c == '\n' || after == i + 2;
    if (line_end && after < value.size() && is_wsp(value[after])) {
      i = after - 1;
      continue;
    }
    out += c;
  }
  return out;
}

void apply(const Alteration& alteration, std::string& bytes) {
  GLASSPOST_ASSERT(alteration.offset <= bytes.size() &&
                   alteration.removed <= bytes.size() - alteration.offset);
  bytes.replace(alteration.offset, alteration.removed, alteration.inserted);
}

Alteration prepend_field(const Header& header, std::string field) {
  return {header.offset, 0, std::move(field)};
}

Alteration append_field(const Header& header, std::string field) {
  const bool open = !header.fields.empty() && header.fields.back().raw.back() != '\n';
  if (open) field.insert(0, "\r\n");
  return {header.end, 0, std::move(field)};
}

Alteration insert_field(const Header& header, std::size_t index, std::string field) {
  GLASSPOST_ASSERT(index <= header.fields.size());
  if (index == header.fields.size()) return append_field(header, std::move(field));
  return {header.fields[index].offset, 0, std::move(field)};
}

Alteration replace_field(const Header& header, std::size_t index, std::string field) {
  GLASSPOST_ASSERT(index < header.fields.size());
  const HeaderField& old = header.fields[index];
  return {old.offset, old.raw.size(), std::move(field)};
}

Alteration remove_field(const Header& header, std::size_t index) {
  return replace_field(header, index, {});
}

std::vector<Alteration> remove_fields(const Header& header, std::string_view name) {
  std::vector<Alteration> alterations;
  for (std::size_t i = header.fields.size(); i-- > 0;) {
    if (header.fields[i].is(name)) alterations.push_back(remove_field(header, i));
  }
  return alterations;
}

Message::Message(std::string bytes) : bytes_(std::move(bytes)), header_(parse_header(bytes_)) {}

void Message::apply(const Alteration& alteration) {
  message::apply(alteration, bytes_);
  header_ = parse_header(bytes_);
}

}  // namespace glasspost::message
