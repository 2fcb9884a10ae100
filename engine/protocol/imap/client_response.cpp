#include "engine/protocol/imap/client_response.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/client_parse.h"
#include "engine/protocol/imap/modified_utf7.h"

namespace glasspost::imap {

bool ListData::has(std::string_view attribute) const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const std::string& mine) { return iequals(mine, attribute); });
}

const std::string* FetchData::section(std::string_view name) const {
  for (const FetchedSection& candidate : sections) {
    if (iequals(candidate.name, name) && candidate.bytes) return &*candidate.bytes;
  }
  return nullptr;
}

std::size_t octets_of(const RawCommand& raw) {
  std::size_t count = raw.text.size();
  for (const std::string& literal : raw.literals)
    count += literal.size();
  return count;
}

std::string mailbox_name(Cursor& in) {
  std::string wire = in.astring("a mailbox name");
  if (iequals(wire, "INBOX")) return "INBOX";
  Result<std::string> name = decode_modified_utf7(wire);
  return name ? std::move(*name) : wire;
}

std::string flag_name(Cursor& in) {
  if (!in.take('\\')) return in.atom("a flag");
  return "\\" + (in.take('*') ? std::string("*") : in.atom("a flag"));
}

std::vector<std::string> flag_names(Cursor& in) {
  std::vector<std::string> out;
  in.expect('(');
  while (!in.failed() && !in.take(')')) {
    out.push_back(flag_name(in));
    if (in.peek() != ')') in.space();
  }
  return out;
}

void skip_value(Cursor& in) {
  std::size_t depth = 0;
  do {
    if (in.take('(')) {
      ++depth;
    } else if (in.peek() == ')' && depth > 0) {
      in.expect(')');
      --depth;
    } else if (in.peek() == '"' || in.peek() == '{') {
      in.nstring_bytes("a value");
    } else if (in.peek() != '\0' && in.peek() != ' ' && in.peek() != ')') {
      in.take(in.peek());
      continue;
    } else if (!in.take(' ')) {
      in.fail("a value was expected");
    }
  } while (!in.failed() && (depth > 0 || (in.peek() != ' ' && in.peek() != ')' && in.peek() != '\0')));
}

namespace {

std::vector<std::string> upper_words(Cursor& in, char closing) {
  std::vector<std::string> out;
  while (in.take(' ')) {
    if (in.peek() == closing) break;
    out.push_back(to_upper(in.atom("a capability")));
  }
  return out;
}

// Everything up to the bracket that closes the code.
void skip_code(Cursor& in) {
  while (!in.failed() && in.peek() != ']') {
    if (in.peek() == '"') {
      in.string("text");
    } else if (!in.take(in.peek())) {
      in.fail("\"]\" was expected");
    }
  }
}

void parse_code(Cursor& in, ResponseCode& code) {
  code.name = to_upper(in.atom("a response code"));
  if (code.name == "CAPABILITY") {
    code.words = upper_words(in, ']');
  } else if (code.name == "PERMANENTFLAGS" && in.take(' ')) {
    code.words = flag_names(in);
  } else if ((code.name == "UIDNEXT" || code.name == "UIDVALIDITY" || code.name == "UNSEEN" ||
              code.name == "HIGHESTMODSEQ") &&
             in.take(' ')) {
    code.number = in.number64();
  } else if (code.name == "APPENDUID" && in.take(' ')) {
    code.uid_validity = in.nonzero_number();
    in.space();
    code.destination = in.sequence_set();
  } else if (code.name == "COPYUID" && in.take(' ')) {
    code.uid_validity = in.nonzero_number();
    in.space();
    code.source = in.sequence_set();
    in.space();
    code.destination = in.sequence_set();
  }
  skip_code(in);
  in.expect(']');
}

std::optional<ResponseStatus> status_named(std::string_view word) {
  if (word == "OK") return ResponseStatus::kOk;
  if (word == "NO") return ResponseStatus::kNo;
  if (word == "BAD") return ResponseStatus::kBad;
  if (word == "PREAUTH") return ResponseStatus::kPreauth;
  if (word == "BYE") return ResponseStatus::kBye;
  return std::nullopt;
}

// After the status word; some servers leave the text out.
StatusLine status_line(Cursor& in, ResponseStatus status, const std::string& text) {
  StatusLine out;
  out.status = status;
  in.take(' ');
  if (in.take('[')) {
    parse_code(in, out.code);
    in.take(' ');
  }
  if (!in.failed()) out.text = text.substr(std::min(in.offset(), text.size()));
  return out;
}

ListData list_data(Cursor& in, bool subscribed_list) {
  ListData out;
  out.subscribed_list = subscribed_list;
  in.space();
  out.attributes = flag_names(in);
  in.space();
  const auto delimiter = in.nstring("a delimiter");
  if (delimiter && delimiter->size() == 1) out.delimiter = delimiter->front();
  in.space();
  out.mailbox = mailbox_name(in);
  if (in.take(' ')) skip_value(in);  // extended data // RFC 5258 6
  return out;
}

StatusData status_data(Cursor& in) {
  StatusData out;
  in.space();
  out.mailbox = mailbox_name(in);
  in.space();
  in.expect('(');
  while (!in.failed() && !in.take(')')) {
    const std::string name = to_upper(in.atom("a status item"));
    in.space();
    if (name == "MESSAGES") {
      out.messages = in.number();
    } else if (name == "RECENT") {
      out.recent = in.number();
    } else if (name == "UIDNEXT") {
      out.uid_next = in.number();
    } else if (name == "UIDVALIDITY") {
      out.uid_validity = in.number();
    } else if (name == "UNSEEN") {
      out.unseen = in.number();
    } else if (name == "HIGHESTMODSEQ") {
      out.highest_mod_sequence = in.number64();
    } else if (name == "SIZE") {
      out.size = in.number64();
    } else {
      skip_value(in);
    }
    if (in.peek() != ')') in.space();
  }
  return out;
}

SearchData search_data(Cursor& in) {
  SearchData out;
  while (in.take(' ')) {
    if (in.take('(')) {  // RFC 7162 3.1.5
      if (in.take_text("MODSEQ ")) out.mod_sequence = in.number64();
      in.expect(')');
      break;
    }
    if (in.at_end()) break;
    const std::uint32_t number = in.nonzero_number();
    out.numbers.push_back({number, number});
  }
  return out;
}

SearchData extended_search_data(Cursor& in) {  // RFC 4731 3.1
  SearchData out;
  if (in.take_text(" (")) {  // the tag that it answers
    while (!in.failed() && !in.take(')')) {
      in.astring("a correlator");
      if (in.peek() != ')') in.space();
    }
  }
  while (in.take(' ')) {
    if (in.take_text("UID") && in.peek() != ' ') {
      if (!in.at_end()) in.fail("a result was expected");
      break;
    }
    if (in.peek() == ' ') continue;
    const std::string name = to_upper(in.atom("a result"));
    in.space();
    if (name == "ALL") {
      out.numbers = in.sequence_set().ranges;
    } else if (name == "COUNT") {
      out.count = in.number();
    } else if (name == "MODSEQ") {
      out.mod_sequence = in.number64();
    } else {
      skip_value(in);
    }
  }
  return out;
}

VanishedData vanished_data(Cursor& in) {
  VanishedData out;
  out.earlier = in.take_text(" (EARLIER)");
  in.space();
  out.uids = in.sequence_set();
  return out;
}

ResponseData numbered_data(Cursor& in) {
  const std::uint32_t number = in.number();
  in.space();
  const std::size_t at = in.offset();
  const std::string name = to_upper(in.atom("a response"));
  if (name == "EXISTS") return ExistsData{number};
  if (name == "RECENT") return RecentData{number};
  if (number == 0) in.fail_at(at, "message numbers begin with 1");
  if (name == "EXPUNGE") return ExpungeData{number};
  if (name != "FETCH") return OtherData{name};
  in.space();
  FetchData fetched = parse_fetch_data(in);
  fetched.number = number;
  return fetched;
}

ResponseData untagged_data(Cursor& in, const std::string& text, bool& open_end) {
  if (is_digit(in.peek())) return numbered_data(in);
  const std::string name = to_upper(in.atom("a response"));
  if (const auto status = status_named(name)) {
    open_end = true;
    return status_line(in, *status, text);
  }
  if (name == "CAPABILITY") return CapabilityData{upper_words(in, '\0')};
  if (name == "ENABLED") return EnabledData{upper_words(in, '\0')};
  if (name == "LIST") return list_data(in, false);
  if (name == "LSUB") return list_data(in, true);
  if (name == "STATUS") return status_data(in);
  if (name == "SEARCH") return search_data(in);
  if (name == "ESEARCH") return extended_search_data(in);
  if (name == "VANISHED") return vanished_data(in);
  if (name == "FLAGS") {
    in.space();
    return FlagsData{flag_names(in)};
  }
  open_end = true;
  return OtherData{name};
}

}  // namespace

Result<ServerResponse> parse_response(RawCommand raw) {
  const std::string text = raw.text;
  Cursor in(raw);
  ServerResponse out;
  bool open_end = false;
  if (in.take('+')) {
    out.kind = ServerResponse::Kind::kContinue;
    in.take(' ');
    out.text = text.substr(in.offset());
    return out;
  }
  if (in.take_text("* ")) {
    out.data = untagged_data(in, text, open_end);
  } else {
    out.kind = ServerResponse::Kind::kTagged;
    out.tag = in.tag();
    in.space();
    const std::size_t at = in.offset();
    const auto status = status_named(to_upper(in.atom("OK, NO or BAD")));
    if (!status || *status > ResponseStatus::kBad) in.fail_at(at, "OK, NO or BAD was expected");
    open_end = true;
    out.data = status_line(in, status.value_or(ResponseStatus::kBad), text);
  }
  if (!open_end) in.end();
  if (in.failed()) return fail(ErrorCode::kInvalidInput, in.error()->message);
  return out;
}

}  // namespace glasspost::imap
