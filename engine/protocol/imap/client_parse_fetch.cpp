// FETCH responses. // RFC 3501 7.4.2
#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/client_parse.h"
#include "engine/protocol/imap/response.h"

namespace glasspost::imap {

namespace {

constexpr std::size_t kMostAddresses = 10'000;

std::vector<EnvelopeAddress> addresses(Cursor& in) {
  std::vector<EnvelopeAddress> out;
  if (in.peek() != '(') {
    if (!in.take_text("NIL")) in.fail("a list of addresses was expected");
    return out;
  }
  in.expect('(');
  while (!in.failed() && !in.take(')')) {
    EnvelopeAddress address;
    in.expect('(');
    address.name = in.nstring("a name");
    in.space();
    address.route = in.nstring("a route");
    in.space();
    address.mailbox = in.nstring("a local part");
    in.space();
    address.host = in.nstring("a domain");
    in.expect(')');
    in.take(' ');  // some servers put one between addresses
    if (out.size() >= kMostAddresses) in.fail("too many addresses");
    out.push_back(std::move(address));
  }
  return out;
}

FetchedEnvelope envelope(Cursor& in) {
  FetchedEnvelope out;
  in.expect('(');
  out.date = in.nstring("a date");
  in.space();
  out.subject = in.nstring("a subject");
  for (auto* list : {&out.from, &out.sender, &out.reply_to, &out.to, &out.cc, &out.bcc}) {
    in.space();
    *list = addresses(in);
  }
  in.space();
  out.in_reply_to = in.nstring("a message id");
  in.space();
  out.message_id = in.nstring("a message id");
  in.expect(')');
  return out;
}

MessageFlags message_flags(Cursor& in) {
  MessageFlags out;
  for (std::string& name : flag_names(in)) {
    const std::string lower = to_lower(name);
    if (lower == "\\seen") {
      out.flags.system |= system_flag::kSeen;
    } else if (lower == "\\answered") {
      out.flags.system |= system_flag::kAnswered;
    } else if (lower == "\\flagged") {
      out.flags.system |= system_flag::kFlagged;
    } else if (lower == "\\deleted") {
      out.flags.system |= system_flag::kDeleted;
    } else if (lower == "\\draft") {
      out.flags.system |= system_flag::kDraft;
    } else if (lower == "\\recent") {
      out.recent = true;
    } else {
      out.flags.keywords.push_back(std::move(name));
    }
  }
  return out;
}

// The rest of "BODY[...": up to the bracket that closes it.
std::string section_name(Cursor& in) {
  std::string name;
  while (!in.failed() && in.peek() != ']') {
    const char c = in.peek();
    if (c == '"' || c == '{') {
      name += in.string("a field name");
    } else if (c != '\0' && in.take(c)) {
      name += to_upper(c);
    } else {
      in.fail("\"]\" was expected");
    }
  }
  in.expect(']');
  return "BODY[" + name + "]";
}

void section(Cursor& in, std::string name, FetchData& into) {
  FetchedSection out;
  out.name = std::move(name);
  if (in.take('<')) {
    out.origin = in.number();
    in.expect('>');
  }
  in.space();
  out.bytes = in.nstring_bytes("the section's text");
  into.sections.push_back(std::move(out));
}

void attribute(Cursor& in, FetchData& into) {
  if (in.take_text("BODY[")) return section(in, section_name(in), into);
  const std::string name = to_upper(in.atom("a message attribute"));
  if (name == "RFC822" || name == "RFC822.HEADER" || name == "RFC822.TEXT") return section(in, name, into);
  in.space();
  if (name == "UID") {
    into.uid = in.nonzero_number();
  } else if (name == "FLAGS") {
    into.flags = message_flags(in);
  } else if (name == "RFC822.SIZE") {
    into.size = in.number64();
  } else if (name == "INTERNALDATE") {
    into.internal_date = parse_internal_date(in.string("a date"));
  } else if (name == "MODSEQ") {  // RFC 7162 3.1.4
    in.expect('(');
    into.mod_sequence = in.number64();
    in.expect(')');
  } else if (name == "ENVELOPE") {
    into.envelope = envelope(in);
  } else {
    skip_value(in);
  }
}

}  // namespace

FetchData parse_fetch_data(Cursor& in) {
  FetchData out;
  in.expect('(');
  while (!in.failed() && !in.take(')')) {
    attribute(in, out);
    if (in.peek() != ')') in.space();
  }
  return out;
}

}  // namespace glasspost::imap
