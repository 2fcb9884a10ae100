#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/parse.h"
#include "engine/protocol/imap/response.h"

// FETCH: macros, attributes, sections, partials.
namespace glasspost::imap {

namespace {

// A section's part numbers: more levels than any message has that is read. // message::kMaxPartDepth
constexpr std::size_t kMostLevels = 100;
constexpr std::size_t kMostFields = 1'000;
constexpr std::size_t kMostAttributes = 100;

FetchAttribute simple(FetchItem item) {
  FetchAttribute out;
  out.item = item;
  return out;
}

FetchAttribute legacy(std::string name, Section::Text text, bool peek) {
  FetchAttribute out;
  out.item = FetchItem::kSection;
  out.section.text = text;
  out.peek = peek;
  out.legacy_name = std::move(name);
  return out;
}

std::vector<std::string> field_names(Cursor& in) {
  std::vector<std::string> fields;
  in.expect('(');
  do {
    fields.push_back(in.astring("a field's name"));
    if (fields.size() > kMostFields) in.fail("too many fields");
  } while (in.take(' '));
  in.expect(')');
  return fields;
}

// What follows the part numbers: HEADER, TEXT, ...
void section_text(Cursor& in, Section& out) {
  if (in.take_text("HEADER.FIELDS.NOT ")) {
    out.text = Section::Text::kHeaderFieldsNot;
    out.fields = field_names(in);
  } else if (in.take_text("HEADER.FIELDS ")) {
    out.text = Section::Text::kHeaderFields;
    out.fields = field_names(in);
  } else if (in.take_text("HEADER")) {
    out.text = Section::Text::kHeader;
  } else if (in.take_text("TEXT")) {
    out.text = Section::Text::kText;
  } else if (!out.part.empty() && in.take_text("MIME")) {
    out.text = Section::Text::kMime;
  } else {
    in.fail("a section was expected");
  }
}

Section section(Cursor& in) {  // RFC 3501 9 section-spec
  Section out;
  in.expect('[');
  if (in.take(']')) return out;
  while (is_digit(in.peek())) {
    out.part.push_back(in.nonzero_number());
    if (out.part.size() > kMostLevels) in.fail("too many levels of parts");
    if (!in.take('.')) {
      in.expect(']');
      return out;
    }
  }
  section_text(in, out);
  in.expect(']');
  return out;
}

std::optional<Partial> partial(Cursor& in) {
  if (!in.take('<')) return std::nullopt;
  Partial out;
  out.offset = in.number();
  in.expect('.');
  out.length = in.nonzero_number();
  in.expect('>');
  return out;
}

// BODY has been taken: with brackets it is content, without them the structure.
FetchAttribute body_attribute(Cursor& in) {
  FetchAttribute out;
  out.peek = in.take_text(".PEEK");
  if (!out.peek && in.peek() != '[') return simple(FetchItem::kBody);
  out.item = FetchItem::kSection;
  out.section = section(in);
  out.partial = partial(in);
  return out;
}

// The longer name first where one begins with another.
FetchAttribute attribute(Cursor& in) {  // RFC 3501 9 fetch-att
  using Text = Section::Text;
  if (in.take_text("FLAGS")) return simple(FetchItem::kFlags);
  if (in.take_text("INTERNALDATE")) return simple(FetchItem::kInternalDate);
  if (in.take_text("RFC822.SIZE")) return simple(FetchItem::kSize);
  if (in.take_text("RFC822.HEADER")) return legacy("RFC822.HEADER", Text::kHeader, true);
  if (in.take_text("RFC822.TEXT")) return legacy("RFC822.TEXT", Text::kText, false);
  if (in.take_text("RFC822")) return legacy("RFC822", Text::kWhole, false);
  if (in.take_text("ENVELOPE")) return simple(FetchItem::kEnvelope);
  if (in.take_text("BODYSTRUCTURE")) return simple(FetchItem::kBodyStructure);
  if (in.take_text("BODY")) return body_attribute(in);
  if (in.take_text("UID")) return simple(FetchItem::kUid);
  if (in.take_text("MODSEQ")) return simple(FetchItem::kModSeq);
  in.fail("there is no such item to fetch");
  return {};
}

// RFC 3501 6.4.5: macros stand alone, not in a list.
bool macro(Cursor& in, std::vector<FetchAttribute>& out) {
  const bool all = in.take_text("ALL");
  const bool full = !all && in.take_text("FULL");
  if (!all && !full && !in.take_text("FAST")) return false;
  out = {simple(FetchItem::kFlags), simple(FetchItem::kInternalDate), simple(FetchItem::kSize)};
  if (all || full) out.push_back(simple(FetchItem::kEnvelope));
  if (full) out.push_back(simple(FetchItem::kBody));
  return true;
}

}  // namespace

void parse_fetch(Cursor& in, Command& out) {
  FetchArguments arguments;
  in.space();
  arguments.set = in.sequence_set();
  in.space();
  if (in.take('(')) {
    do {
      arguments.attributes.push_back(attribute(in));
      if (arguments.attributes.size() > kMostAttributes) in.fail("FETCH takes at most 100 items");
    } while (in.take(' '));
    in.expect(')');
  } else if (!macro(in, arguments.attributes)) {
    arguments.attributes.push_back(attribute(in));
  }
  if (in.take_text(" (")) {  // RFC 4466 2.4 fetch-modifier
    if (!in.take_text("CHANGEDSINCE ")) in.fail("there is no such modifier");
    arguments.changed_since = in.number64();
    in.expect(')');
  }
  out.arguments = std::move(arguments);
}

std::string response_name(const FetchAttribute& attribute) {
  if (!attribute.legacy_name.empty()) return attribute.legacy_name;
  std::string out = "BODY[";
  for (const std::uint32_t number : attribute.section.part) {
    if (out.back() != '[') out += '.';
    out += std::to_string(number);
  }
  if (attribute.section.text != Section::Text::kWhole && out.back() != '[') out += '.';
  constexpr std::string_view kNames[] = {"", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"};
  out += kNames[static_cast<std::size_t>(attribute.section.text)];
  if (!attribute.section.fields.empty()) {
    out += " (";
    for (const std::string& field : attribute.section.fields) {
      if (out.back() != '(') out += ' ';
      append_astring(out, field);
    }
    out += ')';
  }
  out += ']';
  if (attribute.partial) out += '<' + std::to_string(attribute.partial->offset) + '>';
  return out;
}

}  // namespace glasspost::imap
