#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/parse.h"
#include "engine/protocol/imap/response.h"

// SELECT, EXAMINE, CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, STATUS, LIST, LSUB, APPEND.
namespace glasspost::imap {

namespace {

std::string mailbox(Cursor& in) {
  in.space();
  return in.astring("a mailbox");
}

StatusItem status_item(Cursor& in) {
  const std::size_t begin = in.offset();
  const std::string name = to_upper(in.atom("a status item"));
  if (name == "MESSAGES") return StatusItem::kMessages;
  if (name == "RECENT") return StatusItem::kRecent;
  if (name == "UIDNEXT") return StatusItem::kUidNext;
  if (name == "UIDVALIDITY") return StatusItem::kUidValidity;
  if (name == "UNSEEN") return StatusItem::kUnseen;
  if (name == "HIGHESTMODSEQ") return StatusItem::kHighestModSeq;
  if (name == "SIZE") return StatusItem::kSize;
  in.fail_at(begin, "there is no such status item");
  return StatusItem::kMessages;
}

std::vector<StatusItem> status_items(Cursor& in) {
  std::vector<StatusItem> items;
  in.expect('(');
  do {
    items.push_back(status_item(in));
  } while (in.take(' '));
  in.expect(')');
  return items;
}

// RFC 5258 6 list-select-opts, RFC 6154 2
void selection_options(Cursor& in, ListArguments& out) {
  in.expect('(');
  if (in.take(')')) return;
  do {
    const std::size_t begin = in.offset();
    const std::string name = to_upper(in.atom("a selection option"));
    if (name == "SUBSCRIBED") {
      out.select_subscribed = true;
    } else if (name == "REMOTE") {
      out.select_remote = true;
    } else if (name == "RECURSIVEMATCH") {
      out.select_recursive_match = true;
    } else if (name == "SPECIAL-USE") {
      out.select_special_use = true;
    } else if (!in.failed()) {
      in.fail_at(begin, "there is no such selection option");
    }
  } while (in.take(' '));
  in.expect(')');
  // RFC 5258 3.1: RECURSIVEMATCH needs another option to match
  if (out.select_recursive_match && !out.select_subscribed && !out.select_special_use) {
    in.fail("RECURSIVEMATCH cannot stand alone");
  }
}

// RFC 5258 6 list-return-opts, RFC 5819 2
void return_options(Cursor& in, ListArguments& out) {
  in.expect('(');
  if (in.take(')')) return;
  do {
    const std::size_t begin = in.offset();
    const std::string name = to_upper(in.atom("a return option"));
    if (name == "SUBSCRIBED") {
      out.return_subscribed = true;
    } else if (name == "CHILDREN") {
      out.return_children = true;
    } else if (name == "SPECIAL-USE") {
      out.return_special_use = true;
    } else if (name == "STATUS") {
      in.space();
      out.return_status = status_items(in);
    } else if (!in.failed()) {
      in.fail_at(begin, "there is no such return option");
    }
  } while (in.take(' '));
  in.expect(')');
}

}  // namespace

void parse_mailbox(Cursor& in, Command& out) {
  MailboxArguments arguments;
  arguments.mailbox = mailbox(in);
  out.arguments = std::move(arguments);
}

void parse_select(Cursor& in, Command& out) {  // RFC 3501 6.3.1, RFC 4466 2.1, RFC 7162 3.1.8
  MailboxArguments arguments;
  arguments.mailbox = mailbox(in);
  if (in.take(' ')) {
    in.expect('(');
    do {
      const std::size_t begin = in.offset();
      const std::string name = to_upper(in.atom("a parameter"));
      if (name == "CONDSTORE") {
        arguments.condstore = true;
      } else if (!in.failed()) {
        in.fail_at(begin, "there is no such parameter");
      }
    } while (in.take(' '));
    in.expect(')');
  }
  out.arguments = std::move(arguments);
}

void parse_create(Cursor& in, Command& out) {  // RFC 3501 6.3.3, RFC 6154 3
  MailboxArguments arguments;
  arguments.mailbox = mailbox(in);
  if (in.take(' ')) {
    in.expect('(');
    if (!in.take_text("USE (")) in.fail("USE was expected");
    if (!in.take(')')) {
      if (!in.take('\\')) in.fail("a special use was expected");
      arguments.special_use = "\\" + in.atom("a special use");
      in.expect(')');
    }
    in.expect(')');
  }
  out.arguments = std::move(arguments);
}

void parse_rename(Cursor& in, Command& out) {
  RenameArguments arguments;
  arguments.from = mailbox(in);
  arguments.to = mailbox(in);
  out.arguments = std::move(arguments);
}

void parse_status(Cursor& in, Command& out) {
  StatusArguments arguments;
  arguments.mailbox = mailbox(in);
  in.space();
  arguments.items = status_items(in);
  out.arguments = std::move(arguments);
}

void parse_list(Cursor& in, Command& out) {  // RFC 3501 6.3.8, RFC 5258 6
  constexpr std::size_t kMostPatterns = 100;
  ListArguments arguments;
  in.space();
  if (in.peek() == '(') {
    arguments.extended = true;
    selection_options(in, arguments);
    in.space();
  }
  arguments.reference = in.astring("a reference name");
  in.space();
  if (in.take('(')) {
    arguments.extended = true;
    do {
      arguments.patterns.push_back(in.list_mailbox());
      if (arguments.patterns.size() > kMostPatterns) in.fail("LIST takes at most 100 patterns");
    } while (in.take(' '));
    in.expect(')');
  } else {
    arguments.patterns.push_back(in.list_mailbox());
  }
  if (in.take_text(" RETURN ")) {
    arguments.extended = true;
    return_options(in, arguments);
  }
  out.arguments = std::move(arguments);
}

void parse_lsub(Cursor& in, Command& out) {
  ListArguments arguments;
  in.space();
  arguments.reference = in.astring("a reference name");
  in.space();
  arguments.patterns.push_back(in.list_mailbox());
  out.arguments = std::move(arguments);
}

void parse_append(Cursor& in, Command& out) {  // RFC 3501 6.3.11
  AppendArguments arguments;
  arguments.mailbox = mailbox(in);
  in.space();
  if (in.peek() == '(') {
    arguments.flags = in.flag_list();
    in.space();
  }
  if (in.peek() == '"') {
    const std::size_t begin = in.offset();
    const std::string date = in.string("a date");
    arguments.internal_date = parse_internal_date(date);
    if (!in.failed() && !arguments.internal_date) in.fail_at(begin, "that is not a date and time");
    in.space();
  }
  arguments.message = in.literal_message();
  out.arguments = std::move(arguments);
}

}  // namespace glasspost::imap
