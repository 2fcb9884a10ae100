#include "engine/protocol/imap/command.h"

#include "engine/base/text.h"
#include "engine/protocol/imap/parse.h"

namespace glasspost::imap {

namespace {

struct Entry {
  std::string_view name;
  void (*parse)(Cursor& in, Command& out) = nullptr;  ///< null: no arguments
  bool has_uid_form = false;
};

constexpr Entry kEntries[kVerbCount] = {
    {"unknown"},
    {"CAPABILITY"},
    {"NOOP"},
    {"LOGOUT"},
    {"ID", parse_id},
    {"STARTTLS"},
    {"AUTHENTICATE", parse_authenticate},
    {"LOGIN", parse_login},
    {"ENABLE", parse_enable},
    {"NAMESPACE"},
    {"SELECT", parse_select},
    {"EXAMINE", parse_select},
    {"CREATE", parse_create},
    {"DELETE", parse_mailbox},
    {"RENAME", parse_rename},
    {"SUBSCRIBE", parse_mailbox},
    {"UNSUBSCRIBE", parse_mailbox},
    {"LIST", parse_list},
    {"LSUB", parse_lsub},
    {"STATUS", parse_status},
    {"APPEND", parse_append},
    {"IDLE"},
    {"CHECK"},
    {"CLOSE"},
    {"UNSELECT"},
    {"EXPUNGE", nullptr, true},
    {"SEARCH", parse_search, true},
    {"FETCH", parse_fetch, true},
    {"STORE", parse_store, true},
    {"COPY", parse_copy, true},
    {"MOVE", parse_copy, true},
};

const Entry& entry(Verb verb) {
  return kEntries[static_cast<std::size_t>(verb)];
}

Verb find_verb(std::string_view name) {
  for (std::size_t i = 1; i < kVerbCount; ++i) {
    if (iequals(kEntries[i].name, name)) return static_cast<Verb>(i);
  }
  return Verb::kUnknown;
}

void read_command(Cursor& in, Command& out) {
  out.tag = in.tag();
  in.space();
  const std::size_t begin = in.offset();
  std::string name = in.atom("a command");
  if (iequals(name, "UID")) {  // RFC 3501 6.4.8
    out.uid = true;
    in.space();
    name = in.atom("a command");
  }
  if (in.failed()) return;
  out.verb = find_verb(name);
  if (out.verb == Verb::kUnknown || (out.uid && !entry(out.verb).has_uid_form)) {
    out.verb = Verb::kUnknown;
    in.fail_at(begin, "there is no such command");
    return;
  }
  if (out.uid && out.verb == Verb::kExpunge) {
    parse_expunge(in, out);
  } else if (entry(out.verb).parse != nullptr) {
    entry(out.verb).parse(in, out);
  }
  in.end();
}

}  // namespace

std::string_view to_string(Verb verb) {
  return entry(verb).name;
}

ParsedCommand parse_command(RawCommand raw) {
  ParsedCommand out;
  Cursor in(raw);
  read_command(in, out.command);
  out.error = in.error();
  if (out.error) out.command.arguments = {};
  return out;
}

}  // namespace glasspost::imap
